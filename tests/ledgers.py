"""Ledgers on a clock that stands still: import the fixtures `clock` and `ledger` into a test module."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from phoenix_real_estate.budget import BudgetPolicy, CallLabel, Ledger, Reservation

Documents = Database[dict[str, Any]]
LABEL = CallLabel(
    operation="description", provider="openai", model="gpt-4o-mini", property_id="10213002", flow_run_id="run"
)
NOON = datetime(2026, 3, 14, 19, tzinfo=UTC)
DAY = "2026-03-14"


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(database: Documents, clock: Clock) -> Callable[..., Ledger]:
    def with_limit(limit: int, **options: Any) -> Ledger:
        return Ledger(database, BudgetPolicy(daily_limit_micro_usd=limit), clock=clock, **options)

    return with_limit


def settle(ledger: Ledger, reservation: Reservation, cost: int, outcome: str = "ok") -> None:
    ledger.settle(reservation, cost_micro_usd=cost, input_tokens=300, output_tokens=50, outcome=outcome)


def invoiced(database: Documents) -> int:
    return sum(row["cost_micro_usd"] for row in database.llm_calls.find())


def state(ledger: Ledger) -> tuple[int, int, int]:
    """Today's spent, reserved and remaining micro-USD."""
    day = ledger.today()
    return day.spent_micro_usd, day.reserved_micro_usd, day.remaining_micro_usd
