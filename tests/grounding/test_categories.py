"""The category of a fact: monthly or yearly, lot or house, asked, paid or assessed, of which tax year."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.grounding.quantities import quantities_in
from phoenix_real_estate.models import Enrichment, Property, Valuation
from tests.sample import HOUSE

HOME = HOUSE.model_copy(
    update={"annual_tax": 1979, "hoa_fee": 60.5, "garage_spaces": 3.0, "carport_spaces": 2.0}
)
VALUED = HOUSE.model_copy(
    update={
        "price": None,
        "price_kind": None,
        "valuations": tuple(
            Valuation(tax_year=year, full_cash_value=full, limited_property_value=limited, legal_class=told)
            for year, full, limited, told in (
                (2025, 333_800, 164_998, "4.1"),
                (2024, 350_000, 157_141, "3.1"),
                (2023, 289_100, 149_658, "OTHER"),
                (2022, 221_300, 142_531, None),
            )
        ),
    }
)


def objected(text: str, home: Property = HOME) -> list[str | None]:
    return [finding.span for finding in grounding.check(Enrichment(description=text), home)]


@pytest.mark.parametrize(
    "text",
    [
        "Dues come to sixty dollars and fifty cents a month, which is $726 over twelve.",
        "Over the year that is $726; sixty dollars and 50 cents each month.",
        "Plan on $60.50 for the association each month and $1,979 for property tax each year.",
        "Each month you owe $60.50 in dues.",
        "Property tax of $1,979 is about $165 a month.",
        "Twenty-one hundred and fifty square feet, give or take ten.",
        "Three in the garage and two under the carport, five in total.",
        "Covered parking for five, garage parking for three.",
        "2,150 sq ft on 8,200 sq ft.",
        "The house has 2,150 square feet, the lot 8,200 square feet.",
        "8,200 square feet",
        "Listed at $525,000; the asking price is $525,000.",
        "As of November 28, 2026, our notes show a house. As of Nov. 28 it is listed.",
    ],
)
def test_a_fact_in_its_own_category_is_true(text: str) -> None:
    assert objected(text) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Dues come to sixty dollars and ninety cents a month.", "sixty dollars and ninety cents"),
        ("Plan on $60.50 for the association and $1,979 for property tax each month.", "$1,979"),
        ("$1,979 in property tax every month.", "$1,979"),
        ("Each month you owe $60.50 in dues and $1,979 in property tax.", "$1,979"),
        ("Monthly costs: $60.50 for the HOA, $1,979 in taxes.", "$1,979"),
        ("Taxes come to about two thousand two hundred dollars a year.", "two thousand two hundred dollars"),
        ("Three in the garage and two under the carport, six in total.", "six in total"),
        ("Covered parking for six.", "six"),
        ("There is plenty of house to wander: 8,200 square feet of it.", "8,200 square feet"),
        ("Inside are 8,200 square feet on a lot.", "8,200 square feet"),
        ("The lot is 2,150 square feet.", "2,150 square feet"),
        ("Sold on November 28, 2026.", "28"),
    ],
)
def test_a_fact_in_another_category_is_found(text: str, span: str) -> None:
    assert span in objected(text)


ASKED = ["Listed at ${}.", "The asking price is ${}.", "The owners would like ${}.", "On the market for ${}."]
PAID = ["It sold for ${}.", "The sale price was ${}.", "The last buyer paid ${}.", "It changed hands at ${}."]
STATED = ["Priced at ${}.", "The price is ${}."]


@pytest.mark.parametrize(
    ("kind", "true", "false"),
    [
        ("list", [*ASKED, *STATED], PAID),
        ("sale", [*PAID, *STATED], ASKED),
        ("full_cash_value", ["The Assessor's value is ${}."], [*ASKED, *PAID, *STATED]),
        (None, [*ASKED, *PAID, *STATED], []),
    ],
)
def test_asked_paid_and_assessed_amounts_are_three(
    kind: str | None, true: list[str], false: list[str]
) -> None:
    home = HOME.model_copy(update={"price_kind": kind})
    assert [span for text in true for span in objected(text.format("525,000"), home)] == []
    assert all(objected(text.format("525,000"), home) for text in false)


@pytest.mark.parametrize(
    "text",
    [
        "The Assessor put the full cash value at $333,800 for tax year 2025, down from $350,000 in 2024.",
        "Earlier years read $289,100 (2023) and $221,300 (2022).",
        "2025 full cash value: $333,800; limited value $164,998.",
        "2024: $350,000; 2025: $333,800.",
        "Tax year 2023 put the limited property value at $149,658.",
        "Full cash value fell from $350,000 to $333,800.",
        "Full cash value fell from $350,000 in 2024 to $333,800.",
        "Legal class 4.1; in 2024 it was legal class 3.1.",
    ],
)
def test_a_value_is_told_with_its_own_tax_year(text: str) -> None:
    assert objected(text, VALUED) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("The full cash value was $333,800 for tax year 2023.", "$333,800"),
        ("Earlier years read $350,000 (2023) and $221,300 (2022).", "$350,000"),
        ("2025 full cash value: $350,000.", "$350,000"),
        ("The 2023 full cash value is $333,800.", "$333,800"),
        ("Tax year 2023 put the limited property value at $164,998.", "$164,998"),
        ("The Assessor's 2022 figure for full cash value: $289,100.", "$289,100"),
        ("Legal class 2.1.", "2.1"),
    ],
)
def test_a_value_of_another_tax_year_is_found(text: str, span: str) -> None:
    assert objected(text, VALUED) == [span]


def test_dollars_and_cents_in_words_are_one_amount() -> None:
    assert [q.value for q in quantities_in("sixty dollars and fifty-five cents, 12 dollars and 5 cents")] == [
        60.55,
        12.05,
    ]
