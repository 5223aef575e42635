"""The answer cache: no answer is paid for twice.

A key stands for the operation, the prompt's version and content, the model, and exactly the facts that
the prompt shows; the value is the model's validated JSON with its placeholders still in it. One caller
per key makes the answer, in this process and, by a lock in Redis, across processes; the others wait
for it. What this process has seen it keeps for as long as the cache is open. Behind the cache may stand a
shelf of answers that were paid for in advance (`prefetch/`): what is there is not made.

Who buys in advance says so here (`announce`), writes down what it will ask, and only then looks for what is
asked already (`being_made`). Who asks live takes the lock first and looks at the shelf then: of the two at
least one sees the other, and no question is bought twice.

What holds without Redis, or while it is down or slow (a miss and one warning, never a failure): one process
asks once per key, at the same time or one after the other; two processes, or a process and a batch that has
just begun, may each ask and pay once. A
process that loses Redis for longer than its lock lasts (30 s) while its call is under way may be overtaken
by another one in the same way. All of these calls go through the ledger.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial

from pydantic import JsonValue, ValidationError
from redis.asyncio import Redis

from phoenix_real_estate.llm.shared import Shared
from phoenix_real_estate.models import Frozen
from phoenix_real_estate.prompts import Question
from phoenix_real_estate.settings import Settings

Make = Callable[[], Awaitable["Answer"]]
Shelf = Callable[[str, bool], Awaitable["Answer | None"]]
"""Gives the answer to a key, None where it has none; told whether answers are being bought in advance."""

PREFIX = "phoenix:answers:"
STATISTICS = f"{PREFIX}statistics"
LOCKS = f"{PREFIX}locks:"
ANNOUNCED = f"{PREFIX}announced"

# A lock is renewed while its holder works; a killed holder's is free after this.
LOCK_S = 30.0
POLL_S = 0.1
# Answers kept in this process: those of more properties than are under way at once.
REMEMBERED = 1000
# Hits and misses that are told to Redis together; a killed process takes those with it.
COUNTED_TOGETHER = 100
# Longer than a vendor's batch takes.
ANNOUNCED_S = 2 * 24 * 3600
# Fast enough for Redis' time limit, however many there are.
LOOKED_FOR_TOGETHER = 500


class BoughtFor(Frozen):
    """The property that an answer was bought for in advance, and the run that took it in."""

    property_id: str
    flow_run_id: str | None


class Answer(Frozen):
    """A model's validated JSON object, and what it took to get it (micro-USD).

    `bought_for` is there when nobody has asked for it yet: whom its cost is shown with.
    """

    content: dict[str, JsonValue]
    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micro_usd: int = 0
    bought_for: BoughtFor | None = None


class AnswerStatistics(Frozen):
    """Since the cache was created; `saved_micro_usd` is what the hits would have cost.

    `answers` is how many are kept now.
    """

    hits: int = 0
    misses: int = 0
    saved_micro_usd: int = 0
    answers: int = 0

    @property
    def hit_rate(self) -> float | None:
        """From 0 to 1; None before the first question."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else None


def answer_key(prompt: Question[object], model: str) -> str:
    """The same for every property that shows this prompt the same facts."""
    identity = json.dumps({**prompt.seen(), "model": model}, sort_keys=True)
    return PREFIX + hashlib.sha256(identity.encode()).hexdigest()


