from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import Binary, Decimal128, Int64, ObjectId
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import RawOutcome, Store
from phoenix_real_estate.store.processing import Move
from tests.store.conftest import Clock

HOUR = timedelta(hours=1)
DONE = RawOutcome(status="processed")


def _record(number: int, source: str = "maricopa_api") -> RawRecord:
    return RawRecord(id=f"r{number}", source=source, data={"APN": str(number)})


def _add(store: Store, count: int, source: str = "maricopa_api") -> None:
    store.raw.add(_record(number, source) for number in range(count))


def _ids(records: list[RawRecord]) -> set[str]:
    return {record.id for record in records}


def _claim_of(records: list[RawRecord]) -> str:
    (claim_id,) = {record.claim_id for record in records}
    assert claim_id
    return claim_id


def _counts(**changed: int) -> dict[str, int]:
    return {
        "pending": 0,
        "claimed": 0,
        "processed": 0,
        "needs_review": 0,
        "dead_letter": 0,
    } | changed


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
    first = store.raw.add([_record(1), _record(2), _record(1)])
    second = store.raw.add([_record(2), _record(3)])
    assert (first.new, first.known) == (2, 1)
    assert (second.new, second.known) == (1, 1)
    assert store.raw.add([]).new == 0


def test_a_batch_of_which_nothing_can_be_stored_is_refused_as_a_whole(store: Store) -> None:
    added = store.raw.add([RawRecord(id="huge number", source="s", data={"n": 2**70})])
    assert (added.new, added.known, list(added.refused)) == (0, 0, ["huge number"])


def test_more_records_than_fit_into_one_write_are_all_added(store: Store) -> None:
    assert store.raw.add(_record(number) for number in range(1001)).new == 1001
    assert store.raw.counts() == _counts(pending=1001)


def test_a_known_record_keeps_its_state(store: Store) -> None:
    _add(store, 1)
    (claimed,) = store.raw.claim(1, lease=HOUR)
    store.raw.finish(str(claimed.claim_id), {"r0": DONE})
    _add(store, 1)
    assert store.raw.counts() == _counts(processed=1)


def test_two_loaders_that_add_the_same_records_at_once_store_each_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        added = list(threads.map(lambda _: store.raw.add([_record(n) for n in range(50)]), range(8)))
    assert sum(one.new for one in added) == 50
    assert sum(one.known for one in added) == 350
    assert store.raw.counts() == _counts(pending=50)


