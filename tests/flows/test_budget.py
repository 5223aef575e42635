"""The budget as people see and change it in Prefect."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from prefect.automations import Automation
from prefect.client.schemas.objects import State

from deployments.automations import BUDGET_RUNS_LOW, register_automations
from flows import budget
from flows.leases import kept
from phoenix_real_estate.budget import BudgetPolicy, CallLabel, Ledger
from phoenix_real_estate.errors import ConfigurationError, StoreUnavailable
from phoenix_real_estate.llm import loop
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.report import RunReport
from phoenix_real_estate.settings import Settings, using
from phoenix_real_estate.store import Store
from tasks import budget_watch
from tasks.blocks import BUDGET_BLOCK, DailyBudget
from tasks.resources import RunPlan, opened
from tests.flows.records import houses
from tests.sample import HOUSE
from tests.vendors import VendorServer

LABEL = CallLabel(operation="description", provider="openai", model="gpt-4o-mini", property_id="1")
PATIENCE_S = 60
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def block(prefect_url: str) -> Iterator[Callable[..., None]]:
    """Saves the budget's block as a person does in the UI."""

    def save(**fields: Any) -> None:
        DailyBudget(**fields).save(BUDGET_BLOCK, overwrite=True)

    yield save
    save()


def events(prefect_url: str, resource: str, *names: str, since: datetime = LONG_AGO) -> list[dict[str, Any]]:
    """Waits until the server has each of these events about the resource, then gives all of them."""
    wanted = {
        "event": {"name": list(names)},
        "any_resource": {"id": [resource]},
        "occurred": {"since": since.isoformat()},
    }
    end = time.monotonic() + PATIENCE_S
    while True:
        answer = httpx.post(f"{prefect_url}/events/filter", json={"filter": wanted}, timeout=30)
        found = answer.raise_for_status().json()["events"]
        if set(names) <= {one["event"] for one in found} or time.monotonic() > end:
            return list(found)
        time.sleep(0.5)


def test_the_end_of_the_budget_is_an_event_once_a_day_and_fires_the_automation(
    vendors: VendorServer,
    settings: Settings,
    store: Store,
    prefect_url: str,
    run_flow: Callable[..., State[RunReport]],
) -> None:
    register_automations()
    automation = Automation.read(name=BUDGET_RUNS_LOW)
    began = datetime.now(UTC)
    store.raw.add(houses(4))
    tight = vendors.settings_of(settings, daily_llm_budget=Decimal("0.001"))
    assert [run_flow(tight).name for _ in range(2)] == ["BudgetExhausted"] * 2
    told = events(
        prefect_url,
        budget_watch.RESOURCE_ID,
        "phoenix.budget.nearly-spent",
        "phoenix.budget.exhausted",
        since=began,
    )
    assert sorted(one["event"] for one in told) == ["phoenix.budget.exhausted", "phoenix.budget.nearly-spent"]
    today = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=1000)).today()
    assert {one["payload"]["day"] for one in told} == {today.day}
    assert {one["payload"]["limit_usd"] for one in told} == {0.001}
    about = f"prefect.automation.{automation.id}"
    assert events(prefect_url, about, "prefect.automation.triggered", "prefect.automation.action.executed")


def test_what_people_made_of_the_automation_stays(prefect_url: str) -> None:
    register_automations()
    automation = Automation.read(name=BUDGET_RUNS_LOW)
    automation.description = "Mails the owner."
    automation.update()
    register_automations()
    assert Automation.read(name=BUDGET_RUNS_LOW).description == "Mails the owner."


def test_a_limit_that_is_lowered_in_the_ui_stops_a_run_that_is_under_way(
    vendors: VendorServer,
    settings: Settings,
    store: Store,
    block: Callable[..., None],
    run_flow: Callable[..., State[RunReport]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(budget, "EVERY", timedelta(seconds=0.2))
    block(daily_limit_usd=5)
    store.raw.add(houses(20))
    vendors.latency_s = 0.5

    def lower_after_the_first_call() -> None:
        while not vendors.calls:
            time.sleep(0.05)
        block(daily_limit_usd=0)

    with ThreadPoolExecutor(1) as person:
        lowered = person.submit(copy_context().run, lower_after_the_first_call)
        state = run_flow(vendors.settings_of(settings, max_concurrency=1, batch_size=20))
        lowered.result()
    assert state.name == "BudgetExhausted"
    assert 0 < len(vendors.calls) < 60
    assert store.raw.counts()["pending"] > 0
    assert store.raw.counts()["claimed"] == 0


@pytest.mark.parametrize(
    "problem", [httpx.ConnectError("gone"), RuntimeError("mismatched schema"), ConfigurationError("no zone")]
)
def test_a_block_that_cannot_be_read_leaves_the_policy_as_it_was(
    prefect_url: str, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def fail(_settings: Settings) -> None:
        raise problem

    monkeypatch.setattr(budget_watch, "load_policy", fail)
    ledger = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=1000))
    budget_watch.watch(ledger, settings)
    assert ledger.policy.daily_limit_micro_usd == 1000


def test_a_look_at_the_budget_holds_to_the_block_and_lets_leases_run_out(
    store: Store, settings: Settings, block: Callable[..., None]
) -> None:
    block(
        daily_limit_usd=Decimal("0.05"),
        time_zone="Asia/Tokyo",
        when_exhausted="local",
        backfill_share_percent=20,
    )
    ledger = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=1000), lease=timedelta(0))
    ledger.reserve(100, LABEL)
    budget_watch.watch(ledger, settings)
    assert ledger.policy == BudgetPolicy(
        daily_limit_micro_usd=50_000,
        time_zone="Asia/Tokyo",
        when_exhausted="local",
        backfill_share_percent=20,
    )
    [row] = store.database.llm_calls.find()
    assert row["outcome"] == "expired"


def test_a_store_that_is_away_does_not_end_the_run_that_watches_its_budget(
    prefect_url: str, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_ledger: Ledger) -> int:
        raise StoreUnavailable("MongoDB does not answer")

    monkeypatch.setattr(Ledger, "expire", away)
    ledger = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=1000))
    budget_watch.watch(ledger, settings)
    assert ledger.today().spent_micro_usd == 0


def test_a_keeper_goes_on_after_whatever_went_wrong() -> None:
    went_on = threading.Event()
    looks = iter([ValueError("a block of another shape"), None])

    def look() -> None:
        if problem := next(looks, None):
            raise problem
        went_on.set()

    with kept(look, every=timedelta(milliseconds=5)):
        assert went_on.wait(20)


def test_a_run_that_is_ended_from_outside_leaves_no_call_under_way(
    prefect_url: str, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    vendors.latency_s = 600
    policy = BudgetPolicy(daily_limit_micro_usd=630_000)
    ledger = Ledger(store.database, policy)

    def run_until_interrupted() -> None:
        with opened(RunPlan(policy=policy)) as resources:
            writing = resources.enricher.enrich(HOUSE, last_resort=False)
            thread.submit(copy_context().run, run, writing)
            patience = time.monotonic() + PATIENCE_S
            while not ledger.today().reserved_micro_usd and time.monotonic() < patience:
                time.sleep(0.05)
            raise KeyboardInterrupt

    with ThreadPoolExecutor(1) as thread:
        with using(vendors.settings_of(settings)), pytest.raises(KeyboardInterrupt):
            run_until_interrupted()
        today = ledger.today()
        loop.interrupt()
    assert (today.calls_under_way, today.reserved_micro_usd) == (0, 0)
    assert today.spent_micro_usd > 0
