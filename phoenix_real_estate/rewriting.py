"""A rejected part is written once more: by the same models, with what was found against it in the prompt.

It is asked and paid like any other answer. What cannot be rewritten (no money, no model, no answer that can
be read) stays as it is and gives way to the composer's part, so that a property waits for nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from phoenix_real_estate.errors import PhoenixError
from phoenix_real_estate.models import (
    Decision,
    EnrichedProperty,
    Enrichment,
    OperationRecord,
    Property,
    Severity,
)
from phoenix_real_estate.outcomes import Judged
from phoenix_real_estate.panel import Answered, Interview, Panel
from phoenix_real_estate.prompts import prompt_for, rewrite_prompt
from phoenix_real_estate.prompts.reading import Part
from phoenix_real_estate.replacement import COMPOSER, RejectedPart, rejected_parts, rules_of

_log = logging.getLogger(__name__)


class Rewriter:
    """Gives rejected parts a second chance with the models of a panel."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    async def rewrite_all(self, judged: Sequence[Judged]) -> list[Judged]:
        """All of them, in their order; `rejected` holds the texts that were rewritten.

        The verdict of a rewritten one is still that on its first text.
        """
        return list(await asyncio.gather(*map(self._rewritten, judged)))

    async def _rewritten(self, judged: Judged) -> Judged:
        parts = rewritable_parts(judged)
        attempts = await asyncio.gather(*(self._attempt(part, judged.enriched) for part in parts))
        return _with(judged, attempts) if attempts else judged

    async def _attempt(self, part: RejectedPart, enriched: EnrichedProperty) -> _Attempt:
        attempt = _Attempt(part)
        try:
            attempt.answered = await self._answered(part, enriched.property, attempt.interview)
        except PhoenixError as error:
            attempt.interview.notes.append(f"{error.reason}: {error}")
        except Exception as defect:  # noqa: BLE001 - one part must not stop the batch, whatever breaks
            _log.exception("%s could not be rewritten.", enriched.property.property_id)
            attempt.interview.notes.append(type(defect).__name__)
        return attempt

    async def _answered(
        self, part: RejectedPart, property: Property, interview: Interview
    ) -> Answered[Part] | None:
        prompt = prompt_for(part.operation, property)
        if prompt is None:
            return None
        question = rewrite_prompt(prompt, Enrichment.model_validate_json(part.text), part.findings)
        return await self._panel.ask(question, self._panel.route(property), property.property_id, interview)


def rewritable_parts(judged: Judged) -> tuple[RejectedPart, ...]:
    """The rejected parts that a model wrote; none of a house that is rejected for its facts anyway."""
    critical = (one for one in judged.verdict.reasons if one.severity is Severity.CRITICAL)
    if judged.verdict.decision is not Decision.REJECT or any(
        one.field.startswith("property.") for one in critical
    ):
        return ()
    rejected = rejected_parts(judged.enriched, judged.verdict)
    return tuple(part for part in rejected if part.record.provider != COMPOSER.provider)


@dataclass
class _Attempt:
    """A second try at a part, and what has come of it."""

    part: RejectedPart
    interview: Interview = field(default_factory=Interview)
    answered: Answered[Part] | None = None

    @property
    def record(self) -> OperationRecord:
        """How the part came about so far: both attempts are paid for."""
        first = self.part.record
        if self.answered is None:
            why = "; ".join(self.interview.notes) or "no model to ask"
            cost = first.cost_micro_usd + self.interview.cost_micro_usd
            notes = (*first.notes, f"not rewritten: {why}")
            return first.model_copy(update={"cost_micro_usd": cost, "notes": notes})
        second = self.answered.record
        rewrote = f"rewrote the text of {first.model}: {rules_of(self.part.findings)}"
        return second.model_copy(
            update={
                "input_tokens": first.input_tokens + second.input_tokens,
                "output_tokens": first.output_tokens + second.output_tokens,
                "cost_micro_usd": first.cost_micro_usd + second.cost_micro_usd,
                "cached": first.cached and second.cached,
                "notes": (*first.notes, rewrote, *second.notes),
            }
        )


def _with(judged: Judged, attempts: Sequence[_Attempt]) -> Judged:
    written = {one.part.operation: one.answered.read for one in attempts if one.answered}
    enriched = judged.enriched
    gave_way = [one.part for one in attempts if one.answered]
    return judged.model_copy(
        update={
            "enriched": enriched.model_copy(
                update={
                    "enrichment": enriched.enrichment.model_copy(
                        update={operation.value: part for operation, part in written.items()}
                    ),
                    "operations": {
                        **enriched.operations,
                        **{one.part.operation: one.record for one in attempts},
                    },
                }
            ),
            "rejected": tuple(part.model_copy(update={"gave_way_to": "rewrite"}) for part in gave_way),
        }
    )
