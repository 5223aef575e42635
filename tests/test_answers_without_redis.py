"""The answer cache when Redis is away, slow or not wanted."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
import redis

from phoenix_real_estate import answers as answers_module
from phoenix_real_estate.answers import PREFIX, Answer, Answers
from phoenix_real_estate.llm import shared as shared_module
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.settings import Settings
from tests.answering import ANSWER, KEY, Maker, cached, opened, with_answers

__all__ = ["cached"]


@pytest.mark.parametrize("change", [{"enable_caching": False}, {"redis_url": "redis://127.0.0.1:9/0"}])
def test_without_redis_one_process_still_makes_an_answer_once(
    cached: Settings, change: dict[str, Any]
) -> None:
    async def story(answers: Answers) -> tuple[int, list[bool]]:
        gate = asyncio.Event()
        make = Maker(gate=gate)
        callers = [asyncio.create_task(answers.get_or_make(KEY, make)) for _ in range(3)]
        while not make.made:
            await asyncio.sleep(0.01)
        gate.set()
        return make.made, [hit for _, hit in await asyncio.gather(*callers)]

    assert with_answers(cached.model_copy(update=change), story) == (1, [False, True, True])


def test_without_caching_an_answer_is_kept_for_its_run_and_not_for_the_next(
    cached: Settings, redis_client: redis.Redis
) -> None:
    make = Maker()
    off = cached.model_copy(update={"enable_caching": False})

    async def story(answers: Answers) -> tuple[list[tuple[Answer, bool]], object]:
        return [await answers.get_or_make(KEY, make) for _ in range(2)], await answers.statistics()

    results, statistics = with_answers(off, story)
    assert with_answers(off, story) == (results, statistics)

    assert results == [(ANSWER, False), (ANSWER, True)]
    assert make.made == 2
    assert statistics is None
    assert redis_client.dbsize() == 0


def test_the_answer_that_was_asked_for_longest_ago_is_the_first_to_go(
    cached: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers_module, "REMEMBERED", 2)
    off = cached.model_copy(update={"enable_caching": False})

    async def story(answers: Answers) -> list[bool]:
        return [(await answers.get_or_make(key, Maker()))[1] for key in "abacab"]

    assert with_answers(off, story) == [False, False, True, False, True, False]


def test_an_answer_stays_known_when_redis_goes_away(cached: Settings, redis_client: redis.Redis) -> None:
    async def story(answers: Answers) -> list[bool]:
        made = await answers.get_or_make(KEY, Maker())
        redis_client.flushall()
        return [made[1], (await answers.get_or_make(KEY, Maker()))[1]]

    assert with_answers(cached, story) == [False, True]


def test_a_redis_that_is_down_is_a_miss_and_one_warning(
    cached: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_module, "PAUSE_S", 0.0)
    down = cached.model_copy(update={"redis_url": "redis://127.0.0.1:9/0"})
    make = Maker()

    async def story(answers: Answers) -> list[tuple[Answer, bool]]:
        return [await answers.get_or_make(key, make) for key in ("a", "b", "a")]

    with caplog.at_level(logging.WARNING):
        results = with_answers(down, story)

    assert results == [(ANSWER, False), (ANSWER, False), (ANSWER, True)]
    assert [record.message for record in caplog.records] == [
        "The answer cache is not used: Redis does not answer (ConnectionError)."
    ]


def test_a_redis_that_is_slow_is_a_miss_and_not_asked_for_a_while(
    cached: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_module, "ANSWER_TIMEOUT_S", 0.05)
    make = Maker()
    connections = 0

    async def story() -> list[tuple[Answer, bool]]:
        async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            await reader.read()
            writer.close()

        server = await asyncio.start_server(mute, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        slow = cached.model_copy(update={"redis_url": f"redis://127.0.0.1:{port}/0"})
        async with opened(slow) as answers:
            results = [await answers.get_or_make(f"{KEY}{n}", make) for n in range(5)]
        server.close()
        await server.wait_closed()
        return results

    assert run(story()) == [(ANSWER, False)] * 5
    assert connections == 1


def test_without_redis_only_what_this_process_has_is_there(cached: Settings) -> None:
    async def story() -> set[str]:
        away = cached.model_copy(update={"redis_url": "redis://127.0.0.1:9/0"})
        async with opened(away) as answers:
            await answers.keep(KEY, ANSWER)
            return await answers.there([KEY, f"{PREFIX}{'1' * 64}"])

    assert run(story()) == {KEY}
