"""The gate's last word on a batch: judged, rejected parts replaced, judged afresh."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from expectations.gate import Candidate, judge
from phoenix_real_estate.batches import Judged
from phoenix_real_estate.models import Decision, EnrichedProperty, Frozen
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.replacement import RejectedPart, replace_rejected


class JudgedBatch(Frozen):
    """Every house of a batch with its verdict; `docs` is the index page of the Data Docs."""

    judged: tuple[Judged, ...]
    docs: Path | None = None


def judge_batch(
    houses: Sequence[tuple[House, EnrichedProperty]], *, threshold: float, docs: Path | None = None
) -> JudgedBatch:
    """Judges every house; a text that is rejected gives way to the composer's and is judged again.

    What is still rejected after that is rejected for its facts.

    Raises:
        GateError: an expectation could not run; no verdict of the batch can be trusted.
    """
    if not houses:
        return JudgedBatch(judged=())
    first = judge([_candidate(enriched) for _, enriched in houses], threshold=threshold, docs=docs)
    judged = [
        Judged(house=house, enriched=enriched, verdict=first.verdicts[enriched.property.property_id])
        for house, enriched in houses
    ]
    return JudgedBatch(judged=tuple(_judge_replaced(judged, threshold)), docs=first.docs)


def _judge_replaced(judged: Sequence[Judged], threshold: float) -> list[Judged]:
    settled = {one.house.property.property_id: one for one in judged}
    again: dict[str, tuple[EnrichedProperty, tuple[RejectedPart, ...]]] = {}
    for key, one in settled.items():
        if one.verdict.decision is Decision.REJECT:
            enriched, parts = replace_rejected(one.enriched, one.verdict)
            if parts:
                again[key] = enriched, parts
    if again:
        second = judge([_candidate(enriched) for enriched, _ in again.values()], threshold=threshold)
        for key, (enriched, parts) in again.items():
            settled[key] = settled[key].model_copy(
                update={"enriched": enriched, "rejected": parts, "verdict": second.verdicts[key]}
            )
    return list(settled.values())


def _candidate(enriched: EnrichedProperty) -> Candidate:
    facts = enriched.property
    return Candidate(key=facts.property_id, property=facts, enrichment=enriched.enrichment)
