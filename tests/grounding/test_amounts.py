"""Amounts of an investment analysis by all the names that analysts have for them."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.investment import analyze
from phoenix_real_estate.models import Enrichment, Finding, InvestmentAnalysis, Property
from tests.sample import HOUSE

RENTAL = HOUSE.model_copy(update={"price": 399_000, "bedrooms": 2, "annual_tax": 859, "hoa_fee": 325.0})
FIGURES = analyze(RENTAL)
assert FIGURES is not None
F = FIGURES
TIMES = F.annual_debt_service / F.noi


def found(narrative: str, property: Property = RENTAL) -> list[Finding]:
    analysis = InvestmentAnalysis(recommendation=F.recommendation, narrative=narrative)
    findings = grounding.check(Enrichment(investment_analysis=analysis), property)
    return [one for one in findings if one.rule.startswith("number")]


@pytest.mark.parametrize(
    "narrative",
    [
        f"The mortgage would need ${F.annual_debt_service:,}.",
        f"Loan: about ${round(F.annual_debt_service, -2):,}.",
        f"It is held against a loan that costs ${F.annual_debt_service:,}.",
        f"The mortgage of ${F.loan_amount:,} costs ${F.monthly_payment:,} a month.",
        f"The rent would not pay the ${F.monthly_payment:,} mortgage.",
        f"Gross rent ${F.gross_scheduled_income:,}; less expenses ${F.operating_expenses:,}.",
        f"Rent comes to ${F.gross_scheduled_income:,}, before ${F.operating_expenses:,} of costs.",
        f"Dues are over a third of all operating expenses (${F.hoa_annual:,} of ${F.operating_expenses:,}).",
        f"The deficit is some ${round(abs(F.cash_flow_monthly), -2):,} a month.",
        f"Debt service is more than {TIMES - 0.1:.1f} times NOI.",
        f"Coverage of {F.dscr} puts this unit out of reach.",
        f"Debt service is nearly {TIMES + 0.04:.1f} times the net operating income.",
        f"Operations pay for about {round(100 * F.noi / F.annual_debt_service)}% of the loan.",
    ],
)
def test_an_amount_is_known_by_each_of_its_names(narrative: str) -> None:
    assert found(narrative) == []


@pytest.mark.parametrize(
    "narrative",
    [
        f"The mortgage would need ${F.annual_debt_service:,} a month.",
        f"Monthly mortgage of ${F.annual_debt_service:,}.",
        f"The mortgage would need ${F.annual_debt_service + 1200:,}.",
        f"The mortgage of ${F.loan_amount + 9000:,} is large.",
        f"Gross rent ${F.gross_scheduled_income + 2400:,}.",
        f"Gross rent ${F.gross_scheduled_income:,} a month.",
        f"Dues are ${F.hoa_annual + 800:,} of ${F.operating_expenses:,} in operating expenses.",
        f"The deficit is some ${abs(F.cash_flow_monthly) + 90:,} a month.",
        "Debt service is more than three times NOI.",
        f"Operations pay for about {round(100 * F.noi / F.annual_debt_service) - 12}% of the loan.",
    ],
)
def test_another_amount_is_none_of_them(narrative: str) -> None:
    assert found(narrative) != []
