"""A rejected part of a text gives way to the composer's, which is true by construction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import (
    EnrichedProperty,
    Finding,
    Frozen,
    Operation,
    OperationRecord,
    Severity,
    Verdict,
)

COMPOSER = OperationRecord(provider="composer", model="composer", prompt_version="")


SCORES = {
    Operation.DESCRIPTION: "description_quality",
    Operation.FEATURES: "feature_relevance",
    Operation.INVESTMENT_ANALYSIS: "analysis_accuracy",
}
"""Which of the five scores is a part's own."""


class RejectedPart(Frozen):
    """A text that must not be published, kept for study with the findings against it.

    `record` tells how it came about and what was paid up to then, `score` (0 to 1) is its own one of the
    five, `gave_way_to` what stands in its place: a model's next attempt or the composer's text.
    """

    operation: Operation
    text: str
    record: OperationRecord
    findings: tuple[Finding, ...]
    score: float | None = None
    gave_way_to: Literal["rewrite", "composer"] = "composer"


def replace_rejected(
    enriched: EnrichedProperty, verdict: Verdict
) -> tuple[EnrichedProperty, tuple[RejectedPart, ...]]:
    """The property with every part that a critical finding is about written anew by the composer."""
    rejected = rejected_parts(enriched, verdict)
    if not rejected:
        return enriched, ()
    texts = {part.operation.value: compose(part.operation, enriched.property) for part in rejected}
    records = {part.operation: _replacement_record(part) for part in rejected}
    return enriched.model_copy(
        update={
            "enrichment": enriched.enrichment.model_copy(update=texts),
            "operations": {**enriched.operations, **records},
        }
    ), rejected


def rejected_parts(enriched: EnrichedProperty, verdict: Verdict) -> tuple[RejectedPart, ...]:
    """The parts that a critical finding is about.

    Parts the composer wrote itself are not among them: writing them again changes nothing. Findings about
    the facts (`property...`) are not about a text and are left to the caller.
    """
    return tuple(
        _rejected_part(enriched, operation, findings, verdict.scores.get(SCORES[operation]))
        for operation in Operation
        if (findings := _critical(operation, verdict.reasons)) and not _composed(enriched, operation)
    )


def rules_of(findings: Sequence[Finding]) -> str:
    """The rules that were broken, each named once."""
    return ", ".join(sorted({finding.rule for finding in findings}))


def _critical(operation: Operation, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(
        finding
        for finding in findings
        if finding.severity is Severity.CRITICAL and _is_about(finding.field, operation)
    )


def _is_about(field: str, operation: Operation) -> bool:
    head = field.removeprefix("llm_enrichment.").split(".")[0].split("[")[0]
    return head == operation.value


def _composed(enriched: EnrichedProperty, operation: Operation) -> bool:
    """What the composer has just written: a cached text of its may tell what is no longer true."""
    record = enriched.operations.get(operation)
    return record is not None and record.provider == COMPOSER.provider and not record.cached


def _rejected_part(
    enriched: EnrichedProperty, operation: Operation, findings: tuple[Finding, ...], score: float | None
) -> RejectedPart:
    return RejectedPart(
        operation=operation,
        text=enriched.enrichment.model_dump_json(include={operation.value}),
        record=enriched.operations.get(operation, COMPOSER),
        findings=findings,
        score=score,
    )


def _replacement_record(part: RejectedPart) -> OperationRecord:
    """The composer's, with what the rejected text cost: it was paid all the same."""
    return COMPOSER.model_copy(
        update={
            "tier": part.record.tier,
            "input_tokens": part.record.input_tokens,
            "output_tokens": part.record.output_tokens,
            "cost_micro_usd": part.record.cost_micro_usd,
            "notes": (
                *part.record.notes,
                f"replaced the text of {part.record.model}: {rules_of(part.findings)}",
            ),
        }
    )
