"""Raw records that a person moves from where they rest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.store import RawOutcome, Store
from phoenix_real_estate.store.processing import Move
from tests.store.conftest import Clock
from tests.store.raw_records import HOUR, add, claim_of, counts_of, raw_record

NOON = datetime(2026, 3, 14, 19, tzinfo=UTC)
TO_PENDING = Move(was="dead_letter", to="pending", by="ann", at=NOON)


def _dead(store: Store, count: int) -> list[RawRecord]:
    add(store, count)
    claimed = store.raw.claim(count, lease=HOUR)
    outcome = RawOutcome(status="dead_letter", error="no address")
    store.raw.finish(claim_of(claimed), {record.id: outcome for record in claimed})
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
    add(store, 4)
    assert store.raw.move(["r0", "r2", "nowhere"], TO_PENDING) == 1
    assert store.raw.move(["r0"], TO_PENDING) == 0
    assert store.raw.counts() == counts_of(pending=3, dead_letter=1)


def test_two_people_who_move_the_same_records_move_each_once(store: Store) -> None:
    ids = [record.id for record in _dead(store, 40)]
    with ThreadPoolExecutor(4) as people:
        moved = list(people.map(lambda _: store.raw.move(ids, TO_PENDING), range(4)))
    assert sum(moved) == 40


def test_records_are_read_with_where_they_are(store: Store, database: Database[dict[str, Any]]) -> None:
    _dead(store, 1)
    store.raw.add([raw_record(1), raw_record(2, source="phoenix_mls")])
    database["raw_properties"].update_one({"_id": "r1"}, {"$set": {"processing": "odd"}})
    assert store.raw.whereabouts(["r0", "r1", "r2", "r3"]) == {
        "r0": ("maricopa_api", "dead_letter"),
        "r1": ("maricopa_api", "pending"),
        "r2": ("phoenix_mls", "pending"),
    }
    record, status = store.raw.read(["r0", "r3"])["r0"]
    assert (record.data, record.attempts, status) == ({"APN": "0"}, 1, "dead_letter")
    assert store.raw.ids_in("dead_letter") == {"r0"}
