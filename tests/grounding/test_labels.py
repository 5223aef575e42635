"""The noun that a number belongs to: fees and prices, cap rates and coverage, what is left and owed."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.models import Enrichment, InvestmentAnalysis
from tests.sample import HOUSE

F = Known(HOUSE).figures


def objected(text: str) -> list[str | None]:
    analysis = InvestmentAnalysis(
        recommendation="pass", figures={}, narrative=text, risks=(), opportunities=()
    )
    return [finding.span for finding in grounding.check(Enrichment(investment_analysis=analysis), HOUSE)]


@pytest.mark.parametrize(
    "text",
    [
        "The association fee listed is $45 a month.",
        "HOA dues are listed at $45; the home is listed at $525,000.",
        "An HOA home listed at $525,000.",
        "A 3.7 cap on the asking price.",
        "It pencils at a 3.7 cap.",
        "Cap 3.7, GRM 17.4.",
        "Debt service cover of just 0.60.",
        "Coverage ratio 0.60.",
        "DCR 0.60.",
        "A shortfall of some $1,040 a month.",
        "A hole of about $12,400 a year.",
        "The owner would put in about $1,036 every month.",
        "CF −12.4k/yr.",
        "The mortgage would need $31,860.",
        "The loan costs $2,655 a month, or $31,860 a year.",
        "The mortgage of $420,000 costs $2,655 a month.",
        "After costs, $19,425 a year is left.",
        "Gross rent $30,120; less vacancy $1,506.",
        "An estimated $30,120 of gross rent a year.",
        "NOI pays for about three-fifths of the loan.",
        "The owner funds forty percent of the loan payment.",
        "Debt service is about 1.6 times NOI.",
        "The price equals about 17.4 years of it.",
        "At the top of the range rent is $2,761, some $251 above the base estimate.",
        "Management approaches a quarter of all operating expenses ($2,289 of $9,189).",
        "Dues of even a few hundred dollars a month would matter.",
        "A price of $244 a foot.",
        "This 1994 patio home.",
        "With one bedroom for guests you have three left.",
    ],
)
def test_a_true_figure_passes_under_any_name(text: str) -> None:
    assert not [span for span in objected(text) if span and any(sign.isdigit() for sign in span)]
    assert not {"three", "three-fifths", "hundred dollars", "a quarter"} & {*objected(text)}


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("The association fee listed is $525,000.", "$525,000"),
        ("HOA dues are listed at $450.", "$450"),
        ("Listed at $45,000.", "$45,000"),
        ("A 7.3 cap on the asking price.", "7.3"),
        ("Debt service cover of just 0.80.", "0.80"),
        ("Coverage ratio 0.37.", "0.37"),
        ("A shortfall of some $1,400 a month.", "$1,400"),
        ("The mortgage would need $19,425.", "$19,425"),
        ("After a $2,655 mortgage payment and expenses $9,189 a year would be left.", "$9,189"),
        ("After the mortgage payment $19,425 would be left.", "$19,425"),
        ("$19,425 a year is left after debt service.", "$19,425"),
        ("NOI pays for about four-fifths of the loan.", "four-fifths"),
        ("Debt service is more than three times NOI.", "three times"),
        ("Some $350 above the base estimate.", "$350"),
        ("A price of $442 a foot.", "$442"),
        ("This 1984 patio home.", "1984"),
        ("Gross rent of $30,120 a month.", "$30,120"),
    ],
)
def test_a_false_figure_is_found_under_any_name(text: str, span: str) -> None:
    assert span in objected(text)
