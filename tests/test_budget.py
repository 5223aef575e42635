"""The ledger on a real MongoDB-wire server: not a micro-dollar over, at any concurrency, through crashes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pymongo
import pytest
from pymongo.database import Database

from phoenix_real_estate.budget import FLUSH_EVERY, BudgetPolicy, CallLabel, Ledger, micro_usd
from phoenix_real_estate.errors import BudgetExhausted, ConfigurationError, StoreUnavailable

LABEL = CallLabel(
    operation="description", provider="openai", model="gpt-4o-mini", property_id="1", flow_run_id="run-1"
)
NOON_IN_PHOENIX = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON_IN_PHOENIX

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger_of(database: Database[dict[str, Any]], clock: Clock) -> Callable[[int], Ledger]:
    return lambda limit: Ledger(database, BudgetPolicy(daily_limit_micro_usd=limit), clock=clock)


def settle(ledger: Ledger, amount: int, cost: int, *, label: CallLabel = LABEL) -> None:
    ledger.settle(
        ledger.reserve(amount, label),
        cost_micro_usd=cost,
        input_tokens=100,
        output_tokens=10,
        outcome="ok",
    )


def invoice(database: Database[dict[str, Any]]) -> int:
    return sum(row["cost_micro_usd"] for row in database["llm_calls"].find())


def test_what_is_reserved_and_spent_is_told_to_the_micro_dollar(ledger_of: Callable[[int], Ledger]) -> None:
    ledger = ledger_of(1000)
    settle(ledger, 300, 120)
    ledger.reserve(200, LABEL)
    today = ledger.today()
    assert today.day == "2026-11-21"
    assert (today.spent_micro_usd, today.reserved_micro_usd, today.remaining_micro_usd) == (120, 200, 680)
    assert today.limit_micro_usd == 1000


def test_a_reservation_that_does_not_fit_is_refused_and_one_that_just_fits_is_not(
    ledger_of: Callable[[int], Ledger],
) -> None:
    ledger = ledger_of(1000)
    ledger.reserve(600, LABEL)
    with pytest.raises(BudgetExhausted, match=r"\$0\.000401 .* \$0\.0004 of \$0\.001 .* 2026-11-21"):
        ledger.reserve(401, LABEL)
    ledger.reserve(400, LABEL)
    assert ledger.today().remaining_micro_usd == 0


def test_a_ledger_is_exhausted_when_what_was_refused_would_still_not_fit(
    ledger_of: Callable[[int], Ledger],
) -> None:
    ledger = ledger_of(1000)
    assert not ledger.exhausted()
    ledger.reserve(900, LABEL)
    assert not ledger.exhausted()
    with pytest.raises(BudgetExhausted):
        ledger.reserve(150, LABEL)
    assert ledger.exhausted()
    assert not ledger_of(2000).exhausted()
    assert ledger_of(0).exhausted()


def test_settling_twice_counts_once(ledger_of: Callable[[int], Ledger], database: Any) -> None:
    ledger = ledger_of(1000)
    reservation = ledger.reserve(300, LABEL)
    for cost in (120, 250):
        ledger.settle(reservation, cost_micro_usd=cost, input_tokens=1, output_tokens=1, outcome="ok")
    assert ledger.today().spent_micro_usd == invoice(database) == 120


def test_a_cost_above_its_reservation_is_booked_in_full(ledger_of: Callable[[int], Ledger]) -> None:
    ledger = ledger_of(1000)
    settle(ledger, 300, 350)
    assert ledger.today().spent_micro_usd == 350


def test_cancelling_gives_everything_back_and_leaves_no_row(
    ledger_of: Callable[[int], Ledger], database: Any
) -> None:
    ledger = ledger_of(1000)
    reservation = ledger.reserve(300, LABEL)
    ledger.cancel(reservation)
    ledger.cancel(reservation)
    ledger.settle(reservation, cost_micro_usd=300, input_tokens=1, output_tokens=1, outcome="late")
    assert ledger.today().remaining_micro_usd == 1000
    assert invoice(database) == 0


def test_a_free_call_is_on_the_invoice_and_reserves_nothing(
    ledger_of: Callable[[int], Ledger], database: Any
) -> None:
    ledger = ledger_of(0)
    settle(ledger, 0, 0)
    ledger.cancel(ledger.reserve(0, LABEL))
    assert ledger.today().spent_micro_usd == 0
    assert [row["model"] for row in database["llm_calls"].find()] == ["gpt-4o-mini"]


def test_a_reservation_of_a_dead_process_is_settled_at_its_worst_case(
    ledger_of: Callable[[int], Ledger], clock: Clock, database: Any
) -> None:
    ledger = ledger_of(1000)
    ledger.reserve(300, LABEL)
    assert ledger.expire() == 0
    clock.now += timedelta(hours=1)
    assert ledger_of(1000).expire() == 1
    today = ledger.today()
    assert (today.spent_micro_usd, today.reserved_micro_usd) == (300, 0)
    assert [(row["outcome"], row["cost_micro_usd"]) for row in database["llm_calls"].find()] == [
        ("expired", 300)
    ]


def test_a_call_that_ends_after_its_lease_is_not_booked_again(
    ledger_of: Callable[[int], Ledger], clock: Clock
) -> None:
    ledger = ledger_of(1000)
    stranded = ledger.reserve(600, LABEL)
    clock.now += timedelta(hours=1)
    assert ledger.today().reserved_micro_usd == 0
    ledger.settle(stranded, cost_micro_usd=10, input_tokens=1, output_tokens=1, outcome="late")
    assert ledger.today().spent_micro_usd == 600


def test_the_day_begins_at_midnight_in_phoenix(ledger_of: Callable[[int], Ledger], clock: Clock) -> None:
    ledger = ledger_of(1000)
    clock.now = datetime(2026, 11, 22, 6, 59, tzinfo=UTC)
    before_midnight = ledger.reserve(800, LABEL)
    clock.now = datetime(2026, 11, 22, 7, 1, tzinfo=UTC)
    assert ledger.today().day == "2026-11-22"
    ledger.reserve(900, LABEL)
    ledger.settle(before_midnight, cost_micro_usd=700, input_tokens=1, output_tokens=1, outcome="ok")
    assert ledger.today().spent_micro_usd == 0
    assert ledger.month() == 700


def test_a_limit_that_changes_holds_from_the_next_reservation(ledger_of: Callable[[int], Ledger]) -> None:
    ledger_of(1000).reserve(900, LABEL)
    with pytest.raises(BudgetExhausted):
        ledger_of(500).reserve(1, LABEL)
    ledger_of(2000).reserve(1000, LABEL)


@pytest.mark.parametrize("seed", range(3))
def test_many_threads_and_ledgers_never_exceed_the_limit(
    ledger_of: Callable[[int], Ledger], database: Any, seed: int
) -> None:
    limit = 5_000
    ledgers = [ledger_of(limit) for _ in range(3)]

    def hammer(worker: int) -> int:
        random = Random(f"{seed}-{worker}")  # noqa: S311 - a reproducible load, not a secret
        ledger, billed = ledgers[worker % 3], 0
        for _ in range(25):
            amount = random.randrange(1, 400)
            try:
                reservation = ledger.reserve(amount, LABEL)
            except BudgetExhausted:
                continue
            cost = random.randrange(amount + 1)
            ledger.settle(reservation, cost_micro_usd=cost, input_tokens=1, output_tokens=1, outcome="ok")
            billed += cost
        return billed

    with ThreadPoolExecutor(8) as pool:
        billed = sum(pool.map(hammer, range(8)))
    today = ledgers[0].today()
    assert today.spent_micro_usd == billed == invoice(database) <= limit
    assert today.reserved_micro_usd == 0
    assert limit - billed < 400, "most of the budget was usable"


def test_a_crash_between_the_steps_of_settling_loses_no_row(
    ledger_of: Callable[[int], Ledger], database: Any
) -> None:
    ledger = ledger_of(1000)
    reservation = ledger.reserve(300, LABEL)
    ledger.settle(reservation, cost_micro_usd=120, input_tokens=1, output_tokens=1, outcome="ok")
    assert invoice(database) == 0
    assert ledger_of(1000).today().spent_micro_usd == 120
    assert invoice(database) == 120


def test_rows_reach_the_invoice_in_handfuls_without_being_asked_for(
    ledger_of: Callable[[int], Ledger], database: Any
) -> None:
    ledger = ledger_of(10_000)
    for _ in range(FLUSH_EVERY):
        settle(ledger, 3, 2)
    assert invoice(database) == 2 * FLUSH_EVERY


def test_the_invoice_of_a_run_is_told_by_model(ledger_of: Callable[[int], Ledger]) -> None:
    ledger = ledger_of(10_000)
    mini, other_run = LABEL, LABEL.model_copy(update={"flow_run_id": "run-2"})
    settle(ledger, 300, 100, label=mini)
    settle(ledger, 300, 50, label=mini)
    settle(ledger, 300, 70, label=mini.model_copy(update={"model": "gpt-3.5-turbo"}))
    settle(ledger, 300, 9, label=other_run)
    run = ledger.spent_in("run-1")
    assert (run.cost_micro_usd, run.calls, run.input_tokens, run.output_tokens) == (220, 3, 300, 30)
    assert [(one.model, one.calls, one.cost_micro_usd) for one in run.by_model] == [
        ("gpt-4o-mini", 2, 150),
        ("gpt-3.5-turbo", 1, 70),
    ]
    assert ledger.spent_on(ledger.today().day).cost_micro_usd == 229
    assert ledger.spent_in("no such run").by_model == ()


def test_usd_is_never_rounded_down() -> None:
    assert micro_usd(Decimal("0.63")) == 630_000
    assert micro_usd(Decimal("0.0000001")) == 1


def test_an_unknown_time_zone_says_what_to_do(database: Any) -> None:
    policy = BudgetPolicy(daily_limit_micro_usd=1, time_zone="Arizona/Somewhere")
    with pytest.raises(ConfigurationError, match=r"Arizona/Somewhere.*America/Phoenix"):
        Ledger(database, policy)


def test_a_database_that_does_not_answer_is_retriable() -> None:
    with pymongo.MongoClient[dict[str, Any]](
        "mongodb://127.0.0.1:1/", serverSelectionTimeoutMS=50
    ) as nowhere:
        ledger = Ledger(nowhere["x"], BudgetPolicy(daily_limit_micro_usd=1))
        with pytest.raises(StoreUnavailable, match="MongoDB"):
            ledger.reserve(1, LABEL)
