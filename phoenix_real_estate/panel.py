"""The models of a run: who of them is there, and one question put to them in turn, cached and paid.

What writes texts and what reads pages ask here. An answer comes from the cache or is made, once, and paid
through the ledger; a model that cannot serve gives way to the next one of the route.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Generic, TypeVar

from phoenix_real_estate.answers import Answer, Answers, answer_key
from phoenix_real_estate.budget import CallLabel, Ledger
from phoenix_real_estate.errors import (
    BudgetExhausted,
    ConfigurationError,
    MalformedAnswer,
    PhoenixError,
    ProviderUnavailable,
    RateLimited,
    RetriableError,
)
from phoenix_real_estate.llm import pricing
from phoenix_real_estate.llm.guards import Guards
from phoenix_real_estate.llm.metered import Metered, Tally
from phoenix_real_estate.llm.provider import Provider, Usage
from phoenix_real_estate.llm.providers import providers_of
from phoenix_real_estate.llm.routing import FREE_PROVIDERS, Candidate, Route, all_candidates, route
from phoenix_real_estate.llm.waits import Sleep
from phoenix_real_estate.models import OperationRecord, Property
from phoenix_real_estate.prompts import Question
from phoenix_real_estate.settings import Settings

T = TypeVar("T")


@dataclass
class Interview(Tally):
    """One question's way through the models: what it costs, why it went so, and if one answered badly."""

    answered_badly: bool = False


@dataclass(frozen=True)
class Answered(Generic[T]):
    """What was read out of an answer, and how it came about."""

    read: T
    record: OperationRecord


