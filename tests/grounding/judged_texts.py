"""What grounding says of a text, on a house collected in 2026."""

from __future__ import annotations

from datetime import UTC, datetime

from phoenix_real_estate import grounding
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.models import (
    Enrichment,
    Finding,
    Property,
    Severity,
)
from tests.sample import HOUSE

COLLECTED = HOUSE.model_copy(update={"collected_at": datetime(2026, 5, 1, tzinfo=UTC)})


FIGURES = Known(HOUSE).figures


def findings(text: str, property: Property = COLLECTED) -> list[Finding]:
    return grounding.check(Enrichment(description=text), property)


def critical_spans(text: str, property: Property = COLLECTED) -> list[str | None]:
    return [f.span for f in findings(text, property) if f.severity is Severity.CRITICAL]


def rules(text: str, property: Property = COLLECTED) -> list[str]:
    return [finding.rule for finding in findings(text, property)]
