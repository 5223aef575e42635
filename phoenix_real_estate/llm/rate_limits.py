"""The operator's own limits: requests and tokens a minute of a provider, over all processes of one Redis.

They are kept by the `limits` library: in Redis, or while it does not answer in each process by itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import Redis

from phoenix_real_estate.llm.shared import Shared
from phoenix_real_estate.settings import Settings

PREFIX = "phoenix:rates"

Question = Callable[[SlidingWindowCounterRateLimiter], Awaitable[bool]]


class RateLimits:
    """Off for a provider without a setting."""

    def __init__(self, settings: Settings | None, shared: Shared) -> None:
        self._requests = _limits(settings, "requests")
        self._tokens = _limits(settings, "tokens")
        self._shared = shared
        self._alone = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._together: SlidingWindowCounterRateLimiter | None = None

    async def admit(self, provider: str, tokens: int) -> bool:
        """True, and counted, when one more request with so many tokens fits into this minute.

        A request of more tokens than a whole minute's fits into an empty one.
        """
        known = ((self._requests.get(provider), 1), (self._tokens.get(provider), tokens))
        wanted = [(limit, min(cost, limit.amount)) for limit, cost in known if limit]
        # Looked at before anything is counted: who waits for requests must not use up the tokens.
        for limit, cost in wanted:
            if not await self._asked(partial(_fits, limit, provider, cost)):
                return False
        for limit, cost in wanted:
            if not await self._asked(partial(_counted, limit, provider, cost)):
                return False
        return True

    async def _asked(self, question: Question) -> bool:
        answer = await self._shared.asked(lambda redis: question(self._by(redis)))
        return await question(self._alone) if answer is None else answer

    def _by(self, redis: Redis) -> SlidingWindowCounterRateLimiter:
        if self._together is None:
            storage = RedisStorage(
                "redis://",
                implementation="redispy",
                key_prefix=PREFIX,
                connection_pool=redis.connection_pool,  # type: ignore[arg-type]
            )
            self._together = SlidingWindowCounterRateLimiter(storage)
        return self._together


async def _fits(
    limit: RateLimitItem, provider: str, cost: int, limiter: SlidingWindowCounterRateLimiter
) -> bool:
    return bool(await limiter.test(limit, provider, cost=cost))


async def _counted(
    limit: RateLimitItem, provider: str, cost: int, limiter: SlidingWindowCounterRateLimiter
) -> bool:
    return bool(await limiter.hit(limit, provider, cost=cost))


def _limits(settings: Settings | None, what: str) -> Mapping[str, RateLimitItem]:
    named = {
        provider: getattr(settings, f"{provider}_{what}_per_minute", None)
        for provider in ("openai", "anthropic")
    }
    return {
        provider: RateLimitItemPerMinute(amount, namespace=what)
        for provider, amount in named.items()
        if amount
    }
