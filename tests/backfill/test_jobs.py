"""What is kept of a backfill: its frozen records, its cursor, and whose it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from phoenix_real_estate.backfill import Job, Jobs, Selected, Selection
from phoenix_real_estate.backfill.jobs import LEASE
from phoenix_real_estate.store import Store
from phoenix_real_estate.store.reruns import Standing
from tests.ledgers import Clock, clock

__all__ = ["clock"]

DONE = Standing(where="processed", ours=True)


@pytest.fixture
def jobs(store: Store, clock: Clock) -> Jobs:
    return Jobs(store.database, clock)


@pytest.fixture
def job(jobs: Jobs) -> Job:
    """Five records in three chunks."""
    begun = jobs.begin(Selection(redo="all"), chunk_size=2)
    return jobs.freeze(begun, Selected([f"r{number}" for number in range(5)], ["1 left out."]))


def close(jobs: Jobs, job: Job, step: int, standings: dict[str, Standing]) -> None:
    jobs.note(job, jobs.chunk(job, step), standings, through=True)
    jobs.advance(job, step)


def test_the_choice_is_frozen_in_chunks(jobs: Jobs, job: Job) -> None:
    assert (job.state, job.records, job.chunks, job.steps, job.notes) == ("open", 5, 3, 6, ("1 left out.",))
    assert [jobs.chunk(job, number).ids for number in range(3)] == [("r0", "r1"), ("r2", "r3"), ("r4",)]
    assert jobs.remaining(job) == ["r0", "r1", "r2", "r3", "r4"]


def test_a_choice_that_broke_off_is_made_again(jobs: Jobs, job: Job) -> None:
    again = jobs.freeze(job, Selected(["r7"]))
    assert (again.records, again.chunks) == (1, 1)
    assert jobs.remaining(again) == ["r7"]


def test_closing_a_chunk_moves_the_cursor_and_counts_its_records(jobs: Jobs, job: Job) -> None:
    for _ in range(2):
        close(jobs, job, 0, {"r0": DONE, "r1": Standing(where="held")})
    moved = jobs.read(job.id)
    assert moved
    assert moved.cursor == 1
    assert jobs.counts(job) == {"processed": 1, "held": 1}
    assert jobs.remaining(moved) == ["r2", "r3", "r4", "r1"]


def test_in_the_second_lap_only_what_was_left_is_to_do(jobs: Jobs, job: Job) -> None:
    standings = {f"r{number}": Standing(where="processed") for number in range(4)}
    for number in range(3):
        close(jobs, job, number, standings | {"r0": Standing(where="pending")})
    lap = jobs.read(job.id)
    assert lap
    # r4 is gone: there is nothing to do about it.
    assert jobs.remaining(lap) == ["r0"]
    close(jobs, lap, 3, standings)
    assert jobs.counts(lap) == {"processed": 4, "done_elsewhere": 4, "gone": 1}


def test_of_a_chunk_that_is_not_through_only_what_is_done_counts(jobs: Jobs, job: Job) -> None:
    standings = {"r0": DONE, "r1": Standing(where="untouched")}
    jobs.note(job, jobs.chunk(job, 0), standings, through=False)
    assert jobs.counts(job) == {"processed": 1}
    assert jobs.remaining(job) == ["r1", "r2", "r3", "r4"]


def test_a_backfill_by_batches_stays_one(jobs: Jobs, job: Job) -> None:
    assert jobs.begin(Selection(), 2, "batch").engine == "batch"
    assert jobs.engage(job, "live").engine == "live"
    assert jobs.engage(job, "batch").engine == "batch"
    assert jobs.engage(job, "live").engine == "batch"


def test_a_cursor_never_goes_back(jobs: Jobs, job: Job) -> None:
    close(jobs, job, 2, {"r4": DONE})
    close(jobs, job, 1, {"r2": DONE, "r3": DONE})
    moved = jobs.read(job.id)
    assert moved
    assert moved.cursor == 3


def test_one_run_has_a_backfill_until_it_lets_go(jobs: Jobs, job: Job, clock: Clock) -> None:
    assert jobs.take(job.id, "one") is None
    assert jobs.take(job.id, "one") is None
    assert jobs.take(job.id, "two") == clock.now + LEASE
    jobs.let_go(job.id, "two")
    assert jobs.take(job.id, "two") is not None
    jobs.let_go(job.id, "one")
    assert jobs.take(job.id, "two") is None
    known = jobs.read(job.id)
    assert known
    assert known.runs == ("one", "two")


def test_the_lease_of_a_dead_run_ends(jobs: Jobs, job: Job, clock: Clock) -> None:
    jobs.take(job.id, "dead")
    clock.now += LEASE / 2
    jobs.hold(job.id, "dead")
    clock.now += LEASE / 2
    assert jobs.take(job.id, "alive") is not None
    clock.now += LEASE / 2
    assert jobs.take(job.id, "alive") is None
    jobs.hold(job.id, "dead")
    assert jobs.take(job.id, "dead") is not None


def test_nobody_has_a_backfill_that_is_not_there(jobs: Jobs, clock: Clock) -> None:
    assert jobs.take("gone", "one") == clock.now
    assert jobs.read("gone") is None


def test_the_latest_that_is_not_done_is_gone_on_with(jobs: Jobs, job: Job, clock: Clock) -> None:
    clock.now += timedelta(days=1)
    newer = jobs.begin(Selection(), chunk_size=2)
    assert [one.id for one in jobs.all()] == [newer.id, job.id]
    jobs.finish(newer)
    latest = jobs.latest_unfinished()
    assert latest
    assert latest.id == job.id
    jobs.finish(job)
    assert jobs.latest_unfinished() is None


def test_a_backfill_on_the_clock_of_this_machine_begins_now(store: Store) -> None:
    job = Jobs(store.database).begin(Selection(), chunk_size=1)
    assert abs(datetime.now(UTC) - job.created_at) < timedelta(minutes=5)


def test_a_run_knows_whether_a_backfill_is_still_its_own(jobs: Jobs, job: Job, clock: Clock) -> None:
    jobs.take(job.id, "one")
    assert jobs.hold(job.id, "one")
    clock.now += LEASE
    # Nobody else has asked for it: it goes on.
    assert jobs.hold(job.id, "one")
    clock.now += LEASE
    jobs.take(job.id, "two")
    assert (jobs.hold(job.id, "one"), jobs.hold(job.id, "two")) == (False, True)
    jobs.let_go(job.id, "two")
    assert not jobs.hold(job.id, "one")


def test_a_run_may_stand_still_for_two_minutes(jobs: Jobs, job: Job, clock: Clock) -> None:
    jobs.take(job.id, "slow")
    clock.now += timedelta(seconds=119)
    assert jobs.take(job.id, "impatient") is not None
