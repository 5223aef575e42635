"""Houses that wait for a person, brought there the way a run brings them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from phoenix_real_estate.batches import normalize_batch, publish_batch
from phoenix_real_estate.models import Decision, Finding, RawRecord, Severity
from phoenix_real_estate.outcomes import Judged
from phoenix_real_estate.store import Store
from tests.flows.records import house
from tests.judged import judged

LEASE = timedelta(minutes=1)
NOON = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
PRAISE = Finding(
    rule="grounding.praise", severity=Severity.WARNING, field="description", span="N 55th", why="is it so?"
)
FALSE = "This home in Phoenix has 7 bedrooms and a private pool."


def put_in_review(
    store: Store, *records: RawRecord, at: datetime = NOON, findings: tuple[Finding, ...] = (PRAISE,)
) -> list[Judged]:
    """The records (or one house) claimed, normalized and stored as in need of review."""
    store.raw.add(records or (house(1),))
    claimed = store.raw.claim(50, lease=LEASE)
    houses = normalize_batch(claimed, store).houses
    stored = [judged(one, Decision.REVIEW, findings) for one in houses]
    publish_batch(
        str(claimed[0].claim_id),
        stored,
        [],
        store,
        lease=LEASE,
        at=at,
        attempts={record.id: record.attempts for record in claimed},
    )
    return stored
