"""What writers make of an address, of several homes in one building, of costs and comparisons in passing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.models import Address, Enrichment, Finding, Property, Severity
from tests.sample import HOUSE

SEEN = datetime(2026, 11, 20, tzinfo=UTC)
CONDO = Property(
    address=Address(street="2211 W Frye Rd Unit 1048", city="Chandler", state="AZ", zip="85224"),
    property_type="Condominium",
    bedrooms=2,
    bathrooms=2.0,
    square_feet=1012,
    year_built=1997,
    price=289_000,
    price_kind="list",
    carport_spaces=1.0,
    garage_spaces=0.0,
    pool_type="community",
    hoa_fee=265.0,
    collected_at=SEEN,
)
FOURPLEX = Property(
    address=Address(street="337 N Drew St", city="Mesa", state="AZ", zip="85201"),
    property_type="Fourplex",
    bedrooms=8,
    bathrooms=4.0,
    square_feet=3120,
    year_built=1974,
    price=875_000,
    price_kind="list",
    carport_spaces=4.0,
    hoa_fee=0.0,
    pool_type="none",
    collected_at=SEEN,
)
PLAIN = HOUSE.model_copy(
    update={
        "year_built": 1939,
        "collected_at": SEEN,
        "pool_type": "none",
        "hoa_fee": 0.0,
        "hoa_name": None,
        "desert_landscaping_pct": 90.0,
        "bedrooms": 2,
        "price": 229_000,
        "square_feet": 2377,
        "cooling_type": "Evaporative Cooling",
    }
)


def findings(text: str, property: Property) -> list[Finding]:
    return grounding.check(Enrichment(description=text), property)


def critical(text: str, property: Property) -> list[str | None]:
    return [found.span for found in findings(text, property) if found.severity is Severity.CRITICAL]


@pytest.mark.parametrize(
    ("street", "text"),
    [
        ("2211 W Frye Rd Unit 1048", "Unit 1048 at 2211 W Frye Rd offers two bedrooms."),
        ("2211 W Frye Rd Unit 1048", "Residence 1048 on Frye Road has a carport."),
        ("6750 E Main St Lot 214", "A home on Lot 214 at 6750 E Main St."),
        ("9451 E Becker Ln, Unit B2033", "Asking $289,000 for Unit B2033, at 9451 East Becker Lane."),
        ("7180 E Kierland Blvd #907", "Number 907 of 7180 E Kierland Blvd."),
        ("7180 E Kierland Blvd # 907", "Unit 907, 7180 East Kierland Boulevard."),
        ("1817 W Southern Ave Apt 12", "Apartment 12 of 1817 W Southern Avenue."),
        ("7625 E Camelback Rd Unit A117", "A117 is the unit; 7625 E Camelback Rd is the building."),
        ("7751 E Glenrosa Ave Unit A5", "Condominium A5 is for sale."),
    ],
)
def test_a_unit_that_stands_in_the_street_is_the_homes_name(street: str, text: str) -> None:
    address = CONDO.address.model_copy(update={"street": street})
    assert findings(text, CONDO.model_copy(update={"address": address, "property_type": None})) == []


def test_another_unit_is_not_the_homes() -> None:
    assert critical("Unit 1084 at 2211 W Frye Rd offers two bedrooms.", CONDO) == ["1084"]


@pytest.mark.parametrize(
    "text",
    [
        "That is $218,750 per unit.",
        "Asking $875,000, which is $218,750 a door.",
        "Four units, priced at $218,750 each.",
        "An average of 780 square feet per unit.",
        "Spread across four units, the totals average two bedrooms, one bathroom, 780 square feet and one "
        "carport space each.",
        "Each of the four units averages two bedrooms.",
        "That makes two bedrooms and one bathroom per unit.",
        "Price per bedroom is $109,375.",
    ],
)
def test_what_several_homes_have_each_follows_from_the_whole(text: str) -> None:
    assert findings(text, FOURPLEX) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("That is $281,750 per unit.", "$281,750"),
        ("An average of 870 square feet per unit.", "870 square feet"),
        ("That makes three bedrooms per unit.", "three bedrooms"),
        ("The building has two bedrooms.", "two bedrooms"),
    ],
)
def test_what_several_homes_do_not_have_each_is_found(text: str, span: str) -> None:
    assert span in critical(text, FOURPLEX)


@pytest.mark.parametrize(
    "text",
    [
        "Dues of $265 a month are $3,180 a year, about 1.1% of the purchase price before taxes.",
        "$265 a month is $3,180 a year on a $289,000 purchase, a little over 1.1% of the price annually.",
        "Account for HOA dues of $265 monthly in addition to the list price of $289,000.",
        "The $265 monthly dues go together with the asking price of $289,000.",
        "Swim without owning a pool.",
        "A pool without having to maintain a pool of your own.",
    ],
)
def test_dues_and_shared_pools_are_told_in_many_ways(text: str) -> None:
    assert findings(text, CONDO) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Dues of $265 a month are about 2.1% of the purchase price.", "2.1%"),
        ("The $265 monthly dues go with the asking price of $298,000.", "$298,000"),
    ],
)
def test_dues_and_prices_that_differ_are_found(text: str, span: str) -> None:
    assert span in critical(text, CONDO)


@pytest.mark.parametrize(
    "text",
    [
        "With 87 years behind it in 2026, it is a house with a past.",
        "The house counts 87 years in 2026.",
        "As of 2026 nothing else is on record.",
        "Rents, leases and costs: those three will decide the return.",
        "Add a pool and you have a place to swim.",
        "Nine-tenths of the landscaping is desert.",
        "Only one-tenth of the landscaping is not desert.",
        "Built in 1939, 2,377 feet, a two-car garage.",
        "2 beds, 2,377 ft, no pool.",
        "The HOA line in your budget can stay at zero.",
        "$0 HOA and no pool.",
        "An HOA cost of $0 helps.",
        "A garage is included; a pool is not.",
        "You can use one bedroom for guests, another as a home office.",
        "One bedroom could serve as a nursery.",
    ],
)
def test_usual_turns_of_phrase_are_read_as_they_are_meant(text: str) -> None:
    home = PLAIN.model_copy(update={"garage_spaces": 2.0})
    assert [f for f in findings(text, home) if f.severity is not Severity.INFO] == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("With 78 years behind it in 2026, it is a house with a past.", "78 years"),
        ("Seven-tenths of the landscaping is desert.", "Seven-tenths"),
        ("2 beds, 2,773 ft, no pool.", "2,773 ft"),
        ("A pool is included; a garage is not.", "pool"),
        ("It has a home office and can stay cool.", "home office"),
        ("A brand-new evaporative system cools it.", "brand-new"),
        ("Add a two-car garage, an RV gate and no HOA dues, and it is easy to follow.", "RV gate"),
        ("An RV gate opens to the side.", "RV gate"),
        ("The street is quiet.", "street is quiet"),
        ("The neighbors are friendly.", "neighbors are friendly"),
    ],
)
def test_what_nothing_tells_is_found_in_the_same_turns(text: str, span: str) -> None:
    home = PLAIN.model_copy(update={"garage_spaces": 2.0})
    told = [f.span or "" for f in findings(text, home) if f.severity is not Severity.INFO]
    assert any(span in one for one in told)


@pytest.mark.parametrize(
    "text", ["Call today to learn more.", "Contact us about this home.", "Call me to arrange a visit."]
)
def test_an_invitation_is_no_falsehood(text: str) -> None:
    assert [f for f in findings(text, PLAIN) if f.severity is not Severity.INFO] == []


def test_pressure_goes_to_a_person() -> None:
    [finding] = findings("This home won't last.", PLAIN)
    assert (finding.rule, finding.severity) == ("promise.action", Severity.WARNING)


@pytest.mark.parametrize(
    "text",
    [
        "Welcome to Chandler, AZ!",
        "Make a splash in Chandler!",
        "That is the short version.",
        "Those are the inputs.",
        "Ready to take the next step?",
    ],
)
def test_small_talk_is_not_off_topic(text: str) -> None:
    assert findings(text, CONDO) == []
