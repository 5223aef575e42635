"""The answer cache: no answer is paid for twice.

A key stands for the operation, the prompt's version and content, the model, and exactly the facts that
the prompt shows; the value is the model's validated JSON with its placeholders still in it. One caller
per key makes the answer, in this process and, by a lock in Redis, across processes; the others wait
for it. Redis being down or slow is a miss and one warning. What this process has seen it keeps for as
long as the cache is open, so that a retry within a run pays for nothing twice even without a Redis.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections import OrderedDict
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
# Commands under way at once; redis-py's pool raises an error beyond 100 connections.
CONNECTIONS = 32
# Answers kept in this process: those of more properties than are under way at once.
REMEMBERED = 1000

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

    def __init__(self, redis: Redis | None, ttl_s: int) -> None:
        """Without a Redis answers are kept for this process alone."""
        self._redis = redis
        self._ttl_s = ttl_s
        self._remembered: OrderedDict[str, Answer] = OrderedDict()
        self._flights: dict[str, asyncio.Task[tuple[Answer, bool]]] = {}
        self._connections = asyncio.Semaphore(CONNECTIONS)
        self._asked_again_at = 0.0
        self._warned = False

    @classmethod
    def of(cls, settings: Settings) -> Answers:
        """The cache at REDIS_URL; when ENABLE_CACHING is false it is this process's alone."""
        ttl_s = max(1, int(settings.cache_ttl_hours * 3600))
        if not settings.enable_caching or not settings.redis_url:
            return cls(None, ttl_s)
        client = Redis.from_url(
            settings.redis_url,
            decode_responses=True,
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
        if known := self._remembered.get(key):
            self._remember(key, known)
            await self._count(known, hit=True)
            return known, True
        if self._redis is None:
            return self._remember(key, await make()), False
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
        return None if counted is None else AnswerStatistics.model_validate(counted)

    async def close(self) -> None:
        """Waits for answers under way, then gives the connections back."""
        await asyncio.gather(*self._flights.values(), return_exceptions=True)
        if self._redis is not None:
            await self._redis.aclose()

    async def _found_or_made(self, key: str, make: Callable[[], Awaitable[Answer]]) -> tuple[Answer, bool]:
        found, lock = await self._turn(key)
        async with self._held(lock):
            answer = found or await make()
            if found is None:
                await self._asked(lambda redis: redis.set(key, answer.model_dump_json(), ex=self._ttl_s))
        self._remember(key, answer)
        await self._count(answer, hit=found is not None)
        return answer, found is not None

    def _remember(self, key: str, answer: Answer) -> Answer:
        """The answer, which is now the last one to be forgotten."""
        self._remembered[key] = answer
        self._remembered.move_to_end(key)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return answer

    async def _turn(self, key: str) -> tuple[Answer | None, Lock | None]:
        """The stored answer, or else the lock to make it under; neither when Redis does not answer."""
        while True:
            if found := await self._stored(key):
                return found, None
            taken = await self._asked(lambda redis: self._taken(redis, key))
            if taken is None:
                return None, None
            if taken.local.token is not None:
                # Between the look and the lock another process may have finished.
                return await self._stored(key), taken
            await asyncio.sleep(POLL_S)

    async def _taken(self, redis: Redis, key: str) -> Lock:
        """The key's lock, tried once: its token is None where another process holds it."""
        lock = redis.lock(f"{key}:lock", timeout=LOCK_S, blocking=False, thread_local=False)
        await lock.acquire()
        return lock

    @asynccontextmanager
    async def _held(self, lock: Lock | None) -> AsyncIterator[None]:
        if lock is None:
            yield
            return
        renewing = asyncio.create_task(self._renew(lock))
        try:
            yield
        finally:
            renewing.cancel()
            await self._asked(lambda _: _released(lock))

    async def _renew(self, lock: Lock) -> None:
        while True:
            await asyncio.sleep(LOCK_S / 3)
            await self._asked(lambda _: lock.reacquire())

    async def _stored(self, key: str) -> Answer | None:
        stored = await self._asked(lambda redis: redis.get(key))
        try:
            return Answer.model_validate_json(stored) if stored else None
        except ValidationError:
            return None

    async def _count(self, answer: Answer, *, hit: bool) -> None:
        async def counted(redis: Redis) -> None:
            async with redis.pipeline(transaction=False) as pipeline:
                pipeline.hincrby(STATISTICS, "hits" if hit else "misses", 1)
                pipeline.hincrby(STATISTICS, "saved_micro_usd", answer.cost_micro_usd if hit else 0)
                await pipeline.execute()

        await self._asked(counted)

    async def _asked(self, command: Callable[[Redis], Awaitable[T]]) -> T | None:
        """What Redis answers; None when it does not, which is said once."""
        async with self._connections:
            if self._redis is None or time.monotonic() < self._asked_again_at:
                return None
            try:
                return await command(self._redis)
            except (RedisError, OSError) as error:
                self._asked_again_at = time.monotonic() + PAUSE_S
                self._warn(error)
                return None

    def _warn(self, error: Exception) -> None:
        if not self._warned:
            _log.warning("The answer cache is not used: Redis does not answer (%s).", type(error).__name__)
        self._warned = True

    def _landed(self, key: str, flight: asyncio.Task[tuple[Answer, bool]]) -> None:
        del self._flights[key]
        # Its waiters may all be gone; an exception nobody fetched would be reported as lost.
        if not flight.cancelled():
            flight.exception()


async def _released(lock: Lock) -> None:
    """A lock that ran out in spite of its renewals (Redis was away) is not ours to release."""
    with suppress(LockError):
        await lock.release()
