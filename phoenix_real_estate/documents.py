"""The stored form of a processed property, as consumers read it from `processed_properties`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from phoenix_real_estate.models import Decision, EnrichedProperty, OperationRecord, Property
from phoenix_real_estate.money import usd
from phoenix_real_estate.outcomes import Judged
from phoenix_real_estate.prompts.pages import EXTRACTION

_log = logging.getLogger(__name__)


def processed_document(judged: Judged, *, at: datetime, flow_run_id: str | None) -> dict[str, Any]:
    """One document of `processed_properties`; costs are USD, scores 0 to 1, times UTC.

    `status` is what consumers filter on: "published" or "needs_review".
    """
    review = judged.verdict.decision is Decision.REVIEW
    facts = judged.enriched.property
    return {
        "_id": facts.property_id,
        "status": "needs_review" if review else "published",
        # The source's own advertising passes no gate: it stays with the source's facts.
        "property": facts.model_dump(mode="json", exclude={"remarks"}),
        "facts_by_source": {
            source: known.model_dump(mode="json") for source, known in judged.house.facts_by_source.items()
        },
        "llm_enrichment": judged.enriched.enrichment.model_dump(mode="json"),
        "provenance": [one.model_dump() for one in judged.traces],
        "quality_score": judged.verdict.quality_score,
        "quality": _quality(judged, review),
        "rejected_parts": [part.model_dump(mode="json") for part in judged.rejected],
        "metadata": _metadata(judged, at, flow_run_id),
    }


def earlier_facts(document: Mapping[str, Any]) -> dict[str, Property]:
    """The facts by source of a document stored earlier; a source that cannot be read is left out."""
    by_source = document.get("facts_by_source")
    known: dict[str, Property] = {}
    for source, facts in by_source.items() if isinstance(by_source, Mapping) else ():
        try:
            known[source] = Property.model_validate(facts)
        except ValidationError as invalid:
            _log.warning(
                "What %s said of property %s is stored in a form that cannot be read and is left out: %s",
                source,
                document["_id"],
                invalid.errors()[0]["msg"],
            )
    return known


def written_at(document: Mapping[str, Any]) -> datetime | None:
    """When a document stored earlier was written."""
    when: datetime | None = _metadata_of(document).get("enriched_at")
    return when


def raw_ids_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The raw records that a document stored earlier came from."""
    return tuple(_metadata_of(document).get("raw_ids") or ())


def flow_run_of(document: Mapping[str, Any]) -> str | None:
    """The run that wrote a document stored earlier."""
    run: str | None = _metadata_of(document).get("flow_run_id")
    return run


def _metadata_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return document.get("metadata") or {}


def _quality(judged: Judged, review: bool) -> dict[str, Any]:
    return {
        "scores": judged.verdict.scores,
        "passed": not review,
        "needs_review": review,
        "review_reasons": [reason.model_dump(mode="json") for reason in judged.verdict.reasons],
    }


def _metadata(judged: Judged, at: datetime, flow_run_id: str | None) -> dict[str, Any]:
    operations = operations_of(judged)
    return {
        "llm_model": models_used(judged.enriched),
        "tokens_used": sum(one.input_tokens + one.output_tokens for one in operations.values()),
        "processing_cost": usd(cost_of(operations.values())),
        "operations": {name: _operation(one) for name, one in operations.items()},
        "raw_ids": list(judged.house.raw_ids),
        "flow_run_id": flow_run_id,
        "enriched_at": at,
    }


def _operation(record: OperationRecord) -> dict[str, Any]:
    stored = record.model_dump(mode="json", exclude={"cost_micro_usd"})
    return {**stored, "cost_usd": usd(record.cost_micro_usd)}


def models_used(enriched: EnrichedProperty) -> str:
    """The models that wrote the texts, joined by " + " where there is more than one."""
    return _joined(one.model for one in enriched.operations.values())


def operations_of(judged: Judged) -> dict[str, OperationRecord]:
    """How the texts came about, and how the pages were read where there were any, by operation."""
    texts = {name.value: one for name, one in judged.enriched.operations.items()}
    pages = judged.house.extractions
    return {**texts, EXTRACTION: _together(pages)} if pages else texts


def cost_of(operations: Iterable[OperationRecord]) -> int:
    """What they cost, in micro-USD."""
    return sum(one.cost_micro_usd for one in operations)


def _together(pages: Sequence[OperationRecord]) -> OperationRecord:
    """One record for all the pages of a house."""
    return OperationRecord(
        provider=_joined(one.provider for one in pages),
        model=_joined(one.model for one in pages),
        prompt_version=_joined(one.prompt_version for one in pages),
        tier=_joined(one.tier for one in pages),
        input_tokens=sum(one.input_tokens for one in pages),
        output_tokens=sum(one.output_tokens for one in pages),
        cost_micro_usd=cost_of(pages),
        cached=all(one.cached for one in pages),
        notes=tuple(note for one in pages for note in one.notes),
    )


def _joined(names: Iterable[str]) -> str:
    return " + ".join(sorted({name for name in names if name}))