class Answers:
    """The cache as one process sees it. It belongs to the loop it is first used on."""

    def __init__(self, shared: Shared, ttl_s: int) -> None:
        """While `shared` does not answer, answers are kept for this process alone."""
        self._shared = shared
        self._ttl_s = ttl_s
        self._remembered: OrderedDict[str, Answer] = OrderedDict()
        self._flights: dict[str, asyncio.Task[tuple[Answer, bool]]] = {}
        self._uncounted = AnswerStatistics()
        self._shelf: Shelf = _nothing

    @classmethod
    def of(cls, settings: Settings) -> Answers:
        """The cache at REDIS_URL; when ENABLE_CACHING is false it is this process's alone."""
        url = settings.redis_url if settings.enable_caching else None
        shared = Shared(url, "The answer cache is not used")
        return cls(shared, max(1, int(settings.cache_ttl_hours * 3600)))

    async def get_or_make(self, key: str, make: Make) -> tuple[Answer, bool]:
        """The answer, and whether it was there already (or another caller made it).

        Whatever `make` raises reaches everyone in this process who waits for the same key. A caller
        that is cancelled leaves the making to go on: it may be paid for already.
        """
        if known := self._remembered.get(key):
            self._remember(key, known)
            return await self._counted(known, hit=True)
        if flight := self._flights.get(key):
            answer, _ = await asyncio.shield(flight)
            return await self._counted(answer, hit=True)
        flight = asyncio.create_task(self._found_or_made(key, make))
        self._flights[key] = flight
        flight.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(flight)

    def stand_before(self, shelf: Shelf) -> None:
        """From now on what is not in the cache is looked for there before it is made."""
        self._shelf = shelf

    async def keep(self, key: str, answer: Answer) -> None:
        """Puts in an answer that was made elsewhere."""
        self._remember(key, answer)
        await self._shared.asked(lambda redis: redis.set(key, answer.model_dump_json(), ex=self._ttl_s))

    async def announce(self) -> None:
        """From now on whoever asks live looks at the shelf first, in every process."""
        await self._shared.asked(lambda redis: redis.set(ANNOUNCED, 1, ex=ANNOUNCED_S))

    async def there(self, keys: Collection[str]) -> set[str]:
        """Those of the keys that the cache has an answer to."""
        found = {key for key in keys if key in self._remembered}
        return found | await self._looked_for([key for key in keys if key not in found])

    async def being_made(self, keys: Collection[str]) -> set[str]:
        """Those of the keys that somebody asks now. Whoever ends that has put the answer in before."""
        locks = {_lock_of(key): key for key in keys}
        return {locks[lock] for lock in await self._looked_for(list(locks))}

    async def _looked_for(self, names: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(names), LOOKED_FOR_TOGETHER):
            command = partial(_stored, keys=names[start : start + LOOKED_FOR_TOGETHER])
            found |= await self._shared.asked(command) or set()
        return found

    async def statistics(self) -> AnswerStatistics | None:
        """Counted across all processes; None when caching is off or Redis does not answer."""
        await self._tell()
        return await self._shared.asked(_statistics)

    async def close(self) -> None:
        """Waits for answers under way, then gives the connections back."""
        await asyncio.gather(*self._flights.values(), return_exceptions=True)
        await self._tell()
        await self._shared.close()

    async def _found_or_made(self, key: str, make: Make) -> tuple[Answer, bool]:
        token = uuid.uuid4().hex
        found = await self._found(key, token)
        if isinstance(found, Answer):
            answer, hit = found, True
        else:
            answer, hit = await self._taken_or_made(key, token, make, announced=found)
        self._remember(key, answer)
        return await self._counted(answer, hit=hit)

    async def _found(self, key: str, token: str) -> Answer | bool:
        """The stored answer; else whether a purchase is announced, and it is ours to make, under a lock."""
        while True:
            there = await self._asked(_FOUND_OR_TAKEN, key, token, int(LOCK_S * 1000))
            if isinstance(there, str):
                if answer := _read(there):
                    return answer
                await self._shared.asked(lambda redis: redis.delete(key))
            elif there == _HELD_BY_ANOTHER:
                await asyncio.sleep(POLL_S)
            else:
                return there == _OURS_AND_ANNOUNCED

    async def _taken_or_made(
        self, key: str, token: str, make: Make, *, announced: bool
    ) -> tuple[Answer, bool]:
        """The answer, which is stored, and whether it came from the shelf."""
        renewing = asyncio.create_task(self._renew(key, token))
        try:
            shelved = await self._shelf(key, announced)
            answer = shelved or await make()
        except BaseException:
            await self._asked(_HELD_FOR, key, token, 0)
            raise
        finally:
            renewing.cancel()
        await self._asked(_STORED, key, token, answer.model_dump_json(), self._ttl_s)
        return answer, shelved is not None

    async def _renew(self, key: str, token: str) -> None:
        while True:
            await asyncio.sleep(LOCK_S / 3)
            await self._asked(_HELD_FOR, key, token, int(LOCK_S * 1000))

    async def _asked(self, script: str, key: str, *arguments: str | int) -> str | int | None:
        """What the script gives for the key and its lock; None when Redis does not answer."""
        keys = [key, _lock_of(key), ANNOUNCED]
        return await self._shared.asked(
            lambda redis: redis.register_script(script)(keys=keys, args=arguments)
        )

    def _remember(self, key: str, answer: Answer) -> None:
        """As the last one to be forgotten."""
        self._remembered[key] = answer
        self._remembered.move_to_end(key)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)

    async def _counted(self, answer: Answer, *, hit: bool) -> tuple[Answer, bool]:
        so_far = self._uncounted
        self._uncounted = AnswerStatistics(
            hits=so_far.hits + hit,
            misses=so_far.misses + (not hit),
            saved_micro_usd=so_far.saved_micro_usd + (answer.cost_micro_usd if hit else 0),
        )
        if self._uncounted.hits + self._uncounted.misses >= COUNTED_TOGETHER:
            await self._tell()
        return answer, hit

    async def _tell(self) -> None:
        told, self._uncounted = self._uncounted, AnswerStatistics()
        if told != self._uncounted:
            await self._shared.asked(lambda redis: _add(redis, told))

    def _landed(self, key: str, flight: asyncio.Task[tuple[Answer, bool]]) -> None:
        del self._flights[key]
        # Its waiters may all be gone; an exception nobody fetched would be reported as lost.
        if not flight.cancelled():
            flight.exception()


def _lock_of(key: str) -> str:
    return LOCKS + key.removeprefix(PREFIX)


_HELD_BY_ANOTHER = 0
_OURS_AND_ANNOUNCED = 2
# All of them: KEYS are the answer, its lock and the announcement, ARGV[1] is the token of who asks.
_FOUND_OR_TAKEN = """
local answer = redis.call('GET', KEYS[1])
if answer then return answer end
if not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
return 1 + redis.call('EXISTS', KEYS[3])
"""
_STORED = """
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
"""
# For no time at all is a release. A lock that ran out, while Redis was away, is not ours any more.
_HELD_FOR = """
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
"""


def _read(stored: str) -> Answer | None:
    try:
        return Answer.model_validate_json(stored)
    except ValidationError:
        return None


async def _nothing(_key: str, _announced: bool) -> None:
    return None


async def _stored(redis: Redis, keys: Sequence[str]) -> set[str]:
    async with redis.pipeline(transaction=False) as pipeline:
        for key in keys:
            pipeline.exists(key)
        return {key for key, there in zip(keys, await pipeline.execute(), strict=True) if there}


async def _add(redis: Redis, counted: AnswerStatistics) -> None:
    async with redis.pipeline(transaction=False) as pipeline:
        for name in ("hits", "misses", "saved_micro_usd"):
            pipeline.hincrby(STATISTICS, name, getattr(counted, name))
        await pipeline.execute()


async def _statistics(redis: Redis) -> AnswerStatistics:
    counted = await redis.hgetall(STATISTICS)
    kept = [key async for key in redis.scan_iter(f"{PREFIX}{'[0-9a-f]' * 64}", count=1000)]
    return AnswerStatistics.model_validate({**counted, "answers": len(kept)})
