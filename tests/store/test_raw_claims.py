"""Raw records that a run claims, holds, gives back and finishes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import Binary, Int64, ObjectId
from pymongo.database import Database

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import RawOutcome, Store
from tests.store.conftest import Clock
from tests.store.raw_records import DONE, HOUR, add, claim_of, counts_of, ids_of, raw_record


def test_a_claim_takes_at_most_its_limit_and_leaves_the_rest_pending(store: Store) -> None:
    add(store, 5)
    assert len(store.raw.claim(3, lease=HOUR)) == 3
    assert store.raw.counts() == counts_of(pending=2, claimed=3)
    assert len(store.raw.claim(3, lease=HOUR)) == 2
    assert store.raw.claim(3, lease=HOUR) == []


def test_a_claim_of_nothing_takes_nothing(store: Store) -> None:
    add(store, 1)
    assert store.raw.claim(0, lease=HOUR) == []
    assert store.raw.counts() == counts_of(pending=1)


def test_a_claim_can_be_for_some_sources_only(store: Store) -> None:
    store.raw.add([raw_record(1), raw_record(2, "phoenix_mls"), raw_record(3, "elsewhere")])
    claimed = store.raw.claim(10, lease=HOUR, sources=["phoenix_mls", "elsewhere"])
    assert ids_of(claimed) == {"r2", "r3"}
    assert store.raw.claim(10, lease=HOUR, sources=["phoenix_mls"]) == []


def test_claimers_in_many_threads_never_get_the_same_record(store: Store) -> None:
    add(store, 120)
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
    assert len(ids_of(taken)) == 120
    assert store.raw.counts() == counts_of(claimed=120)


def test_a_claimer_that_is_always_too_late_gives_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, 1)
    monkeypatch.setattr(store.raw, "_take", lambda *_: [])
    assert store.raw.claim(1, lease=HOUR) == []


def test_the_records_of_a_dead_claimer_come_back_when_its_lease_ends(store: Store, clock: Clock) -> None:
    add(store, 2)
    dead = store.raw.claim(2, lease=HOUR)
    clock.now += HOUR - timedelta(seconds=1)
    assert store.raw.claim(2, lease=HOUR) == []
    clock.now += timedelta(seconds=1)
    assert store.raw.counts() == counts_of(claimed=2)
    again = store.raw.claim(2, lease=HOUR)
    assert ids_of(again) == ids_of(dead)
    assert {record.attempts for record in again} == {2}
    assert claim_of(again) != claim_of(dead)


def test_a_run_that_lost_its_lease_cannot_write_over_a_later_one(store: Store, clock: Clock) -> None:
    add(store, 2)
    late = claim_of(store.raw.claim(2, lease=HOUR))
    clock.now += HOUR
    later = claim_of(store.raw.claim(1, lease=HOUR))
    lost = {row["_id"] for row in store.raw._documents.find({"processing.claim_id": later})}
    kept = {"r0", "r1"} - lost
    assert store.raw.renew(late, ["r0", "r1"], lease=HOUR) == kept
    assert store.raw.release(late, lost, count_attempt=True) == 0
    assert store.raw.finish(late, {"r0": DONE, "r1": DONE}) == 1
    assert store.raw.counts() == counts_of(claimed=1, processed=1)
    assert store.raw.finish(later, dict.fromkeys(lost, DONE)) == 1
    assert store.raw.counts() == counts_of(processed=2)


def test_a_claim_without_an_end_is_taken_for_a_dead_one(store: Store) -> None:
    store.database.raw_properties.insert_one({"_id": "a", "source": "s", "processing": {"status": "claimed"}})
    assert ids_of(store.raw.claim(1, lease=HOUR)) == {"a"}


def test_a_renewed_claim_outlives_its_first_lease(store: Store, clock: Clock) -> None:
    add(store, 1)
    claim_id = claim_of(store.raw.claim(1, lease=HOUR))
    clock.now += timedelta(minutes=50)
    assert store.raw.renew(claim_id, ["r0", "unknown"], lease=HOUR) == {"r0"}
    clock.now += timedelta(minutes=50)
    assert store.raw.claim(1, lease=HOUR) == []


def test_finished_records_end_in_their_status_with_their_reason(
    store: Store, database: Database[dict[str, Any]], clock: Clock
) -> None:
    add(store, 4)
    claim_id = claim_of(store.raw.claim(4, lease=HOUR))
    dead = RawOutcome(status="dead_letter", error="UnusableRecord: no address")
    outcomes = {"r0": DONE, "r1": DONE, "r2": RawOutcome(status="needs_review", error="score"), "r3": dead}
    assert store.raw.finish(claim_id, outcomes) == 4
    assert store.raw.finish(claim_id, outcomes) == 0
    assert store.raw.finish(claim_id, {}) == 0
    assert store.raw.counts() == counts_of(processed=2, needs_review=1, dead_letter=1)
    assert (database.raw_properties.find_one({"_id": "r3"}) or {})["processing"] == {
        "status": "dead_letter",
        "last_error": "UnusableRecord: no address",
        "attempts": 1,
        "finished_at": clock.now,
    }
    assert store.raw.claim(10, lease=HOUR) == []


def test_a_released_record_is_pending_again_with_its_attempt_counted_or_not(store: Store) -> None:
    add(store, 2)
    claim_id = claim_of(store.raw.claim(2, lease=HOUR))
    assert store.raw.release(claim_id, ["r0"], count_attempt=False) == 1
    assert store.raw.release(claim_id, ["r1"], count_attempt=True, error="model down") == 1
    assert store.raw.counts() == counts_of(pending=2)
    again = {record.id: record.attempts for record in store.raw.claim(2, lease=HOUR)}
    assert again == {"r0": 1, "r1": 2}


def test_a_record_released_with_a_delay_is_not_claimed_before_it_has_passed(
    store: Store, clock: Clock
) -> None:
    add(store, 1)
    claim_id = claim_of(store.raw.claim(1, lease=HOUR))
    store.raw.release(claim_id, ["r0"], count_attempt=True, delay=timedelta(minutes=5))
    assert store.raw.claim(1, lease=HOUR) == []
    assert store.raw.counts() == counts_of(pending=1)
    clock.now += timedelta(minutes=5)
    again = store.raw.claim(1, lease=HOUR)
    assert store.raw.release(claim_of(again), ["r0"], count_attempt=True) == 1
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
        assert fresh.raw.counts() == counts_of(processed=1)


def test_ids_of_different_kinds_with_the_same_text_stay_apart(store: Store) -> None:
    hexadecimal = "65f2c0ffee65f2c0ffee65f2"
    store.database.raw_properties.insert_many(
        [{"_id": i} for i in (ObjectId(hexadecimal), hexadecimal, f"oid:{hexadecimal}", 42, "42")]
    )
    claimed = store.raw.claim(10, lease=HOUR)
    assert len(ids_of(claimed)) == 5
    assert store.raw.finish(claim_of(claimed), {f"oid:{hexadecimal}": DONE, "42": DONE}) == 2
    done = {row["_id"] for row in store.database.raw_properties.find({"processing.status": "processed"})}
    assert done == {ObjectId(hexadecimal), "42"}
