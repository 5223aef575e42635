"""The answer cache against a real Redis."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import redis
from pydantic import ValidationError

from phoenix_real_estate import answers as answers_module
from phoenix_real_estate.answers import LOCKS, PREFIX, Answer, Answers, AnswerStatistics, answer_key
from phoenix_real_estate.errors import ProviderUnavailable
from phoenix_real_estate.llm import shared as shared_module
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.models import Operation, Property
from phoenix_real_estate.prompts import prompt_for
from phoenix_real_estate.settings import Settings
from tests.sample import HOUSE

ANSWER = Answer(content={"description": "{{pool}}"}, model="m", input_tokens=9, cost_micro_usd=120)
KEY = f"{PREFIX}{'0' * 64}"
LOCK = f"{LOCKS}{'0' * 64}"


class Maker:
    """Makes the answer, counting; slowly enough that others come meanwhile."""

    def __init__(self, *, gate: asyncio.Event | None = None, error: Exception | None = None) -> None:
        self.made = 0
        self._gate = gate
        self._error = error

    async def __call__(self) -> Answer:
        self.made += 1
        if self._gate:
            await self._gate.wait()
        if self._error:
            raise self._error
        return ANSWER


@pytest.fixture
def cached(settings: Settings, redis_client: redis.Redis) -> Settings:
    return settings


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Answers]:
    answers = Answers.of(settings)
    try:
        yield answers
    finally:
        await answers.close()


def with_answers(settings: Settings, story: Callable[[Answers], Awaitable[Any]]) -> Any:
    async def told() -> Any:
        async with opened(settings) as answers:
            return await story(answers)

    return run(told())


def test_what_was_answered_once_is_not_made_again(cached: Settings) -> None:
    make = Maker()

    async def story(answers: Answers) -> list[tuple[Answer, bool]]:
        return [await answers.get_or_make(KEY, make) for _ in range(2)]

    first, second = with_answers(cached, story)

    assert first == (ANSWER, False)
    assert second == (ANSWER, True)
    assert make.made == 1


def test_an_answer_outlives_the_process_that_made_it_for_its_time_to_live(
    cached: Settings, redis_client: redis.Redis
) -> None:
    make = Maker()
    for _ in range(2):
        with_answers(cached, lambda answers: answers.get_or_make(KEY, make))

    assert make.made == 1
    assert 86_000 < redis_client.ttl(KEY) <= 86_400


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


def test_a_miss_asks_redis_twice_and_a_hit_once(cached: Settings, redis_client: redis.Redis) -> None:
    async def story(answers: Answers) -> tuple[int, int]:
        await answers.get_or_make(f"{KEY}warm", Maker())
        async with opened(cached) as other:
            before = _asked(redis_client)
            await answers.get_or_make(KEY, Maker())
            missed = _asked(redis_client)
            await other.get_or_make(f"{KEY}warm", Maker())
            return missed - before, _asked(redis_client) - missed

    assert with_answers(cached, story) == (2, 1)


def _asked(redis_client: redis.Redis) -> int:
    """How many scripts were run so far."""
    return int(redis_client.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"])


@pytest.mark.usefixtures("redis_client")
def test_hits_are_told_to_redis_many_at_a_time(cached: Settings) -> None:
    async def story(answers: Answers) -> list[AnswerStatistics | None]:
        async with opened(cached) as onlooker:
            for _ in range(answers_module.COUNTED_TOGETHER - 1):
                await answers.get_or_make(KEY, Maker())
            before = await onlooker.statistics()
            await answers.get_or_make(KEY, Maker())
            return [before, await onlooker.statistics()]

    assert with_answers(cached, story) == [
        AnswerStatistics(answers=1),
        AnswerStatistics(hits=99, misses=1, saved_micro_usd=99 * 120, answers=1),
    ]


def test_the_hit_rate_is_the_share_of_questions_that_cost_nothing() -> None:
    assert AnswerStatistics(hits=3, misses=1).hit_rate == 0.75
    assert AnswerStatistics().hit_rate is None


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


def test_a_lock_that_was_lost_is_not_released_for_its_next_holder(
    cached: Settings, redis_client: redis.Redis
) -> None:
    async def make() -> Answer:
        redis_client.set(LOCK, "another holder")
        return ANSWER

    with_answers(cached, lambda answers: answers.get_or_make(KEY, make))

    assert redis_client.get(LOCK) == "another holder"


@pytest.mark.parametrize("rubbish", ["not json", '{"content": 5}'])
def test_what_cannot_be_read_is_a_miss(cached: Settings, redis_client: redis.Redis, rubbish: str) -> None:
    redis_client.set(KEY, rubbish)

    assert with_answers(cached, lambda answers: answers.get_or_make(KEY, Maker())) == (ANSWER, False)


def test_hits_misses_and_saved_money_are_counted_across_processes(cached: Settings) -> None:
    async def asked(answers: Answers) -> None:
        await asyncio.gather(*(answers.get_or_make(KEY, Maker()) for _ in range(3)))

    with_answers(cached, asked)
    with_answers(cached, asked)

    assert with_answers(cached, lambda answers: answers.statistics()) == AnswerStatistics(
        hits=5, misses=1, saved_micro_usd=600, answers=1
    )


def test_before_any_call_the_statistics_are_zero(cached: Settings) -> None:
    assert with_answers(cached, lambda answers: answers.statistics()) == AnswerStatistics()


def test_the_key_changes_exactly_with_what_the_model_sees() -> None:
    """Every field in turn: a key that knew more would pay twice, one that knew less would lie."""
    for operation in Operation:
        before = prompt_for(operation, HOUSE)
        assert before
        for changed in _houses_that_differ_in_one_field():
            after = prompt_for(operation, changed)
            same_key = after is not None and answer_key(after, "m") == answer_key(before, "m")
            assert same_key == (after is not None and after.request("m") == before.request("m"))
        assert answer_key(before, "m") != answer_key(before, "n")


def _houses_that_differ_in_one_field() -> Iterator[Property]:
    for name, value in HOUSE:
        for other in (None, _otherwise(value)):
            with suppress(ValidationError, TypeError, AttributeError):
                yield Property.model_validate({**HOUSE.model_dump(), name: other})


def _otherwise(value: object) -> object:
    others: dict[type, object] = {str: f"{value} East", int: 7, float: 1.5, bool: value is not True}
    return others.get(type(value))


def test_an_answer_made_elsewhere_is_there_for_every_process(cached: Settings) -> None:
    other = f"{PREFIX}{'1' * 64}"

    async def story() -> tuple[set[str], set[str], tuple[Answer, bool]]:
        async with opened(cached) as first, opened(cached) as second:
            await first.keep(KEY, ANSWER)
            keys = [KEY, other]
            return await first.there(keys), await second.there(keys), await second.get_or_make(KEY, Maker())

    assert run(story()) == ({KEY}, {KEY}, (ANSWER, True))


def test_an_answer_made_elsewhere_lives_as_long_as_any(cached: Settings, redis_client: redis.Redis) -> None:
    async def story() -> None:
        async with opened(cached) as answers:
            await answers.keep(KEY, ANSWER)

    run(story())
    assert 0 < redis_client.ttl(KEY) <= 24 * 3600


def test_what_is_on_the_shelf_is_not_made_and_goes_into_the_cache(
    cached: Settings, redis_client: redis.Redis
) -> None:
    maker = Maker()

    async def shelf(key: str, _announced: bool) -> Answer | None:
        return ANSWER if key == KEY else None

    async def story() -> list[tuple[Answer, bool]]:
        async with opened(cached) as answers:
            answers.stand_before(shelf)
            other = f"{PREFIX}{'1' * 64}"
            return [await answers.get_or_make(key, maker) for key in (KEY, other)]

    assert run(story()) == [(ANSWER, True), (ANSWER, False)]
    assert maker.made == 1
    assert redis_client.get(KEY) == ANSWER.model_dump_json()
    assert redis_client.get(LOCK) is None


def test_a_shelf_that_fails_holds_no_lock(cached: Settings, redis_client: redis.Redis) -> None:
    async def shelf(key: str, _announced: bool) -> Answer | None:
        raise ProviderUnavailable("away")

    async def story() -> None:
        async with opened(cached) as answers:
            answers.stand_before(shelf)
            with pytest.raises(ProviderUnavailable):
                await answers.get_or_make(KEY, Maker())

    run(story())
    assert redis_client.get(LOCK) is None


def test_without_redis_only_what_this_process_has_is_there(cached: Settings) -> None:
    async def story() -> set[str]:
        away = cached.model_copy(update={"redis_url": "redis://127.0.0.1:9/0"})
        async with opened(away) as answers:
            await answers.keep(KEY, ANSWER)
            return await answers.there([KEY, f"{PREFIX}{'1' * 64}"])

    assert run(story()) == {KEY}
