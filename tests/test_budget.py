from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from pymongo.database import Database

from phoenix_real_estate.budget import BudgetPolicy, BudgetTiedUp, Call, CallLabel, Ledger, Reservation
from phoenix_real_estate.budget.together import Together
from phoenix_real_estate.errors import BudgetExhausted, ConfigurationError, StoreUnavailable

Documents = Database[dict[str, Any]]
LABEL = CallLabel(
    operation="description", provider="openai", model="gpt-4o-mini", property_id="10213002", flow_run_id="run"
)
NOON = datetime(2026, 3, 14, 19, tzinfo=UTC)


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


def _settle(ledger: Ledger, reservation: Reservation, cost: int, outcome: str = "ok") -> None:
    ledger.settle(reservation, cost_micro_usd=cost, input_tokens=300, output_tokens=50, outcome=outcome)


def _reservation(number: int, amount: int, day: str = "2026-03-14") -> Reservation:
    return Reservation(id=f"r{number}", day=day, amount_micro_usd=amount, label=LABEL)


def _invoiced(database: Documents) -> int:
    return sum(row["cost_micro_usd"] for row in database.llm_calls.find())


def _state(ledger: Ledger) -> tuple[int, int, int]:
    day = ledger.today()
    return day.spent_micro_usd, day.reserved_micro_usd, day.remaining_micro_usd


