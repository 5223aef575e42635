"""What the main flow does when the money is gone, or was never needed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from phoenix_real_estate.report import Outcome
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tasks.blocks import BUDGET_BLOCK, DailyBudget
from tests.flows.records import houses
from tests.flows.reported import RunFlow, report_of
from tests.vendors import VendorServer

LEASE = timedelta(minutes=1)


def test_the_budget_stops_the_run_and_what_was_not_reached_is_pending(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(12))
    tight = vendors.settings_of(settings, daily_llm_budget=Decimal("0.001"), batch_size=4)
    state = run_flow(tight)
    assert (state.name, state.type.value) == ("BudgetExhausted", "COMPLETED")
    assert vendors.bill_micro_usd <= 1000
    pending = store.raw.counts()["pending"]
    assert pending > 0
    assert store.raw.counts()["claimed"] == 0
    assert pending + sum(n for status, n in store.raw.counts().items() if status != "pending") == 12
    assert all(record.attempts == 1 for record in store.raw.claim(12, lease=LEASE))


def test_a_run_without_money_ends_at_once_without_claiming(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    state = run_flow(vendors.settings_of(settings, daily_llm_budget=Decimal(0)))
    assert state.name == "BudgetExhausted"
    assert report_of(state).batches == 0
    assert vendors.calls == []
    assert store.raw.counts()["pending"] == 2


def test_models_that_cost_nothing_need_no_budget(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    state = run_flow(vendors.settings_of(settings, daily_llm_budget=Decimal(0)), models="free")
    assert state.name == "Completed"
    assert {call.vendor for call in vendors.calls} == {"ollama"}


def test_the_block_may_let_a_run_without_money_go_on_with_free_models(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    DailyBudget(when_exhausted="local").save(BUDGET_BLOCK, overwrite=True)
    try:
        store.raw.add(houses(2))
        report = report_of(run_flow(vendors.settings_of(settings, daily_llm_budget=Decimal(0))))
    finally:
        DailyBudget().save(BUDGET_BLOCK, overwrite=True)
    assert report.counts[Outcome.PENDING] == 0
    assert {call.vendor for call in vendors.calls} == {"ollama"}


def test_what_the_money_did_not_reach_counts_no_limit_when_free_models_go_on(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    DailyBudget(when_exhausted="local").save(BUDGET_BLOCK, overwrite=True)
    try:
        store.raw.add(houses(6))
        tight = vendors.settings_of(settings, daily_llm_budget=Decimal("0.001"))
        report = report_of(run_flow(tight, limit=4))
    finally:
        DailyBudget().save(BUDGET_BLOCK, overwrite=True)
    assert report.ended == "Completed"
    assert report.counts[Outcome.PENDING] == 0
    assert store.raw.counts()["pending"] == 2


def test_a_budget_of_nothing_does_not_stop_a_run_that_costs_nothing(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    store.raw.add(houses(2))
    report = report_of(run_flow(settings.model_copy(update={"daily_llm_budget": Decimal(0)})))
    assert (report.ended, report.counts[Outcome.PUBLISHED]) == ("Completed", 2)
