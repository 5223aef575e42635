"""The sign of a figure: hyphens, dashes, minus signs and brackets, and the dash of a range."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.models import Enrichment, InvestmentAnalysis, Property
from tests.sample import HOUSE, PLAIN

LOSING, EARNING = HOUSE, PLAIN


def objected(text: str, home: Property = LOSING) -> list[str | None]:
    analysis = InvestmentAnalysis(
        recommendation=Known(home).recommendation, figures={}, narrative=text, risks=(), opportunities=()
    )
    return [finding.span for finding in grounding.check(Enrichment(investment_analysis=analysis), home)]


@pytest.mark.parametrize("dash", ["-", "−", "–", "\u2011"])
@pytest.mark.parametrize(
    "text",
    [
        "Estimated cash flow is about {}$1,036 a month.",
        "Cash flow: ${}1,036/mo.",
        "Cash flow ({}$1,036 a month) is weak.",
        "Cash-on-cash: {}11.8%.",
        "Cash flow of {}US$12,435 a year.",
        "{}$1,036 a month of cash flow.",
    ],
)
def test_any_dash_may_be_the_sign_of_a_loss(text: str, dash: str) -> None:
    assert objected(text.format(dash)) == []


@pytest.mark.parametrize("text", ["Cash flow: − $1,036 a month.", "Cash flow: ($1,036) a month."])
def test_a_loss_may_stand_in_brackets_or_behind_a_spaced_minus(text: str) -> None:
    assert objected(text) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Cash flow is about –$1,360 a month.", "–$1,360"),
        ("Cash-on-cash: –18.1%.", "–18.1%"),
        ("Cap rate: –3.7%.", "–3.7%"),
        ("Cash flow is $1,036 a month.", "$1,036"),
        ("Cash flow – $1,036 a month.", "$1,036"),
        ("A net operating income of –$19,425.", "–$19,425"),
    ],
)
def test_a_false_sign_or_figure_is_found(text: str, span: str) -> None:
    assert objected(text) == [span]


@pytest.mark.parametrize("told", ["–${:,}", "(${:,})", "−${:,}"])
def test_a_gain_is_never_told_as_a_loss(told: str) -> None:
    flow = Known(EARNING).figures
    assert flow
    assert flow.cash_flow_monthly > 0
    assert objected(f"Cash flow: {told.format(flow.cash_flow_monthly)} a month.", EARNING)
    assert objected(f"Cash flow (${flow.cash_flow_monthly:,} a month) helps.", EARNING) == []


@pytest.mark.parametrize(
    "text",
    [
        "Rent runs $2,259–$2,761 a month.",
        "Rent runs $2,259 – $2,761 a month.",
        "Rent runs $2,259 –$2,761 a month.",
        "Rent runs 2,259–2,761 dollars a month.",
        "The price – $525,000 – is the asking price.",
        "The house has 2,100–2,200 square feet.",
    ],
)
def test_the_dash_of_a_range_or_an_aside_is_no_sign(text: str) -> None:
    assert objected(text) == []
