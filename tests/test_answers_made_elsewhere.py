"""Answers that were not made on the way to the cache: kept there, or found on a shelf before it."""

from __future__ import annotations

import pytest
import redis

from phoenix_real_estate.answers import PREFIX, Answer
from phoenix_real_estate.errors import ProviderUnavailable
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.settings import Settings
from tests.answering import ANSWER, KEY, LOCK, Maker, cached, opened

__all__ = ["cached"]


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
