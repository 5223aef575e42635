"""What is written about one property: the story from facts to texts.

The three operations run side by side. Each goes: facts -> prompt -> the models of the property's route,
one after the other until one answers (`panel.py`) -> the answer with the facts filled in. Where no model
can serve, the composer writes. Where the facts come from is `normalize/`, and for listing pages before
that `extraction/`.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

from phoenix_real_estate.errors import RetriableError
from phoenix_real_estate.investment import assumptions_in_force
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.llm.routing import Route
from phoenix_real_estate.llm.writers import writers_fingerprint
from phoenix_real_estate.models import (
    EnrichedProperty,
    Enrichment,
    Operation,
    OperationRecord,
    Property,
)
from phoenix_real_estate.panel import Answered, Interview, Panel, raise_first
from phoenix_real_estate.prompts import catalog_fingerprint, prompt_for
from phoenix_real_estate.prompts.reading import Part

COMPOSER = "composer"


class Enricher:
    """Writes about properties with the models of a panel."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    async def enrich(self, property: Property, *, last_resort: bool) -> EnrichedProperty:
        """The property's three texts, and how each came about.

        Raises:
            RetriableError: no model of the route could be reached and this is not the last resort, where the
                composer writes instead. What was answered is kept, at least for this run.
            BudgetExhausted: the day's money is gone.
            ConfigurationError: a key is refused or a model unknown.
        """
        way = self._panel.route(property)
        work = [self._write(operation, property, way, last_resort) for operation in Operation]
        # All three are waited for even if one fails: what is being paid for must be kept.
        written = await asyncio.gather(*work, return_exceptions=True)
        raise_first(written)
        parts = {text.operation: text for text in written if isinstance(text, _Written)}
        return EnrichedProperty(
            property=property,
            enrichment=Enrichment.model_validate({op.value: text.part for op, text in parts.items()}),
            operations={op: text.record for op, text in parts.items()},
        )

    @property
    def fingerprint(self) -> str:
        """Changes whenever other prompts, models, assumptions, tables or code would write about a house."""
        models = " ".join(str(candidate) for candidate in self._panel.available)
        identity = f"{catalog_fingerprint()} {writers_fingerprint()} {assumptions_in_force()} {models}"
        return hashlib.sha256(identity.encode()).hexdigest()[:16]

    async def _write(
        self, operation: Operation, property: Property, way: Route, last_resort: bool
    ) -> _Written:
        prompt = prompt_for(operation, property)
        case = _Case(operation, property, way, Interview(notes=[way.why]))
        if prompt is None:
            return case.composed("the facts do not allow more")
        if not way.candidates:
            return case.composed("no model is set up")
        return case.written(
            await self._panel.ask(prompt, way, property.property_id, case.interview), last_resort
        )


@dataclass(frozen=True)
class _Written:
    operation: Operation
    part: Part
    record: OperationRecord


@dataclass(frozen=True)
class _Case:
    """One part to be written about a property, and what has come of asking for it."""

    operation: Operation
    property: Property
    way: Route
    interview: Interview

    def written(self, answered: Answered[Part] | None, last_resort: bool) -> _Written:
        """The model's text, or the composer's where the property is not to wait for a model."""
        if answered:
            return _Written(self.operation, answered.read, answered.record)
        # A model that answered badly was asked, twice, and paid: in later runs that would only cost more.
        if not (last_resort or self.interview.answered_badly):
            why = "; ".join(self.interview.notes[1:])
            raise RetriableError(f"{self.property.property_id}: no model answered: {why}")
        return self.composed("no model answered")

    def composed(self, why: str) -> _Written:
        """The composer's text, with why it was its turn."""
        record = OperationRecord(
            provider=COMPOSER,
            model=COMPOSER,
            prompt_version="",
            tier=self.way.tier,
            cost_micro_usd=self.interview.cost_micro_usd,
            notes=(*self.interview.notes, f"composed: {why}"),
        )
        return _Written(self.operation, compose(self.operation, self.property), record)
