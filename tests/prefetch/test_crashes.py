"""A run that ends at any step: nothing is paid twice, no money is lost, and the next run goes on."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
import signal
from datetime import timedelta
from typing import Any

import pymongo
import pytest

from phoenix_real_estate.budget import BudgetPolicy, Cashier, Ledger
from phoenix_real_estate.errors import StoreUnavailable
from phoenix_real_estate.llm.vendor_batches.anthropic import AnthropicBatches
from phoenix_real_estate.llm.vendor_batches.openai import OpenAIBatches
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prefetch import BatchEngine, collecting
from phoenix_real_estate.prefetch.journal import Journal
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store.connection import utc_now
from tests.prefetch.engines import BOTH, HOUSES, QUESTIONS, Desk, Time
from tests.prefetch.killing import kill, prefetch_and_die
from tests.vendors import VendorServer
from tests.vendors.batches import BatchVendor, Sent

STEPS: dict[str, tuple[type, str, dict[str, Any]]] = {
    "after the intent": (Journal, "plan", {}),
    "after the look for others": (Journal, "elsewhere", {}),
    "after reserving": (Ledger, "put_aside", {}),
    "after announcing": (Journal, "step", {}),
    "before the result of submitting is stored": (Journal, "step", {"before": True, "nth": 2}),
    "after submitting": (Journal, "step", {"nth": 2}),
    "before anything is collected": (collecting.Collector, "collect", {"before": True}),
    "after a settlement": (Cashier, "settle", {"nth": 2}),
    "after results are recorded": (Journal, "record", {"nth": 2}),
    "before results are cached": (Journal, "record", {"nth": 1}),
    "after everything is recorded": (collecting.Collector, "collect", {}),
    "after the end": (Journal, "step", {"nth": 3}),
}


@BOTH
@pytest.mark.parametrize("step", STEPS)
def test_after_a_crash_everything_is_answered_and_paid_once(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch, step: str, changes: dict[str, Any]
) -> None:
    monkeypatch.setattr(collecting, "AT_ONCE", 2)
    where, name, how = STEPS[step]
    prefetch_and_die(desk, where, name, **how, **changes)

    desk.prefetch(**changes)

    assert vendors.batches.billed == QUESTIONS
    assert desk.is_square()
    for house in HOUSES:
        assert all(record.cached for record in desk.enrich(house, **changes).operations.values())
    assert vendors.calls == []


def test_a_process_that_is_killed_pays_nothing_twice(desk: Desk, vendors: VendorServer) -> None:
    spawning = multiprocessing.get_context("spawn")
    process = spawning.Process(target=_prefetch_and_die, args=(desk.settings,))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert desk.database.llm_batches.count_documents({"stage": {"$ne": "over"}}) == 1

    desk.prefetch()

    assert vendors.batches.billed == QUESTIONS
    assert desk.is_square()


def _prefetch_and_die(settings: Settings) -> None:
    where, name, how = STEPS["before the result of submitting is stored"]
    with pytest.MonkeyPatch.context() as killing, pymongo.MongoClient[Any](settings.mongodb_uri) as client:
        kill(killing, where, name, **how, dies=lambda: os.kill(os.getpid(), signal.SIGKILL))
        database = client[settings.mongodb_database]
        policy = BudgetPolicy(daily_limit_micro_usd=630_000)
        desk = Desk(settings, Ledger(database, policy), database, Time(), VendorServer())
        desk.prefetch()


@BOTH
def test_a_crash_while_the_vendor_makes_the_batch_finds_it_there(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    endpoint = AnthropicBatches if changes else OpenAIBatches
    prefetch_and_die(desk, endpoint, "submit", **changes)

    assert desk.resume(**changes).answered == QUESTIONS

    assert len(vendors.batches.sent) == 1
    assert desk.is_square()


@BOTH
@pytest.mark.parametrize("ours", ["first", "last"])
def test_other_peoples_batches_under_the_same_key_are_not_taken_for_ours(
    desk: Desk,
    vendors: VendorServer,
    time: Time,
    changes: dict[str, Any],
    ours: str,
) -> None:
    vendors.batches.page = 1
    vendor: BatchVendor = "anthropic" if changes else "openai"

    def strangers() -> None:
        for size in (QUESTIONS, QUESTIONS - 1):
            theirs = {f"theirs-{number}": {"model": "gpt-4o-mini"} for number in range(size)}
            line = '{"custom_id": "theirs-1", "result": {"type": "canceled"}}'
            vendors.batches.sent.append(
                Sent(
                    f"theirs-{size}", vendor, theirs, ended=True, lines=["broken", line], counts={"ok": size}
                )
            )

    endpoint = AnthropicBatches if changes else OpenAIBatches
    if ours == "last":
        strangers()
    vendors.batches.sent.insert(0, Sent("old", vendor, {}, created_at=time() - timedelta(days=2)))
    prefetch_and_die(desk, endpoint, "submit", **changes)
    if ours == "first":
        strangers()

    assert desk.resume(**changes).answered == QUESTIONS
    assert desk.is_square()


@BOTH
def test_a_batch_that_was_never_made_is_not_found_among_older_and_empty_ones(
    desk: Desk, vendors: VendorServer, time: Time, changes: dict[str, Any]
) -> None:
    vendor: BatchVendor = "anthropic" if changes else "openai"
    empty = Sent("empty", vendor, {str(n): {} for n in range(QUESTIONS)}, ended=True, lines=["broken"])
    empty.counts = {"ok": QUESTIONS}
    vendors.batches.sent = [Sent("old", vendor, {}, created_at=time() - timedelta(days=2)), empty]
    vendors.batches.statuses = {"create": [500]}

    assert desk.prefetch(**changes).submitted == 0
    assert desk.nothing_open


@BOTH
def test_a_batch_is_found_although_the_vendors_clock_is_hours_behind(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    endpoint = AnthropicBatches if changes else OpenAIBatches
    prefetch_and_die(desk, endpoint, "submit", **changes)
    vendors.batches.sent[0].created_at = utc_now() - timedelta(hours=20)

    assert desk.resume(**changes).answered == QUESTIONS
    assert desk.is_square()


def test_a_batch_without_a_time_does_not_end_the_search(desk: Desk, vendors: VendorServer) -> None:
    prefetch_and_die(desk, OpenAIBatches, "submit")
    vendors.batches.sent.append(Sent("theirs", "openai", {}, created_at=None))

    assert desk.resume().answered == QUESTIONS
    assert desk.is_square()


@BOTH
def test_a_connection_lost_while_submitting_is_neither_sent_again_nor_forgotten(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    vendors.batches.swallows = ["create"]

    done = desk.prefetch(**changes)

    assert done.answered == QUESTIONS
    assert len(vendors.batches.sent) == 1
    assert desk.is_square()


@BOTH
def test_what_never_reached_the_vendor_is_given_back_after_a_while_and_can_be_asked_again(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    vendors.batches.statuses = {"create": [500]}

    assert desk.prefetch(**changes).submitted == 0

    assert 15 * 60 <= sum(desk.time.slept) < 30 * 60
    assert desk.nothing_open
    assert desk.prefetch(**changes).answered == QUESTIONS
    assert desk.is_square()


def test_results_that_break_off_are_read_again_and_each_is_paid_once(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "AT_ONCE", 2)
    vendors.batches.cuts_results_after = [5, 7]

    assert desk.prefetch().answered == QUESTIONS
    assert desk.is_square()


def test_a_cancelled_run_leaves_its_batch_to_the_next(
    desk: Desk, vendors: VendorServer, ledger: Ledger
) -> None:
    vendors.batches.polls = 10**6

    async def cancelled(engine: BatchEngine, _panel: Panel) -> None:
        working = asyncio.create_task(engine.prefetch(HOUSES))
        while not (vendors.batches.sent and vendors.batches.sent[0].polls > 1):
            await asyncio.sleep(0.01)
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working

    desk.time.most = 10**9
    desk.told(cancelled)
    assert ledger.today().calls_under_way == QUESTIONS

    vendors.batches.polls = 0
    assert desk.resume().answered == QUESTIONS
    assert desk.is_square()


@BOTH
def test_a_stopped_batch_is_paid_for_what_was_done_and_not_asked_again(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    vendors.batches.fates = [{0: "ok", 1: "ok"}]
    prefetch_and_die(desk, Journal, "step", nth=2, **changes)

    desk.told(lambda engine, _: engine.stop(), **changes)
    vendors.batches.statuses = {"cancel": [409]}
    desk.told(lambda engine, _: engine.stop(), **changes)
    done = desk.resume(**changes)

    assert (done.answered, done.undone) == (2, QUESTIONS - 2)
    assert len(vendors.batches.sent) == 1
    assert desk.is_square()


@pytest.mark.parametrize("step", ["batch", "record", "plan"])
def test_while_mongodb_is_away_the_wait_goes_on(
    desk: Desk,
    vendors: VendorServer,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What was to be asked again just then is left to live calls."""
    vendors.batches.fates = [{0: "expired"}]
    away(monkeypatch, step, after=1 if step == "plan" else 0, times=5)

    done = desk.prefetch()

    again = step != "plan"
    assert (done.answered, done.resubmitted) == (QUESTIONS - (not again), again)
    assert len([line for line in caplog.messages if "goes on" in line]) == 1
    assert desk.is_square()


def test_after_an_hour_without_mongodb_the_wait_is_given_up(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as gone:
        away(gone, "batch", after=0, times=10**6)
        with pytest.raises(StoreUnavailable):
            desk.prefetch()

    assert 3600 <= sum(desk.time.slept) < 4200
    assert desk.resume().answered == QUESTIONS
    assert desk.is_square()


def away(monkeypatch: pytest.MonkeyPatch, step: str, *, after: int, times: int) -> None:
    """MongoDB does not answer these steps of the journal."""
    original = getattr(Journal, step)
    answers = itertools.chain([True] * after, [False] * times, itertools.repeat(True))

    def taken(*args: Any, **options: Any) -> Any:
        if not next(answers):
            raise StoreUnavailable("MongoDB (MONGODB_URI) does not answer: gone.")
        return original(*args, **options)

    monkeypatch.setattr(Journal, step, taken)