def test_a_duplicate_that_another_loader_wrote_in_between_is_known(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def collide(*_: Any, **__: Any) -> None:
        raise BulkWriteError({"writeErrors": [{"code": 11000}], "nUpserted": 1})

    monkeypatch.setattr(type(store.raw._documents), "bulk_write", collide)
    added = store.raw.add([_record(1), _record(2)])
    assert (added.new, added.known) == (1, 1)


def test_another_failed_write_is_not_taken_for_a_known_record(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise BulkWriteError({"writeErrors": [{"code": 121}], "nUpserted": 0})

    monkeypatch.setattr(type(store.raw._documents), "bulk_write", fail)
    with pytest.raises(BulkWriteError):
        store.raw.add([_record(1)])


def test_what_mongodb_cannot_hold_is_refused_with_its_reason_and_the_rest_is_stored(store: Store) -> None:
    added = store.raw.add(
        [
            RawRecord(id="huge number", source="s", data={"n": 2**70}),
            _record(1),
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


def test_a_claim_takes_at_most_its_limit_and_leaves_the_rest_pending(store: Store) -> None:
    _add(store, 5)
    assert len(store.raw.claim(3, lease=HOUR)) == 3
    assert store.raw.counts() == _counts(pending=2, claimed=3)
    assert len(store.raw.claim(3, lease=HOUR)) == 2
    assert store.raw.claim(3, lease=HOUR) == []


def test_a_claim_of_nothing_takes_nothing(store: Store) -> None:
    _add(store, 1)
    assert store.raw.claim(0, lease=HOUR) == []
    assert store.raw.counts() == _counts(pending=1)


def test_a_claim_can_be_for_some_sources_only(store: Store) -> None:
    store.raw.add([_record(1), _record(2, "phoenix_mls"), _record(3, "elsewhere")])
    claimed = store.raw.claim(10, lease=HOUR, sources=["phoenix_mls", "elsewhere"])
    assert _ids(claimed) == {"r2", "r3"}
    assert store.raw.claim(10, lease=HOUR, sources=["phoenix_mls"]) == []


def test_claimers_in_many_threads_never_get_the_same_record(store: Store) -> None:
    _add(store, 120)
    start = threading.Barrier(8)

    def claim_all(_: int) -> list[RawRecord]:
        def batches() -> Iterator[RawRecord]:
            start.wait()
            while batch := store.raw.claim(7, lease=HOUR):
                yield from batch

        return list(batches())

    with ThreadPoolExecutor(8) as threads:
        taken = [record for records in threads.map(claim_all, range(8)) for record in records]
    assert len(taken) == 120
    assert len(_ids(taken)) == 120
    assert store.raw.counts() == _counts(claimed=120)


def test_a_claimer_that_is_always_too_late_gives_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _add(store, 1)
    monkeypatch.setattr(store.raw, "_take", lambda *_: [])
    assert store.raw.claim(1, lease=HOUR) == []


def test_the_records_of_a_dead_claimer_come_back_when_its_lease_ends(store: Store, clock: Clock) -> None:
    _add(store, 2)
    dead = store.raw.claim(2, lease=HOUR)
    clock.now += HOUR - timedelta(seconds=1)
    assert store.raw.claim(2, lease=HOUR) == []
    clock.now += timedelta(seconds=1)
    assert store.raw.counts() == _counts(claimed=2)
    again = store.raw.claim(2, lease=HOUR)
    assert _ids(again) == _ids(dead)
    assert {record.attempts for record in again} == {2}
    assert _claim_of(again) != _claim_of(dead)


def test_a_run_that_lost_its_lease_cannot_write_over_a_later_one(store: Store, clock: Clock) -> None:
    _add(store, 2)
    late = _claim_of(store.raw.claim(2, lease=HOUR))
    clock.now += HOUR
    later = _claim_of(store.raw.claim(1, lease=HOUR))
    lost = {row["_id"] for row in store.raw._documents.find({"processing.claim_id": later})}
    kept = {"r0", "r1"} - lost
    assert store.raw.renew(late, ["r0", "r1"], lease=HOUR) == kept
    assert store.raw.release(late, lost, count_attempt=True) == 0
    assert store.raw.finish(late, {"r0": DONE, "r1": DONE}) == 1
    assert store.raw.counts() == _counts(claimed=1, processed=1)
    assert store.raw.finish(later, dict.fromkeys(lost, DONE)) == 1
    assert store.raw.counts() == _counts(processed=2)


def test_a_claim_without_an_end_is_taken_for_a_dead_one(store: Store) -> None:
    store.database.raw_properties.insert_one({"_id": "a", "source": "s", "processing": {"status": "claimed"}})
    assert _ids(store.raw.claim(1, lease=HOUR)) == {"a"}


def test_a_renewed_claim_outlives_its_first_lease(store: Store, clock: Clock) -> None:
    _add(store, 1)
    claim_id = _claim_of(store.raw.claim(1, lease=HOUR))
    clock.now += timedelta(minutes=50)
    assert store.raw.renew(claim_id, ["r0", "unknown"], lease=HOUR) == {"r0"}
    clock.now += timedelta(minutes=50)
    assert store.raw.claim(1, lease=HOUR) == []


def test_finished_records_end_in_their_status_with_their_reason(
    store: Store, database: Database[dict[str, Any]], clock: Clock
) -> None:
    _add(store, 4)
    claim_id = _claim_of(store.raw.claim(4, lease=HOUR))
    dead = RawOutcome(status="dead_letter", error="UnusableRecord: no address")
    outcomes = {"r0": DONE, "r1": DONE, "r2": RawOutcome(status="needs_review", error="score"), "r3": dead}
    assert store.raw.finish(claim_id, outcomes) == 4
    assert store.raw.finish(claim_id, outcomes) == 0
    assert store.raw.finish(claim_id, {}) == 0
    assert store.raw.counts() == _counts(processed=2, needs_review=1, dead_letter=1)
    assert (database.raw_properties.find_one({"_id": "r3"}) or {})["processing"] == {
        "status": "dead_letter",
        "last_error": "UnusableRecord: no address",
        "attempts": 1,
        "finished_at": clock.now,
    }
    assert store.raw.claim(10, lease=HOUR) == []


def test_a_released_record_is_pending_again_with_its_attempt_counted_or_not(store: Store) -> None:
    _add(store, 2)
    claim_id = _claim_of(store.raw.claim(2, lease=HOUR))
    assert store.raw.release(claim_id, ["r0"], count_attempt=False) == 1
    assert store.raw.release(claim_id, ["r1"], count_attempt=True, error="model down") == 1
    assert store.raw.counts() == _counts(pending=2)
    again = {record.id: record.attempts for record in store.raw.claim(2, lease=HOUR)}
    assert again == {"r0": 1, "r1": 2}


def test_a_record_released_with_a_delay_is_not_claimed_before_it_has_passed(
    store: Store, clock: Clock
) -> None:
    _add(store, 1)
    claim_id = _claim_of(store.raw.claim(1, lease=HOUR))
    store.raw.release(claim_id, ["r0"], count_attempt=True, delay=timedelta(minutes=5))
    assert store.raw.claim(1, lease=HOUR) == []
    assert store.raw.counts() == _counts(pending=1)
    clock.now += timedelta(minutes=5)
    again = store.raw.claim(1, lease=HOUR)
    assert store.raw.release(_claim_of(again), ["r0"], count_attempt=True) == 1
    assert len(store.raw.claim(1, lease=HOUR)) == 1


ODD_IDS = [
    ObjectId("65f2c0ffee65f2c0ffee65f2"),
    42,
    Int64(2**40),
    4.5,
    {"source": "mls", "n": 7},
    datetime(2026, 3, 1, tzinfo=UTC),
    Binary(b"\x00\x01"),
    "oid:65f2c0ffee65f2c0ffee65f2",
    "oid:no object id",
    'ejson:"text"',
    "ejson:{broken",
    'ejson:{"$oid": "broken"}',
    "plain: text",
]


@pytest.mark.parametrize("odd", ODD_IDS, ids=str)
def test_an_id_of_any_kind_is_claimed_renewed_released_and_finished(
    settings: Settings, store: Store, odd: Any
) -> None:
    store.database.raw_properties.insert_one({"_id": odd, "source": "maricopa_api", "data": {}})
    with Store.connect(settings) as fresh:
        (claimed,) = fresh.raw.claim(10, lease=HOUR)
        assert fresh.raw.renew(str(claimed.claim_id), [claimed.id], lease=HOUR) == {claimed.id}
        assert fresh.raw.release(str(claimed.claim_id), [claimed.id], count_attempt=True) == 1
        (again,) = fresh.raw.claim(10, lease=HOUR)
        assert again.id == claimed.id
        assert fresh.raw.add([again]).known == 1
        assert fresh.raw.finish(str(again.claim_id), {again.id: DONE}) == 1
        assert fresh.raw.counts() == _counts(processed=1)


def test_ids_of_different_kinds_with_the_same_text_stay_apart(store: Store) -> None:
    hexadecimal = "65f2c0ffee65f2c0ffee65f2"
    store.database.raw_properties.insert_many(
        [{"_id": i} for i in (ObjectId(hexadecimal), hexadecimal, f"oid:{hexadecimal}", 42, "42")]
    )
    claimed = store.raw.claim(10, lease=HOUR)
    assert len(_ids(claimed)) == 5
    assert store.raw.finish(_claim_of(claimed), {f"oid:{hexadecimal}": DONE, "42": DONE}) == 2
    done = {row["_id"] for row in store.database.raw_properties.find({"processing.status": "processed"})}
    assert done == {ObjectId(hexadecimal), "42"}


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
    assert store.raw.counts() == _counts(pending=1)
    (claimed,) = store.raw.claim(1, lease=HOUR)
    assert claimed.attempts == 1
    assert store.raw.finish(str(claimed.claim_id), {"odd": DONE}) == 1
    assert store.raw.counts() == _counts(processed=1)


NOON = datetime(2026, 3, 14, 19, tzinfo=UTC)
TO_PENDING = Move(was="dead_letter", to="pending", by="ann", at=NOON)


def _dead(store: Store, count: int) -> list[RawRecord]:
    _add(store, count)
    claimed = store.raw.claim(count, lease=HOUR)
    outcome = RawOutcome(status="dead_letter", error="no address")
    store.raw.finish(_claim_of(claimed), {record.id: outcome for record in claimed})
    return claimed


def test_a_dead_record_that_is_moved_to_pending_has_all_its_attempts_again(store: Store) -> None:
    _dead(store, 1)
    assert store.raw.move(["r0"], TO_PENDING) == 1
    (again,) = store.raw.claim(1, lease=HOUR)
    assert (again.id, again.attempts) == ("r0", 1)


def test_what_was_known_of_a_moved_record_stays_in_its_history(
    store: Store, database: Database[dict[str, Any]], clock: Clock
) -> None:
    _dead(store, 1)
    store.raw.move(["r0"], TO_PENDING)
    processing = database["raw_properties"].find_one({"_id": "r0"})["processing"]  # type: ignore[index]
    past = {"status": "dead_letter", "attempts": 1, "error": "no address", "by": "ann", "at": NOON}
    assert processing == {
        "status": "pending",
        "attempts": 0,
        "last_error": None,
        "finished_at": clock.now,
        "history": [past],
    }


def test_moving_touches_only_records_that_rest_there(store: Store) -> None:
    _dead(store, 2)
    _add(store, 4)
    assert store.raw.move(["r0", "r2", "nowhere"], TO_PENDING) == 1
    assert store.raw.move(["r0"], TO_PENDING) == 0
    assert store.raw.counts() == _counts(pending=3, dead_letter=1)


def test_two_people_who_move_the_same_records_move_each_once(store: Store) -> None:
    ids = [record.id for record in _dead(store, 40)]
    with ThreadPoolExecutor(4) as people:
        moved = list(people.map(lambda _: store.raw.move(ids, TO_PENDING), range(4)))
    assert sum(moved) == 40


def test_records_are_read_with_where_they_are(store: Store, database: Database[dict[str, Any]]) -> None:
    _dead(store, 1)
    store.raw.add([_record(1), _record(2, source="phoenix_mls")])
    database["raw_properties"].update_one({"_id": "r1"}, {"$set": {"processing": "odd"}})
    assert store.raw.whereabouts(["r0", "r1", "r2", "r3"]) == {
        "r0": ("maricopa_api", "dead_letter"),
        "r1": ("maricopa_api", "pending"),
        "r2": ("phoenix_mls", "pending"),
    }
    record, status = store.raw.read(["r0", "r3"])["r0"]
    assert (record.data, record.attempts, status) == ({"APN": "0"}, 1, "dead_letter")
    assert store.raw.ids_in("dead_letter") == {"r0"}
