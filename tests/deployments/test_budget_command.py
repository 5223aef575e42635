"""What `phoenix budget` tells people and programs."""

from __future__ import annotations

import json

from phoenix_real_estate.budget import BudgetPolicy, CallLabel, Ledger
from phoenix_real_estate.store import Store
from tests.deployments.command_line import Run, phoenix, store

__all__ = ["phoenix", "store"]


def spend(store: Store) -> None:
    ledger = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=630_000))
    label = CallLabel(operation="description", provider="openai", model="gpt-4o-mini", property_id="1")
    paid = ledger.reserve(300, label)
    ledger.reserve(500, label)
    ledger.settle(paid, cost_micro_usd=120, input_tokens=4000, output_tokens=90, outcome="ok")


def test_budget_for_programs_adds_up_to_the_limit(phoenix: Run, store: Store) -> None:
    spend(store)
    told = json.loads(phoenix("budget", "--json").out)
    money = {name: told[name] for name in ("limit_usd", "spent_usd", "reserved_usd", "remaining_usd")}
    assert money == {
        "limit_usd": 0.63,
        "spent_usd": 0.00012,
        "reserved_usd": 0.0005,
        "remaining_usd": 0.62938,
    }


def test_budget_for_people_tells_who_spent_it(phoenix: Run, store: Store) -> None:
    assert "by model" not in phoenix("budget").out
    spend(store)
    told = [row.split() for row in phoenix("budget").out.splitlines()]
    assert ["spent", "0.000120", "1", "calls"] in told
    assert ["reserved", "0.000500", "1", "calls", "under", "way"] in told
    assert ["description", "1", "4,000", "90", "0.000120"] in told
    assert ["1", "1", "4,000", "90", "0.000120"] in told
    assert ["gpt-4o-mini", "1", "4,000", "90", "0.000120"] in told


def test_budget_for_people_shows_what_is_spent_of_the_limit(phoenix: Run, store: Store) -> None:
    def told(limit: int, *costs: int) -> str:
        store.database.llm_spend.drop()
        ledger = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=limit))
        label = CallLabel(operation="description", provider="openai", model="gpt-4o-mini", property_id="1")
        for cost in costs:
            paid = ledger.reserve(cost, label)
            ledger.settle(paid, cost_micro_usd=cost, input_tokens=1, output_tokens=1, outcome="ok")
        ledger.reserve(0, label)
        return phoenix("budget").out.splitlines()[1].strip()

    assert told(1000) == "░" * 40 + " 0.0% spent"
    assert told(1000, 250, 250) == "█" * 20 + "░" * 20 + " 50.0% spent"
    assert told(1000, 1000) == "█" * 40 + " 100.0% spent"
    assert told(0).endswith("there is no money to spend")


def test_budget_for_people_says_whose_limit_it_is_when_it_is_not_the_settings(
    phoenix: Run, store: Store
) -> None:
    spend(store)
    assert "DAILY_LLM_BUDGET" not in phoenix("budget").err
    store.database.llm_spend.update_one({}, {"$set": {"limit": 2_000_000}})
    assert "DAILY_LLM_BUDGET says $0.63" in phoenix("budget").err


def test_budget_for_people_shows_the_dearest_properties_and_what_one_costs(
    phoenix: Run, store: Store
) -> None:
    ledger = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=630_000))
    for number in range(1, 8):
        label = CallLabel(
            operation="description", provider="openai", model="gpt-4o-mini", property_id=f"house-{number}"
        )
        paid = ledger.reserve(1000, label)
        ledger.settle(paid, cost_micro_usd=number * 100, input_tokens=1, output_tokens=1, outcome="ok")
    told = phoenix("budget").out
    assert "Today by property: 7, $0.000400 each; the dearest 5" in told
    assert [row.split()[0] for row in told.splitlines() if "house-" in row] == [
        f"house-{number}" for number in (7, 6, 5, 4, 3)
    ]
