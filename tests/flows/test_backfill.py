"""The backfill on real servers: a dry run that tells the truth, chunks, crashes, other runs beside it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from prefect.client.schemas.objects import State

import flows.run
from flows import chunks
from flows.backfill import Pace, Selection
from flows.leases import kept
from phoenix_real_estate.backfill import BackfillReport, Estimate, Jobs, Selected
from phoenix_real_estate.backfill import jobs as jobs_module
from phoenix_real_estate.backfill.report import looked_at
from phoenix_real_estate.budget import BudgetPolicy, Ledger
from phoenix_real_estate.errors import StoreUnavailable
from phoenix_real_estate.report import RunReport
from phoenix_real_estate.settings import Settings, using
from phoenix_real_estate.store import RawRecords, Store
from tasks import backfill as backfill_tasks
from tests.backfill.stored import letter
from tests.flows.records import house, houses
from tests.vendors import VendorServer

RunFlow = Callable[..., State[RunReport]]
RunBackfill = Callable[..., State[Any]]


@pytest.fixture
def quick_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendors' batches are looked at again at once."""
    monkeypatch.setattr("phoenix_real_estate.prefetch.watching.FIRST_PAUSE_S", 0.05)


@pytest.fixture
def run_backfill(prefect_url: str) -> RunBackfill:
    """Runs the backfill in this process with the given settings and parameters."""

    def run(settings: Settings, **parameters: Any) -> State[Any]:
        from flows.backfill import backfill

        with using(settings):
            return backfill(**{"dry_run": False, **parameters}, return_state=True)

    return run


def reported(state: State[Any]) -> BackfillReport:
    result = state.result(raise_on_failure=False)
    assert isinstance(result, BackfillReport), result
    return result


def estimated(state: State[Any]) -> Estimate:
    result = state.result(raise_on_failure=False)
    assert isinstance(result, Estimate), result
    return result


def interrupted(*_: Any, **__: Any) -> None:
    """As Ctrl-C ends a run."""
    raise KeyboardInterrupt


def off_by(estimate: Estimate, billed: Decimal) -> float:
    return abs(float(estimate.cost_micro_usd / billed) - 1)


def spent(store: Store) -> int:
    return Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=1)).today().spent_micro_usd


def test_pending_records_are_enriched_in_chunks_and_counted(
    run_backfill: RunBackfill, store: Store, settings: Settings
) -> None:
    store.raw.add(houses(7))
    state = run_backfill(settings, how=Pace(models="composer", chunk_size=3, slice_size=2))
    report = reported(state)
    assert state.name == "Completed"
    assert (report.records, report.counts, report.left) == (7, {"processed": 7}, 0)
    assert store.raw.counts()["processed"] == 7
    assert Jobs(store.database).all()[0].state == "done"


def test_a_dry_run_changes_nothing_and_costs_nothing(
    run_backfill: RunBackfill, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(5))
    estimate = estimated(run_backfill(vendors.settings_of(settings), dry_run=True))
    assert (estimate.records, estimate.properties) == (5, 5)
    assert estimate.cost_micro_usd > 0
    assert vendors.calls == []
    assert store.raw.counts()["pending"] == 5
    assert Jobs(store.database).all() == []


