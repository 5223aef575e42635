"""Numbers of a text: true ones pass, false ones are found with their span."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.quantities import quantities_in
from phoenix_real_estate.models import (
    Address,
)
from tests.grounding.judged_texts import FIGURES, critical_spans, findings, rules
from tests.sample import HOUSE


@pytest.mark.parametrize(
    "text",
    [
        "This 4-bedroom, 2.5-bath home offers 2,150 sq ft on a 0.19-acre lot.",
        "Four bedrooms and two and a half baths fill about 2,200 square feet.",
        "Four spacious bedrooms, 2½ bathrooms; a 4 BR/2.5 BA layout.",
        "A 2,150-square-foot house built in 1994 on an 8,200 sq ft lot, priced at $525,000.",
        "Listed at $525K, roughly $244 per square foot, with a two-car garage.",
        "Asking just over $520,000, or $0.525 million; nearly half the value is land.",
        "Property taxes of $1,850 a year ($154 per month) and HOA dues of $540 a year.",
        "Association dues are $45 a month.",
        "Bedrooms: 4, bathrooms: 2.5, year built: 1994, lot size: 8,200, garage spaces: 2.",
        "Square footage: 2150. Livable area is 2150 square feet.",
        "123 Main Street, Phoenix, Arizona 85031, parcel 102-30-001.",
        "Covered spaces: 3, of which 2 garage spaces and a 1-car carport.",
        "A 1990s home, 32 years old.",
        "Desert landscaping covers sixty percent of the lot, and 60 percent of the yard is desert.",
        "The county put the full cash value at $480,000 for tax year 2026.",
        "A fifth of an acre of calm near nothing; one of the two sources lists 4 bedrooms.",
        "525,000 dollars is the price. The 2150 square feet are all on one lot.",
        "It sits on Main St in Phoenix.",
        "Over 2,100 square feet, nearly 2,200 square feet, under $530,000.",
        "Listed in the low $500s, a mid-1990s home; a mid-'90s build from '94, from the nineties.",
        "Four bedrooms, two full baths and one half bath, with a powder room.",
        "A 4/2.5 layout, or 4x2.5x2 with the garage.",
        "It measures 200 m², 200 square meters, on 0.076 hectares.",
        "Between 2,100 and 2,200 square feet; half a million dollars and change.",
        "Three decades old; thirty-some years old; over 30 years old. Its age is 32 years.",
        "2,150-plus square feet, 2,100+ sq ft, in the neighborhood of $525,000.",
        "- 4 bed\n- 2,150 SF\n- Built: 1994\n- Garage: 2\n- HOA: $45/mo",
    ],
)
def test_a_true_text_has_no_critical_finding(text: str) -> None:
    assert critical_spans(text) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("It has 3 bedrooms.", "3 bedrooms"),
        ("It has four bathrooms.", "four bathrooms"),
        ("A home with 2 bathrooms.", "2 bathrooms"),
        ("It offers 2,510 sq ft.", "2,510 sq ft"),
        ("It offers 21,500 square feet.", "21,500 square feet"),
        ("Built in 1949.", "1949"),
        ("The list price is $552,000.", "$552,000"),
        ("The list price is $5,250,000.", "$5,250,000"),
        ("Priced at $525.", "$525"),
        ("HOA dues are $450 a month.", "$450"),
        ("A 3-car garage.", "3-car garage"),
        ("The lot is 0.91 acres.", "0.91 acres"),
        ("80 percent desert landscaping.", "80 percent"),
        ("Annual taxes are $1,580.", "$1,580"),
        ("A 45-year-old home.", "45-year-old"),
        ("A 1980s home.", "1980s"),
        ("The house number is 124 and the code 99.", "124"),
        ("About 2,600 square feet.", "2,600 square feet"),
        ("Over 2,200 square feet.", "2,200 square feet"),
        ("Nearly $510,000.", "$510,000"),
        ("Two fireplaces.", "Two fireplaces"),
        ("It is 5 minutes from the airport.", "5 minutes"),
        ("It stands near 24th Street.", "24th"),
        ("ZIP 85035.", "85035"),
        ("Located at 321 Main St.", "321"),
        ("A year of 1,994 square feet.", "1,994 square feet"),
        ("It was built 1994 with a $1 million view price.", "$1 million"),
        ("Listed in the high $500s.", "$500s"),
        ("An early 1990s home with late-1990s style.", "1990s"),
        ("A '05 build.", "'05"),
        ("Three full baths.", "Three full baths"),
        ("A 3/2 plan.", "3"),
        ("A 4/2.5 3/2 plan.", "3"),
        ("A mid-80s home.", "80s"),
        ("It measures 300 square meters.", "300 square meters"),
        ("It sits on an acre and a quarter.", "an acre"),
        ("Two decades old.", "Two decades old"),
        ("Over 40 years old.", "40 years old"),
        ("2,200+ sq ft.", "2,200+ sq ft"),
        ("Between 3,000 and 3,200 square feet.", "3,200 square feet"),
        ("Half a dozen bedrooms.", "Half a dozen bedrooms"),
        ("It dates to the eighties.", "eighties"),
    ],
)
def test_a_false_number_is_found_with_its_span(text: str, span: str) -> None:
    assert span in critical_spans(text)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("It has 2.5 bedrooms and 4 bathrooms.", ["2.5 bedrooms", "4 bathrooms"]),
        ("An 8,200 sq ft home on a 2,150 sq ft lot.", ["8,200 sq ft", "2,150 sq ft"]),
        ("An HOA fee of $525,000 and a price of $45.", ["$525,000", "$45"]),
        ("The lot size is 2,150 square feet.", ["2,150 square feet"]),
        ("The year built is 2026.", ["2026"]),
    ],
)
def test_facts_that_changed_places_are_found(text: str, spans: list[str]) -> None:
    assert critical_spans(text) == spans
    assert {finding.rule for finding in findings(text)} == {"number.mismatch"}


def test_a_range_passes_its_label_on_to_its_second_number() -> None:
    assert FIGURES is not None
    low, high = FIGURES.rent_low, FIGURES.rent_high
    assert critical_spans(f"Rent between ${low:,} and ${high:,} a month.") == []
    assert critical_spans(f"Rent of ${low:,} to $525,000 a month.") == ["$525,000"]
    assert critical_spans("Bedrooms: 4 or 5.") == ["5"]


def test_an_age_needs_a_known_year() -> None:
    unknown = HOUSE.model_copy(update={"year_built": None})
    (found,) = findings("A 32-year-old home.", unknown)
    assert found.why == "nothing is known of year_built"


def test_a_number_of_an_unknown_fact_is_unsupported() -> None:
    unknown = HOUSE.model_copy(update={"bedrooms": None})
    (found,) = findings("It has 9 bedrooms.", unknown)
    assert (found.rule, found.why) == ("number.unsupported", "nothing is known of bedrooms")


def test_bedrooms_that_code_inferred_may_be_told_as_inferred_only() -> None:
    unknown = HOUSE.model_copy(update={"bedrooms": None})
    known = Known(unknown).figures
    assert known is not None
    assert findings(f"An inferred {known.rent_bedrooms} bedrooms.", unknown) == []
    assert rules(f"It has {known.rent_bedrooms} bedrooms.", unknown) == ["number.unsupported"]


def test_the_sign_of_the_cash_flow_must_be_told() -> None:
    assert FIGURES is not None
    assert FIGURES.cash_flow_monthly < 0
    amount = abs(FIGURES.cash_flow_monthly)
    assert critical_spans(f"A negative cash flow of ${amount:,} a month.") == []
    assert critical_spans(f"A cash flow of -${amount:,} a month.") == []
    assert critical_spans(f"A cash flow of ${amount:,} a month.") == [f"${amount:,}"]


def test_a_gain_told_as_a_loss_is_found() -> None:
    cheap = HOUSE.model_copy(update={"price": 150_000})
    figures = Known(cheap).figures
    assert figures is not None
    assert figures.cash_flow_monthly > 0
    amount = f"${figures.cash_flow_monthly:,}"
    assert critical_spans(f"A monthly cash flow of {amount}.", cheap) == []
    assert critical_spans(f"A monthly shortfall of {amount}.", cheap) == [amount]


def test_percentages_are_the_computed_ones() -> None:
    assert FIGURES is not None
    assert FIGURES.cash_on_cash is not None
    lost = abs(FIGURES.cash_on_cash)
    assert critical_spans(f"The cash-on-cash return is -{lost}%.") == []
    assert critical_spans(f"The cash-on-cash return is {lost}%.") == [f"{lost}%"]
    assert critical_spans(f"The cap rate is {FIGURES.cap_rate}%.") == []
    assert critical_spans(f"The cap rate is {FIGURES.gross_yield}%.") == [f"{FIGURES.gross_yield}%"]
    assert critical_spans("With 20% down at 6.5 percent over 30 years.") == []
    assert critical_spans("With 25% down.") == ["25%"]
    assert critical_spans("It is the 40th percentile, not the 90th percentile.") == ["90th"]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("twelve hundred", 1200),
        ("three hundred ninety thousand", 390_000),
        ("one million", 1_000_000),
        ("twenty-two", 22),
        ("a dozen", 12),
        ("two and a half", 2.5),
        ("2 1/2", 2.5),
        ("$1.2M", 1_200_000),
        ("USD 45", 45),
        ("$-1,777", -1777),
        ("half an acre", 0.5),
        ("three-quarters of an acre", 0.75),
        ("ſixth of an acre", 1 / 6),
        ("eıghties", 1980),
        ("half a million", 500_000),
        ("an acre and a quarter", 1.25),
        ("half a dozen", 6),
        ("'05", 2005),
        ("zero", 0),
        ("hundred " * 300, 1e18),
        ("9" * 400, float("inf")),
    ],
)
def test_numbers_are_read_as_people_write_them(words: str, value: float) -> None:
    (quantity,) = quantities_in(words)
    assert quantity.value == value


@given(st.text(st.sampled_from("0123456789.,$%-kKmM½ abedroomsqftlthAZ()\n'□"), max_size=80))
def test_no_text_however_odd_stops_the_reading(text: str) -> None:
    findings(text)
    findings(f"A rent of {text} {text} bedrooms, no {text}.")


def test_without_a_rent_the_price_per_square_foot_is_still_a_fact() -> None:
    rural = HOUSE.model_copy(update={"address": Address(street="1 Elm St", city="Phoenix", state="AZ")})
    assert Known(rural).figures is None
    assert critical_spans("It asks $244 per square foot.", rural) == []
    assert critical_spans("It asks $344 per square foot.", rural) == ["$344"]
