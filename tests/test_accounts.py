"""Where things stand, out of a real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from phoenix_real_estate.accounts import answers_summary, budget_summary, status_summary
from phoenix_real_estate.budget import BudgetPolicy, CallLabel, Ledger
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.flows.records import houses

NOON = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
LABEL = CallLabel(operation="description", provider="openai", model="gpt-4o-mini", property_id="10306001")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.connect(settings) as store:
        yield store


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=630_000), clock=lambda: NOON)


def test_every_status_is_named_where_nothing_is_stored(store: Store) -> None:
    assert status_summary(store) == {
        "raw": {"pending": 0, "claimed": 0, "processed": 0, "needs_review": 0, "dead_letter": 0},
        "processed": {"published": 0, "needs_review": 0},
    }


def test_records_are_counted_where_they_are(store: Store) -> None:
    store.raw.add(houses(3))
    store.raw.claim(1, lease=timedelta(minutes=1))
    store.processed.save([{"_id": "10306000", "status": "published"}])
    summary = status_summary(store)
    assert summary["raw"] | {"pending": 2, "claimed": 1} == summary["raw"]
    assert summary["processed"] == {"published": 1, "needs_review": 0}


def test_a_day_without_a_call_has_its_whole_budget(ledger: Ledger) -> None:
    assert budget_summary(ledger) == {
        "day": "2026-11-21",
        "limit_usd": 0.63,
        "spent_usd": 0.0,
        "reserved_usd": 0.0,
        "remaining_usd": 0.63,
        "month_spent_usd": 0.0,
        "calls": 0,
        "calls_under_way": 0,
        "by_model": {},
        "by_operation": {},
        "by_property": {},
    }


def test_money_is_told_in_usd_with_who_spent_it(ledger: Ledger) -> None:
    paid = ledger.reserve(300, LABEL)
    ledger.reserve(500, LABEL)
    ledger.settle(paid, cost_micro_usd=120, input_tokens=400, output_tokens=90, outcome="ok")
    summary = budget_summary(ledger)
    told: dict[str, Any] = {"calls": 1, "input_tokens": 400, "output_tokens": 90, "cost_usd": 0.00012}
    assert summary["spent_usd"] == summary["month_spent_usd"] == 0.00012
    assert (summary["reserved_usd"], summary["remaining_usd"]) == (0.0005, 0.62938)
    assert summary["by_model"] == {"gpt-4o-mini": told}
    assert summary["by_operation"] == {"description": told}
    assert summary["by_property"] == {"10306001": told}
    assert (summary["calls"], summary["calls_under_way"]) == (1, 1)


def test_who_spent_most_is_told_first(ledger: Ledger) -> None:
    for model, cost in (("cheap", 10), ("dear", 300), ("also-cheap", 10)):
        paid = ledger.reserve(300, LABEL.model_copy(update={"model": model}))
        ledger.settle(paid, cost_micro_usd=cost, input_tokens=1, output_tokens=1, outcome="ok")
    assert list(budget_summary(ledger)["by_model"]) == ["dear", "also-cheap", "cheap"]


def test_the_limit_told_is_the_one_that_is_in_force(store: Store, ledger: Ledger) -> None:
    ledger.reserve(500, LABEL)
    other = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=100), clock=lambda: NOON)
    summary = budget_summary(other)
    assert (summary["limit_usd"], summary["remaining_usd"]) == (0.63, 0.6295)


def test_what_a_dead_process_reserved_counts_as_spent(store: Store, ledger: Ledger) -> None:
    ledger.reserve(500, LABEL)
    policy = BudgetPolicy(daily_limit_micro_usd=630_000)
    later = Ledger(store.database, policy, clock=lambda: NOON + timedelta(hours=2))
    summary = budget_summary(later)
    assert (summary["reserved_usd"], summary["spent_usd"]) == (0.0, 0.0005)


def test_without_caching_there_is_nothing_to_tell_of_answers(settings: Settings) -> None:
    assert run(answers_summary(settings.model_copy(update={"enable_caching": False}))) is None


def test_an_empty_answer_cache_has_saved_nothing(settings: Settings, redis_client: object) -> None:
    empty = {"answers": 0, "hits": 0, "misses": 0, "hit_rate": None, "saved_usd": 0.0}
    assert run(answers_summary(settings)) == empty
