"""The answer cache: no answer is paid for twice.

A key stands for the operation, the prompt's version and content, the model, and exactly the facts that
the prompt shows; the value is the model's validated JSON with its placeholders still in it. One caller
per key makes the answer, in this process and, by a lock in Redis, across processes; the others wait
for it. Redis being down or slow is a miss and one warning.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from pydantic import JsonValue, ValidationError
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import LockError, RedisError

from phoenix_real_estate.models import Frozen
from phoenix_real_estate.prompts import Prompt
from phoenix_real_estate.settings import Settings

T = TypeVar("T")

PREFIX = "phoenix:answers:"
STATISTICS = f"{PREFIX}statistics"

# A lock is renewed while its holder works; a killed holder's is free after this.
LOCK_S = 30.0
POLL_S = 0.1
ANSWER_TIMEOUT_S = 1.0
# After a failure Redis is not asked for a while, so that a slow one does not slow down every call.
PAUSE_S = 5.0

_log = logging.getLogger(__name__)


class Answer(Frozen):
    """A model's validated JSON object, and what it took to get it (micro-USD)."""

    content: dict[str, JsonValue]
    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micro_usd: int = 0


class AnswerStatistics(Frozen):
    """Since the cache was created; `saved_micro_usd` is what the hits would have cost."""

    hits: int = 0
    misses: int = 0
    saved_micro_usd: int = 0


def answer_key(prompt: Prompt, model: str) -> str:
    """The same for every property that shows this prompt the same facts."""
    identity = json.dumps({**prompt.seen(), "model": model}, sort_keys=True)
    return PREFIX + hashlib.sha256(identity.encode()).hexdigest()


class Answers:
    """The cache as one process sees it. It belongs to the loop it is first used on."""

    def __init__(self, redis: Redis | None, ttl_s: int, *, lock_s: float = LOCK_S) -> None:
        """Without a Redis every call makes its own answer."""
        self._redis = redis
        self._ttl_s = ttl_s
        self._lock_s = lock_s
        self._flights: dict[str, asyncio.Task[tuple[Answer, bool]]] = {}
        self._asked_again_at = 0.0
        self._warned = False

    @classmethod
    def of(cls, settings: Settings) -> Answers:
        """The cache at REDIS_URL; none when ENABLE_CACHING is false."""
        ttl_s = max(1, int(settings.cache_ttl_hours * 3600))
        if not settings.enable_caching or not settings.redis_url:
            return cls(None, ttl_s)
        client = Redis.from_url(
            settings.redis_url,
            socket_timeout=ANSWER_TIMEOUT_S,
            socket_connect_timeout=ANSWER_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        return cls(client, ttl_s)

    async def get_or_make(self, key: str, make: Callable[[], Awaitable[Answer]]) -> tuple[Answer, bool]:
        """The answer, and whether it was there already (or another caller made it).

        Whatever `make` raises reaches everyone in this process who waits for the same key. A caller
        that is cancelled leaves the making to go on: it may be paid for already.
        """
        if self._redis is None:
            return await make(), False
        flight = self._flights.get(key)
        if flight is not None:
            answer, _ = await asyncio.shield(flight)
            await self._count(answer, hit=True)
            return answer, True
        flight = asyncio.create_task(self._found_or_made(key, make))
        self._flights[key] = flight
        flight.add_done_callback(lambda done: self._landed(key, done))
        answer, hit = await asyncio.shield(flight)
        return answer, hit

    async def statistics(self) -> AnswerStatistics | None:
        """Counted across all processes; None when caching is off or Redis does not answer."""
        counted = await self._asked(lambda redis: redis.hgetall(STATISTICS))
        return None if counted is None else AnswerStatistics.model_validate(_text(counted))

    async def close(self) -> None:
        """Waits for answers under way, then gives the connections back."""
        await asyncio.gather(*self._flights.values(), return_exceptions=True)
        if self._redis is not None:
            await self._redis.aclose()

    async def _found_or_made(self, key: str, make: Callable[[], Awaitable[Answer]]) -> tuple[Answer, bool]:
        async with self._turn(key) as found:
            if found is not None:
                await self._count(found, hit=True)
                return found, True
            answer = await make()
            await self._asked(lambda redis: redis.set(key, answer.model_dump_json(), ex=self._ttl_s))
        await self._count(answer, hit=False)
        return answer, False

    @asynccontextmanager
    async def _turn(self, key: str) -> AsyncIterator[Answer | None]:
        """The stored answer, or None once it is this process's turn to make it."""
        lock: Lock | None = None
        while (found := await self._stored(key)) is None:
            lock = self._lock(key)
            if await self._asked(lambda _, lock=lock: lock.acquire()) is not False:
                # Between the look and the lock another process may have finished.
                found = await self._stored(key)
                break
            lock = None
            await asyncio.sleep(POLL_S)
        if lock is None:
            yield found
            return
        renewing = asyncio.create_task(self._renew(lock))
        try:
            yield found
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
            await self._asked(lambda _: lock.release())
