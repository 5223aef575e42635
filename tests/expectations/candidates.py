"""Candidates for the gate's tests: HOUSE as the composer tells it, and spoiled in one way each."""

from __future__ import annotations

from expectations.gate import Candidate
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import Address, Conflict, Enrichment, Operation, Property
from tests.sample import HOUSE

CONFLICT = Conflict(
    field="pool_type", kept="private", kept_source="phoenix_mls", other="none", other_source="maricopa_api"
)


def composed(property: Property = HOUSE) -> Enrichment:
    return Enrichment.model_validate({o.value: compose(o, property) for o in Operation})


COMPOSED = composed()


def candidate(key: str = "house", property: Property = HOUSE, **parts: object) -> Candidate:
    """A clean candidate with some of its parts replaced."""
    return Candidate(property=property, enrichment=COMPOSED.model_copy(update=parts), key=key)


def house(**facts: object) -> Property:
    return HOUSE.model_copy(update=facts)


def house_with_words(**facts: object) -> Candidate:
    """A house with other facts and the words that the composer finds for them."""
    property = house(**facts)
    return Candidate(property=property, enrichment=composed(property), key="house")


def at(**parts: str | None) -> Address:
    return HOUSE.address.model_copy(update=parts)
