"""The answer cache against a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest
import redis
from pydantic import ValidationError

from phoenix_real_estate import answers as answers_module
from phoenix_real_estate.answers import Answer, Answers, AnswerStatistics, answer_key
from phoenix_real_estate.models import Operation, Property
from phoenix_real_estate.prompts import prompt_for
from phoenix_real_estate.settings import Settings
from tests.answering import ANSWER, KEY, Maker, cached, opened, with_answers
from tests.sample import HOUSE

__all__ = ["cached"]


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
