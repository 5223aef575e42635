"""Waiting: for a vendor that asks to slow down, and for money that calls under way may give back.

Who waits holds neither a slot for calls nor a reservation, and stops when the process closes its models.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

Sleep = Callable[[float], Awaitable[object]]

PATIENCE_S = 60.0
SHORTEST_PAUSE_S = 0.5
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 16.0
JITTER = 0.4


class Patience:
    """How long one call waits for a busy vendor: at most 60 s in all its pauses together."""

    def __init__(self, jitter: Callable[[], float] = random.random) -> None:
        """`jitter` gives 0 to 1."""
        self._jitter = jitter
        self._left_s = PATIENCE_S
        self._own_s = FIRST_PAUSE_S

    def pause(self, wish_s: float | None) -> float | None:
        """The seconds to wait now, None when that is more than is left.

        That is the vendor's wish, else twice as long each time, and up to 40 % more: those who were sent
        away together do not come back together.
        """
        asked_s = max(self._own_s if wish_s is None else wish_s, SHORTEST_PAUSE_S)
        seconds = asked_s * (1 + JITTER * self._jitter())
        if seconds > self._left_s:
            return None
        self._left_s -= seconds
        self._own_s = min(2 * self._own_s, LONGEST_PAUSE_S)
        return seconds


class Waits:
    """The waiting of one enricher's calls, which `end` cuts short."""

    def __init__(self, sleep: Sleep) -> None:
        self._sleep = sleep
        self._under_way: set[asyncio.Future[object]] = set()
        self._ended = False

    async def pause(self, seconds: float) -> bool:
        """True after that time; False when the waiting was ended."""
        return await self.until(self._sleep(seconds))

    async def until(self, happening: Awaitable[object]) -> bool:
        """True once it has happened; False when the waiting was ended."""
        waiting = asyncio.ensure_future(happening)
        self._under_way.add(waiting)
        try:
            if not self._ended:
                await asyncio.wait([waiting])
        finally:
            self._under_way.discard(waiting)
            over = waiting.done() and not waiting.cancelled()
            waiting.cancel()
        return over

    def end(self) -> None:
        """Nobody waits any more, now or later."""
        self._ended = True
        for waiting in self._under_way:
            waiting.cancel()


class PaidAttempts:
    """The attempts of one loop that hold a reservation or are asking for one.

    `turn` belongs to the one attempt that waits for money in front of all the others.
    """

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.open = 0
        self.ended = 0
        self._end = asyncio.Event()

    @classmethod
    def of_this_loop(cls) -> PaidAttempts:
        """The one that all callers of the running loop share."""
        return _paid.setdefault(asyncio.get_running_loop(), cls())

    @contextmanager
    def one(self) -> Iterator[None]:
        """Counts an attempt from before it asks for money until it has settled."""
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1
            self.ended += 1
            self._end.set()
            self._end = asyncio.Event()

    def next_end(self) -> Awaitable[object]:
        """Happens when the next attempt ends, counted from this call and not from the awaiting."""
        return self._end.wait()


_paid: WeakKeyDictionary[asyncio.AbstractEventLoop, PaidAttempts] = WeakKeyDictionary()
