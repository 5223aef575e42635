"""The gate's last word on a batch: judged, rejected parts replaced, judged afresh."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from expectations.drift import drift_of
from expectations.gate import Candidate, judge
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.grounding import trace
from phoenix_real_estate.models import Decision, EnrichedProperty, Finding, Frozen
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Judged
from phoenix_real_estate.replacement import replace_rejected

Written = tuple[House, EnrichedProperty]


class Unjudged(Frozen):
    """A house that the gate could not judge, and so must not publish."""

    house: House
    why: str


class JudgedBatch(Frozen):
    """Every house of a batch with its verdict, or without one; `docs` is the page that tells the verdicts.

    `drift` is what is unusual about the batch as a whole.
    """

    judged: tuple[Judged, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    docs: Path | None = None
    drift: tuple[Finding, ...] = ()


def judge_batch(houses: Sequence[Written], *, threshold: float, docs: Path | None = None) -> JudgedBatch:
    """Judges every house; a text that is rejected gives way to the composer's and is judged again.

    What is still rejected after that is rejected for its facts. Where the gate cannot run on the batch,
    each house is judged alone: one that breaks it must not hold up the others.
    """
    if not houses:
        return JudgedBatch()
    try:
        return _judge_together(houses, threshold, docs)
    except GateError as error:
        if len(houses) == 1:
            return JudgedBatch(unjudged=(Unjudged(house=houses[0][0], why=str(error)),))
        return _joined([judge_batch([one], threshold=threshold) for one in houses])


def _judge_together(houses: Sequence[Written], threshold: float, docs: Path | None) -> JudgedBatch:
    result = judge([_candidate(enriched) for _, enriched in houses], threshold=threshold, docs=docs)
    judged = [
        Judged(house=house, enriched=enriched, verdict=result.verdicts[enriched.property.property_id])
        for house, enriched in houses
    ]
    replaced = [_replaced(one) for one in judged]
    again = [one for one in replaced if one.rejected]
    if again:
        second = judge([_candidate(one.enriched) for one in again], threshold=threshold)
        replaced = [
            one.model_copy(
                update={"verdict": second.verdicts.get(one.enriched.property.property_id, one.verdict)}
            )
            for one in replaced
        ]
    return JudgedBatch(judged=tuple(map(_traced, replaced)), docs=result.docs, drift=drift_of(replaced))


def _replaced(judged: Judged) -> Judged:
    if judged.verdict.decision is not Decision.REJECT:
        return judged
    enriched, rejected = replace_rejected(judged.enriched, judged.verdict)
    return judged.model_copy(update={"enriched": enriched, "rejected": rejected})


def _traced(judged: Judged) -> Judged:
    if judged.verdict.decision is Decision.REJECT:
        return judged
    traces = trace(judged.enriched.enrichment, judged.enriched.property)
    return judged.model_copy(update={"traces": tuple(traces)})


def _joined(batches: Sequence[JudgedBatch]) -> JudgedBatch:
    return JudgedBatch(
        judged=tuple(one for batch in batches for one in batch.judged),
        unjudged=tuple(one for batch in batches for one in batch.unjudged),
    )


def _candidate(enriched: EnrichedProperty) -> Candidate:
    facts = enriched.property
    return Candidate(key=facts.property_id, property=facts, enrichment=enriched.enrichment)
