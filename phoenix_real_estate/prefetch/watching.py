"""Batches at the vendors are looked at until they are over: found again, collected, and asked a second time.

What a look finds out is in the journal before it is acted on: another run may look at the same batch.
"""

from __future__ import annotations

import asyncio
import logging
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from phoenix_real_estate.errors import PhoenixError, ProviderUnavailable, RateLimited, StoreUnavailable
from phoenix_real_estate.llm.vendor_batches import BatchEndpoint, BatchState, NoBatches, Sent, Unclear
from phoenix_real_estate.llm.waits import Sleep
from phoenix_real_estate.prefetch.collecting import Collector
from phoenix_real_estate.prefetch.journal import Batch, Journal, Outcome, Stage
from phoenix_real_estate.prefetch.questions import Wanted
from phoenix_real_estate.prefetch.sending import LEASE, Sender
from phoenix_real_estate.prefetch.tally import Tally

FIRST_PAUSE_S = 15.0
LONGEST_PAUSE_S = 300.0
# How long the run that plans a batch may take to announce it; then it is taken for dead.
PLANNING = timedelta(minutes=2)
# How long a submission that was interrupted may take to show in the vendor's list.
SETTLING = timedelta(minutes=15)
# Farther than any clock is off: not to find a batch is taken for a proof that there is none.
CLOCKS_APART = timedelta(hours=24)
STORE_AWAY = timedelta(hours=1)
# OpenAI keeps results for 30 days, Anthropic for 29.
RESULTS_KEPT = timedelta(days=29)

Told = Callable[[int, int], None]
"""Called with the questions that are answered or given up, and with those that were sent."""

AWAY = (RateLimited, ProviderUnavailable, Unclear)


_log = logging.getLogger(__name__)


@dataclass
class Watch:
    """What is told of batches; with `again` what a vendor did not come to is asked once more."""

    tally: Tally
    told: Told = lambda *_: None
    again: bool = True
    _done: dict[str, int] = field(default_factory=dict)
    _sent: dict[str, int] = field(default_factory=dict)

    def tell(self, batch: Batch, done: int, sent: int) -> None:
        """The questions done, and those sent, of all batches that are waited for."""
        self._done[batch.id], self._sent[batch.id] = done, sent
        self.told(sum(self._done.values()), sum(self._sent.values()))


@dataclass(frozen=True)
class Watcher:
    """Looks at batches; the engine's parts are its own."""

    journal: Journal
    sender: Sender
    collector: Collector
    endpoints: Mapping[str, BatchEndpoint]
    sleep: Sleep
    now: Callable[[], datetime]

    async def wait(
        self,
        batches: Sequence[Batch],
        watch: Watch,
        until: Callable[[Sequence[Batch]], bool] = operator.not_,
    ) -> list[Batch]:
        """Looks at the batches, less and less often, until they are over or are not worth waiting for.

        Or until as much is known of them as `until` asks for; gives those that are under way then.

        Raises:
            StoreUnavailable: MongoDB has not answered for an hour.
        """
        pause = FIRST_PAUSE_S
        waiting = list(batches)
        away_since: datetime | None = None
        while True:
            try:
                if away_since:
                    waiting = await asyncio.to_thread(self.journal.open)
                waiting = [after for one in waiting for after in await self.look(one, watch)]
                if until(waiting):
                    return waiting
                away_since = None
            except StoreUnavailable as failure:
                away_since = self._without_store(failure, away_since)
            await self.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _without_store(self, failure: StoreUnavailable, since: datetime | None) -> datetime:
        """Since when; what was sent in between is in the journal, and waited for when it is back."""
        if since is None:
            _log.warning("The wait for the vendors' batches goes on without its journal: %s", failure)
        elif self.now() - since > STORE_AWAY:
            raise failure
        return since or self.now()

    async def look(self, batch: Batch, watch: Watch) -> list[Batch]:
        """What is to be waited for after another look at the batch: itself, a second one, or nothing."""
        now = await asyncio.to_thread(self.journal.batch, batch.id)
        if now is None or now.stage is Stage.OVER:
            return []
        return await self._seen(now, watch)

    async def _seen(self, batch: Batch, watch: Watch) -> list[Batch]:
        if batch.stage is Stage.PLANNED and self.now() - batch.since < PLANNING:
            return [batch]
        if batch.stage in (Stage.PLANNED, Stage.DROPPED):
            await self.sender.drop(batch)
            return []
        endpoint = self.endpoints.get(batch.provider)
        if endpoint is None:
            watch.tally.note(
                f"A batch of {batch.candidate} waits for {batch.provider.upper()}_API_KEY: set it."
            )
            return []
        try:
            state = await self._state(batch, endpoint)
            if isinstance(state, BatchState):
                return await self._looked(batch, endpoint, state, watch)
            return [state] if state else []
        except (*AWAY, NoBatches) as failure:
            return await self._unreached(batch, failure, watch.tally)

    async def _state(self, batch: Batch, endpoint: BatchEndpoint) -> BatchState | Batch | None:
        """Where a submitted batch stands. One of which nobody knows if it was is looked for, or dropped."""
        if batch.vendor_id:
            return await endpoint.state(batch.vendor_id)
        vendor_id = await endpoint.find(await asyncio.to_thread(self._sent_as, batch))
        if vendor_id:
            moved = await asyncio.to_thread(
                self.journal.step, batch, Stage.SUBMITTED, since=batch.since, vendor_id=vendor_id
            )
            return moved or batch
        if self.now() - batch.since < SETTLING:
            return batch
        await self.sender.drop(batch)
        return None

    def _sent_as(self, batch: Batch) -> Sent:
        return Sent(
            label=batch.id,
            numbers=frozenset(one.id for one in self.journal.questions(batch)),
            since=batch.since - CLOCKS_APART,
            others=self.journal.vendor_ids(batch.provider),
        )

    async def _looked(
        self, batch: Batch, endpoint: BatchEndpoint, state: BatchState, watch: Watch
    ) -> list[Batch]:
        questions = await asyncio.to_thread(self.journal.questions, batch)
        done = len(questions) if state.ended else state.answered or 0
        watch.tell(batch, done, len(questions))
        if not state.ended:
            return [batch]
        await self.collector.collect(batch, endpoint, state, watch.tally)
        over = await asyncio.to_thread(self.journal.step, batch, Stage.OVER, since=self.now())
        if over is None or state.cancelled or batch.attempt > 1 or not watch.again:
            return []
        return await self._again(batch, watch.tally)

    async def _again(self, batch: Batch, tally: Tally) -> list[Batch]:
        """What the vendor did not come to, asked once more."""
        questions = await asyncio.to_thread(self.journal.questions, batch)
        undone = [one for one in questions if one.outcome is Outcome.UNDONE]
        wanted = [Wanted(one.key, one.seen, one.reservation.label) for one in undone]
        second = await self.sender.send(batch.candidate, wanted, tally, attempt=2)
        return [second] if second else []

    async def _unreached(self, batch: Batch, failure: PhoenixError, tally: Tally) -> list[Batch]:
        """The vendor is waited for while it may work on the batch, the results while it keeps them."""
        age = self.now() - batch.since
        if age > RESULTS_KEPT:
            questions = await asyncio.to_thread(self.journal.questions, batch)
            await self.collector.lose(batch, [one for one in questions if one.outcome is None], tally)
            await asyncio.to_thread(self.journal.step, batch, Stage.OVER, since=self.now())
            return []
        if age < LEASE and not isinstance(failure, NoBatches):
            return [batch]
        tally.note(f"A batch of {batch.candidate} is left to a later run: {failure}")
        return []
