"""A backfill that ended early is gone on with, by one run at a time."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import flows.run
from flows import chunks
from flows.backfill import Pace, Selection
from flows.leases import kept
from phoenix_real_estate.backfill import Jobs, Selected
from phoenix_real_estate.backfill import jobs as jobs_module
from phoenix_real_estate.errors import StoreUnavailable
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import RawRecords, Store
from tasks import backfill as backfill_tasks
from tests.flows.backfills import RunBackfill, estimated, interrupted, reported, run_backfill
from tests.flows.records import houses
from tests.flows.reported import RunFlow

__all__ = ["run_backfill"]


def test_a_stopped_backfill_goes_on_where_it_was(
    run_backfill: RunBackfill, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.raw.add(houses(6))
    closed = chunks.close_chunk
    monkeypatch.setattr(chunks, "close_chunk", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_backfill(settings, how=Pace(models="composer", chunk_size=2))
    assert store.raw.counts()["claimed"] == 0
    monkeypatch.setattr(chunks, "close_chunk", closed)
    report = reported(run_backfill(settings, resume="latest", how=Pace(models="composer")))
    assert report.counts == {"processed": 6}
    assert report.in_run == 4
    assert list(store.database.processed_history.find()) == []


def test_a_run_that_ends_gives_back_what_it_can_and_tells_what_ended_it(
    run_backfill: RunBackfill,
    run_flow: RunFlow,
    store: Store,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give_back, calls = RawRecords.give_back, itertools.count()

    def first_fails(*arguments: Any, **options: Any) -> int:
        if next(calls) % 2 == 0:
            raise StoreUnavailable("MongoDB does not answer")
        return give_back(*arguments, **options)

    monkeypatch.setattr(RawRecords, "give_back", first_fails)
    for module in (chunks, flows.run):
        monkeypatch.setattr(module, "finish", interrupted)
    store.raw.add(houses(6))
    with pytest.raises(KeyboardInterrupt):
        run_backfill(settings, how=Pace(models="composer", chunk_size=2))
    assert store.raw.counts()["claimed"] == 2
    with pytest.raises(KeyboardInterrupt):
        run_flow(settings.model_copy(update={"batch_size": 2}), models="composer")
    assert store.raw.counts()["claimed"] == 4


def test_there_may_be_nothing_to_go_on_with(run_backfill: RunBackfill, settings: Settings) -> None:
    state = run_backfill(settings, resume="latest")
    assert (state.name, state.message) == (
        "Completed",
        "No backfill is open: there is nothing to go on with.",
    )


def test_a_backfill_that_nobody_knows_is_said_to_be_unknown(
    run_backfill: RunBackfill, settings: Settings
) -> None:
    state = run_backfill(settings, resume="20200101T000000-abcd")
    assert state.is_failed()
    assert "There is no backfill" in str(state.message)


def test_a_backfill_that_another_run_works_on_is_left_to_it(
    run_backfill: RunBackfill, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill_tasks, "LOOK_S", 0.1)
    jobs = Jobs(store.database)
    job = jobs.freeze(jobs.begin(Selection(), 2), Selected(["raw-1"]))
    jobs.take(job.id, "another")
    with kept(lambda: jobs.hold(job.id, "another"), every=timedelta(seconds=0.05)):
        state = run_backfill(settings, resume=job.id)
    assert state.is_failed()
    assert "Another run is at work" in str(state.message)


def test_a_backfill_whose_run_died_is_gone_on_with_when_its_lease_is_over(
    run_backfill: RunBackfill, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill_tasks, "LOOK_S", 0.1)
    monkeypatch.setattr(jobs_module, "LEASE", timedelta(seconds=1))
    jobs = Jobs(store.database)
    store.raw.add(houses(1))
    job = jobs.begin(Selection(), 2)
    jobs.take(job.id, "dead")
    assert estimated(run_backfill(settings, resume=job.id, dry_run=True)).records == 1
    report = reported(run_backfill(settings, resume=job.id, how=Pace(models="composer")))
    assert (report.job, report.counts) == (job.id, {"processed": 1})
    assert run_backfill(settings, resume=job.id).message == f"Backfill {job.id} is done."


@pytest.mark.parametrize("where", ["claim_chunk", "close_chunk"])
def test_a_run_that_has_lost_its_backfill_to_another_ends_and_holds_nothing(
    run_backfill: RunBackfill, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    store.raw.add(houses(6))
    jobs, step, steps = Jobs(store.database), getattr(chunks, where), itertools.count()

    def taken_over(*arguments: Any, **options: Any) -> Any:
        if next(steps) == 1:
            taken = {
                "$set": {"runner": {"run": "another", "until": datetime.now(UTC) + timedelta(minutes=2)}}
            }
            store.database.backfills.update_many({}, taken)
        return step(*arguments, **options)

    monkeypatch.setattr(chunks, where, taken_over)
    state = run_backfill(settings, how=Pace(models="composer", chunk_size=2))
    [job] = jobs.all()
    assert state.is_failed()
    assert f"another run has taken over backfill {job.id}" in str(state.message)
    assert job.cursor <= 1
    assert store.raw.counts()["claimed"] == 0
    assert jobs.hold(job.id, "another")