def test_a_free_call_fits_even_where_a_lowered_limit_is_already_passed(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    _settle(ledger(1000), ledger(1000).reserve(400, LABEL), 400)
    money = ledger(100)
    _settle(money, money.reserve(0, LABEL), 0)
    assert sorted(row["reserved_micro_usd"] for row in database.llm_calls.find()) == [0, 400]


def test_a_day_nobody_has_spent_on_has_its_whole_limit_left(ledger: Callable[..., Ledger]) -> None:
    assert ledger(1000).today().model_dump() == {
        "day": "2026-03-14",
        "limit_micro_usd": 1000,
        "spent_micro_usd": 0,
        "reserved_micro_usd": 0,
        "remaining_micro_usd": 1000,
    }


def test_a_reservation_is_put_aside_and_settled_at_what_was_used(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    assert (reservation.day, reservation.amount_micro_usd) == ("2026-03-14", 400)
    assert _state(money) == (0, 400, 600)
    _settle(money, reservation, 150)
    assert _state(money) == (150, 0, 850)
    assert database.llm_calls.find_one() == {
        "_id": reservation.id,
        "day": "2026-03-14",
        "operation": "description",
        "provider": "openai",
        "model": "gpt-4o-mini",
        "property_id": "10213002",
        "flow_run_id": "run",
        "outcome": "ok",
        "cost_micro_usd": 150,
        "reserved_micro_usd": 400,
        "input_tokens": 300,
        "output_tokens": 50,
        "settled_at": NOON,
    }


def test_the_whole_limit_can_be_reserved_and_not_one_micro_dollar_more(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    money.reserve(999, LABEL)
    with pytest.raises(BudgetExhausted):
        money.reserve(2, LABEL)
    money.reserve(1, LABEL)


def test_a_refusal_names_the_amount_the_call_and_the_setting(ledger: Callable[..., Ledger]) -> None:
    with pytest.raises(BudgetExhausted) as refused:
        ledger(1000).reserve(1001, LABEL)
    assert str(refused.value) == (
        "The budget of 2026-03-14 has no $0.001001 left for description with gpt-4o-mini: "
        "the limit is $0.001 a day. Raise the daily limit or wait for tomorrow."
    )


def test_a_settlement_counts_once_however_often_it_is_repeated(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    for cost in (150, 150, 399):
        _settle(money, reservation, cost)
    assert _state(money) == (150, 0, 850)
    assert _invoiced(database) == 150


def test_a_cost_above_the_reservation_is_booked_in_full(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)
    _settle(money, money.reserve(400, LABEL), 1200)
    assert _state(money) == (1200, 0, 0)
    assert _invoiced(database) == 1200


def test_what_was_never_sent_costs_nothing(ledger: Callable[..., Ledger], database: Documents) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    money.cancel(reservation)
    money.cancel(reservation)
    _settle(money, reservation, 150)
    assert _state(money) == (0, 0, 1000)
    assert database.llm_calls.count_documents({}) == 0


def test_cancelling_a_settled_reservation_gives_nothing_back(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    _settle(money, reservation, 150)
    money.cancel(reservation)
    assert _state(money) == (150, 0, 850)


def test_a_dead_process_has_its_reservation_settled_at_the_worst_case(
    ledger: Callable[..., Ledger], database: Documents, clock: Clock
) -> None:
    money = ledger(1000, lease=timedelta(minutes=5))
    abandoned = money.reserve(400, LABEL)
    clock.now += timedelta(minutes=4)
    money.reserve(100, LABEL)
    assert money.expire() == 0
    clock.now += timedelta(minutes=1)
    assert money.expire() == 1
    assert money.expire() == 0
    assert _state(money) == (400, 100, 500)
    row = database.llm_calls.find_one() or {}
    assert (row["_id"], row["outcome"], row["cost_micro_usd"]) == (abandoned.id, "expired", 400)


def test_a_settlement_that_comes_after_the_expiry_changes_nothing(
    ledger: Callable[..., Ledger], database: Documents, clock: Clock
) -> None:
    money = ledger(1000, lease=timedelta(minutes=5))
    late = money.reserve(400, LABEL)
    clock.now += timedelta(minutes=6)
    money.expire()
    _settle(money, late, 150)
    assert _state(money) == (400, 0, 600)
    assert _invoiced(database) == 400


def test_a_settlement_that_overtakes_the_expiry_wins(
    ledger: Callable[..., Ledger], database: Documents, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(1000, lease=timedelta(minutes=5))
    slow = money.reserve(400, LABEL)
    clock.now += timedelta(minutes=6)
    monkeypatch.setattr(money, "_overdue", lambda: iter([slow]))
    _settle(money, slow, 150)
    assert money.expire() == 0
    assert _invoiced(database) == 150


@pytest.mark.parametrize("row_was_written", [False, True])
def test_a_crash_while_settling_neither_loses_nor_doubles_the_invoice(
    ledger: Callable[..., Ledger],
    database: Documents,
    monkeypatch: pytest.MonkeyPatch,
    row_was_written: bool,
) -> None:
    class Crash(Exception):
        pass

    def crash(day: str, rows: dict[str, Any]) -> None:
        if row_was_written:
            for reservation_id, row in rows.items():
                database.llm_calls.insert_one({"_id": reservation_id, **row})
        raise Crash

    crashing = ledger(1000)
    reservation = crashing.reserve(400, LABEL)
    monkeypatch.setattr(crashing._invoice, "take", crash)
    with pytest.raises(Crash):
        _settle(crashing, reservation, 150)
    after = ledger(1000)
    assert _state(after) == (150, 0, 850)
    _settle(after, reservation, 150)
    assert after.spent_in("run").cost_micro_usd == 150
    assert after.expire() == 0
    assert _invoiced(database) == 150
    assert (database.llm_spend.find_one() or {})["settled"] == {}


def test_the_day_is_decided_in_arizona_and_a_new_day_has_a_new_budget(
    ledger: Callable[..., Ledger], clock: Clock
) -> None:
    clock.now = datetime(2026, 3, 15, 6, 59, tzinfo=UTC)
    money = ledger(1000)
    money.reserve(1000, LABEL)
    assert money.today().day == "2026-03-14"
    clock.now += timedelta(minutes=1)
    assert money.today().day == "2026-03-15"
    assert _state(money) == (0, 0, 1000)
    money.reserve(1000, LABEL)


def test_a_call_that_crosses_midnight_belongs_to_the_day_it_was_reserved_on(
    ledger: Callable[..., Ledger], clock: Clock
) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    clock.now += timedelta(days=1)
    _settle(money, reservation, 150)
    assert _state(money) == (0, 0, 1000)
    assert money.spent_on("2026-03-14").cost_micro_usd == 150
    assert money.spent_on("2026-03-15").cost_micro_usd == 0


def test_another_limit_holds_from_the_next_reservation_on(ledger: Callable[..., Ledger]) -> None:
    ledger(1000).reserve(900, LABEL)
    with pytest.raises(BudgetExhausted):
        ledger(1000).reserve(200, LABEL)
    ledger(1200).reserve(200, LABEL)
    with pytest.raises(BudgetExhausted):
        ledger(500).reserve(1, LABEL)


def test_it_is_exhausted_when_nothing_is_left(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    assert not money.exhausted()
    _settle(money, money.reserve(1000, LABEL), 1000)
    assert money.exhausted()
    assert ledger(0).exhausted()


def test_money_that_is_only_reserved_does_not_exhaust_the_day(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    reservation = money.reserve(1000, LABEL)
    with pytest.raises(BudgetTiedUp, match=r"the rest is reserved for calls under way"):
        money.reserve(900, LABEL)
    assert not money.exhausted()
    _settle(money, reservation, 200)
    assert not money.exhausted()
    with pytest.raises(BudgetExhausted) as gone:
        money.reserve(801, LABEL)
    assert not isinstance(gone.value, BudgetTiedUp)
    assert money.exhausted()


def test_it_is_exhausted_while_less_is_left_than_was_refused(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    _settle(money, money.reserve(900, LABEL), 900)
    for amount in (300, 200):
        with pytest.raises(BudgetExhausted):
            money.reserve(amount, LABEL)
    assert money.exhausted()
    assert not ledger(1100).exhausted()
    assert ledger(1099).exhausted()


def test_a_day_on_which_the_first_call_is_refused_is_exhausted(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    with pytest.raises(BudgetExhausted):
        money.reserve(5000, LABEL)
    assert money.exhausted()


def test_a_run_is_told_what_it_spent_by_model_and_operation(ledger: Callable[..., Ledger]) -> None:
    money = ledger(10_000)
    other_model = LABEL.model_copy(update={"model": "gpt-4o", "operation": "features"})
    other_run = LABEL.model_copy(update={"flow_run_id": "another"})
    for label, cost in ((LABEL, 10), (LABEL, 20), (other_model, 300), (other_run, 4000)):
        _settle(money, money.reserve(4000, label), cost)
    spend = money.spent_in("run")
    assert (spend.calls, spend.cost_micro_usd, spend.input_tokens, spend.output_tokens) == (3, 330, 900, 150)
    assert {model: use.cost_micro_usd for model, use in spend.by_model.items()} == {
        "gpt-4o": 300,
        "gpt-4o-mini": 30,
    }
    assert {name: use.calls for name, use in spend.by_operation.items()} == {"description": 2, "features": 1}
    assert money.spent_on("2026-03-14").cost_micro_usd == 4330


def test_the_month_is_the_sum_of_its_days(ledger: Callable[..., Ledger], clock: Clock) -> None:
    money = ledger(1000)
    for now, cost in (
        (datetime(2026, 2, 28, 19, tzinfo=UTC), 1),
        (datetime(2026, 3, 1, 19, tzinfo=UTC), 20),
        (datetime(2026, 3, 31, 19, tzinfo=UTC), 300),
    ):
        clock.now = now
        _settle(money, money.reserve(500, LABEL), cost)
    assert money.month() == 320


@pytest.mark.parametrize("zone", ["Arizona/Phoenix", "../etc", "America"])
def test_an_unknown_time_zone_is_a_clear_error(database: Documents, zone: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"time zone '{zone}' is not known.*America/Phoenix"):
        Ledger(database, BudgetPolicy(daily_limit_micro_usd=1, time_zone=zone))


def test_a_negative_amount_or_cost_is_refused(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    with pytest.raises(ValidationError):
        money.reserve(-1, LABEL)
    with pytest.raises(ValidationError):
        _settle(money, money.reserve(10, LABEL), -10)
    assert _state(money) == (0, 10, 990)


def test_two_processes_that_open_a_day_at_once_share_it(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    start = threading.Barrier(8)

    def reserve(_: int) -> int:
        start.wait()
        return ledger(8000).reserve(1000, LABEL).amount_micro_usd

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(reserve, range(8))) == 8000
    assert database.llm_spend.count_documents({}) == 1
    assert _state(ledger(8000)) == (0, 8000, 0)


def test_at_any_concurrency_the_limit_holds_and_the_invoice_adds_up(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    limit, worst_case = 20_000, 700
    highest: list[int] = []
    billed: list[int] = []

    ledgers = [ledger(limit), ledger(limit)]

    def hammer(seed: int) -> None:
        money = ledgers[seed % 2]
        for turn in range(25):
            try:
                reservation = money.reserve(worst_case, LABEL)
            except BudgetExhausted:
                continue
            highest.append(limit - money.today().remaining_micro_usd)
            if (seed + turn) % 5 == 0:
                money.cancel(reservation)
            else:
                cost = (seed * 31 + turn * 17) % (worst_case + 1)
                _settle(money, reservation, cost)
                _settle(money, reservation, cost)
                billed.append(cost)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(hammer, range(8)))
    spent, reserved, _ = _state(ledger(limit))
    assert max(highest) <= limit
    assert (spent, reserved) == (sum(billed), 0)
    assert _invoiced(database) == spent <= limit
    assert database.llm_calls.count_documents({}) == len(billed) > 20


def test_calls_at_the_same_time_go_to_the_database_together(
    ledger: Callable[..., Ledger], database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(100_000)
    money.reserve(1, LABEL)
    steps: list[int] = []
    put_aside = money._put_aside

    def slowly(reservations: Any) -> bool:
        steps.append(len(reservations))
        time.sleep(0.05)
        return put_aside(reservations)

    monkeypatch.setattr(money, "_put_aside", slowly)
    with ThreadPoolExecutor(16) as threads:
        reservations = list(threads.map(lambda _: money.reserve(1000, LABEL), range(16)))
        list(threads.map(lambda reservation: _settle(money, reservation, 10), reservations))
    assert sum(steps) == 16
    assert len(steps) < 16
    assert _state(money)[:2] == (160, 1)
    assert _invoiced(database) == 160


def test_of_calls_that_do_not_fit_together_those_that_fit_alone_are_let_through(
    ledger: Callable[..., Ledger],
) -> None:
    money = ledger(1000)
    booked = money._put_aside_each([_reservation(n, amount) for n, amount in enumerate((600, 500, 400))])
    assert booked == [True, False, True]
    assert _state(money) == (0, 1000, 0)


def test_calls_on_either_side_of_midnight_are_kept_apart(ledger: Callable[..., Ledger], clock: Clock) -> None:
    money = ledger(1000)
    before, after = _reservation(1, 1000), _reservation(2, 1000, day="2026-03-15")
    assert money._put_aside_each([before, after]) == [True, True]
    clock.now += timedelta(days=1)
    assert _state(money) == (0, 1000, 0)


def test_settlements_of_one_reservation_in_one_step_count_once(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    other = money.reserve(400, LABEL)
    call = Call(
        **LABEL.model_dump(),
        day=reservation.day,
        outcome="ok",
        cost_micro_usd=100,
        reserved_micro_usd=400,
        input_tokens=1,
        output_tokens=1,
        settled_at=NOON,
    )
    booked = money._book_each([(reservation.id, call), (reservation.id, call), (other.id, call)])
    assert booked == [True, False, True]
    assert _state(money) == (200, 0, 800)
    assert _invoiced(database) == 200


def test_an_error_of_a_step_reaches_every_caller_in_it() -> None:
    def fail(items: Sequence[int]) -> list[int]:
        raise StoreUnavailable(f"gone with {items}")

    with pytest.raises(StoreUnavailable, match=r"gone with \[7\]"):
        Together(fail)(7)


def test_a_database_that_went_away_is_told_as_such(database: Documents) -> None:
    gone = Database(database.client.__class__("mongodb://127.0.0.1:1", serverSelectionTimeoutMS=50), "gone")
    with gone.client, pytest.raises(StoreUnavailable, match="MONGODB_URI"):
        Ledger(gone, BudgetPolicy(daily_limit_micro_usd=1)).reserve(1, LABEL)


def test_the_limit_in_force_is_the_one_the_last_reservation_was_held_to(
    ledger: Callable[..., Ledger],
) -> None:
    assert ledger(1000).limit_in_force() == 1000
    ledger(500).reserve(10, LABEL)
    assert ledger(1000).limit_in_force() == 500
