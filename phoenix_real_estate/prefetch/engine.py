"""The questions of many properties answered in advance, at half the price: the story.

    what is open already is looked at -> what nobody has asked is asked, once -> all is waited for -> cached

A run may end at any point, killed or cancelled: what is at the vendors stays there, with its money reserved,
and `resume` of any later run, which `prefetch` begins with, collects it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from pymongo.database import Database

from phoenix_real_estate.budget import Cashier, Ledger
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.llm.vendor_batches import BatchEndpoint, NoBatches, endpoints_of
from phoenix_real_estate.llm.waits import Sleep
from phoenix_real_estate.models import Property
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prefetch.collecting import Collector
from phoenix_real_estate.prefetch.journal import Batch, Journal
from phoenix_real_estate.prefetch.questions import Wanted, portions, wanted_of
from phoenix_real_estate.prefetch.sending import Sender
from phoenix_real_estate.prefetch.tally import Prefetched, Tally
from phoenix_real_estate.prefetch.watching import AWAY, Told, Watch, Watcher
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store.connection import Document, utc_now

# Of batches that are over, with their answers: longer than a backfill takes.
KEPT = timedelta(days=7)
# All hold reservations at once, in the day's one document.
MOST_QUESTIONS = 10_000


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
        collector = Collector(Cashier(ledger), journal, panel.answers, flow_run_id)
        self._watcher = Watcher(journal, self._sender, collector, endpoints, sleep, clock)
        self._flow_run_id = flow_run_id
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
        tally = Tally()
        wanted = await asyncio.to_thread(
            wanted_of, properties, self._panel, self._endpoints.keys(), self._flow_run_id
        )
        while await self._round(wanted, Watch(tally, told)) and tally.left:
            wanted = {
                candidate: [one for one in questions if one.key in tally.left]
                for candidate, questions in wanted.items()
            }
        if number := tally.counts["unaffordable"]:
            tally.note(
                f"What is left of the day's budget is too little for all questions: {number:,} are left to "
                "later runs. Raise the daily limit or wait for tomorrow."
            )
        return tally.told()

    async def _round(self, wanted: Mapping[Candidate, Sequence[Wanted]], watch: Watch) -> bool:
        """Asks what can be asked now and waits for it, and for what others ask; whether it led anywhere.

        What did not fit into the budget at its worst case may fit once the first batches have settled.
        """
        tally = watch.tally
        as_before = tally.counts["submitted"], tally.counts["under_way"]
        tally.begin_round()
        before = await self._watcher.wait(await self._left_behind(), watch, until=_all_submitted)
        asked = await self._asked(wanted, tally)
        others = await asyncio.to_thread(self._journal.open) if tally.counts["under_way"] else []
        await self._watcher.wait(list({one.id: one for one in (*before, *others, *asked)}.values()), watch)
        return (tally.counts["submitted"], tally.counts["under_way"]) != as_before

    async def resume(self, told: Told = lambda *_: None) -> Prefetched:
        """Collects, and waits for, what any run has left at the vendors. Raises as `prefetch`."""
        tally = Tally()
        await self._watcher.wait(await self._left_behind(), Watch(tally, told))
        return tally.told()

    async def look(self) -> Prefetched:
        """Takes in, without waiting, what has ended at the vendors; asks nothing. Raises as `prefetch`."""
        tally = Tally()
        for batch in await asyncio.to_thread(self._journal.open):
            await self._watcher.look(batch, Watch(tally, again=False))
        return tally.told()

    async def stop(self) -> None:
        """Asks the vendors to end what is under way. What is answered is paid: `resume` collects it."""
        for batch in await self._left_behind():
            if batch.vendor_id and batch.provider in self._endpoints:
                # One that has ended meanwhile cannot be cancelled.
                with suppress(*AWAY, NoBatches):
                    await self._endpoints[batch.provider].cancel(batch.vendor_id)

    async def close(self) -> None:
        """Gives the connections back; the panel's are its own."""
        for endpoint in self._endpoints.values():
            await endpoint.close()

    async def _left_behind(self) -> list[Batch]:
        """What any run has left at the vendors, or on its way there."""
        await asyncio.to_thread(self._journal.forget, self._now() - KEPT)
        return await asyncio.to_thread(self._journal.open)

    async def _asked(self, wanted: Mapping[Candidate, Sequence[Wanted]], tally: Tally) -> list[Batch]:
        """The batches of what is not answered yet, and not asked by another one."""
        room = MOST_QUESTIONS
        batches: list[Batch] = []
        for candidate, questions in wanted.items():
            fresh = await self._not_cached(questions, tally)
            tally.leave("put_off", {one.key for one in fresh[room:]})
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


def _all_submitted(batches: Sequence[Batch]) -> bool:
    return all(batch.vendor_id for batch in batches)
