"""What a vendor gives back: each result paid for, recorded and put into the answer cache, once.

A result is settled first, then recorded, then cached: after a crash in between it is read again, and none of
the three counts twice.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import TypeVar

from pydantic import JsonValue

from phoenix_real_estate.answers import Answer, Answers, BoughtFor
from phoenix_real_estate.budget import Cashier
from phoenix_real_estate.errors import MalformedAnswer, PhoenixError
from phoenix_real_estate.llm import pricing
from phoenix_real_estate.llm.failures import NOTHING_USED
from phoenix_real_estate.llm.provider import Completion, UnusableAnswer, Usage
from phoenix_real_estate.llm.vendor_batches import BatchEndpoint, BatchState, Undone
from phoenix_real_estate.prefetch.journal import Asked, Batch, Ending, Journal, Outcome
from phoenix_real_estate.prefetch.tally import Tally
from phoenix_real_estate.prompts import prompt_seen

T = TypeVar("T")

AT_ONCE = 100


class Collector:
    """Takes in the results of batches that have ended."""

    def __init__(self, cashier: Cashier, journal: Journal, answers: Answers, flow_run_id: str | None) -> None:
        self._cashier = cashier
        self._journal = journal
        self._answers = answers
        self._flow_run_id = flow_run_id

    async def collect(self, batch: Batch, endpoint: BatchEndpoint, state: BatchState, tally: Tally) -> None:
        """Ends every question of the batch.

        What has no result is lost where the vendor has answered more than was found, else undone.
        """
        questions = {one.id: one for one in await asyncio.to_thread(self._journal.questions, batch)}
        open_ = {number: one for number, one in questions.items() if one.outcome is None}
        billed: set[str] = set()
        strange = 0
        async with aclosing(endpoint.results(batch.vendor_id or "", batch.model)) as results:
            async for some in _together(results):
                known = {one.number: one.outcome for one in some if one and one.number in questions}
                strange += len(some) - len(known)
                billed |= {number for number, outcome in known.items() if _billed(outcome)}
                ended = [(open_.pop(number), outcome) for number, outcome in known.items() if number in open_]
                await self._end(batch, ended, tally)
        if strange:
            tally.note(
                f"{batch.candidate}: {strange} results of a batch were unreadable, doubled or not ours."
            )
        if state.answered is None or len(billed) < state.answered:
            await self.lose(batch, list(open_.values()), tally)
        else:
            undone = Undone(f"{batch.candidate}: the batch ended without it{_because(state)}.")
            await self._end(batch, [(one, undone) for one in open_.values()], tally)

    async def lose(self, batch: Batch, questions: Sequence[Asked], tally: Tally) -> None:
        """Questions that may have been answered, but nobody will know: they count at their worst case."""
        for start in range(0, len(questions), AT_ONCE):
            some = questions[start : start + AT_ONCE]
            await asyncio.gather(*(self._settle(batch, one, None, "lost", tally) for one in some))
            await self._record([Ending(id=one.id, key=one.key, outcome=Outcome.LOST) for one in some], tally)

    async def _end(
        self, batch: Batch, results: Sequence[tuple[Asked, Completion | PhoenixError]], tally: Tally
    ) -> None:
        for start in range(0, len(results), AT_ONCE):
            some = results[start : start + AT_ONCE]
            await self._record(
                await asyncio.gather(*(self._paid(batch, one, outcome, tally) for one, outcome in some)),
                tally,
            )

    async def _record(self, endings: Sequence[Ending], tally: Tally) -> None:
        await asyncio.to_thread(self._journal.record, endings)
        tally.ended(Counter(ending.outcome for ending in endings))
        kept = (self._answers.keep(ending.key, ending.answer) for ending in endings if ending.answer)
        await asyncio.gather(*kept)

    async def _paid(
        self, batch: Batch, question: Asked, outcome: Completion | PhoenixError, tally: Tally
    ) -> Ending:
        if isinstance(outcome, Completion):
            return await self._answered(batch, question, outcome, tally)
        if isinstance(outcome, UnusableAnswer):
            await self._settle(batch, question, outcome.usage, "malformed", tally)
            return Ending(id=question.id, key=question.key, outcome=Outcome.MALFORMED)
        await self._cashier.cancel(question.reservation)
        tally.note(f"{batch.candidate} gave no answer: {outcome}")
        undone = isinstance(outcome, Undone)
        return Ending(id=question.id, key=question.key, outcome=Outcome.UNDONE if undone else Outcome.ERRORED)

    async def _answered(self, batch: Batch, question: Asked, completion: Completion, tally: Tally) -> Ending:
        if not _reads(question, completion.content):
            await self._settle(batch, question, completion.usage, "malformed", tally)
            return Ending(id=question.id, key=question.key, outcome=Outcome.MALFORMED)
        cost = await self._settle(batch, question, completion.usage, "ok", tally)
        usage = completion.usage or NOTHING_USED
        answer = Answer(
            content=completion.content,
            model=completion.model,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost_micro_usd=cost,
            bought_for=self._bought_for(question),
        )
        return Ending(id=question.id, key=question.key, outcome=Outcome.ANSWERED, answer=answer)

    def _bought_for(self, question: Asked) -> BoughtFor:
        return BoughtFor(property_id=question.reservation.label.property_id, flow_run_id=self._flow_run_id)

    async def _settle(
        self, batch: Batch, question: Asked, usage: Usage | None, outcome: str, tally: Tally
    ) -> int:
        """At the usage, or at the worst case when it is not known. Gives micro-USD."""
        known = usage or NOTHING_USED
        worst = question.reservation.amount_micro_usd
        cost = pricing.actual(batch.candidate, usage, in_batch=True) if usage else worst
        await self._cashier.settle(
            question.reservation,
            cost_micro_usd=cost,
            input_tokens=known.input_tokens,
            output_tokens=known.output_tokens,
            outcome=outcome,
        )
        tally.cost_micro_usd += cost
        return cost


async def _together(results: AsyncIterator[T]) -> AsyncIterator[list[T]]:
    some: list[T] = []
    async for result in results:
        some.append(result)
        if len(some) == AT_ONCE:
            yield some
            some = []
    yield some


def _billed(outcome: Completion | PhoenixError) -> bool:
    if isinstance(outcome, UnusableAnswer):
        return outcome.usage != NOTHING_USED
    return isinstance(outcome, Completion)


def _because(state: BatchState) -> str:
    return f" ({state.why})" if state.why else ""


def _reads(question: Asked, content: Mapping[str, JsonValue]) -> bool:
    """Whether the answer can be read; one to a prompt that is no longer in use is of no use either."""
    prompt = prompt_seen(json.loads(question.seen))
    if prompt is None:
        return False
    try:
        prompt.read(content)
    except MalformedAnswer:
        return False
    return True
