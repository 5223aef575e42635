"""Raw records as they come in, and as they are read, whatever MongoDB holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Decimal128, Int64, ObjectId
from pymongo.errors import BulkWriteError

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.store.raw_records import DONE, HOUR, add, counts_of, raw_record


def test_a_record_comes_back_from_the_store_as_it_was(store: Store) -> None:
    record = RawRecord(
        id="10213002",
        source="maricopa_api",
        collected_at=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
        data={"APN": "102-13-002", "Pool": False, "Rooms": [{"Kind": "bath", "Count": 2}], "Lot": None},
        html="<html></html>",
    )
    store.raw.add([record])
    (claimed,) = store.raw.claim(10, lease=HOUR)
    assert claimed.model_copy(update={"claim_id": None, "attempts": 0}) == record
    assert claimed.attempts == 1


def test_adding_says_what_is_new_and_what_was_known(store: Store) -> None:
    first = store.raw.add([raw_record(1), raw_record(2), raw_record(1)])
    second = store.raw.add([raw_record(2), raw_record(3)])
    assert (first.new, first.known) == (2, 1)
    assert (second.new, second.known) == (1, 1)
    assert store.raw.add([]).new == 0


def test_a_batch_of_which_nothing_can_be_stored_is_refused_as_a_whole(store: Store) -> None:
    added = store.raw.add([RawRecord(id="huge number", source="s", data={"n": 2**70})])
    assert (added.new, added.known, list(added.refused)) == (0, 0, ["huge number"])


def test_more_records_than_fit_into_one_write_are_all_added(store: Store) -> None:
    assert store.raw.add(raw_record(number) for number in range(1001)).new == 1001
    assert store.raw.counts() == counts_of(pending=1001)


def test_a_known_record_keeps_its_state(store: Store) -> None:
    add(store, 1)
    (claimed,) = store.raw.claim(1, lease=HOUR)
    store.raw.finish(str(claimed.claim_id), {"r0": DONE})
    add(store, 1)
    assert store.raw.counts() == counts_of(processed=1)


def test_two_loaders_that_add_the_same_records_at_once_store_each_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        added = list(threads.map(lambda _: store.raw.add([raw_record(n) for n in range(50)]), range(8)))
    assert sum(one.new for one in added) == 50
    assert sum(one.known for one in added) == 350
    assert store.raw.counts() == counts_of(pending=50)


def test_a_duplicate_that_another_loader_wrote_in_between_is_known(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def collide(*_: Any, **__: Any) -> None:
        raise BulkWriteError({"writeErrors": [{"code": 11000}], "nUpserted": 1})

    monkeypatch.setattr(type(store.raw._documents), "bulk_write", collide)
    added = store.raw.add([raw_record(1), raw_record(2)])
    assert (added.new, added.known) == (1, 1)


def test_another_failed_write_is_not_taken_for_a_known_record(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise BulkWriteError({"writeErrors": [{"code": 121}], "nUpserted": 0})

    monkeypatch.setattr(type(store.raw._documents), "bulk_write", fail)
    with pytest.raises(BulkWriteError):
        store.raw.add([raw_record(1)])


def test_what_mongodb_cannot_hold_is_refused_with_its_reason_and_the_rest_is_stored(store: Store) -> None:
    added = store.raw.add(
        [
            RawRecord(id="huge number", source="s", data={"n": 2**70}),
            raw_record(1),
            RawRecord(id="huge page", source="s", html="x" * 17_000_000),
            RawRecord(id="null in a key", source="s", data={"a\x00b": 1}),
            RawRecord(id="half a character", source="s", data={"a": "\ud800"}),
        ]
    )
    assert added.new == 1
    assert added.known == 0
    assert sorted(added.refused) == ["half a character", "huge number", "huge page", "null in a key"]
    assert "8-byte" in added.refused["huge number"]
    assert "16 MB" in added.refused["huge page"]


def test_an_unreadable_payload_is_left_out_and_the_rest_is_read(settings: Settings, store: Store) -> None:
    odd: list[dict[str, Any]] = [
        {"_id": "nothing"},
        {"_id": "list", "source": "phoenix_mls", "data": [1, 2]},
        {"_id": "text", "source": 7, "data": "a page", "html": {"a": 1}, "collected_at": "yesterday"},
        {"_id": "date", "collected_at": "2026-03-01T08:30:00", "source": "phoenix_mls"},
        {"_id": "zone", "collected_at": "2026-03-01T08:30:00-07:00", "source": "phoenix_mls"},
        {"_id": "number", "collected_at": 1772352000, "source": "phoenix_mls"},
    ]
    store.database.raw_properties.insert_many(odd)
    with Store.connect(settings) as fresh:
        read = {record.id: record for record in fresh.raw.claim(10, lease=HOUR)}
    assert len(read) == len(odd)
    assert all(record.data is None and record.html is None for record in read.values())
    assert read["nothing"].source == read["text"].source == ""
    assert read["date"].collected_at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert read["zone"].collected_at == datetime(2026, 3, 1, 15, 30, tzinfo=UTC)
    assert read["number"].collected_at is read["text"].collected_at is None


def test_mongodbs_own_types_in_a_payload_become_plain_json(settings: Settings, store: Store) -> None:
    payload = {
        "id": ObjectId("65f2c0ffee65f2c0ffee65f2"),
        "price": Decimal128("389900.50"),
        "count": Int64(3),
        "seen": [datetime(2026, 3, 1, tzinfo=UTC), {"deep": None, "yes": True}],
    }
    store.database.raw_properties.insert_one({"_id": "a", "source": "phoenix_mls", "data": payload})
    with Store.connect(settings) as fresh:
        (record,) = fresh.raw.claim(1, lease=HOUR)
    assert record.data == {
        "id": "65f2c0ffee65f2c0ffee65f2",
        "price": "389900.50",
        "count": 3,
        "seen": ["2026-03-01T00:00:00+00:00", {"deep": None, "yes": True}],
    }


@pytest.mark.parametrize(
    "processing",
    [None, {}, {"status": None}, {"status": "new"}, True, "done", [1], {"status": 7}, {"attempts": "two"}],
    ids=str,
)
def test_a_document_with_a_state_that_is_none_of_ours_is_pending(store: Store, processing: Any) -> None:
    store.database.raw_properties.insert_one({"_id": "odd", "source": "s", "processing": processing})
    assert store.raw.counts() == counts_of(pending=1)
    (claimed,) = store.raw.claim(1, lease=HOUR)
    assert claimed.attempts == 1
    assert store.raw.finish(str(claimed.claim_id), {"odd": DONE}) == 1
    assert store.raw.counts() == counts_of(processed=1)
