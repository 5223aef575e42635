"""Records at rest, and what was made of them, as a run would have left them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.store import DeadLetter, RawOutcome, Store
from phoenix_real_estate.store.processing import FinalStatus
from tests.flows.records import house

WRITTEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
LEASE = timedelta(minutes=10)


def add(store: Store, *numbers: int, **changes: Any) -> list[str]:
    """Pending records of these houses; gives their ids."""
    records = [house(number).model_copy(update=changes) for number in numbers]
    store.raw.add(records)
    return [record.id for record in records]


def rest(store: Store, raw_id: str, status: FinalStatus = "processed") -> None:
    """Brings a pending record to rest."""
    claimed = store.raw.claim(1000, lease=LEASE)
    claim_id = str(claimed[0].claim_id)
    store.raw.finish(claim_id, {raw_id: RawOutcome(status=status)})
    others = [record.id for record in claimed if record.id != raw_id]
    store.raw.release(claim_id, others, count_attempt=False)


def make(
    store: Store,
    raw_id: str,
    *,
    prompt: str = "v1",
    zip_code: str = "85031",
    decided: bool = False,
    property_id: str = "",
    address: dict[str, str] | None = None,
) -> None:
    """The property that was made of a record, its texts by this version of the prompts."""
    operations = {"description": {"prompt_version": prompt}, "features": {"prompt_version": ""}}
    metadata = {"raw_ids": [raw_id], "operations": operations, "enriched_at": WRITTEN}
    if decided:
        metadata["review"] = {"by": "ann", "decision": "approve"}
    store.processed.save(
        [
            {
                "_id": property_id or f"parcel-of-{raw_id}",
                "status": "published",
                "property": {"address": address or {"street": "1 Main St", "zip": zip_code}},
                "metadata": metadata,
            }
        ]
    )


def letter(store: Store, raw_id: str, stage: str) -> None:
    rest(store, raw_id, "dead_letter")
    store.dead_letters.add(
        [
            DeadLetter(
                raw_id=raw_id, stage=stage, error_class="GateRejected", message="no", attempts=1, at=WRITTEN
            )
        ]
    )


def page(raw_id: str, html: str) -> RawRecord:
    return RawRecord(id=raw_id, source="phoenix_mls", html=html)
