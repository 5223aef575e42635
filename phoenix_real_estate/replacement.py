"""A rejected part of a text gives way to the composer's, which is true by construction."""

from __future__ import annotations

from collections.abc import Sequence

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


class RejectedPart(Frozen):
    """A text that must not be published, kept for study with the findings against it."""

    operation: Operation
    text: str
    record: OperationRecord
    findings: tuple[Finding, ...]


def replace_rejected(
    enriched: EnrichedProperty, verdict: Verdict
) -> tuple[EnrichedProperty, tuple[RejectedPart, ...]]:
    """The property with every part that a critical finding is about written anew by the composer.

    Parts the composer wrote itself are left as they are: writing them again changes nothing. Findings
    about the facts (`property...`) are not about a text and are left to the caller.
    """
    rejected = tuple(
        _rejected_part(enriched, operation, findings)
        for operation in Operation
        if (findings := _critical(operation, verdict.reasons)) and not _composed(enriched, operation)
    )
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
    enriched: EnrichedProperty, operation: Operation, findings: tuple[Finding, ...]
) -> RejectedPart:
    return RejectedPart(
        operation=operation,
        text=enriched.enrichment.model_dump_json(include={operation.value}),
        record=enriched.operations.get(operation, COMPOSER),
        findings=findings,
    )


def _replacement_record(part: RejectedPart) -> OperationRecord:
    """The composer's, with what the rejected text cost: it was paid all the same."""
    rules = ", ".join(sorted({finding.rule for finding in part.findings}))
    return COMPOSER.model_copy(
        update={
            "tier": part.record.tier,
            "input_tokens": part.record.input_tokens,
            "output_tokens": part.record.output_tokens,
            "cost_micro_usd": part.record.cost_micro_usd,
            "notes": (*part.record.notes, f"replaced the text of {part.record.model}: {rules}"),
        }
    )
