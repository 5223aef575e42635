"""Promises, districts, kinds of building and of rooms, as texts claim them."""

from __future__ import annotations

import pytest

from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.models import Severity
from tests.grounding.claimed import DRY, told
from tests.grounding.judged_texts import COLLECTED, critical_spans
from tests.sample import HOUSE


@pytest.mark.parametrize(
    "text",
    [
        "This is a sure bet to double in value.",
        "Appreciation is certain.",
        "You will never pay an electric bill again.",
        "Values here can only go up.",
        "It will sell in days.",
    ],
)
def test_a_promise_is_found_in_any_words(text: str) -> None:
    assert {rule.partition(".")[0] for rule, _ in told(text)} == {"promise"}


@pytest.mark.parametrize(
    "text",
    ["Owners will appreciate the tile roof.", "A home to call your own.", "The rooms are sure to please."],
)
def test_what_only_sounds_like_a_promise_passes(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("district", "text", "rules"),
    [
        ("Scottsdale Unified #48", "In the Scottsdale Unified School District #48.", []),
        ("Scottsdale Unified #48", "In the Scottsdale Unified District.", []),
        ("Paradise Valley Unified #69", "PV Unified serves it.", []),
        ("Queen Creek Unified", "In the Mesa Unified School District.", ["place.school"]),
        (None, "In the Mesa Unified School District.", ["place.school"]),
    ],
)
def test_a_district_is_known_by_its_names_and_a_city_names_none(
    district: str | None, text: str, rules: list[str]
) -> None:
    address = DRY.address.model_copy(update={"city": "Mesa"})
    home = DRY.model_copy(update={"school_district": district, "address": address})
    assert [rule for rule, _ in told(text, home)] == rules


@pytest.mark.parametrize("text", ["Buckeye is a pleasant place.", "Life in sunny Surprise suits it."])
def test_a_city_that_is_a_common_word_is_told_by_where_it_stands(text: str) -> None:
    assert [rule for rule, _ in told(text)] == ["place.city"]


def test_a_unit_may_follow_the_name_of_its_place() -> None:
    address = DRY.address.model_copy(update={"unit": "319"})
    home = DRY.model_copy(update={"hoa_name": "Camelback House HOA", "address": address})
    assert told("Camelback House 319 is its name.", home) == []


def test_a_building_of_several_homes_is_counted_by_its_kind() -> None:
    duplex = HOUSE.model_copy(update={"property_type": "Duplex"})
    assert told("Two units share one lot, one unit in front.", duplex) == []
    assert told("Space for two households.", duplex) == []
    assert told("Three units share the lot.", duplex) == [("number.mismatch", Severity.CRITICAL)]
    assert told("Two units share the lot.", HOUSE) == [("number.unsupported", Severity.CRITICAL)]


def test_a_flexible_space_is_no_room_of_its_own() -> None:
    assert told("Flexible space.") == []
    assert told("A flex room.") == [("claim.unsupported", Severity.CRITICAL)]


def test_a_recommendation_of_something_else_is_not_the_computed_one() -> None:
    text = "The recommendation is that the property should be a condominium due to its size."
    assert ("recommendation.mismatch", Severity.CRITICAL) in told(text)
    allowed = Known(DRY).recommendation
    assert told(f"The recommendation is that an investor should {allowed}.") == []
    assert told("The recommendation is based on the figures.") == []


def test_a_car_in_the_shade_needs_a_garage_or_a_carport() -> None:
    bare = DRY.model_copy(update={"garage_spaces": 0.0, "carport_spaces": 0.0})
    text = "Cars parked in the shade."
    assert told(text) == []
    assert told(text, bare) == [("claim.contradicted", Severity.CRITICAL)]


@pytest.mark.parametrize(
    "text",
    [
        "The garage has an epoxy floor.",
        "Laminate throughout, subway tile in the baths.",
        "Natural gas is connected.",
        "Copper plumbing and wrought iron gates.",
        "North-south exposure.",
        "An eastern exposure.",
        "Guest parking and bike storage.",
        "Package lockers and valet parking.",
        "Take the light rail to ASU.",
        "Sky Harbor is a short drive.",
        "A-rated schools.",
        "It feeds A+ rated elementary schools.",
    ],
)
def test_what_no_record_tells_of_building_and_place_is_found(text: str) -> None:
    assert critical_spans(text) != []


def test_a_powder_room_is_a_half_bath() -> None:
    half = COLLECTED.model_copy(update={"bathrooms": 2.5})
    assert critical_spans("It has a powder room.", half) == []
    assert critical_spans("It has a powder room.", COLLECTED.model_copy(update={"bathrooms": 2.0})) != []
