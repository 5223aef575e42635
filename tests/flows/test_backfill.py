"""The backfill on real servers: a dry run that tells the truth, chunks, the budget, other runs beside it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from prefect.client.schemas.objects import State

from flows import chunks
from flows.backfill import Pace, Selection
from phoenix_real_estate.backfill import Estimate, Jobs
from phoenix_real_estate.backfill.report import looked_at
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.backfill.stored import letter
from tests.flows.backfills import RunBackfill, estimated, interrupted, reported, run_backfill, spent
from tests.flows.records import house, houses
from tests.flows.reported import RunFlow
from tests.vendors import VendorServer

__all__ = ["run_backfill"]


def off_by(estimate: Estimate, billed: Decimal) -> float:
    return abs(float(estimate.cost_micro_usd / billed) - 1)


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
