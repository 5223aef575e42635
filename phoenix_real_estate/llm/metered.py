"""One attempt at a model, paid for through the ledger: reserve the worst case, call, settle.

At any moment at most `max_concurrency` calls of this process are in flight, and only those hold
reservations; who waits for a busy vendor, or for money that others have reserved, is not among them.
Whatever happens to a call, its reservation ends: settled at what the vendor counted; at the worst case
when the vendor may have charged without telling; given back when nothing was sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial

from pydantic import JsonValue

from phoenix_real_estate.budget import BudgetTiedUp, CallLabel, Cashier, Ledger, Reservation
from phoenix_real_estate.errors import (
    ConfigurationError,
    MalformedAnswer,
    ProviderUnavailable,
    RateLimited,
    StoreUnavailable,
)
from phoenix_real_estate.llm import pricing
from phoenix_real_estate.llm.guards import Guards
from phoenix_real_estate.llm.loop import call_slots
from phoenix_real_estate.llm.provider import (
    Completion,
    Provider,
    Request,
    UnknownModel,
    UnusableAnswer,
    Usage,
)
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.llm.waits import PaidAttempts, Patience, Sleep, Waits

Accept = Callable[[Mapping[str, JsonValue]], object]
_Admission = Callable[[], AbstractAsyncContextManager[Reservation]]

_log = logging.getLogger(__name__)


@dataclass
class Tally:
    """What one operation has cost so far in micro-USD, failed attempts included, and why it went so."""

    cost_micro_usd: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Paid:
    """An answer and what it cost, in micro-USD."""

    completion: Completion
    cost_micro_usd: int


class Metered:
    """All model calls of one process go through here."""

    def __init__(
        self,
        ledger: Ledger,
        providers: Mapping[str, Provider],
        max_concurrency: int,
        sleep: Sleep = asyncio.sleep,
        guards: Guards | None = None,
    ) -> None:
        """Without `guards` this process watches its models alone, and nothing is limited."""
        self._guards = guards or Guards()
        self._waits = Waits(sleep)
        self._cashier = Cashier(ledger)
        self._providers = providers
        self._max_concurrency = max_concurrency

    async def complete(
        self, candidate: Candidate, request: Request, label: CallLabel, accept: Accept, tally: Tally
    ) -> Paid:
        """The model's answer once `accept` has taken its content; it raises MalformedAnswer if not.

        A model that answered badly is asked once more. A busy vendor is waited for, up to a minute.

        Raises:
            BudgetExhausted: the worst case does not fit, and no call of this process that is under way
                may free the money for it; nothing was sent.
            RateLimited: the vendor stayed busy, or wants a longer pause than a minute.
            ProviderUnavailable, MalformedAnswer: the attempt failed, and is paid for.
        """
        once = partial(self._attempt, candidate, request, label, accept, tally)
        attempt = partial(self._patient, once, Patience())
        try:
            return await attempt()
        except MalformedAnswer as malformed:
            tally.notes.append(f"{candidate} asked again: {malformed}")
        return await attempt()

    def close(self) -> None:
        """Ends all waiting: who waits fails with what it waits for."""
        self._waits.end()

    async def _patient(self, attempt: Callable[[], Awaitable[Paid]], patience: Patience) -> Paid:
        while True:
            try:
                return await attempt()
            except RateLimited as busy:
                pause = patience.pause(busy.retry_after)
                if pause is None or not await self._waits.pause(pause):
                    raise

    async def _attempt(
        self, candidate: Candidate, request: Request, label: CallLabel, accept: Accept, tally: Tally
    ) -> Paid:
        worst = pricing.worst_case(candidate, request)
        await self._guards.admitted(candidate, request, self._waits)
        async with AsyncExitStack() as held:
            admission = partial(self._admission, candidate, worst, label)
            reservation = await self._admitted(held, admission)
            call = _Call(self._cashier, candidate, reservation, tally)
            return await call.made(self._providers[candidate.provider], request, accept)

    @asynccontextmanager
    async def _admission(
        self, candidate: Candidate, worst: int, label: CallLabel
    ) -> AsyncIterator[Reservation]:
        """What a call needs: a closed circuit, a slot, and the money for its worst case."""
        counted = PaidAttempts.of_this_loop().one() if worst else nullcontext()
        async with self._guards.circuit(candidate).attempt(), call_slots(self._max_concurrency):
            with counted:
                yield await self._cashier.reserve(worst, label)

    async def _admitted(self, held: AsyncExitStack, admission: _Admission) -> Reservation:
        """The reservation, after a wait where calls under way hold the money. One waits, others behind it.

        This cannot go on forever: a call under way ends, and nobody counts as such while waiting.
        """
        with suppress(BudgetTiedUp):
            return await held.enter_async_context(admission())
        paid = PaidAttempts.of_this_loop()
        async with paid.turn:
            while True:
                ended_with_this = paid.ended + 1
                try:
                    return await held.enter_async_context(admission())
                except BudgetTiedUp:
                    others_ended = paid.ended > ended_with_this
                    if not others_ended and not await self._other_ends(paid):
                        raise

    async def _other_ends(self, paid: PaidAttempts) -> bool:
        return paid.open > 0 and await self._waits.until(paid.next_end())


@dataclass
class _Call:
    """A call with money set aside for it."""

    cashier: Cashier
    candidate: Candidate
    reservation: Reservation
    tally: Tally

    async def made(self, provider: Provider, request: Request, accept: Accept) -> Paid:
        completion = await self._sent(provider, request)
        try:
            accept(completion.content)
        except MalformedAnswer:
            await self._settle(completion.usage, "malformed")
            raise
        return Paid(completion, await self._settle(completion.usage, "ok"))

    async def _sent(self, provider: Provider, request: Request) -> Completion:
        try:
            return await provider.complete(request)
        except UnknownModel as unknown:
            await self._cancel()
            raise UnknownModel(f"{unknown} It is set by {self.candidate.setting}.") from None
        except (RateLimited, ConfigurationError):
            await self._cancel()
            raise
        except ProviderUnavailable as unavailable:
            if unavailable.maybe_billed:
                await self._settle(None, "lost")
            else:
                await self._cancel()
            raise
        except UnusableAnswer as malformed:
            await self._settle(malformed.usage, "malformed")
            raise
        except BaseException:
            # Cancelled, or a defect of ours: the answer may be under way and billed.
            await asyncio.shield(self._settle(None, "interrupted"))
            raise

    async def _settle(self, usage: Usage | None, outcome: str) -> int:
        """At the usage, or at the worst case when it is not known.

        A ledger that cannot be reached keeps the reservation, which ends at the worst case: an answer
        that is paid for is not thrown away for that.
        """
        known = usage or Usage(0, 0)
        cost = pricing.actual(self.candidate, usage) if usage else self.reservation.amount_micro_usd
        self.tally.cost_micro_usd += cost
        try:
            await self.cashier.settle(
                self.reservation,
                cost_micro_usd=cost,
                input_tokens=known.input_tokens,
                output_tokens=known.output_tokens,
                outcome=outcome,
            )
        except StoreUnavailable as unavailable:
            _log.warning("A call's cost could not be settled and counts at its worst case: %s", unavailable)
        return cost

    async def _cancel(self) -> None:
        try:
            await self.cashier.cancel(self.reservation)
        except StoreUnavailable as unavailable:
            _log.warning("A reservation could not be given back and counts as spent: %s", unavailable)
