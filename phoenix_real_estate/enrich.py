"""What is written about one property: the story from facts to texts.

The three operations run side by side. Each goes: facts -> prompt -> the models of the property's route,
one after the other until one answers -> the answer with the facts filled in. An answer comes from the
cache or is made, once, and paid through the ledger. Where no model can serve, the composer writes.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

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
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.llm.metered import Metered, Tally
from phoenix_real_estate.llm.provider import Provider, Usage
from phoenix_real_estate.llm.providers import providers_of
from phoenix_real_estate.llm.routing import FREE_PROVIDERS, Candidate, Route, all_candidates, route
from phoenix_real_estate.llm.waits import Sleep
from phoenix_real_estate.llm.writers import writers_fingerprint
from phoenix_real_estate.models import (
    EnrichedProperty,
    Enrichment,
    Operation,
    OperationRecord,
    Property,
)
from phoenix_real_estate.prompts import Prompt, catalog_fingerprint, prompt_for
from phoenix_real_estate.prompts.reading import Part
from phoenix_real_estate.settings import Settings

COMPOSER = "composer"


class Enricher:
    """Writes about properties; one per process and run, used and closed in the process's loop."""

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
        self._answers = answers
        self._metered = Metered(ledger, providers, settings.max_concurrency, sleep)
        self._flow_run_id = flow_run_id
        self._available = tuple(c for c in all_candidates(settings) if c.provider in providers)

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
    ) -> Enricher:
        """An enricher with the models that the settings name and give keys for.

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
        for candidate in self._available:
            pricing.actual(candidate, Usage(0, 0))
        checks = (self._check(name, provider) for name, provider in self._providers.items())
        checked = await asyncio.gather(*checks, return_exceptions=True)
        _raise_first(checked)
        notes = (notes for notes in checked if not isinstance(notes, BaseException))
        self.notes = (*self._absent, *chain.from_iterable(notes))

    @property
    def fingerprint(self) -> str:
        """Changes whenever other prompts, models, tables or code would write about the same facts."""
        models = " ".join(str(candidate) for candidate in self._available)
        identity = f"{catalog_fingerprint()} {writers_fingerprint()} {models}"
        return hashlib.sha256(identity.encode()).hexdigest()[:16]

    @property
    def costs_money(self) -> bool:
        """Whether some property's route has a model that is paid for."""
        return any(candidate.provider not in FREE_PROVIDERS for candidate in self._available)

    async def enrich(self, property: Property, *, last_resort: bool) -> EnrichedProperty:
        """The property's three texts, and how each came about.

        Raises:
            RetriableError: no model of the route could be reached and this is not the last resort, where the
                composer writes instead. What was answered is kept, at least for this run.
            BudgetExhausted: the day's money is gone.
            ConfigurationError: a key is refused or a model unknown.
        """
        way = route(property, self._settings, self._available)
        work = [self._write(operation, property, way, last_resort) for operation in Operation]
        # All three are waited for even if one fails: what is being paid for must be kept.
        written = await asyncio.gather(*work, return_exceptions=True)
        _raise_first(written)
        parts = {text.operation: text for text in written if isinstance(text, _Written)}
        return EnrichedProperty(
            property=property,
            enrichment=Enrichment.model_validate({op.value: text.part for op, text in parts.items()}),
            operations={op: text.record for op, text in parts.items()},
        )

    async def close(self) -> None:
        """Waits for answers under way, but for no vendor and no money, then closes every connection."""
        self._metered.close()
        await self._answers.close()
        for provider in self._providers.values():
            await provider.close()

    async def _write(
        self, operation: Operation, property: Property, way: Route, last_resort: bool
    ) -> _Written:
        prompt = prompt_for(operation, property)
        tally = Tally(notes=[way.why])
        if prompt is None:
            tally.notes.append("composed: the facts do not allow more")
            return _composed(operation, property, way, tally)
        for candidate in way.candidates:
            try:
                return await self._answered(candidate, prompt, property, way, tally)
            except (RateLimited, ProviderUnavailable, MalformedAnswer) as failure:
                tally.notes.append(f"{candidate} left: {failure}")
                # It was asked, twice, and paid: asking it again in later runs would only cost more.
                last_resort |= isinstance(failure, MalformedAnswer)
        if way.candidates and not last_resort:
            raise RetriableError(f"{property.property_id}: no model answered: {'; '.join(tally.notes[1:])}")
        tally.notes.append(
            "composed: no model answered" if way.candidates else "composed: no model is set up"
        )
        return _composed(operation, property, way, tally)

    async def _answered(
        self, candidate: Candidate, prompt: Prompt, property: Property, way: Route, tally: Tally
    ) -> _Written:
        make = partial(self._make, candidate, prompt, property, tally)
        answer, cached = await self._answers.get_or_make(answer_key(prompt, str(candidate)), make)
        record = OperationRecord(
            provider=candidate.provider,
            model=candidate.model,
            prompt_version=prompt.template.version,
            tier=way.tier,
            input_tokens=answer.input_tokens,
            output_tokens=answer.output_tokens,
            cost_micro_usd=tally.cost_micro_usd,
            cached=cached,
            notes=tuple(tally.notes),
        )
        return _Written(prompt.template.operation, prompt.read(answer.content), record)

    async def _make(self, candidate: Candidate, prompt: Prompt, property: Property, tally: Tally) -> Answer:
        label = CallLabel(
            operation=prompt.template.operation.value,
            provider=candidate.provider,
            model=candidate.model,
            property_id=property.property_id,
            flow_run_id=self._flow_run_id,
        )
        request = prompt.request(candidate.model)
        paid = await self._metered.complete(candidate, request, label, prompt.read, tally)
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
        models = {candidate.model for candidate in self._available if candidate.provider == name}
        if not models:
            return ()
        try:
            missing = await provider.check(models)
        except RetriableError as unclear:
            return (f"{name} could not be checked: {unclear}",)
        self._available = tuple(c for c in self._available if c.provider != name or c.model not in missing)
        return tuple(f"{name}/{model} is left out: {why}." for model, why in sorted(missing.items()))


@dataclass(frozen=True)
class _Written:
    operation: Operation
    part: Part
    record: OperationRecord


def _composed(operation: Operation, property: Property, way: Route, tally: Tally) -> _Written:
    record = OperationRecord(
        provider=COMPOSER,
        model=COMPOSER,
        prompt_version="",
        tier=way.tier,
        cost_micro_usd=tally.cost_micro_usd,
        notes=tuple(tally.notes),
    )
    return _Written(operation, compose(operation, property), record)


def _without_key(settings: Settings, providers: Mapping[str, Provider]) -> Iterator[str]:
    """The tiers' own providers that have no key."""
    for provider in ("openai", "anthropic"):
        named = [c.setting for c in all_candidates(settings) if c.provider == provider]
        if provider not in providers and any(setting.startswith("LLM_MODEL") for setting in named):
            yield f"{provider} is left out: {provider.upper()}_API_KEY is not set."


def _raise_first(results: Sequence[object]) -> None:
    """Of several errors the one that decides what happens next."""
    errors = [result for result in results if isinstance(result, BaseException)]
    if errors:
        raise min(errors, key=_rank)


def _rank(error: BaseException) -> int:
    """A defect first, then what the operator must mend, then the budget, then what may be retried."""
    order = (ConfigurationError, BudgetExhausted, PhoenixError)
    return next((rank for rank, kind in enumerate(order, 1) if isinstance(error, kind)), 0)
