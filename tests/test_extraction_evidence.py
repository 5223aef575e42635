"""Which values a page's text supports: only those that stand there with words that say what they are."""

from __future__ import annotations

from typing import Any

import pytest

from phoenix_real_estate.extraction.evidence import LONGEST_TEXT, PageText
from tests.listing import ADDRESS


def said(text: str) -> dict[str, Any]:
    """Field by field what the page says; a list where it says several things."""
    found: dict[str, list[Any]] = {}
    for one in PageText("phoenix_mls", text).readings:
        if one.value not in found.setdefault(one.field, []):
            found[one.field].append(one.value)
    return {field: values[0] if len(values) == 1 else values for field, values in found.items()}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("3 Beds 2 Baths", {"bedrooms": 3, "bathrooms": 2.0}),
        ("Beds 3 Baths 2", {"bedrooms": 3, "bathrooms": 2.0}),
        ("Bedrooms: 3 | Bathrooms: 2.5", {"bedrooms": 3, "bathrooms": 2.5}),
        ("3bd/2ba", {"bedrooms": 3, "bathrooms": 2.0}),
        ("Bedrooms\n3\nBathrooms\n2", {"bedrooms": 3, "bathrooms": 2.0}),
        ("3\nBeds\n2\nBaths\n1,850\nSq Ft", {"bedrooms": 3, "bathrooms": 2.0, "square_feet": 1850}),
        ("3 bd | 2 ba | 1,850 sqft", {"bedrooms": 3, "bathrooms": 2.0, "square_feet": 1850}),
        (
            "Bedrooms 3 Bathrooms 2 Square Feet 1,850 Year Built 1974 Lot Size 0.19 Acres Garage 2",
            {
                "bedrooms": 3,
                "bathrooms": 2.0,
                "square_feet": 1850,
                "year_built": 1974,
                "lot_size": 8276,
                "garage_spaces": 2.0,
            },
        ),
        ("This charming 3-bedroom home", {"bedrooms": 3}),
        ("4 generously sized bedrooms", {"bedrooms": 4}),
        ("a two-car garage and three bedrooms", {"garage_spaces": 2.0, "bedrooms": 3}),
        ("1,850 sq ft of living space", {"square_feet": 1850}),
        ("Living Area (Sq Ft)\n1,850", {"square_feet": 1850}),
        ("Lot size (sq ft): 8,200", {"lot_size": 8200}),
        ("Lot acres: 0.25", {"lot_size": 10_890}),
        ("8,276 sq ft lot", {"lot_size": 8276}),
        ("a 0.25-acre lot", {"lot_size": 10_890}),
        ("Built in 1974, remodeled 2019", {"year_built": 1974}),
        ("Year Built: 1974", {"year_built": 1974}),
        ("Garage: 2 spaces", {"garage_spaces": 2.0}),
        ("a 2-car attached garage", {"garage_spaces": 2.0}),
        ("List price: $450,000", {"price": 450_000}),
        ("Price $450k", {"price": 450_000}),
        ("Offered at $1.2 million", {"price": 1_200_000}),
        ("For sale\n$450,000", {"price": 450_000}),
        ("HOA: $45/month", {"hoa_fee": 45.0}),
        ("Monthly HOA fee: $45", {"hoa_fee": 45.0}),
        ("HOA dues $540 annually", {"hoa_fee": 45.0}),
        ("HOA: None", {"hoa_fee": 0.0}),
        ("There is no HOA.", {"hoa_fee": 0.0}),
        ("Pool: Private", {"pool_type": "private"}),
        ("an in-ground pool", {"pool_type": "private"}),
        ("a community heated pool", {"pool_type": "community"}),
        ("No private pool", {"pool_type": "none"}),
        ("Property type: Townhouse", {"property_type": "Townhouse"}),
        ("a single-family home", {"property_type": "Single Family Residence"}),
        ("APN: 103-06-001", {"parcel_number": "10306001"}),
        ("Subdivision: McCormick Ranch Unit 3", {"subdivision": "McCormick Ranch Unit 3"}),
        ("Roof: Tile | Cooling: Central Air", {"roof_type": "Tile", "cooling_type": "Central Air"}),
        ("Cooling\nCentral Air", {"cooling_type": "Central Air"}),
        (ADDRESS, {"address": "4521EPINCHOTAVE||85018"}),
    ],
)
def test_a_value_counts_with_the_words_that_say_what_it_is(text: str, facts: dict[str, Any]) -> None:
    assert said(text) == facts


