"""How a batch goes out: planned, paid for, announced, sent, each step written down before the next.

Between two steps a crash leaves a batch that `engine.py` can end: one that was never sent is dropped, and
what was put aside for it given back; one that may have reached the vendor is looked for there.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from phoenix_real_estate.answers import Answers
from phoenix_real_estate.budget import Ledger, Reservation
from phoenix_real_estate.errors import ConfigurationError, PhoenixError, ProviderUnavailable, RateLimited
from phoenix_real_estate.llm import pricing
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.llm.vendor_batches import BatchEndpoint, NoBatches, Numbered
from phoenix_real_estate.prefetch.journal import Asked, Batch, Journal, Stage
from phoenix_real_estate.prefetch.questions import Wanted
from phoenix_real_estate.prefetch.tally import Tally

# A vendor takes up to 24 hours; then the results are to be taken in.
LEASE = timedelta(hours=26)


class Sender:
    """Brings batches to their vendors."""

    def __init__(
        self,
        ledger: Ledger,
        journal: Journal,
        answers: Answers,
        endpoints: Mapping[str, BatchEndpoint],
        now: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._journal = journal
        self._answers = answers
        self._endpoints = endpoints
        self._now = now

    async def send(
        self, candidate: Candidate, wanted: Sequence[Wanted], tally: Tally, attempt: int = 1
    ) -> Batch | None:
        """The batch, at the vendor or on its way; None when nothing was sent.

        Raises:
            ConfigurationError: the vendor refuses the key; nothing was sent.
        """
        batch = self._planned(candidate, attempt)
        asked = await asyncio.to_thread(lambda: list(self._drafted(batch, wanted)))
        if not asked:
            return None
        await self._answers.announce()
        await asyncio.to_thread(self._journal.plan, batch, asked)
        asked = await self._not_elsewhere(batch, asked, tally)
        asked = await self._not_asked_live(asked, tally)
        asked = await self._paid_for(asked, tally)
        if not asked:
            await self.drop(batch)
            return None
        return await self._sent(batch, asked, tally)

    async def drop(self, batch: Batch) -> None:
        """Ends a batch that was not sent. Nothing happens when somebody else has moved it meanwhile."""
        if batch.stage is not Stage.DROPPED and not await self._moved(batch, Stage.DROPPED):
            return
        await self._given_back(await asyncio.to_thread(self._journal.questions, batch))
        await asyncio.to_thread(self._journal.remove, batch)

    def _planned(self, candidate: Candidate, attempt: int) -> Batch:
        return Batch(
            id=uuid.uuid4().hex,
            provider=candidate.provider,
            model=candidate.model,
            setting=candidate.setting,
            price=candidate.price,
            attempt=attempt,
            since=self._now(),
        )

    def _drafted(self, batch: Batch, wanted: Sequence[Wanted]) -> Iterator[Asked]:
        for one in wanted:
            if request := one.request():
                worst = pricing.worst_case(batch.candidate, request, in_batch=True)
                draft = self._ledger.drafted(worst, one.label)
                yield Asked(id=draft.id, batch=batch.id, key=one.key, seen=one.seen, reservation=draft)

    async def _not_elsewhere(self, batch: Batch, asked: Sequence[Asked], tally: Tally) -> list[Asked]:
        """Without those that another batch asks or has answered: of two that ask at once one gives way.

        They are looked for after ours are written down, so that at least one of the two sees the other.
        """
        found = await asyncio.to_thread(self._journal.elsewhere, batch.id, [one.key for one in asked])
        answered = {key: answer for key, answer in found.items() if answer}
        tally.counts["cached"] += len(answered)
        tally.leave("under_way", found.keys() - answered.keys())
        await asyncio.gather(*(self._answers.keep(key, answer) for key, answer in answered.items()))
        return await self._without(asked, {one.id for one in asked if one.key in found})

    async def _not_asked_live(self, asked: Sequence[Asked], tally: Tally) -> list[Asked]:
        """Without those that are asked live, or were until a moment ago."""
        live = await self._answers.being_made([one.key for one in asked])
        there = await self._answers.there([one.key for one in asked if one.key not in live])
        tally.counts["cached"] += len(there)
        tally.leave("under_way", live)
        return await self._without(asked, {one.id for one in asked if one.key in live | there})

    async def _paid_for(self, asked: Sequence[Asked], tally: Tally) -> list[Asked]:
        """Those whose worst case is put aside."""
        drafts = [one.reservation for one in asked]
        put_aside = await asyncio.to_thread(self._ledger.put_aside, drafts, lease=LEASE)
        left_out = {draft.id for draft in drafts} - {one.id for one in put_aside}
        if left_out:
            tally.leave("unaffordable", {one.key for one in asked if one.id in left_out})
        return await self._without(asked, left_out)

    async def _given_back(self, asked: Sequence[Asked]) -> None:
        """What nobody asks any more holds no money, and keeps nobody else from asking."""
        await asyncio.to_thread(self._ledger.cancel_all, [one.reservation for one in asked])
        await asyncio.to_thread(self._journal.leave_out, [one.id for one in asked])

    async def _without(self, asked: Sequence[Asked], left_out: set[str]) -> list[Asked]:
        if left_out:
            await asyncio.to_thread(self._journal.leave_out, left_out)
        return [one for one in asked if one.id not in left_out]

    async def _sent(self, batch: Batch, asked: Sequence[Asked], tally: Tally) -> Batch | None:
        sending = await self._moved(batch, Stage.SENDING)
        if sending is None:
            tally.note(f"{batch.candidate}: another run took this one for dead and dropped its batch.")
            await self._given_back(asked)
            return None
        try:
            vendor_id = await self._submitted(sending, asked)
        except ProviderUnavailable as failure:
            if failure.maybe_billed:
                return sending
            await self._refused(sending, failure, tally)
            return None
        except (RateLimited, ConfigurationError) as failure:
            await self._refused(sending, failure, tally)
            return None
        tally.counts["submitted"] += len(asked)
        if batch.attempt > 1:
            tally.counts["resubmitted"] += len(asked)
            tally.counts["undone"] -= len(asked)
        submitted = await self._moved(sending, Stage.SUBMITTED, vendor_id)
        return submitted or await self._overtaken(sending, vendor_id, asked, tally)

    async def _submitted(self, batch: Batch, asked: Sequence[Asked]) -> str:
        wanted = (Wanted(one.key, one.seen, one.reservation.label) for one in asked)
        requests = zip(asked, (one.request() for one in wanted), strict=True)
        numbered = [Numbered(one.id, request) for one, request in requests if request]
        return await self._endpoints[batch.provider].submit(batch.id, numbered)

    async def _refused(self, batch: Batch, failure: PhoenixError, tally: Tally) -> None:
        """Nothing was sent: everything is given back, and left to live calls."""
        await self.drop(batch)
        if isinstance(failure, ConfigurationError) and not isinstance(failure, NoBatches):
            raise failure
        tally.note(f"{batch.candidate} took no batch: {failure}")

    async def _overtaken(
        self, batch: Batch, vendor_id: str, asked: Sequence[Asked], tally: Tally
    ) -> Batch | None:
        """Somebody else has found the batch meanwhile; or given it up, so that the vendor shall, too."""
        now = await asyncio.to_thread(self._journal.batch, batch.id)
        if now and now.vendor_id:
            return now if now.stage is Stage.SUBMITTED else None
        answered = await self._cancelled(batch, vendor_id, tally)
        worst = sorted((one.reservation for one in asked), key=lambda one: -one.amount_micro_usd)[:answered]
        tally.cost_micro_usd += await asyncio.to_thread(self._booked, worst)
        return None

    async def _cancelled(self, batch: Batch, vendor_id: str, tally: Tally) -> int | None:
        """How many the vendor answered before it stopped; None where it is not known, or has not stopped."""
        endpoint = self._endpoints[batch.provider]
        try:
            await endpoint.cancel(vendor_id)
            state = await endpoint.state(vendor_id)
        except PhoenixError as failure:
            tally.note(
                f"{batch.candidate} works on the batch {vendor_id}, which was given up meanwhile and may "
                f"not have stopped ({failure}): it counts at its worst case. Cancel it at the vendor."
            )
            return None
        return state.answered if state.ended else None

    def _booked(self, given_back: Sequence[Reservation]) -> int:
        """What was given back and may have been billed all the same counts, also beyond the day's limit."""
        for one in given_back:
            [free] = self._ledger.put_aside([self._ledger.drafted(0, one.label)], lease=LEASE)
            self._ledger.settle(
                free, cost_micro_usd=one.amount_micro_usd, input_tokens=0, output_tokens=0, outcome="lost"
            )
        return sum(one.amount_micro_usd for one in given_back)

    async def _moved(self, batch: Batch, to: Stage, vendor_id: str | None = None) -> Batch | None:
        return await asyncio.to_thread(self._journal.step, batch, to, since=self._now(), vendor_id=vendor_id)
