"""Houses with texts and a verdict of the test's choice, between the enrichment and the publishing."""

from __future__ import annotations

from phoenix_real_estate.grounding import trace
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import (
    Decision,
    EnrichedProperty,
    Enrichment,
    Finding,
    Operation,
    OperationRecord,
    Property,
    Severity,
    Verdict,
)
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Judged

PAID = OperationRecord(
    provider="openai",
    model="gpt-4o-mini",
    prompt_version="1",
    tier="high",
    input_tokens=100,
    output_tokens=20,
    cost_micro_usd=27,
)
TOO_OLD = Finding(
    rule="facts.year_built", severity=Severity.WARNING, field="property.year_built", why="1850 is too early"
)


def enriched(property: Property, record: OperationRecord = PAID) -> EnrichedProperty:
    """True texts, said to be by this writer."""
    return EnrichedProperty(
        property=property,
        enrichment=Enrichment.model_validate({one.value: compose(one, property) for one in Operation}),
        operations=dict.fromkeys(Operation, record),
    )


def verdict(
    property: Property, decision: Decision = Decision.PUBLISH, reasons: tuple[Finding, ...] = ()
) -> Verdict:
    return Verdict(
        property_id=property.property_id,
        decision=decision,
        quality_score=0.9,
        scores={"readability": 0.9},
        reasons=reasons,
    )


def judged(
    house: House,
    decision: Decision = Decision.PUBLISH,
    reasons: tuple[Finding, ...] = (),
    record: OperationRecord = PAID,
) -> Judged:
    texts = enriched(house.property, record)
    return Judged(
        house=house,
        enriched=texts,
        verdict=verdict(house.property, decision, reasons),
        traces=tuple(trace(texts.enrichment, house.property)),
    )
