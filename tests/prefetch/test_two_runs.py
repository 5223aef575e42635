"""Two runs at once, or one that another took for dead: nothing is asked or paid twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from phoenix_real_estate.budget import Ledger
from phoenix_real_estate.llm.vendor_batches.openai import OpenAIBatches
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prefetch import BatchEngine
from phoenix_real_estate.prefetch.journal import Journal
from tests.prefetch.engines import QUESTIONS, Desk, Documents
from tests.prefetch.killing import prefetch_and_die
from tests.sample import HOUSE
from tests.vendors import VendorServer


def test_two_runs_at_once_do_not_ask_the_same(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one comes while the first has planned and not yet looked for others."""
    during(monkeypatch, "elsewhere", lambda: desk.prefetch(HOUSE))

    first = desk.prefetch()

    assert vendors.batches.billed == len(vendors.batches.sent[0].numbered) == 3
    assert first.submitted == 0
    assert "another run took this one for dead" in first.notes[0]
    assert desk.is_square()


def test_a_plan_that_is_just_being_made_is_left_to_its_run(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    during(monkeypatch, "elsewhere", desk.look)

    assert desk.prefetch().answered == QUESTIONS

    assert len(vendors.batches.sent) == 1
    assert desk.is_square()


def test_a_plan_that_two_runs_find_is_dropped_once(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefetch_and_die(desk, Ledger, "put_aside")
    during(monkeypatch, "step", desk.resume)

    desk.resume()

    assert vendors.batches.sent == []
    assert desk.nothing_open


def test_what_another_run_asks_meanwhile_is_left_to_it(
    desk: Desk, vendors: VendorServer, database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefetch_and_die(desk, Journal, "step", HOUSE, nth=2)
    monkeypatch.setattr(Journal, "open", lambda _self: [])

    done = desk.prefetch()

    assert (done.under_way, done.submitted) == (3, QUESTIONS - 3)


def test_what_another_run_asks_meanwhile_is_waited_for(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefetch_and_die(desk, Journal, "step", HOUSE, nth=2)
    original, unseen = Journal.open, iter([True])
    monkeypatch.setattr(Journal, "open", lambda self: [] if next(unseen, False) else original(self))

    done = desk.prefetch()

    assert (done.under_way, done.answered, len(vendors.batches.sent)) == (0, QUESTIONS, 2)
    assert desk.is_square()


@pytest.mark.parametrize("polls", [0, 2])
def test_a_batch_that_another_run_has_found_meanwhile_is_paid_once(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch, polls: int
) -> None:
    """The other one has collected it, or has just found it."""
    vendors.batches.polls = polls
    vendors.batches.fates = [{0: "expired"}]
    after_submit(monkeypatch, lambda: desk.told(_found if polls else _collected))

    desk.prefetch()

    assert [len(batch.numbered) for batch in vendors.batches.sent] == [QUESTIONS, 1]
    assert vendors.batches.billed == QUESTIONS
    assert desk.is_square()


async def _collected(engine: BatchEngine, _panel: Panel) -> None:
    await engine.resume()


async def _found(engine: BatchEngine, _panel: Panel) -> None:
    """A run that ends before the batch does."""
    await engine.look()


@pytest.mark.parametrize("refusals", [[], [500]])
def test_a_batch_that_was_given_up_meanwhile_is_cancelled_at_the_vendor(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch, refusals: list[int]
) -> None:
    """This process stood still for longer than a submission may take, before it sent anything."""
    before_submit(monkeypatch, lambda: given_up(desk))
    vendors.batches.statuses = {"cancel": [*refusals]}

    done = desk.prefetch()

    assert done.answered == 0
    assert vendors.batches.sent[0].cancelled != ("Cancel it at the vendor" in "".join(done.notes))
    assert (vendors.batches.billed == 0, desk.spent == 0) == (True, not refusals)
    assert desk.nothing_open


@pytest.mark.parametrize(("counts", "booked"), [(True, 2), (False, QUESTIONS)])
def test_what_a_vendor_answered_of_a_batch_that_was_given_up_is_booked(
    desk: Desk,
    vendors: VendorServer,
    monkeypatch: pytest.MonkeyPatch,
    counts: bool,
    booked: int,
) -> None:
    """Also where the vendor does not tell how much it was, and where the day has no money left for it."""
    vendors.batches.fates = [{0: "ok", 1: "ok"}]
    vendors.batches.serves_counts = counts

    def given_up_without_money() -> None:
        given_up(desk)
        desk.ledger.hold_to(desk.ledger.policy.model_copy(update={"daily_limit_micro_usd": 1}))

    before_submit(monkeypatch, given_up_without_money)

    done = desk.prefetch()

    assert vendors.batches.billed == 2
    assert desk.outcomes() == {"lost": booked}
    assert vendors.bill_micro_usd <= desk.spent == done.cost_micro_usd
    assert desk.nothing_open


def during(monkeypatch: pytest.MonkeyPatch, step: str, happens: Callable[[], object]) -> None:
    """Something happens, once, in another process right before this step of the journal."""
    original = getattr(Journal, step)

    def taken(*args: Any, **options: Any) -> Any:
        monkeypatch.setattr(Journal, step, original)
        _elsewhere(happens)
        return original(*args, **options)

    monkeypatch.setattr(Journal, step, taken)


def given_up(desk: Desk) -> None:
    """Another run finds the batch when this one has stood still for longer than a submission may take."""
    desk.time.pass_by(minutes=20)
    desk.resume()


def before_submit(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    original = OpenAIBatches.submit

    async def late(self: OpenAIBatches, label: str, requests: Any) -> str:
        await asyncio.to_thread(_elsewhere, happens)
        return await original(self, label, requests)

    monkeypatch.setattr(OpenAIBatches, "submit", late)


def after_submit(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    original = OpenAIBatches.submit

    async def submitted(self: OpenAIBatches, label: str, requests: Any) -> str:
        monkeypatch.setattr(OpenAIBatches, "submit", original)
        vendor_id = await original(self, label, requests)
        await asyncio.to_thread(_elsewhere, happens)
        return vendor_id

    monkeypatch.setattr(OpenAIBatches, "submit", submitted)


def _elsewhere(happens: Callable[[], object]) -> None:
    happens()
