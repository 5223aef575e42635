"""Names of places where a home is said to stand, which are none of the property's."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.models import Enrichment, Feature
from tests.sample import HOUSE


def told(text: str) -> set[str]:
    texts = Enrichment(description=text, features=(Feature(feature=text, category="location"),))
    found = grounding.check(texts, HOUSE)
    return {one.rule for one in found if one.rule.startswith("place.")}


@pytest.mark.parametrize(
    "text",
    [
        "House in Finley Farms",
        "Finley Farms house",
        "Beyond the gates of Sossaman Estates it has four bedrooms.",
        "A home at Vista Verde with four bedrooms.",
        "The property lies within Willow Brook.",
        "Four bedrooms in Desert Ridge.",
    ],
)
def test_another_subdivision_is_no_place_of_the_home(text: str) -> None:
    assert told(text) == {"place.neighborhood"}


@pytest.mark.parametrize(
    "text",
    [
        "House in Maryvale Terrace",
        "A home in Maryvale, Phoenix.",
        "Home in Great Condition",
        "A house in Maricopa County.",
        "The house sits in Flood Zone X.",
        "A home within Salt River Project territory.",
        "Two Hills",
        "Large Yard With Gardens",
        "Living in Arizona Heat",
        "The house at 123 Main Street in Sunny Phoenix",
    ],
)
def test_its_own_places_and_common_words_in_capitals_are_none_of_another(text: str) -> None:
    assert told(text) == set()
