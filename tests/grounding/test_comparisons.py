"""Comparisons, held to the figures: rent and mortgage, cap rate and interest."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.models import Enrichment, Severity
from tests.grounding.claimed import CHEAP, UNPRICED, told


@pytest.mark.parametrize(
    "text",
    [
        "Its cap rate beats the market.",
        "The price is lower than most comparable homes.",
        "The yield is higher than the city average.",
        "It outperforms other rentals in the area.",
        "It is cheaper than its neighbors.",
    ],
)
def test_a_comparison_that_no_figure_supports_is_found(text: str) -> None:
    assert ("claim.unsupported", Severity.CRITICAL) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "The market decides, and other homes differ.",
        "The rent is an estimate of the market.",
        "More than half of the lot is desert landscaping.",
    ],
)
def test_what_compares_nothing_passes(text: str) -> None:
    assert told(text) == []


OVER = (
    "It rents for more than the mortgage.",
    "The rent covers the mortgage.",
    "Rent exceeds the monthly payment.",
    "The mortgage is covered by the rent.",
    "The mortgage costs less than the rent.",
)


UNDER = (
    "The rent does not cover the mortgage.",
    "The rent falls short of the mortgage.",
    "The rent is less than the mortgage payment.",
    "The mortgage costs more than the rent.",
)


@pytest.mark.parametrize("text", OVER)
def test_the_rent_is_told_above_the_mortgage_only_where_it_is(text: str) -> None:
    assert told(text) == [("claim.contradicted", Severity.CRITICAL)]
    assert told(text, UNPRICED) == [("claim.unsupported", Severity.CRITICAL)]
    assert told(text, CHEAP) == []


@pytest.mark.parametrize("text", UNDER)
def test_the_rent_is_told_below_the_mortgage_only_where_it_is(text: str) -> None:
    assert told(text) == []
    assert told(text, UNPRICED) == [("claim.unsupported", Severity.CRITICAL)]
    assert told(text, CHEAP) == [("claim.contradicted", Severity.CRITICAL)]


def test_the_cap_rate_is_held_against_the_mortgage_rate() -> None:
    figures = Known(CHEAP).figures
    assert figures is not None
    assert figures.cap_rate > figures.assumptions.mortgage_rate_pct
    assert told("The cap rate beats the mortgage rate.", CHEAP) == []
    assert told("The cap rate beats the mortgage rate.") == [("claim.contradicted", Severity.CRITICAL)]
    assert told("The cap rate is below the mortgage rate.") == []
    assert told("The cap rate is below the mortgage rate.", CHEAP) == [
        ("claim.contradicted", Severity.CRITICAL)
    ]


def test_a_comparison_is_traced_to_its_figure() -> None:
    traces = grounding.trace(Enrichment(description="The rent covers the mortgage."), CHEAP)
    assert [(one.span, one.fact) for one in traces] == [("rent covers the mortgage", "rent_monthly")]
