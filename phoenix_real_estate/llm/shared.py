"""Redis as the processes of the project share it: asked, and done without when it does not answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

T = TypeVar("T")

ANSWER_TIMEOUT_S = 1.0
# After a failure Redis is not asked for a while, so that a slow one does not slow down every call.
PAUSE_S = 5.0
# Commands under way at once; redis-py's pool raises an error beyond 100 connections.
CONNECTIONS = 32

_log = logging.getLogger(__name__)


class Shared:
    """One process's way to Redis. It belongs to the loop it is first used on, and is closed there."""

    def __init__(self, url: str | None, what: str) -> None:
        """`what` is done without when Redis does not answer, in the words of a warning. No URL: always."""
        self._what = what
        self._redis = _client(url) if url else None
        self._commands = asyncio.Semaphore(CONNECTIONS)
        self._asked_again_at = 0.0
        self._warned = False

    @property
    def there(self) -> bool:
        """Whether there is a Redis that is worth asking now."""
        return self._redis is not None and time.monotonic() >= self._asked_again_at

    async def asked(self, command: Callable[[Redis], Awaitable[T]]) -> T | None:
        """What Redis answers; None when it does not, which is said once."""
        async with self._commands:
            if self._redis is None or not self.there:
                return None
            try:
                return await command(self._redis)
            except (RedisError, OSError) as error:
                self._asked_again_at = time.monotonic() + PAUSE_S
                self._warn(error)
                return None

    async def close(self) -> None:
        """Gives the connections back."""
        if self._redis is not None:
            await self._redis.aclose()

    def _warn(self, error: Exception) -> None:
        if not self._warned:
            _log.warning("%s: Redis does not answer (%s).", self._what, type(error).__name__)
        self._warned = True


def _client(url: str) -> Redis:
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=ANSWER_TIMEOUT_S,
        socket_connect_timeout=ANSWER_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