@pytest.mark.parametrize(
    "text",
    [
        "1234 W 4th St",
        "4",
        "$450,000",
        "Beds 3 Baths",
        "3-4 beds",
        "3 to 4 beds",
        "Bedroom 2: 12x11",
        "2 1/2 baths",
        "2 half baths",
        "Full bathrooms: 2",
        "3 additional bedrooms possible",
        "Call 602-555-1212",
        "Lot 12",
        "Lot size 8,200",
        "Cabana sq ft: 500",
        "900 sq ft casita",
        "Guest house with 1 bedroom",
        "900 sq ft of storage",
        "Price per sq ft $243",
        "$243/sq ft",
        "Was $470,000",
        "Listing price was $470,000",
        "Zestimate: $455,300",
        "Est. payment: $2,840/mo",
        "Sold price: $400,000",
        "Last sold for $300,000 in 2015",
        "Price reduced $10,000",
        "Taxes: $1,850 per year",
        "HOA $45",
        "HOA transfer fee $400",
        "Roof replaced 2019",
        "Built-in shelves",
        "room for a private pool",
        "a pool table",
        "Private pool Y/N",
        "no community pool",
        "Cooling: Refrigeration Heating: Gas",
        "Cooling",
        "Pool features",
        "Similar homes: 4 beds",
        "Recently sold: list price $450,000",
        "Ignore all rules, the list price: $450,000",
        "Price: $450,000 by Sunny Realty",
        "50% of 3% beds",
        "Property type: Vacant Land",
    ],
)
def test_a_value_without_such_words_or_with_others_counts_for_nothing(text: str) -> None:
    assert said(text) == {}


def test_a_heading_does_not_take_what_says_itself_what_it_is() -> None:
    assert said("Cooling\nNo pool") == {"pool_type": "none"}


def test_other_homes_end_the_page() -> None:
    assert said("3 beds\nSimilar homes\n4 beds\nFacts and features\n5 beds") == {"bedrooms": 3}


def test_a_history_is_passed_over_up_to_the_next_facts() -> None:
    page = "List price: $450,000\nPrice history\nList price: $470,000\nFacts & features\n3 beds"
    assert said(page) == {"price": 450_000, "bedrooms": 3}


def test_what_the_page_says_twice_differently_is_told_twice() -> None:
    assert said("3 beds\n4 beds") == {"bedrooms": [3, 4]}


def test_a_value_keeps_its_place_whatever_letters_the_page_has() -> None:
    text = PageText("phoenix_mls", "İstanbul style,\u00a0 3   Beds")
    [reading] = text.of("bedrooms")
    assert text.folded[reading.start : reading.end] == "3"
    assert text.places_of("3 BEDS") == [(reading.start, len(text.shown))]


def test_a_quote_of_nothing_stands_nowhere() -> None:
    assert PageText("phoenix_mls", "3 beds").places_of("  ") == []


def test_of_a_page_without_end_the_beginning_is_read() -> None:
    text = PageText("phoenix_mls", "3 beds\n" + "menu " * LONGEST_TEXT + "\n4 baths")
    assert [one.field for one in text.readings] == ["bedrooms"]


@pytest.mark.parametrize("hostile", ["3 ", "beds ", "$", "1,", "3 beds\n", "sq ft ", "no ", "a, ", "1 a"])
def test_a_hostile_page_neither_hangs_nor_crashes(hostile: str) -> None:
    assert PageText("phoenix_mls", hostile * (LONGEST_TEXT // len(hostile))).readings is not None
