"""Calls at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from phoenix_real_estate.budget import Call, Ledger, Reservation
from phoenix_real_estate.budget.steps import Settlement
from phoenix_real_estate.budget.together import Together
from phoenix_real_estate.errors import BudgetExhausted, StoreUnavailable
from tests.ledgers import DAY, LABEL, NOON, Clock, Documents, invoiced, settle, state
from tests.ledgers import clock as clock
from tests.ledgers import ledger as ledger


def _reservation(number: int, amount: int, day: str = DAY) -> Reservation:
    return Reservation(id=f"r{number}", day=day, amount_micro_usd=amount, label=LABEL)


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
    assert state(ledger(8000)) == (0, 8000, 0)


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
                settle(money, reservation, cost)
                settle(money, reservation, cost)
                billed.append(cost)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(hammer, range(8)))
    spent, reserved, _ = state(ledger(limit))
    assert max(highest) <= limit
    assert (spent, reserved) == (sum(billed), 0)
    assert invoiced(database) == spent <= limit
    assert database.llm_calls.count_documents({}) == len(billed) > 20


def test_calls_at_the_same_time_go_to_the_database_together(
    ledger: Callable[..., Ledger], database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(100_000)
    money.reserve(1, LABEL)
    steps: list[int] = []
    put_aside = money._days.put_aside

    def slowly(reservations: Any, **held_to: Any) -> bool:
        steps.append(len(reservations))
        time.sleep(0.05)
        return put_aside(reservations, **held_to)

    monkeypatch.setattr(money._days, "put_aside", slowly)
    with ThreadPoolExecutor(16) as threads:
        reservations = list(threads.map(lambda _: money.reserve(1000, LABEL), range(16)))
        list(threads.map(lambda reservation: settle(money, reservation, 10), reservations))
    assert sum(steps) == 16
    assert len(steps) < 16
    assert state(money)[:2] == (160, 1)
    assert invoiced(database) == 160


def test_of_calls_that_do_not_fit_together_those_that_fit_alone_are_let_through(
    ledger: Callable[..., Ledger],
) -> None:
    money = ledger(1000)
    amounts = enumerate((600, 500, 400))
    put_aside = money._steps.put_aside_each([_reservation(number, amount) for number, amount in amounts])
    assert put_aside == [True, False, True]
    assert state(money) == (0, 1000, 0)


def test_calls_on_either_side_of_midnight_are_kept_apart(ledger: Callable[..., Ledger], clock: Clock) -> None:
    money = ledger(1000)
    before, after = _reservation(1, 1000), _reservation(2, 1000, day="2026-03-15")
    assert money._steps.put_aside_each([before, after]) == [True, True]
    clock.now += timedelta(days=1)
    assert state(money) == (0, 1000, 0)


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
    settlements = [Settlement(one.id, call) for one in (reservation, reservation, other)]
    assert money._steps._booked_each(settlements) == [True, False, True]
    assert state(money) == (200, 0, 800)
    assert money.spent_on(DAY).cost_micro_usd == invoiced(database) == 200


def test_an_error_of_a_step_reaches_every_caller_in_it() -> None:
    def fail(items: Sequence[int]) -> list[int]:
        raise StoreUnavailable(f"gone with {items}")

    with pytest.raises(StoreUnavailable, match=r"gone with \[7\]"):
        Together(fail)(7)


def test_settlements_at_the_same_time_are_one_step(
    ledger: Callable[..., Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(1000)
    reservations = [money.reserve(100, LABEL) for _ in range(3)]
    steps: list[int] = []
    book = money._days.book

    def counted(calls: dict[str, Call]) -> bool:
        steps.append(len(calls))
        return book(calls)

    monkeypatch.setattr(money._days, "book", counted)
    settled = [Settlement(one.id, one.spent_as("ok", 10, NOON)) for one in reservations]
    assert money._steps._booked_each(settled) == [True] * 3
    assert steps == [3]
    assert state(money) == (30, 0, 970)


def test_what_is_settled_and_reserved_at_the_same_time_is_one_step(
    ledger: Callable[..., Ledger], database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(1000)
    first, second = money.reserve(600, LABEL), money.reserve(400, LABEL)
    settled = [Settlement(one.id, one.spent_as("ok", 100, NOON)) for one in (first, second)]
    monkeypatch.setattr(money._days, "book", None)
    done = money._steps._worked_off([settled[0], _reservation(1, 500), settled[1], _reservation(2, 300)])
    assert done == [True] * 4
    assert state(money) == (200, 800, 0)
    assert invoiced(database) == 200


def test_what_settles_is_booked_even_where_what_is_reserved_does_not_fit(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)
    first = money.reserve(600, LABEL)
    settled = Settlement(first.id, first.spent_as("ok", 800, NOON))
    done = money._steps._worked_off([_reservation(1, 300), settled, _reservation(2, 200), settled])
    assert done == [False, True, True, False]
    assert state(money) == (800, 200, 0)
    assert invoiced(database) == 800


def test_what_the_invoice_does_not_take_is_no_matter_of_who_reserves(
    ledger: Callable[..., Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    money, broken = ledger(1000), ValueError("disk full")

    def refuse(*_: object) -> None:
        raise broken

    first = money.reserve(600, LABEL)
    monkeypatch.setattr(money._invoice, "take", refuse)
    settled = Settlement(first.id, first.spent_as("ok", 100, NOON))
    assert money._steps._worked_off([settled, _reservation(1, 900)]) == [broken, True]
    monkeypatch.undo()
    assert money.spent_on(DAY).cost_micro_usd == state(money)[0] == 100


def test_rows_on_the_invoice_leave_the_day_with_its_next_step(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)
    settle(money, money.reserve(400, LABEL), 100)
    assert len((database.llm_spend.find_one() or {})["settled"]) == 1
    money.reserve(400, LABEL)
    assert (database.llm_spend.find_one() or {})["settled"] == {}


def test_rows_on_the_invoice_stay_until_a_step_of_the_day_succeeds(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    settle(money, reservation, 100)
    settle(money, reservation, 100)
    with pytest.raises(BudgetExhausted):
        money.reserve(901, LABEL)
    assert len((database.llm_spend.find_one() or {})["settled"]) == 1
    money.expire()
    assert (database.llm_spend.find_one() or {})["settled"] == {}
    assert invoiced(database) == 100
