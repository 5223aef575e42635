"""Records taken up again by a backfill: done once, given back as they were, never taken from another run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.store import RawOutcome, Store, restoring
from phoenix_real_estate.store.processing import FinalStatus, Move
from phoenix_real_estate.store.reruns import Standing, Whereabouts
from tests.store.conftest import Clock

LEASE = timedelta(minutes=10)
JOB = "job"
IDS = [f"r{number}" for number in range(4)]


@pytest.fixture
def since(store: Store, clock: Clock) -> datetime:
    """Four records that were there before the backfill began."""
    store.raw.add(RawRecord(id=one, source="maricopa_api", data={"APN": one}) for one in IDS)
    return clock.now + timedelta(hours=1)


def take(
    store: Store, clock: Clock, since: datetime, ids: list[str] = IDS, job: str = JOB
) -> list[RawRecord]:
    clock.now = max(clock.now, since)
    return store.reruns.claim(ids, backfill=job, since=since, lease=LEASE)


def end(
    store: Store, records: list[RawRecord], status: FinalStatus = "processed", error: str | None = None
) -> None:
    outcome = RawOutcome(status=status, error=error)
    store.raw.finish(str(records[0].claim_id), {record.id: outcome for record in records})


def finished_before(
    store: Store, status: FinalStatus = "processed", error: str | None = None, count: int = len(IDS)
) -> None:
    end(store, store.raw.claim(count, lease=LEASE), status, error)


def processing(store: Store, record: str = IDS[0]) -> dict[str, Any]:
    [document] = store.database.raw_properties.find({"_id": record})
    return dict(document["processing"])


def places(store: Store, since: datetime) -> dict[Whereabouts, int]:
    standings = list(store.reruns.standings(IDS, backfill=JOB, since=since).values())
    return {one.where: sum(other.where == one.where for other in standings) for one in standings}


@pytest.mark.parametrize("status", ["processed", "needs_review", "dead_letter"])
def test_records_at_rest_are_taken_with_a_fresh_set_of_attempts(
    store: Store, clock: Clock, since: datetime, status: FinalStatus
) -> None:
    finished_before(store, status)
    taken = take(store, clock, since)
    assert {record.id for record in taken} == set(IDS)
    assert {record.attempts for record in taken} == {1}


def test_only_the_named_records_are_taken(store: Store, clock: Clock, since: datetime) -> None:
    assert {record.id for record in take(store, clock, since, IDS[1:3])} == {"r1", "r2"}
    assert store.raw.counts()["claimed"] == 2


def test_a_record_that_came_to_rest_since_is_not_done_again(
    store: Store, clock: Clock, since: datetime
) -> None:
    end(store, take(store, clock, since))
    assert take(store, clock, since) == []
    assert take(store, clock, since, job="another") == []


def test_a_later_backfill_does_it_again(store: Store, clock: Clock, since: datetime) -> None:
    end(store, take(store, clock, since))
    clock.now = later = since + timedelta(hours=1)
    assert len(take(store, clock, later, job="later")) == 4


def test_what_another_run_holds_is_not_taken(store: Store, clock: Clock, since: datetime) -> None:
    clock.now = since
    others = store.raw.claim(3, lease=LEASE)
    assert {record.id for record in take(store, clock, since)} == set(IDS) - {one.id for one in others}
    assert places(store, since) == {"held": 4}


def test_what_a_dead_run_held_is_taken_when_its_lease_is_over(
    store: Store, clock: Clock, since: datetime
) -> None:
    clock.now = since
    store.raw.claim(4, lease=LEASE)
    clock.now = since + LEASE
    assert {record.attempts for record in take(store, clock, since)} == {2}


def test_what_a_dead_run_of_the_same_backfill_held_is_taken_over_at_once(
    store: Store, clock: Clock, since: datetime
) -> None:
    finished_before(store, "needs_review", "a low score")
    dead = take(store, clock, since)
    alive = take(store, clock, since)
    assert {record.attempts for record in alive} == {1}
    end(store, dead)
    assert places(store, since) == {"held": 4}
    store.raw.give_back(str(alive[0].claim_id), IDS)
    assert processing(store)["last_error"] == "a low score"


def test_a_scheduled_run_that_takes_over_a_left_over_record_keeps_it(
    store: Store, clock: Clock, since: datetime
) -> None:
    take(store, clock, since)
    clock.now += LEASE
    scheduled = store.raw.claim(4, lease=LEASE)
    assert len(scheduled) == 4
    assert take(store, clock, since) == []
    end(store, scheduled)
    standings = store.reruns.standings(IDS, backfill=JOB, since=since)
    assert set(standings.values()) == {Standing(where="processed", ours=False)}


def test_records_given_back_are_what_they_were(store: Store, clock: Clock, since: datetime) -> None:
    finished_before(store, "needs_review", "a low score", count=2)
    before = {one: processing(store, one) for one in IDS[:2]}
    claim_id = str(take(store, clock, since)[0].claim_id)
    assert store.raw.give_back(claim_id, IDS, error="no money") == 4
    assert store.raw.counts() == {
        "pending": 2,
        "claimed": 0,
        "processed": 0,
        "needs_review": 2,
        "dead_letter": 0,
    }
    kept = ("status", "attempts", "last_error", "finished_at")
    for one in IDS[:2]:
        now = processing(store, one)
        assert {name: now[name] for name in kept} == {name: before[one][name] for name in kept}
    assert places(store, since) == {"untouched": 2, "pending": 2}
    assert len(take(store, clock, since)) == 4


def test_nothing_of_a_claim_is_left_at_a_record_that_came_to_rest(
    store: Store, clock: Clock, since: datetime
) -> None:
    finished_before(store)
    end(store, take(store, clock, since))
    assert not {"before", "claim_id", "lease_until"} & processing(store).keys()
    assert set(store.reruns.standings(IDS, backfill=JOB, since=since).values()) == {
        Standing(where="processed", ours=True)
    }


def test_what_rests_before_its_next_attempt_is_left_alone(
    store: Store, clock: Clock, since: datetime
) -> None:
    claim_id = str(take(store, clock, since)[0].claim_id)
    store.raw.release(claim_id, IDS[:1], count_attempt=True, delay=LEASE)
    store.raw.release(claim_id, IDS[1:], count_attempt=True)
    assert {record.id for record in take(store, clock, since)} == set(IDS[1:])


def test_what_a_person_decided_meanwhile_stays_decided(store: Store, clock: Clock, since: datetime) -> None:
    finished_before(store, "needs_review")
    clock.now = since + timedelta(minutes=1)
    store.raw.move(IDS[:2], Move(was="needs_review", to="processed", by="ann", at=clock.now))
    assert {record.id for record in take(store, clock, since)} == set(IDS[2:])


def test_a_processing_that_is_none_of_ours_is_left_to_the_scheduled_run(
    store: Store, clock: Clock, since: datetime
) -> None:
    store.database.raw_properties.insert_one({"_id": "odd", "source": "x", "processing": "done"})
    assert take(store, clock, since, ["odd"]) == []
    assert store.reruns.standings(["odd"], backfill=JOB, since=since) == {"odd": Standing(where="pending")}


def test_a_record_that_is_gone_is_missing(store: Store, clock: Clock, since: datetime) -> None:
    assert store.reruns.standings(["gone"], backfill=JOB, since=since) == {}
    assert take(store, clock, since, ["gone"]) == []


def test_the_survey_tells_of_every_record_whoever_wrote_it(store: Store, since: datetime) -> None:
    finished_before(store, count=1)
    store.database.raw_properties.insert_one({"_id": "odd", "collected_at": "2026-03-01T08:00:00+00:00"})
    surveyed = {one.id: one for one in store.reruns.survey()}
    assert set(surveyed) == {*IDS, "odd"}
    assert sorted(one.status for one in surveyed.values()) == [*["pending"] * 4, "processed"]
    assert surveyed["odd"].collected_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert surveyed["odd"].source == ""


def test_what_a_dead_backfill_took_from_rest_rests_again_and_is_no_scheduled_runs(
    store: Store, clock: Clock, since: datetime
) -> None:
    finished_before(store, "needs_review", "a low score", count=2)
    before = {one: processing(store, one) for one in IDS[:2]}
    take(store, clock, since)
    clock.now += LEASE
    scheduled = store.raw.claim(4, lease=LEASE)
    assert {record.id for record in scheduled} == set(IDS[2:])
    kept = ("status", "attempts", "last_error", "finished_at")
    for one in IDS[:2]:
        now = processing(store, one)
        assert {name: now[name] for name in kept} == {name: before[one][name] for name in kept}
        assert not {"before", "claim_id", "lease_until"} & now.keys()
    assert {record.id for record in take(store, clock, since)} == set(IDS[:2])


def test_what_a_living_backfill_holds_stays_with_it(store: Store, clock: Clock, since: datetime) -> None:
    finished_before(store)
    taken = take(store, clock, since)
    clock.now += LEASE / 2
    store.raw.renew(str(taken[0].claim_id), IDS[:3], lease=LEASE)
    clock.now += LEASE / 2
    assert store.raw.claim(4, lease=LEASE) == []
    assert places(store, since) == {"held": 3, "untouched": 1}


def test_a_backfill_that_renews_while_its_records_are_restored_keeps_them(
    store: Store, clock: Clock, since: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished_before(store)
    claim_id = str(take(store, clock, since)[0].claim_id)
    clock.now += LEASE
    restored = restoring._restored

    def renewing(*before: Any, **more: Any) -> dict[str, Any]:
        store.raw.renew(claim_id, IDS, lease=LEASE)
        return restored(*before, **more)

    monkeypatch.setattr(restoring, "_restored", renewing)
    assert store.raw.claim(4, lease=LEASE) == []
    assert store.raw.counts()["claimed"] == 4
