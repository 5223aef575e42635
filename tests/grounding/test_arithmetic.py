"""What a writer works out from the facts: comparisons, shares, differences, ages, other ways to count."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.models import Enrichment, Finding, InvestmentAnalysis, Severity
from tests.sample import HOUSE

HOME = HOUSE.model_copy(
    update={
        "year_built": 1958,
        "collected_at": datetime(2026, 11, 20, tzinfo=UTC),
        "bedrooms": 3,
        "bathrooms": 2.0,
        "square_feet": 1612,
        "lot_size": 7841,
        "price": 339_000,
        "hoa_fee": 45.0,
        "annual_tax": 1124,
        "desert_landscaping_pct": 75.0,
        "carport_spaces": 0.0,
    }
)
FIGURES = Known(HOME).figures


def findings(text: str) -> list[Finding]:
    return grounding.check(Enrichment(description=text), HOME)


def critical(text: str) -> list[str | None]:
    return [finding.span for finding in findings(text) if finding.severity is Severity.CRITICAL]


@pytest.mark.parametrize(
    "text",
    [
        "It is more than 60 years old.",
        "The house turns 68 this year.",
        "At two-thirds of a century old it stands firm.",
        "Priced under $340,000.",
        "The price is below $400,000.",
        "It has over 1,500 square feet.",
        "A lot approaching a fifth of an acre.",
        "At least three bedrooms.",
        "It is less than seventy years old.",
    ],
)
def test_a_comparison_is_true_on_the_side_of_the_fact(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("It is more than 80 years old.", "80 years old"),
        ("Priced under $300,000, a price to note.", "$300,000"),
        ("It has over 1,900 square feet.", "1,900 square feet"),
        ("It has fewer than 1,500 square feet, under 1,500 square feet.", "1,500 square feet"),
        ("At half a century old it stands firm.", "half a century old"),
    ],
)
def test_a_comparison_on_the_other_side_is_found(text: str, span: str) -> None:
    assert span in critical(text)


@pytest.mark.parametrize(
    "text",
    [
        "The lot is nearly five times the size of the house.",
        "That is about 537 square feet per bedroom.",
        "The other 25% is left to the owner.",
        "The price comes to $113,000 per bedroom.",
        "It works out to $210.30 per square foot.",
        "Taxes are 0.33% of the price.",
        "Dues and taxes together come to $1,664 a year.",
        "Listed ten thousand dollars under $349,000.",
        "Three quarters of the landscaping is desert.",
    ],
)
def test_what_follows_from_the_facts_is_true(text: str) -> None:
    assert critical(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The lot is nearly nine times the size of the house.",
        "That is about 637 square feet per bedroom.",
        "The other 35% is left to the owner.",
        "The price comes to $131,000 per bedroom.",
        "Two thirds of the landscaping is desert and four fifths of the lot is desert.",
        "Listed ten thousand dollars under $394,000.",
    ],
)
def test_what_does_not_follow_is_found(text: str) -> None:
    assert critical(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "Half of the appeal is the yard.",
        "Two thirds of the charm is outside.",
        "One bath for each bedroom would be too much.",
        "Two bedrooms share a wall.",
    ],
)
def test_a_share_of_nothing_known_states_nothing(text: str) -> None:
    assert critical(text) == []


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("It has III bedrooms.", []),
        ("It has IV bedrooms.", ["IV bedrooms"]),
        ("A trio of bedrooms and a pair of bathrooms.", []),
        ("A pair of bedrooms.", ["pair of bedrooms"]),
        ("A double garage.", []),
        ("A single garage.", ["single garage"]),
        ("Two and three-quarter baths.", ["Two and three-quarter baths"]),
    ],
)
def test_rooms_are_counted_in_every_way_of_counting(text: str, spans: list[str]) -> None:
    assert critical(text) == spans


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("A mid-century home.", None),
        ("A home of this century.", "claim.contradicted"),
        ("A pre-war house.", "claim.contradicted"),
        ("It lies outside the flood zone.", None),
        ("It lies inside a special flood hazard area.", "claim.contradicted"),
    ],
)
def test_eras_and_flood_hazards_are_held_to_the_facts(text: str, rule: str | None) -> None:
    assert [finding.rule for finding in findings(text)] == ([rule] if rule else [])


def narrated(text: str) -> list[str | None]:
    analysis = InvestmentAnalysis(narrative=text)
    found = grounding.check(Enrichment(investment_analysis=analysis), HOME)
    return [finding.span for finding in found if finding.severity is Severity.CRITICAL]


def test_a_loss_may_be_told_in_any_words_but_those_of_a_gain() -> None:
    assert FIGURES is not None
    assert FIGURES.cash_flow_monthly < 0
    amount = f"${-FIGURES.cash_flow_monthly:,}"
    for text in (
        f"The gap is {amount} a month.",
        f"The owner adds {amount} each month.",
        f"After the mortgage, {amount} a month is missing.",
    ):
        assert narrated(text) == [], text
    assert narrated(f"A surplus of {amount} a month.") == [amount]
    assert narrated(f"It leaves {amount} a month.") == [amount]


def test_amounts_are_worked_out_from_those_beside_them() -> None:
    assert FIGURES is not None
    rent, payment = FIGURES.rent_monthly, FIGURES.monthly_payment
    apart, share = abs(rent - payment), 100 * payment // rent
    both = f"Rent is ${rent:,} a month and the payment ${payment:,} a month"
    assert narrated(f"{both}, {apart + 7_000:,} dollars apart.") != []
    assert narrated(f"{both}; those two are ${apart:,} apart.") == []
    assert narrated(f"{both}; the one is {share}% of the other.") == []
    assert narrated(f"{both}; the one is {share // 2}% of the other.") == [f"{share // 2}%"]


def test_breaking_even_is_told_on_its_right_side() -> None:
    assert FIGURES is not None
    assert FIGURES.dscr is not None
    assert FIGURES.dscr < 1
    assert narrated("Debt service coverage falls short of 1.00.") == []
    assert narrated("Debt service coverage is above 1.00.") == ["1.00"]
    assert narrated("Cash flow is below zero.") == []
    assert narrated("Cash flow is close to zero.") == []
    assert narrated("Cash flow is close to $0.") == ["$0"]
    assert narrated("The cap rate is short of the 7.0% asked for a strong buy.") == []


def test_a_year_beside_a_value_is_that_of_the_value() -> None:
    assert critical("Full cash value, 2026: $480,000.") == []
    assert critical("Full cash value, 2019: $480,000.") == ["2019"]
    assert critical("The county's full cash value for this 1958 home is $480,000.") == []


def test_each_cost_is_told_as_its_share_of_all() -> None:
    assert FIGURES is not None
    share = round(100 * FIGURES.insurance / FIGURES.operating_expenses)
    assert narrated(f"Insurance is {share}% of operating expenses.") == []
    assert narrated(f"Insurance is {share + 40}% of operating expenses.") == [f"{share + 40}%"]


def test_a_threshold_may_be_told_beside_its_figure_on_the_true_side() -> None:
    assert FIGURES is not None
    assert FIGURES.dscr is not None
    assert FIGURES.dscr < 1
    coverage = f"Debt service coverage of {FIGURES.dscr}"
    assert narrated(f"{coverage} is well below 1.25.") == []
    assert narrated(f"{coverage} misses the usual 1.25.") == []
    assert narrated(f"{coverage} clears 1.25.") == ["1.25"]
    assert narrated(f"{coverage} is well below 1.35.") == ["1.35"]
    assert narrated(f"{coverage} is above 1.00.") == ["1.00"]


def test_a_space_and_a_half_holds_one_car_fewer() -> None:
    home = HOUSE.model_copy(update={"garage_spaces": 2.5, "carport_spaces": None})
    for text, expected in (
        ("Room for two cars.", []),
        ("Room for three cars.", ["three cars"]),
        ("A two-car garage.", ["two-car garage"]),
    ):
        found = grounding.check(Enrichment(description=text), home)
        assert [finding.span for finding in found] == expected


def test_decades_that_are_more_than_full_are_told_as_over() -> None:
    assert critical("Over six decades old.") == []
    assert critical("Over five decades old.") != []


@pytest.mark.parametrize(
    "label", ["rental price", "rent price", "rental rate", "rental cost", "rental value"]
)
def test_a_rent_under_another_name_is_held_to_the_rent_and_never_to_the_price(label: str) -> None:
    assert FIGURES
    assert critical(f"The {label} is $339,000.") == ["$339,000"]
    assert critical(f"The {label} is ${FIGURES.rent_monthly:,}.") == []


def test_a_zero_must_count_something_and_all_of_it() -> None:
    assert critical("It has 0 cars.") == ["0 cars"]
    assert critical("It has zero carport spaces.") == []
    assert critical("There are 2 garage spaces, 0 and a yard.") == ["0"]