def test_the_dry_run_of_200_records_is_within_10_percent_of_the_bill_also_with_half_of_them_cached(
    run_flow: RunFlow, run_backfill: RunBackfill, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    here = vendors.settings_of(settings, daily_llm_budget=Decimal(5), batch_size=100)
    store.raw.add(houses(20))
    run_flow(here, slice_size=20)
    store.raw.add(house(number) for number in range(1000, 1200))
    everything = estimated(run_backfill(here, dry_run=True))
    before = vendors.bill_micro_usd
    run_flow(here, slice_size=25, limit=100)
    rest = estimated(run_backfill(here, dry_run=True, what=Selection(redo="all")))
    middle = vendors.bill_micro_usd
    run_backfill(here, what=Selection(redo="all"))
    after = vendors.bill_micro_usd
    assert everything.records == 200
    assert off_by(everything, after - before) < 0.1
    assert rest.records == 220
    assert sum(tier.cached for tier in rest.tiers) == 3 * 120
    assert off_by(rest, after - middle) < 0.1


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


def test_the_end_of_the_share_ends_the_run_and_leaves_the_rest_of_the_day_to_the_scheduled_one(
    run_flow: RunFlow, run_backfill: RunBackfill, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    limit = 10_000
    here = vendors.settings_of(settings, daily_llm_budget=Decimal(limit) / 1_000_000)
    store.raw.add(houses(40))
    state = run_backfill(here, how=Pace(chunk_size=20, slice_size=5))
    report = reported(state)
    assert state.name == "BudgetExhausted"
    assert report.counts == {"processed": report.in_run}
    assert 0 < report.in_run < 40
    assert 0 < vendors.bill_micro_usd <= limit / 2
    assert store.raw.counts()["claimed"] == 0
    assert run_backfill(here, resume="latest").name == "BudgetExhausted"
    before = vendors.bill_micro_usd
    run_flow(here)
    assert vendors.bill_micro_usd > before
    assert spent(store) <= limit
    roomy = vendors.settings_of(settings, daily_llm_budget=Decimal(1))
    assert reported(run_backfill(roomy, resume="latest")).left == 0


def test_records_given_back_for_want_of_money_are_what_they_were(
    run_flow: RunFlow, run_backfill: RunBackfill, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(10))
    run_flow(settings, models="composer")
    here = vendors.settings_of(settings, daily_llm_budget=Decimal("0.006"))
    state = run_backfill(here, what=Selection(redo="all"), how=Pace(max_concurrency=1))
    assert state.name == "BudgetExhausted"
    assert store.raw.counts() == {
        **dict.fromkeys(("pending", "claimed", "needs_review", "dead_letter"), 0),
        "processed": 10,
    }
    again = list(store.database.processed_history.find())
    assert 0 < len(again) < 10
    assert {one["why"].split()[0] for one in again} == {"backfill"}
    assert {one["version"]["metadata"]["llm_model"] for one in again} == {"composer"}


def test_scheduled_runs_and_a_backfill_at_once_do_no_record_twice_and_keep_to_the_budget(
    run_flow: RunFlow,
    run_backfill: RunBackfill,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = 60
    here = vendors.settings_of(settings, daily_llm_budget=Decimal("0.2"), batch_size=10, enable_caching=False)
    vendors.latency_s = 0.05
    store.raw.add(houses(records))
    monkeypatch.setattr(chunks, "claim_chunk", waiting_for_others(store, chunks.claim_chunk))
    with ThreadPoolExecutor(3) as others:

        def begin(run: Callable[..., State[Any]], **how: Any) -> Future[State[Any]]:
            return others.submit(copy_context().run, run, here, **how)

        runs = [begin(run_backfill, how=Pace(chunk_size=15, slice_size=5))]
        while not [job for job in Jobs(store.database).all() if job.state == "open"]:
            time.sleep(0.05)
        runs += [begin(run_flow, slice_size=5) for _ in range(2)]
        states = [run.result() for run in runs]
    assert {state.name for state in states} == {"Completed"}
    assert store.raw.counts()["processed"] == records
    # Nothing is cached here: a record that was done twice would have been paid for twice.
    assert len(vendors.calls) == 3 * records
    assert vendors.bill_micro_usd <= spent(store) <= 200_000
    [job] = Jobs(store.database).all()
    counts = Jobs(store.database).counts(job)
    assert looked_at(counts) == job.records == records
    # Some of its records were another run's by then: done there, or still being done.
    assert 0 < counts.get("done_elsewhere", 0) + counts.get("held", 0) < records


def waiting_for_others(store: Store, claim: Callable[..., Any]) -> Callable[..., Any]:
    """Claims a second chunk only once another run holds, or has done, a record."""
    claims = itertools.count()

    def claimed(*arguments: Any) -> Any:
        if next(claims) == 1:
            others = {"processing.status": {"$exists": True}, "processing.backfill": {"$exists": False}}
            while not store.database.raw_properties.find_one(others):
                time.sleep(0.05)
        return claim(*arguments)

    return claimed


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"what": {"collected_from": "2026-02-01", "collected_to": "2026-01-01"}}, "no record can fit"),
        ({"what": {"zips": ["8503"]}}, "a ZIP code has five digits"),
        ({"what": {"redo": "everything"}}, "old prompt"),
        ({"what": {"prompt": "v1"}}, "prompt"),
        ({"how": {"chunk_size": 0}}, "greater than or equal to 1"),
    ],
)
def test_wrong_parameters_are_refused_with_the_reason(
    run_backfill: RunBackfill, settings: Settings, parameters: dict[str, Any], reason: str
) -> None:
    state = run_backfill(settings, **parameters)
    assert state.is_failed()
    assert reason in str(state.message)


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


@pytest.mark.parametrize("by_people", [False, True])
def test_what_a_person_decides_after_the_choice_stands_against_an_older_record_of_the_house(
    run_backfill: RunBackfill,
    store: Store,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    by_people: bool,
) -> None:
    how = Pace(models="composer", chunk_size=1)
    for raw_id in ("older", "newer"):
        store.raw.add([house(1).model_copy(update={"id": raw_id})])
        run_backfill(settings, how=how)
    with monkeypatch.context() as killing:
        killing.setattr(chunks, "claim_chunk", interrupted)
        wanted = Selection(redo="all", ids=["older"], decided_by_people=by_people)
        with pytest.raises(KeyboardInterrupt):
            run_backfill(settings, what=wanted, how=how)
    decision = {"id": "1", "by": "ann", "decision": "approve", "at": datetime.now(UTC)}
    store.database.processed_properties.update_many({}, {"$set": {"metadata.review": decision}})

    report = reported(run_backfill(settings, resume="latest", how=how))

    [document] = store.processed.find()
    assert ("review" in document["metadata"]) is not by_people
    assert report.counts == ({"processed": 1} if by_people else {"untouched": 1})


