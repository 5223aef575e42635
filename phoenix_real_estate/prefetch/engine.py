"""The questions of many properties answered in advance, at half the price: the story.

    what is open already is looked at -> what nobody has asked is asked, once -> all is waited for -> cached

A run may end at any point, killed or cancelled: what is at the vendors stays there, with its money reserved,
and `resume` of any later run, which `prefetch` begins with, collects it.
"""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from pymongo.database import Database

from phoenix_real_estate.budget import Cashier, Ledger
from phoenix_real_estate.errors import PhoenixError, ProviderUnavailable, RateLimited
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.llm.vendor_batches import (
    BatchEndpoint,
    BatchState,
    NoBatches,
    Sent,
    Unclear,
    endpoints_of,
)
from phoenix_real_estate.llm.waits import Sleep
from phoenix_real_estate.models import Property
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prefetch.collecting import Collector
from phoenix_real_estate.prefetch.journal import Batch, Journal, Outcome, Stage
from phoenix_real_estate.prefetch.questions import Wanted, portions, wanted_of
from phoenix_real_estate.prefetch.sending import LEASE, Sender
from phoenix_real_estate.prefetch.tally import Prefetched, Tally
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store.connection import Document, utc_now

FIRST_PAUSE_S = 15.0
LONGEST_PAUSE_S = 300.0
# How long a submission that was interrupted may take to show in the vendor's list.
SETTLING = timedelta(minutes=15)
CLOCKS_APART = timedelta(minutes=5)
# OpenAI keeps results for 30 days, Anthropic for 29.
RESULTS_KEPT = timedelta(days=29)
# Of batches that are over, with their answers: longer than a backfill takes.
KEPT = timedelta(days=7)
# All hold reservations at once, in the day's one document.
MOST_QUESTIONS = 10_000

Told = Callable[[int, int], None]
"""Called with the questions that are answered or given up, and with those that were sent."""

_AWAY = (RateLimited, ProviderUnavailable, Unclear)


