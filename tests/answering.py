"""An answer, made and counted, and caches on a real Redis: import the fixture `cached` into a test module."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import redis

from phoenix_real_estate.answers import LOCKS, PREFIX, Answer, Answers
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.settings import Settings

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