def test_a_dead_letter_that_lives_again_is_closed(
    run_backfill: RunBackfill, store: Store, settings: Settings
) -> None:
    store.raw.add(houses(2))
    letter(store, "raw-0", "gate")
    report = reported(run_backfill(settings, what=Selection(redo="failed gate"), how=Pace(models="composer")))
    assert report.counts == {"processed": 1}
    [closed] = store.dead_letters.find(None)
    assert (closed.state, closed.settled[0].by) == ("replayed", f"backfill {report.job}")
    assert store.raw.counts()["pending"] == 1


@pytest.mark.usefixtures("quick_batches")
def test_with_batches_a_backfill_costs_half_and_no_live_call(
    run_backfill: RunBackfill,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
) -> None:
    store.raw.add(houses(4))
    there, how = vendors.settings_of(settings), Pace(engine="batch", chunk_size=3)
    live = estimated(run_backfill(there, dry_run=True)).cost_micro_usd
    foreseen = estimated(run_backfill(there, dry_run=True, how=how)).cost_micro_usd
    report = reported(run_backfill(there, how=how))
    assert (report.counts, len(vendors.batches.sent), vendors.calls) == ({"processed": 4}, 2, [])
    assert spent(store) == report.spent_in_run_micro_usd >= vendors.batches.billed > 0
    assert foreseen == pytest.approx(live / 2, rel=0.02)


@pytest.mark.usefixtures("quick_batches")
def test_what_a_batch_leaves_open_is_told_and_asked_live(
    run_backfill: RunBackfill,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
) -> None:
    vendors.batches.statuses["upload"] = [403] * 10
    store.raw.add(houses(2))
    state = run_backfill(vendors.settings_of(settings), how=Pace(engine="batch"))
    report = reported(state)
    assert report.counts == {"processed": 2}
    assert len(vendors.calls) == 6
    assert report.notes


class Killed(BaseException):
    """As a process ends."""


async def _killed(*_: Any) -> None:
    raise Killed


def killed_at(step: str, dies: Callable[..., Any], run_backfill: RunBackfill, settings: Settings) -> None:
    """A backfill by batches that ends at this step of its prefetch."""
    with pytest.MonkeyPatch.context() as killing:
        killing.setattr(f"phoenix_real_estate.prefetch.{step}", dies)
        with pytest.raises(Killed):
            run_backfill(settings, how=Pace(engine="batch"))


@pytest.mark.usefixtures("quick_batches")
def test_a_backfill_by_batches_that_was_killed_goes_on_with_them_and_pays_nothing_twice(
    run_backfill: RunBackfill,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
) -> None:
    store.raw.add(houses(2))
    there = vendors.settings_of(settings)
    killed_at("collecting.Collector.collect", _killed, run_backfill, there)
    assert store.raw.counts()["claimed"] == 0
    foreseen = estimated(run_backfill(there, resume="latest", dry_run=True)).cost_micro_usd
    report = reported(run_backfill(there, resume="latest"))
    assert report.counts == {"processed": 2}
    assert (len(vendors.batches.sent), vendors.calls) == (1, [])
    assert vendors.batches.billed <= spent(store) < 1.5 * foreseen


async def _killed_once_submitted(_self: object, batches: list[Any], *_: Any, **__: Any) -> list[Any]:
    if batches:
        raise Killed
    return []


@pytest.mark.parametrize("slice_size", [1, 2])
def test_a_scheduled_run_waits_for_what_a_killed_backfill_has_left_at_a_vendor(
    run_backfill: RunBackfill,
    run_flow: RunFlow,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
    slice_size: int,
) -> None:
    store.raw.add(houses(2))
    there = vendors.settings_of(settings)
    vendors.batches.polls = 10**6
    killed_at("watching.Watcher.wait", _killed_once_submitted, run_backfill, there)

    run_flow(there, slice_size=slice_size)

    assert vendors.calls == []
    waiting = list(store.database.raw_properties.find({}, {"processing": 1}))
    assert [one["processing"]["status"] for one in waiting] == ["pending"] * 2
    assert [one["processing"]["attempts"] for one in waiting] == [0] * 2
    assert all("batch" in one["processing"]["last_error"] for one in waiting)

    vendors.batches.polls = 0
    store.database.raw_properties.update_many({}, {"$unset": {"processing.not_before": ""}})
    run_flow(there, slice_size=slice_size)

    assert store.raw.counts()["processed"] == 2
    assert (len(vendors.batches.sent), vendors.calls) == (1, [])
    assert spent(store) >= vendors.batches.billed > 0