class Panel:
    """The models that a run may ask; one per process and run, used and closed in the process's loop."""

    def __init__(
        self,
        settings: Settings,
        providers: Mapping[str, Provider],
        answers: Answers,
        ledger: Ledger,
        flow_run_id: str | None = None,
        absent: Iterable[str] = (),
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`absent` are notes on providers that were left out from the start."""
        self._absent = tuple(absent)
        self.notes = self._absent
        self._settings = settings
        self._providers = providers
        self.answers = answers
        self._guards = Guards(settings)
        self._metered = Metered(ledger, providers, settings.max_concurrency, sleep, self._guards)
        self._flow_run_id = flow_run_id
        self.available = tuple(c for c in all_candidates(settings) if c.provider in providers)
        # By the answer's key, why what was paid for could not be read.
        self._unreadable: dict[str, str] = {}
        # Micro-USD, by what the invoice says: a try that fails has no record to tell it.
        self._paid: Counter[tuple[str, str, str]] = Counter()

    @classmethod
    def build(
        cls,
        settings: Settings,
        ledger: Ledger,
        *,
        free_only: bool = False,
        composer_only: bool = False,
        flow_run_id: str | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> Panel:
        """The models that the settings name and give keys for; none at all with `composer_only`.

        `sleep` passes the seconds that a busy vendor is left alone.
        """
        providers = {} if composer_only else providers_of(settings, free_only=free_only)
        absent = () if composer_only or free_only else _without_key(settings, providers)
        return cls(settings, providers, Answers.of(settings), ledger, flow_run_id, absent, sleep)

    async def check(self) -> None:
        """Ask every provider whether it can serve; what cannot is left out, with a note.

        Raises:
            ConfigurationError: a vendor refuses its key.
            UnknownPrice: nobody knows what a paid model costs.
        """
        for candidate in self.available:
            pricing.actual(candidate, Usage(0, 0))
        checks = (self._check(name, provider) for name, provider in self._providers.items())
        checked = await asyncio.gather(*checks, return_exceptions=True)
        raise_first(checked)
        notes = (notes for notes in checked if not isinstance(notes, BaseException))
        self.notes = (*self._absent, *chain.from_iterable(notes))

    @property
    def costs_money(self) -> bool:
        """Whether some route has a model that is paid for."""
        return any(candidate.provider not in FREE_PROVIDERS for candidate in self.available)

    def route(self, property: Property) -> Route:
        """The models for a property, of those that are there."""
        return route(property, self._settings, self.available)

    async def ask(
        self, question: Question[T], way: Route, property_id: str, interview: Interview
    ) -> Answered[T] | None:
        """The first answer that can be read; None when no model of the route gives one.

        `interview` grows with what this run has paid, in earlier tries as well, and with the reasons why
        models were left. `property_id` is what the invoice says the call was about. A model whose answer
        could not be read is not asked the same again in this run.

        Raises:
            BudgetExhausted: the day's money is gone.
            ConfigurationError: a key is refused or a model unknown.
            RetriableError: the ledger does not answer.
        """
        matter = (property_id, question.operation, question.version)
        interview.cost_micro_usd += self._paid[matter]
        try:
            return await self._first_answer(question, way, property_id, interview)
        finally:
            self._paid[matter] = interview.cost_micro_usd

    async def close(self) -> None:
        """Waits for answers under way, but for no vendor and no money, then closes every connection."""
        self._metered.close()
        await self.answers.close()
        await self._guards.close()
        for provider in self._providers.values():
            await provider.close()

    async def _first_answer(
        self, question: Question[T], way: Route, property_id: str, interview: Interview
    ) -> Answered[T] | None:
        for candidate in way.candidates:
            try:
                return await self._answered(candidate, question, way, property_id, interview)
            except (RateLimited, ProviderUnavailable, MalformedAnswer) as failure:
                interview.notes.append(f"{candidate} left: {failure}")
                interview.answered_badly |= isinstance(failure, MalformedAnswer)
        return None

    async def _answered(
        self, candidate: Candidate, question: Question[T], way: Route, property_id: str, interview: Interview
    ) -> Answered[T]:
        asked_at = time.monotonic()
        key = answer_key(question, str(candidate))
        if unreadable := self._unreadable.get(key):
            raise MalformedAnswer(unreadable)
        make = partial(self._make, candidate, question, key, property_id, interview)
        answer, cached = await self.answers.get_or_make(key, make)
        record = OperationRecord(
            provider=candidate.provider,
            model=candidate.model,
            prompt_version=question.version,
            tier=way.tier,
            input_tokens=answer.input_tokens,
            output_tokens=answer.output_tokens,
            cost_micro_usd=interview.cost_micro_usd + self._paid_in_advance(answer, property_id),
            cached=cached,
            seconds=None if cached else round(time.monotonic() - asked_at, 3),
            notes=tuple(interview.notes),
        )
        return Answered(question.read(answer.content), record)

    def _paid_in_advance(self, answer: Answer, property_id: str) -> int:
        """What this run paid, for this property, before it asked; as the invoice says. Micro-USD."""
        bought_for = answer.bought_for
        mine = bought_for and (bought_for.property_id, bought_for.flow_run_id)
        return answer.cost_micro_usd if mine == (property_id, self._flow_run_id) else 0

    async def _make(
        self, candidate: Candidate, question: Question[T], key: str, property_id: str, interview: Interview
    ) -> Answer:
        label = CallLabel(
            operation=question.operation,
            provider=candidate.provider,
            model=candidate.model,
            property_id=property_id,
            flow_run_id=self._flow_run_id,
        )
        request = question.request(candidate.model)
        try:
            paid = await self._metered.complete(candidate, request, label, question.read, interview)
        except MalformedAnswer as malformed:
            self._unreadable[key] = str(malformed)
            raise
        usage = paid.completion.usage or Usage(0, 0)
        return Answer(
            content=paid.completion.content,
            model=paid.completion.model,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost_micro_usd=paid.cost_micro_usd,
        )

    async def _check(self, name: str, provider: Provider) -> tuple[str, ...]:
        """Notes on what this provider cannot serve; its models that cannot be are left out."""
        models = {candidate.model for candidate in self.available if candidate.provider == name}
        if not models:
            return ()
        try:
            missing = await provider.check(models)
        except RetriableError as unclear:
            return (f"{name} could not be checked: {unclear}",)
        self.available = tuple(c for c in self.available if c.provider != name or c.model not in missing)
        return tuple(f"{name}/{model} is left out: {why}." for model, why in sorted(missing.items()))


def raise_first(results: Sequence[object]) -> None:
    """Of several errors raises the one that decides what happens next."""
    errors = [result for result in results if isinstance(result, BaseException)]
    if errors:
        raise min(errors, key=_rank)


def _rank(error: BaseException) -> int:
    """A defect first, then what the operator must mend, then the budget, then what may be retried."""
    order = (ConfigurationError, BudgetExhausted, PhoenixError)
    return next((rank for rank, kind in enumerate(order, 1) if isinstance(error, kind)), 0)


def _without_key(settings: Settings, providers: Mapping[str, Provider]) -> Iterator[str]:
    """The tiers' own providers that have no key."""
    for provider in ("openai", "anthropic"):
        named = [c.setting for c in all_candidates(settings) if c.provider == provider]
        if provider not in providers and any(setting.startswith("LLM_MODEL") for setting in named):
            yield f"{provider} is left out: {provider.upper()}_API_KEY is not set."
