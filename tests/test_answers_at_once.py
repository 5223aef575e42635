"""Callers, caches and processes that want one answer at once: it is made once."""

from __future__ import annotations

import asyncio
import multiprocessing
from typing import Any

import pytest
import redis

from phoenix_real_estate import answers as answers_module
from phoenix_real_estate.answers import Answer, Answers, AnswerStatistics
from phoenix_real_estate.errors import ProviderUnavailable
from phoenix_real_estate.settings import Settings
from tests.answering import ANSWER, KEY, LOCK, Maker, cached, opened, with_answers

__all__ = ["cached"]


def test_any_number_of_callers_at_once_share_one_making(
    cached: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    make = Maker()

    async def story(answers: Answers) -> tuple[list[tuple[Answer, bool]], AnswerStatistics | None]:
        results = await asyncio.gather(*(answers.get_or_make(KEY, make) for _ in range(400)))
        return results, await answers.statistics()

    results, statistics = with_answers(cached, story)

    assert make.made == 1
    assert [answer for answer, _ in results] == [ANSWER] * 400
    assert [hit for _, hit in results].count(False) == 1
    assert statistics == AnswerStatistics(hits=399, misses=1, saved_micro_usd=399 * 120, answers=1)
    assert not caplog.records


def test_another_cache_waits_for_the_one_that_is_making_the_answer(
    cached: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two caches in one process are to Redis what two processes are."""
    monkeypatch.setattr(answers_module, "POLL_S", 0.01)

    async def story(first: Answers) -> tuple[int, tuple[Answer, bool], tuple[Answer, bool]]:
        gate = asyncio.Event()
        make = Maker(gate=gate)
        async with opened(cached) as second:
            leading = asyncio.create_task(first.get_or_make(KEY, make))
            while not make.made:
                await asyncio.sleep(0.01)
            waiting = asyncio.create_task(second.get_or_make(KEY, make))
            await asyncio.sleep(0.05)
            gate.set()
            return make.made, await leading, await waiting

    assert with_answers(cached, story) == (1, (ANSWER, False), (ANSWER, True))


def _make_in_a_process(settings: Settings, made: Any, ready: Any) -> None:
    async def make() -> Answer:
        with made.get_lock():
            made.value += 1
        await asyncio.sleep(0.3)
        return ANSWER

    ready.wait()
    with_answers(settings, lambda answers: answers.get_or_make(KEY, make))


def test_four_processes_make_one_answer(cached: Settings) -> None:
    spawn = multiprocessing.get_context("spawn")
    made, ready = spawn.Value("i", 0), spawn.Barrier(4)
    workers = [spawn.Process(target=_make_in_a_process, args=(cached, made, ready)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [worker.exitcode for worker in workers] == [0] * 4
    assert made.value == 1


def test_the_lock_of_a_killed_process_ends_and_one_of_a_slow_one_does_not(
    cached: Settings, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers_module, "POLL_S", 0.02)
    monkeypatch.setattr(answers_module, "LOCK_S", 0.3)
    redis_client.set(LOCK, "left by a killed process", px=200)

    async def story(first: Answers) -> tuple[int, bool]:
        gate = asyncio.Event()
        make = Maker(gate=gate)
        leading = asyncio.create_task(first.get_or_make(KEY, make))
        async with opened(cached) as second:
            while not make.made:
                await asyncio.sleep(0.02)
            waiting = asyncio.create_task(second.get_or_make(KEY, make))
            await asyncio.sleep(0.9)
            gate.set()
            await leading
            return make.made, (await waiting)[1]

    assert with_answers(cached, story) == (1, True)


def test_a_failure_reaches_all_who_wait_and_is_not_kept(cached: Settings, redis_client: redis.Redis) -> None:
    failing = Maker(error=ProviderUnavailable("down"))

    async def story(answers: Answers) -> list[object]:
        calls = (answers.get_or_make(KEY, failing) for _ in range(3))
        return [
            *await asyncio.gather(*calls, return_exceptions=True),
            await answers.get_or_make(KEY, Maker()),
        ]

    *failures, answered = with_answers(cached, story)

    assert [str(failure) for failure in failures] == ["down"] * 3
    assert answered == (ANSWER, False)
    assert failing.made == 1
    assert redis_client.exists(LOCK) == 0


def test_a_cancelled_caller_leaves_the_paid_answer_to_arrive(
    cached: Settings, redis_client: redis.Redis
) -> None:
    async def story(answers: Answers) -> None:
        gate = asyncio.Event()
        make = Maker(gate=gate)
        caller = asyncio.create_task(answers.get_or_make(KEY, make))
        while not make.made:
            await asyncio.sleep(0.01)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        gate.set()

    with_answers(cached, story)

    assert redis_client.exists(KEY)


def test_a_cancelled_flight_leaves_no_trace(cached: Settings) -> None:
    async def story(answers: Answers) -> bool:
        make = Maker(gate=asyncio.Event())
        caller = asyncio.create_task(answers.get_or_make(KEY, make))
        while not make.made:
            await asyncio.sleep(0.01)
        flight = next(iter(answers._flights.values()))
        flight.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        return not answers._flights

    assert with_answers(cached, story)


def test_a_lock_that_was_lost_is_not_released_for_its_next_holder(
    cached: Settings, redis_client: redis.Redis
) -> None:
    async def make() -> Answer:
        redis_client.set(LOCK, "another holder")
        return ANSWER

    with_answers(cached, lambda answers: answers.get_or_make(KEY, make))

    assert redis_client.get(LOCK) == "another holder"
