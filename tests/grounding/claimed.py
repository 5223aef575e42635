"""What grounding says of a text, on a house without a pool."""

from __future__ import annotations

from phoenix_real_estate import grounding
from phoenix_real_estate.models import Address, Enrichment, Finding, Property, Severity
from tests.sample import HOUSE

DRY = HOUSE.model_copy(update={"pool_type": "none"})


CHEAP = HOUSE.model_copy(update={"price": 150_000})


UNPRICED = HOUSE.model_copy(update={"address": Address(street="1 Elm St", city="Phoenix", state="AZ")})


def findings(text: str, property: Property = DRY) -> list[Finding]:
    return grounding.check(Enrichment(description=text), property)


def told(text: str, property: Property = DRY) -> list[tuple[str, Severity]]:
    return [(finding.rule, finding.severity) for finding in findings(text, property)]
