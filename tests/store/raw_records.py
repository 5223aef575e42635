"""Raw records of the simplest shape, and how many are where."""

from __future__ import annotations

from datetime import timedelta

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.store import RawOutcome, Store

HOUR = timedelta(hours=1)
DONE = RawOutcome(status="processed")


def raw_record(number: int, source: str = "maricopa_api") -> RawRecord:
    return RawRecord(id=f"r{number}", source=source, data={"APN": str(number)})


def add(store: Store, count: int, source: str = "maricopa_api") -> None:
    store.raw.add(raw_record(number, source) for number in range(count))


def ids_of(records: list[RawRecord]) -> set[str]:
    return {record.id for record in records}


def claim_of(records: list[RawRecord]) -> str:
    (claim_id,) = {record.claim_id for record in records}
    assert claim_id
    return claim_id


def counts_of(**changed: int) -> dict[str, int]:
    return {
        "pending": 0,
        "claimed": 0,
        "processed": 0,
        "needs_review": 0,
        "dead_letter": 0,
    } | changed
