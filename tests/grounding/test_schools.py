"""Schools that borrow a name of the property: no record tells of a school, only of its district."""

from __future__ import annotations

import pytest

from phoenix_real_estate.models import Address, Property
from tests.grounding.judged_texts import rules

HOME = Property(
    address=Address(street="9881 E Camelback Rd", city="Glendale", state="AZ", zip="85301"),
    subdivision="Hillcrest Ranch",
    hoa_name="Hillcrest Ranch HOA",
    school_district="Deer Valley Unified",
)
UNION = HOME.model_copy(update={"school_district": "Tempe Union"})


@pytest.mark.parametrize(
    "text",
    [
        "The home feeds into Hillcrest Ranch Elementary.",
        "Children attend Hillcrest Ranch Elementary School.",
        "It is zoned for Hillcrest Ranch Middle and close to the park.",
        "Its school is Hillcrest Ranch High.",
        "Served by Hillcrest Ranch Preparatory, a charter.",
        "Next to the Hillcrest Ranch elementary school.",
        "A walk from Hillcrest Ranch School.",
        "Hillcrest Ranch Academy is the assigned one.",
        "Near Camelback High School.",
        "Deer Valley High is the school of record.",
        "It belongs to Deer Valley Middle School.",
        "Valley Elementary serves it.",
    ],
)
def test_a_school_called_like_the_home_s_own_names_is_found(text: str) -> None:
    assert "place.school" in rules(text, HOME)


@pytest.mark.parametrize(
    "text",
    [
        "The school district is Deer Valley Unified.",
        "Deer Valley Unified School District serves Hillcrest Ranch.",
        "Deer Valley Unified schools. Hillcrest Ranch has an HOA.",
        "Hillcrest Ranch High Ceilings",
        "A home in Hillcrest Ranch.",
        "In Hillcrest Ranch. High school boundaries are not on record.",
        "Hillcrest Ranch, schools in Deer Valley Unified.",
        "The elementary school of Hillcrest Ranch homes is not on record.",
    ],
)
def test_the_district_itself_is_no_school(text: str) -> None:
    assert "place.school" not in rules(text, HOME)


@pytest.mark.parametrize("text", ["Tempe Union High serves it.", "The Tempe Union High School District."])
def test_a_union_district_is_also_called_by_its_schools(text: str) -> None:
    assert rules(text, UNION) == []


def test_without_a_district_any_school_is_foreign() -> None:
    nowhere = HOME.model_copy(update={"school_district": None})
    assert rules("It feeds Hillcrest Ranch High School.", nowhere) == ["place.school"]
    assert "place.school" in rules("Deer Valley High is the school.", nowhere)
