"""What an analyst says of other rents than the estimated one, and of the loan: true if the arithmetic is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.sensitivity import derived_from
from phoenix_real_estate.models import Enrichment, Finding, InvestmentAnalysis, Property, Severity
from tests.grounding.test_usage import CONDO, PLAIN

HOME = PLAIN.model_copy(
    update={"price": 289_000, "square_feet": 1318, "bedrooms": 3, "annual_tax": None, "hoa_fee": 0.0}
)
FIGURES = Known(HOME).figures
assert FIGURES is not None
RENT, FLOW, PAYMENT = FIGURES.rent_monthly, FIGURES.cash_flow_monthly, FIGURES.monthly_payment
KEPT = 0.95 * 0.92 - 0.08
"""Of a dollar of rent more, what vacancy, management and maintenance leave by default."""
RISE = -FLOW / KEPT
AT_HIGH = FIGURES.cash_flow_annual / 12 + (FIGURES.rent_high - RENT) * KEPT


def findings(text: str, property: Property = HOME) -> list[Finding]:
    figures = Known(property).figures
    assert figures is not None
    analysis = InvestmentAnalysis(recommendation=figures.recommendation, narrative=text)
    return grounding.check(Enrichment(investment_analysis=analysis), property)


def told(text: str, property: Property = HOME) -> list[str | None]:
    return [finding.span for finding in findings(text, property) if finding.severity is not Severity.INFO]


def test_the_sample_loses_a_little() -> None:
    assert (FIGURES is not None and FIGURES.recommendation, FLOW < 0) == ("hold", True)


@pytest.mark.parametrize(
    "text",
    [
        f"An extra ${RISE:.0f} or so of monthly rent would bring it to break-even.",
        f"Rent about ${RISE:.0f} higher would close the gap.",
        f"Rent of roughly ${RENT + RISE:,.0f} instead of ${RENT:,} would change the sign.",
        f"Rent would have to rise from ${RENT:,} to somewhere near ${RENT + RISE:,.0f} to break even.",
        f"Break-even needs only about ${RISE:.0f} more rent per month.",
    ],
)
def test_the_rent_that_breaks_even_follows_from_the_figures(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"Rent about ${2 * RISE + 9:.0f} higher would close the gap.",
        f"Rent would have to rise to ${RENT + 3 * RISE + 99:,.0f} to break even.",
        f"The rent is ${RENT + RISE:,.0f} a month.",
    ],
)
def test_another_rent_does_not_break_even_and_is_not_the_rent(text: str) -> None:
    assert told(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "At the upper rent estimate the cash flow would turn positive.",
        f"High-end rent of ${FIGURES.rent_high:,} would produce positive cash flow.",
        f"At the upper rent of ${FIGURES.rent_high:,} the surplus would be ${12 * AT_HIGH:,.0f} a year.",
        f"At an upper rent estimate the surplus would exceed ${12 * AT_HIGH // 100 * 100:,.0f} a year.",
        f"Rent at the low estimate of ${FIGURES.rent_low:,} would push cash flow below zero.",
        f"The difference, ${-FIGURES.cash_flow_annual} a year, is small: ${RISE:.0f} more would erase it.",
        f"After costs and the loan, about ${-FLOW} is missing each month.",
        f"Rent near the upper estimate of ${FIGURES.rent_high:,} would yield positive cash flow.",
        "Modest rent gains would turn cash flow positive.",
    ],
)
def test_what_the_ends_of_the_rent_range_bring_is_worked_out(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The cash flow is positive.",
        "At the low rent estimate the cash flow would be positive.",
        "At the upper rent estimate the cash flow would be negative.",
        f"At the upper rent of ${FIGURES.rent_high:,} the surplus would be $9,900 a year.",
    ],
)
def test_what_they_do_not_bring_is_found(text: str) -> None:
    assert told(text) != []


COVERED = 100 * FIGURES.noi / FIGURES.annual_debt_service


@pytest.mark.parametrize(
    "text",
    [
        f"Income meets just over {COVERED - 0.6:.0f} cents of each dollar owed to the lender.",
        f"Income covers about {COVERED:.0f} cents of every debt dollar.",
        f"Net income covers only {COVERED:.0f}% of what the mortgage requires.",
        f"NOI of ${FIGURES.noi:,} is about ${FIGURES.annual_debt_service - FIGURES.noi:,} below the annual "
        "debt service.",
        f"Expenses and debt service together come to "
        f"${FIGURES.operating_expenses + FIGURES.annual_debt_service:,} against effective gross income of "
        f"${FIGURES.effective_gross_income:,}.",
        f"The margin below debt service is small: NOI is {100 - COVERED:.0f}% less than the debt service.",
        f"The shortfall is about {-100 * FLOW / RENT:.0f} percent of rent.",
        f"The cap rate trails the {FIGURES.assumptions.mortgage_rate_pct}% borrowing cost.",
        "Lenders often look for a debt service coverage ratio of at least 1.0.",
        f"A single extra month vacant would cost ${RENT:,} in lost rent.",
        f"One additional vacant month (${RENT:,}) would hurt.",
    ],
)
def test_coverage_and_costs_are_told_in_other_words(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Income meets just over fifty cents of each dollar owed to the lender.",
        "Net income covers only 55% of what the mortgage requires.",
        "The coverage ratio is at least 1.0.",
        "The house is vacant.",
        "The shortfall is about 40 percent of rent.",
        "Trails start behind the house.",
        "This should not deter you: add it to the portfolio.",
        "An outright rejection makes sense here.",
        "It was built at the turn of the millennium.",
    ],
)
def test_coverage_and_stances_that_are_false_are_found(text: str) -> None:
    assert told(text) != []


def test_a_shared_pool_spares_the_upkeep_of_ones_own() -> None:
    assert told("A community pool spares the owner a private pool's upkeep.", CONDO) == []


def test_close_to_names_no_side() -> None:
    dearer = HOME.model_copy(update={"price": 289_400})
    assert told("Asking close to $289,000.", dearer) == []
    assert told("Asking close to $298,000.", dearer) == ["$298,000"]


def test_where_nothing_of_a_rent_is_kept_none_breaks_even() -> None:
    assert FIGURES is not None
    nobody = FIGURES.assumptions.model_copy(update={"vacancy_pct": Decimal(100)})
    told = dict(derived_from(FIGURES.model_copy(update={"assumptions": nobody})))
    assert told.keys() == {"cash_flow_at_rent_low", "cash_flow_at_rent_high"}
