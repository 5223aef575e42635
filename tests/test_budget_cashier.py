"""Callers in an asyncio loop, and those that are cancelled."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from phoenix_real_estate.budget import Cashier, Ledger
from phoenix_real_estate.errors import BudgetExhausted, StoreUnavailable
from tests.ledgers import LABEL, Documents, invoiced, state
from tests.ledgers import clock as clock
from tests.ledgers import ledger as ledger

USED = {"input_tokens": 300, "output_tokens": 50, "outcome": "ok"}


class Held:
    """A step of the ledger that stands still until it is let go."""

    def __init__(self, ledger: Ledger, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun = threading.Event()
        self.let_go = threading.Event()
        self._really = getattr(ledger, step)
        monkeypatch.setattr(ledger, step, self._step)

    def _step(self, *arguments: Any, **named: Any) -> Any:
        self.begun.set()
        self.let_go.wait(10)
        return self._really(*arguments, **named)


async def cancelled_within(held: Held, work: Coroutine[Any, Any, object], cashier: Cashier) -> None:
    """Cancels the work while the step is under way, then lets the step end."""
    task = asyncio.ensure_future(work)
    await asyncio.to_thread(held.begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    held.let_go.set()
    while cashier._steps:
        await asyncio.wait(cashier._steps)


def test_a_call_is_reserved_and_settled_as_in_the_ledger(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)

    async def called() -> None:
        cashier = Cashier(money)
        reservation = await cashier.reserve(400, LABEL)
        await cashier.settle(reservation, cost_micro_usd=150, **USED)
        await cashier.cancel(await cashier.reserve(300, LABEL))
        with pytest.raises(BudgetExhausted):
            await cashier.reserve(900, LABEL)

    asyncio.run(called())
    assert state(money) == (150, 0, 850)
    assert invoiced(database) == 150


def test_a_caller_that_is_cancelled_while_it_reserves_leaves_nothing_behind(
    ledger: Callable[..., Ledger], database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(1000)
    cashier = Cashier(money)
    held = Held(money, "reserve", monkeypatch)
    asyncio.run(cancelled_within(held, cashier.reserve(400, LABEL), cashier))
    assert state(money) == (0, 0, 1000)
    assert (database.llm_spend.find_one() or {})["open"] == {}


def test_a_caller_that_is_cancelled_while_it_is_refused_leaves_nothing_behind(
    ledger: Callable[..., Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(100)
    cashier = Cashier(money)
    held = Held(money, "reserve", monkeypatch)
    asyncio.run(cancelled_within(held, cashier.reserve(400, LABEL), cashier))
    assert state(money) == (0, 0, 100)


def test_a_caller_that_is_cancelled_while_it_settles_is_settled(
    ledger: Callable[..., Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(1000)
    cashier = Cashier(money)
    reservation = money.reserve(400, LABEL)
    held = Held(money, "settle", monkeypatch)
    work = cashier.settle(reservation, cost_micro_usd=150, **USED)
    asyncio.run(cancelled_within(held, work, cashier))
    assert state(money) == (150, 0, 850)


def test_a_caller_that_is_cancelled_while_it_gives_back_has_given_back(
    ledger: Callable[..., Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(1000)
    cashier = Cashier(money)
    held = Held(money, "cancel", monkeypatch)
    asyncio.run(cancelled_within(held, cashier.cancel(money.reserve(400, LABEL)), cashier))
    assert state(money) == (0, 0, 1000)


def test_a_step_that_fails_behind_a_cancelled_caller_is_no_lost_exception(
    ledger: Callable[..., Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(1000)
    cashier = Cashier(money)
    reservation = money.reserve(400, LABEL)

    def gone(*_: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(money, "cancel", gone)
    held = Held(money, "cancel", monkeypatch)
    reported: list[object] = []

    async def watched() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: reported.append(context))
        await cancelled_within(held, cashier.cancel(reservation), cashier)

    asyncio.run(watched())
    assert reported == []
    assert state(money) == (0, 400, 600)


def test_a_step_that_the_loop_breaks_off_at_its_end_is_no_lost_exception(
    ledger: Callable[..., Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(1000)
    cashier = Cashier(money)
    held = Held(money, "cancel", monkeypatch)
    reservation = money.reserve(400, LABEL)

    reported: list[object] = []

    async def ended_early() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: reported.append(context))
        giving_back = asyncio.ensure_future(cashier.cancel(reservation))
        await asyncio.to_thread(held.begun.wait, 10)
        giving_back.cancel()
        for step in cashier._steps:
            step.cancel()
        held.let_go.set()

    asyncio.run(ended_early())
    assert not cashier._steps
    assert reported == []
    assert state(money) == (0, 0, 1000)
