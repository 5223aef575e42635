"""A claimed batch on its way to being published: import the fixture `store` into a test module."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from phoenix_real_estate.batches import normalize_batch, publish_batch
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Judged, NormalizedBatch, Published, Refused
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.judged import judged

LEASE = timedelta(minutes=1)
NOON = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
LISTING = {"UnparsedAddress": "4001 N 55th Ave, Phoenix, AZ 85031", "ListPrice": 312000}
BROKEN = RawRecord(id="broken", source="maricopa_api", data={"bedrooms": 3})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.connect(settings) as store:
        yield store


class Claim:
    """A claimed batch on its way to being published."""

    def __init__(self, store: Store, *records: RawRecord, lease: timedelta = LEASE) -> None:
        self.store = store
        store.raw.add(records)
        self.records = store.raw.claim(50, lease=lease)
        self.id = str(self.records[0].claim_id)
        self.batch: NormalizedBatch = normalize_batch(self.records, store)

    @property
    def houses(self) -> tuple[House, ...]:
        return self.batch.houses

    def publish(self, *verdicts: Judged, refused: Sequence[Refused] = (), **options: Any) -> Published:
        return publish_batch(
            self.id,
            verdicts,
            [*self.batch.refused, *refused],
            self.store,
            lease=LEASE,
            attempts={record.id: record.attempts for record in self.records},
            **{"at": NOON, **options},
        )

    def publish_all(self, **options: Any) -> Published:
        return self.publish(*map(judged, self.houses), **options)


def listing(name: str, **facts: Any) -> RawRecord:
    return RawRecord(id=name, source="phoenix_mls", data={**LISTING, **facts})


def documents(store: Store) -> list[dict[str, Any]]:
    return list(store.processed.find())


def dead(store: Store) -> list[str]:
    return [letter.raw_id for letter in store.dead_letters.find()]


def counted(store: Store) -> dict[str, int]:
    return {status: count for status, count in store.raw.counts().items() if count}
