"""Circuit breakers: what keeps failing is left alone for a while by every process, then tried once.

The last outcomes of a model are kept in Redis, so that all workers learn of a failing one within half a
second; without a Redis each process learns by itself.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from pydantic import ValidationError
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from phoenix_real_estate.errors import MalformedAnswer, ProviderUnavailable
from phoenix_real_estate.llm.shared import Shared
from phoenix_real_estate.models import Frozen

PREFIX = "phoenix:circuits:"
WINDOW = 20
LEAST_CALLS = 6
FAILURE_RATE = 0.5
# Shorter than a task's retries take together (14 s and more), so that the last of them finds it over.
COOL_DOWN_S = 10.0
# A probe that has not ended by then belongs to a process that died.
PROBE_S = 60.0
# How old what is known of the other processes' calls may be.
FRESH_S = 0.5
# What nobody has told anything of for so long is forgotten.
KEPT_S = 3600

Clock = Callable[[], float]


class State(Frozen):
    """What is known of a model's last calls. Times are those of the clock on the wall, in seconds.

    The workers' clocks are taken to agree to a second or two: one that is behind leaves a model alone longer.
    """

    outcomes: str = ""  # newest last: + answered, - failed
    opened_until: float | None = None
    probe: str = ""  # who probes, and until when it is believed to
    probed_until: float = 0.0

    def refuses(self, now: float) -> bool:
        """True while it is left alone, or being probed."""
        if self.opened_until is None:
            return False
        return now < max(self.opened_until, self.probed_until)

    def told(self, outcomes: str, now: float) -> State:
        """After these calls of one process."""
        known = (self.outcomes + outcomes)[-WINDOW:]
        if self.opened_until is None and _too_many(known):
            return State(outcomes=known, opened_until=now + COOL_DOWN_S)
        return self.model_copy(update={"outcomes": known})

    def claimed(self, probe: str, now: float) -> State:
        """With this probe under way, unless another one is or the circuit is closed or cooling."""
        if self.opened_until is None or self.refuses(now):
            return self
        return self.model_copy(update={"probe": probe, "probed_until": now + PROBE_S})

    def probed(self, outcome: str, now: float) -> State:
        """After a probe: closed by an answer, open again after a failure; without either it tells nothing."""
        if outcome == "+":
            return State(outcomes="+")
        update: dict[str, object] = {"probe": "", "probed_until": 0.0}
        if outcome == "-":
            update["opened_until"] = now + COOL_DOWN_S
        return self.model_copy(update=update)


class Circuit:
    """Open once at least half of the last 20 calls of all processes failed (and at least 6 were made).

    While open, an attempt is refused without a call. After the cool-down a single probe of all processes
    goes through: its answer closes the circuit, its failure opens it for another cool-down.
    """

    def __init__(self, name: str, shared: Shared, clock: Clock = time.time) -> None:
        self.name = name
        self._shared = shared
        self._clock = clock
        self._state = State()
        self._untold = ""
        self._fresh_until = 0.0
        self._telling = asyncio.Lock()

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Count one attempt: a model's error out of the block is a failure, its end an answer.

        Any other exception (a refused reservation, a cancellation) says nothing about the model, and one
        that asks to slow down works.

        Raises:
            ProviderUnavailable: the circuit is open; nothing was sent.
        """
        probe = await self._entered()
        outcome = ""
        try:
            yield
            outcome = "+"
        except (ProviderUnavailable, MalformedAnswer):
            outcome = "-"
            raise
        finally:
            await self._ended(outcome, probe)

    @property
    def open(self) -> bool:
        """Whether an attempt would be refused now, as far as this process knows."""
        return self._state.refuses(self._clock())

    async def _entered(self) -> str:
        """The probe that this attempt is; none for one through a closed circuit."""
        await self._told(within=FRESH_S)
        if self._state.opened_until is None:
            return ""
        probe = uuid.uuid4().hex
        await self._changed(lambda state, now: state.claimed(probe, now))
        if self._state.probe != probe:
            raise ProviderUnavailable(
                f"{self.name} failed too often and is left alone for {COOL_DOWN_S:.0f} s.",
                maybe_billed=False,
            )
        return probe

    async def _ended(self, outcome: str, probe: str) -> None:
        if probe:
            await self._changed(
                lambda state, now: state.probed(outcome, now) if state.probe == probe else state
            )
            return
        self._untold += outcome
        if outcome == "-":
            await self._told()

    async def _told(self, within: float = 0.0) -> None:
        """Tells the calls of this process and learns of the others', unless that was so recently."""
        if within and self._clock() < self._fresh_until:
            return
        async with self._telling:
            # Who told while this one waited has told its outcome, too.
            if not self._untold and self._clock() < self._fresh_until:
                return
            untold, self._untold = self._untold, ""
            await self._changed(lambda state, now: state.told(untold, now))

    async def _changed(self, change: Callable[[State, float], State]) -> None:
        def now_changed(state: State) -> State:
            return change(state, self._clock())

        key = PREFIX + self.name
        shared = await self._shared.asked(lambda redis: _changed_in(redis, key, now_changed))
        self._state = shared or now_changed(self._state)
        self._fresh_until = self._clock() + FRESH_S


def _too_many(outcomes: str) -> bool:
    return len(outcomes) >= LEAST_CALLS and outcomes.count("-") >= FAILURE_RATE * len(outcomes)


async def _changed_in(redis: Redis, key: str, change: Callable[[State], State]) -> State:
    """The changed state, of which Redis makes sure that nobody else changed it meanwhile."""

    async def step(pipeline: Pipeline) -> State:
        state = _read(cast("str | None", await pipeline.get(key)))
        changed = change(state)
        pipeline.multi()  # type: ignore[no-untyped-call]
        if changed != state:
            pipeline.set(key, changed.model_dump_json(), ex=KEPT_S)
        return changed

    changed: State = await redis.transaction(step, key, value_from_callable=True)
    return changed


def _read(stored: str | None) -> State:
    try:
        return State.model_validate_json(stored) if stored else State()
    except ValidationError:
        return State()
