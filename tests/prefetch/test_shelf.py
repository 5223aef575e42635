"""A live run beside batches: what one answered is taken, what one works on is not bought."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.errors import AnswerUnderWay
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prefetch import BatchEngine, Prefetched
from phoenix_real_estate.prefetch.journal import Journal
from phoenix_real_estate.prefetch.shelf import BatchShelf
from tests.prefetch.engines import HOUSES, QUESTIONS, SECOND, Desk, Documents, Time
from tests.prefetch.killing import prefetch_and_die
from tests.sample import HOUSE, MODERATE
from tests.vendors import VendorServer


@pytest.mark.parametrize("step", ["planned", "sending", "submitted"])
def test_what_a_batch_asks_is_not_asked_live(desk: Desk, vendors: VendorServer, step: str) -> None:
    left_behind(desk, step)

    with pytest.raises(AnswerUnderWay, match="pay twice"):
        desk.enrich()

    assert vendors.calls == []
    assert len(desk.enrich(MODERATE).operations) == 3


def test_an_ended_batch_serves_live_runs(desk: Desk, vendors: VendorServer, redis_client: Any) -> None:
    vendors.batches.fates = [{0: 400}]
    desk.prefetch()
    redis_client.flushall()

    assert [record.cached for record in desk.enrich(HOUSE).operations.values()].count(False) == 1
    assert all(record.cached for record in desk.enrich(SECOND).operations.values())
    assert len(vendors.calls) == 1


def test_a_batch_that_nobody_could_collect_in_a_day_holds_nobody_up(
    desk: Desk, vendors: VendorServer, time: Time
) -> None:
    left_behind(desk, "submitted")
    time.pass_by(hours=27)

    desk.enrich()

    assert len(vendors.calls) == 3


def test_without_batches_the_journal_is_hardly_asked(
    desk: Desk, database: Documents, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Journal, "answer", lambda _self, key: asked.append(key))
    monkeypatch.setattr(Journal, "knows_any", counting(Journal.knows_any, asked))

    async def twice(*_: object) -> None:
        shelf = BatchShelf(Journal(database), time)
        for key in ("a", "b"):
            assert await shelf.answer(key, False) is None
        assert asked == ["looked"]
        time.pass_by(seconds=10)
        assert await shelf.answer("c", False) is None

    desk.told(twice)

    assert asked == ["looked", "looked"]


def test_a_batch_that_begins_right_after_the_journal_was_looked_at_is_seen(
    desk: Desk, vendors: VendorServer
) -> None:
    """A live run has found no batch a moment ago; of one that begins now it learns all the same."""

    async def looked_and_asked(_: object, panel: Panel) -> None:
        await Enricher(panel).enrich(MODERATE, last_resort=False)
        calls = len(vendors.calls)
        await asyncio.to_thread(left_behind, desk, "submitted")
        with pytest.raises(AnswerUnderWay):
            await Enricher(panel).enrich(HOUSE, last_resort=False)
        assert len(vendors.calls) == calls

    desk.told(looked_and_asked)


def test_what_is_asked_live_at_this_moment_is_not_sent_in_a_batch(desk: Desk, vendors: VendorServer) -> None:
    """The live calls are under way when the batch is planned: it asks only what they do not."""
    vendors.latency_s = 1.0

    async def at_once(engine: BatchEngine, panel: Panel) -> Prefetched:
        live = asyncio.create_task(Enricher(panel).enrich(HOUSE, last_resort=False))
        while len(vendors.calls) < 3:
            await asyncio.sleep(0.01)
        done = await engine.prefetch(HOUSES)
        await live
        return done

    done = desk.told(at_once)

    assert (done.submitted, done.answered) == (QUESTIONS - 3, QUESTIONS - 3)
    assert len(vendors.calls) == 3
    assert desk.is_square()


def counting(original: Any, asked: list[str]) -> Any:
    def counted(self: Journal) -> bool:
        asked.append("looked")
        return bool(original(self))

    return counted


def left_behind(desk: Desk, step: str) -> None:
    """A run that dies when its batch has come so far."""
    name, nth = {"planned": ("plan", 1), "sending": ("step", 1), "submitted": ("step", 2)}[step]
    prefetch_and_die(desk, Journal, name, nth=nth)
    assert desk.database.llm_batch_requests.count_documents({}) == QUESTIONS


@pytest.mark.parametrize("fate", ["ok", "expired"])
def test_a_look_takes_in_what_has_ended_waits_for_nothing_and_asks_nothing_again(
    desk: Desk, vendors: VendorServer, fate: str
) -> None:
    vendors.batches.polls = 1
    vendors.batches.fates = [{0: fate}]
    left_behind(desk, "submitted")

    assert desk.look().answered == 0
    assert desk.look().answered == QUESTIONS - (fate == "expired")

    assert desk.time.slept == []
    assert len(vendors.batches.sent) == 1
    assert desk.is_square()


def test_a_batch_that_another_run_has_ended_meanwhile_is_not_looked_at_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_behind(desk, "submitted")
    stale = Journal(desk.database).open()
    desk.resume()
    monkeypatch.setattr(Journal, "open", lambda _self: stale)

    assert desk.look().answered == 0
    assert desk.is_square()
