"""Cities, schools and neighborhoods that are not the property's."""

from __future__ import annotations

import pytest

from phoenix_real_estate.models import (
    Address,
)
from tests.grounding.judged_texts import findings, rules
from tests.sample import HOUSE


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("A home in Mesa.", "place.city"),
        ("A home in MESA.", "place.city"),
        ("Homes in Surprise, AZ.", "place.city"),
        ("Found in Springfield, AZ.", "place.city"),
        ("The city of Springfield grows.", "place.city"),
        ("A quiet corner of California.", "place.city"),
        ("Kyrene High School is the school.", "place.school"),
        ("It belongs to the Kyrene school district.", "place.school"),
        ("It has Kyrene schools.", "place.school"),
        ("In the Arcadia neighborhood.", "place.neighborhood"),
    ],
)
def test_a_foreign_place_is_found(text: str, rule: str) -> None:
    assert rule in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "A home in Phoenix, Maricopa County.",
        "Greater Phoenix and the Phoenix metro grow.",
        "It is no surprise that Maricopa County lists it.",
        "The Phoenix Union High School District serves it.",
        "The Maryvale neighborhood. Friendly neighborhood.",
        "This Maryvale Terrace subdivision is on Main Street.",
        "Phoenix Union School District and High School District.",
    ],
)
def test_the_property_s_own_places_pass(text: str) -> None:
    assert findings(text) == []


def test_any_city_is_foreign_where_the_property_has_none() -> None:
    nowhere = HOUSE.model_copy(update={"address": Address(street="9 Elm"), "school_district": None})
    assert rules("A home in Mesa.", nowhere) == ["place.city"]
    assert "place.city" in rules("Found in Springfield, AZ.", nowhere)
    (found,) = findings("Kyrene High School is near.", nowhere)
    assert found.why == "the property's is not known"