class BatchEngine:
    """One per process and run, used and closed in the process's loop, as its panel is."""

    def __init__(
        self,
        panel: Panel,
        ledger: Ledger,
        journal: Journal,
        endpoints: Mapping[str, BatchEndpoint],
        flow_run_id: str | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._panel = panel
        self._journal = journal
        self._endpoints = endpoints
        self._sender = Sender(ledger, journal, panel.answers, endpoints, clock)
        self._collector = Collector(Cashier(ledger), journal, panel.answers)
        self._flow_run_id = flow_run_id
        self._sleep = sleep
        self._now = clock

    @classmethod
    def build(
        cls,
        settings: Settings,
        panel: Panel,
        ledger: Ledger,
        database: Database[Document],
        *,
        flow_run_id: str | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], datetime] = utc_now,
    ) -> BatchEngine:
        """With the vendors that the settings give keys for; `sleep` passes the seconds between two looks."""
        journal = Journal(database)
        journal.prepare()
        return cls(panel, ledger, journal, endpoints_of(settings), flow_run_id, sleep, clock)

    async def prefetch(self, properties: Iterable[Property], told: Told = lambda *_: None) -> Prefetched:
        """Asks what the properties will ask, as far as batches can answer it and the budget allows.

        Returns once all of it is answered or given up, which may take 24 hours. Cancelled meanwhile, it
        leaves what was sent to a later `resume`.

        Raises:
            ConfigurationError: a vendor refuses its key.
            StoreUnavailable: MongoDB does not answer.
        """
        tally, progress = Tally(), _Progress(told)
        before = await self._left_behind()
        before = await self._wait(before, tally, progress, until=_all_submitted)
        asked = await self._asked(properties, tally)
        await self._wait([*before, *asked], tally, progress)
        return tally.told()

    async def resume(self, told: Told = lambda *_: None) -> Prefetched:
        """Collects, and waits for, what any run has left at the vendors. Raises as `prefetch`."""
        tally = Tally()
        await self._wait(await self._left_behind(), tally, _Progress(told))
        return tally.told()

    async def stop(self) -> None:
        """Asks the vendors to end what is under way. What is answered is paid: `resume` collects it."""
        for batch in await self._left_behind():
            if batch.vendor_id and batch.provider in self._endpoints:
                # One that has ended meanwhile cannot be cancelled.
                with suppress(*_AWAY, NoBatches):
                    await self._endpoints[batch.provider].cancel(batch.vendor_id)

    async def close(self) -> None:
        """Gives the connections back; the panel's are its own."""
        for endpoint in self._endpoints.values():
            await endpoint.close()

    async def _left_behind(self) -> list[Batch]:
        """What any run has left at the vendors, or on its way there."""
        await asyncio.to_thread(self._journal.forget, self._now() - KEPT)
        return await asyncio.to_thread(self._journal.open)

    async def _asked(self, properties: Iterable[Property], tally: Tally) -> list[Batch]:
        """The batches of what is not answered yet, and not asked by another one."""
        wanted = await asyncio.to_thread(
            wanted_of, properties, self._panel, self._endpoints.keys(), self._flow_run_id
        )
        room = MOST_QUESTIONS
        batches: list[Batch] = []
        for candidate, questions in wanted.items():
            fresh = await self._not_cached(questions, tally)
            tally.counts["put_off"] += len(fresh[room:])
            batches += await self._sent(candidate, fresh[:room], tally)
            room -= len(fresh[:room])
        return batches

    async def _not_cached(self, questions: Sequence[Wanted], tally: Tally) -> list[Wanted]:
        there = await self._panel.answers.there([one.key for one in questions])
        tally.counts["cached"] += len(there)
        return [one for one in questions if one.key not in there]

    async def _sent(self, candidate: Candidate, wanted: Sequence[Wanted], tally: Tally) -> list[Batch]:
        endpoint = self._endpoints[candidate.provider]
        sent = [await self._sender.send(candidate, some, tally) for some in portions(wanted, endpoint)]
        return [batch for batch in sent if batch]

    async def _wait(
        self,
        batches: Sequence[Batch],
        tally: Tally,
        progress: _Progress,
        until: Callable[[Sequence[Batch]], bool] = operator.not_,
    ) -> list[Batch]:
        """Looks at the batches, less and less often, until they are over or are not worth waiting for.

        Or until as much is known of them as `until` asks for; gives those that are under way then.
        """
        pause = FIRST_PAUSE_S
        waiting = list(batches)
        while True:
            waiting = [after for one in waiting for after in await self._next(one, tally, progress)]
            if until(waiting):
                return waiting
            await self._sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _next(self, batch: Batch, tally: Tally, progress: _Progress) -> list[Batch]:
        """What is to be waited for after another look at the batch: itself, a second one, or nothing."""
        if batch.stage in (Stage.PLANNED, Stage.DROPPED):
            await self._sender.drop(batch)
            return []
        endpoint = self._endpoints.get(batch.provider)
        if endpoint is None:
            tally.note(f"A batch of {batch.candidate} waits for {batch.provider.upper()}_API_KEY: set it.")
            return []
        try:
            state = await self._state(batch, endpoint)
            if isinstance(state, BatchState):
                return await self._looked(batch, endpoint, state, tally, progress)
            return [state] if state else []
        except (*_AWAY, NoBatches) as failure:
            return await self._unreached(batch, failure, tally)

    async def _state(self, batch: Batch, endpoint: BatchEndpoint) -> BatchState | Batch | None:
        """Where a submitted batch stands. One of which nobody knows if it was is looked for, or dropped."""
        if batch.vendor_id:
            return await endpoint.state(batch.vendor_id)
        vendor_id = await endpoint.find(await asyncio.to_thread(self._sent_as, batch))
        if vendor_id:
            step = self._journal.step
            return await asyncio.to_thread(
                step, batch, Stage.SUBMITTED, since=batch.since, vendor_id=vendor_id
            )
        if self._now() - batch.since < SETTLING:
            return batch
        await self._sender.drop(batch)
        return None

    def _sent_as(self, batch: Batch) -> Sent:
        return Sent(
            label=batch.id,
            numbers=frozenset(one.id for one in self._journal.questions(batch)),
            since=batch.since - CLOCKS_APART,
            others=self._journal.vendor_ids(batch.provider),
        )

    async def _looked(
        self,
        batch: Batch,
        endpoint: BatchEndpoint,
        state: BatchState,
        tally: Tally,
        progress: _Progress,
    ) -> list[Batch]:
        questions = await asyncio.to_thread(self._journal.questions, batch)
        done = len(questions) if state.ended else state.answered or 0
        progress.tell(batch, done, len(questions))
        if not state.ended:
            return [batch]
        await self._collector.collect(batch, endpoint, state, tally)
        return await self._again(batch, state, tally)

    async def _again(self, batch: Batch, state: BatchState, tally: Tally) -> list[Batch]:
        """The batch is over; what the vendor did not come to is asked once more, if nobody cancelled it."""
        over = await asyncio.to_thread(self._journal.step, batch, Stage.OVER, since=self._now())
        if over is None or state.cancelled or batch.attempt > 1:
            return []
        questions = await asyncio.to_thread(self._journal.questions, batch)
        undone = [one for one in questions if one.outcome is Outcome.UNDONE]
        wanted = [Wanted(one.key, one.seen, one.reservation.label) for one in undone]
        second = await self._sender.send(batch.candidate, wanted, tally, attempt=2)
        return [second] if second else []

    async def _unreached(self, batch: Batch, failure: PhoenixError, tally: Tally) -> list[Batch]:
        """The vendor is waited for while it may work on the batch, the results while it keeps them."""
        age = self._now() - batch.since
        if age > RESULTS_KEPT:
            questions = await asyncio.to_thread(self._journal.questions, batch)
            await self._collector.lose(batch, [one for one in questions if one.outcome is None], tally)
            await asyncio.to_thread(self._journal.step, batch, Stage.OVER, since=self._now())
            return []
        if age < LEASE and not isinstance(failure, NoBatches):
            return [batch]
        tally.note(f"A batch of {batch.candidate} is left to a later run: {failure}")
        return []


def _all_submitted(batches: Sequence[Batch]) -> bool:
    return all(batch.vendor_id for batch in batches)


class _Progress:
    """The questions done, and those sent, of all batches that are waited for."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._done: dict[str, int] = {}
        self._sent: dict[str, int] = {}

    def tell(self, batch: Batch, done: int, sent: int) -> None:
        self._done[batch.id], self._sent[batch.id] = done, sent
        self._told(sum(self._done.values()), sum(self._sent.values()))
