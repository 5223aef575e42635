"""What a text says is not known: harmless where that is so, and a finding where the record tells it."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.models import Address, Enrichment, Feature, Property
from tests.grounding.judged_texts import findings, rules
from tests.sample import HOUSE

BARE = Property(
    address=Address(street="5522 W Indianola Ave", city="Phoenix", state="AZ", zip="85031"),
    parcel_number="10306033",
    subdivision="Maryvale Terrace 3 Amd",
)
GAPS = [
    *("Price not supplied", "Size and age unknown", "Size and room count not recorded"),
    *("Bedrooms: not on file", "Year built not stated", "No price on record", "Lot size missing"),
    *("Pool and garage unconfirmed", "HOA fee not disclosed", "Roof and cooling: unknown"),
    *("Taxes to be confirmed", "Property type not listed", "Baths and beds: not in the record"),
    *("School district unknown", "Solar, flood zone and irrigation not recorded"),
]


def of_feature(text: str, property: Property) -> list[str]:
    told = Enrichment(features=(Feature(feature=text),))
    return [finding.rule for finding in grounding.check(told, property)]


@pytest.mark.parametrize("text", GAPS)
def test_a_selling_point_may_tell_what_is_not_known(text: str) -> None:
    assert of_feature(text, BARE) == []


@pytest.mark.parametrize("text", GAPS)
def test_but_not_what_is_known(text: str) -> None:
    assert of_feature(text, HOUSE.model_copy(update={"remarks": None}))


@pytest.mark.parametrize(
    "text",
    ["Charm not recorded in words", "Unknown treasures within", "A price that pleases", "Arizona property"],
)
def test_a_selling_point_about_nothing_stays_found(text: str) -> None:
    assert "text.ungrounded" in of_feature(text, BARE)


UNKNOWN = [
    "Beds, baths, footage, price, pool, view? Not on file yet.",
    "Pool, garage, HOA? We don't know.",
    "Pool, spa, fireplace? Nobody knows.",
    "Pool, garage? To be confirmed.",
    "Garage, pool: to follow.",
    "No garage, pool or fireplace is claimed here.",
    "Nothing is said of size, and no pool or fireplace is promised.",
    "No fireplace is to be assumed here; no pool is assumed either.",
    "Ask for the HOA fee before judging further.",
    "Request the association dues first.",
    "Find out the HOA fee, then decide on the home.",
    "What is left is the one line we can't fill in, the association dues.",
    "We cannot pin down the HOA dues.",
    "It looks good, and without the association fee it may be too good.",
    "Without the HOA fee its numbers are provisional.",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_said_to_be_unknown_is_no_claim(text: str) -> None:
    assert findings(text, BARE) == []


@pytest.mark.parametrize("text", [text for text in UNKNOWN if "ool" in text])
def test_what_is_known_is_not_unknown(text: str) -> None:
    assert "claim.contradicted" in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "Pool, fireplace, view? All here.",
        "Pool, fireplace, view? Yes.",
        "Pool, garage? None.",
        "No fireplace is in the home.",
        "No pool is claimed, but a fireplace is in the home.",
        "The HOA fee is low.",
        "Pay the HOA fee each month.",
        "Ask for the key of the fireplace room.",
        "A home without the HOA fee.",
        "We can't fill in the form, so enjoy the pool.",
    ],
)
def test_what_is_claimed_beside_it_stays_a_claim(text: str) -> None:
    assert "claim.unsupported" in rules(text, BARE)
