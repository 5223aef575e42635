"""The arithmetic of a rental: from rent and price to cap rate, cash flow and a recommendation.

Every amount is rounded to whole USD (halves up) as it is computed, and later formulas use the rounded
amount; rates are percent with one decimal. So each figure can be recomputed from the figures beside it.
Formulas are the standard ones of income property underwriting (CCIM and the Appraisal Institute name
and define them alike).
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from phoenix_real_estate.figures import (
    Assumptions,
    Costs,
    Figures,
    Income,
    Loan,
    Recommendation,
    Returns,
    figures_of,
)
from phoenix_real_estate.market import (
    Rent,
    ValueKind,
    market_value,
    missing_for_rent,
    percent_of,
    rent_of,
    whole,
)
from phoenix_real_estate.models import Property, Valuation

__all__ = [
    "INSUFFICIENT_DATA",
    "THRESHOLDS",
    "Assumptions",
    "Figures",
    "analyze",
    "fee_is_unknown",
    "figures_of",
    "missing",
    "mortgage_payment",
]

INSUFFICIENT_DATA = "insufficient data"
"""What an analysis without computable figures says in place of a recommendation."""


class Threshold(NamedTuple):
    """What a recommendation asks for at least: a cap rate in percent and a debt service coverage.

    What meets none is a "pass". At a past sale or an assessment, without an asking price, the most is "buy";
    without the association fee of a property that must have one, the most is "hold".
    """

    recommendation: Recommendation
    cap_rate: Decimal
    dscr: Decimal


THRESHOLDS = (
    # 1.25 is the usual minimum coverage of income property lenders; at 1.00 the rent carries the loan.
    Threshold("strong buy", Decimal("7.0"), Decimal("1.25")),
    Threshold("buy", Decimal("5.5"), Decimal("1.00")),
    Threshold("hold", Decimal("4.0"), Decimal("0.75")),
)

_DEFAULTS = Assumptions()


def analyze(property: Property, assumptions: Assumptions = _DEFAULTS) -> Figures | None:
    """The figures at the property's value and estimated rent; None when one is unknown (see `missing`)."""
    rent = rent_of(property)
    value, kind = market_value(property, rent)
    if rent is None or value is None:
        return None
    income = _income(rent, assumptions)
    costs = _costs(property, value, income, assumptions)
    loan = _loan(value, assumptions)
    returns = _returns(property, value, income, costs, loan)
    parts = (rent, income, costs, loan, returns)
    return Figures(
        **{name: figure for part in parts for name, figure in part},
        value=value,
        value_kind=kind,
        recommendation=_recommendation(returns, _allowed(property, kind)),
        assumptions=assumptions,
    )


def missing(property: Property) -> tuple[str, ...]:
    """Why `analyze` has no figures, as phrases with placeholders for `facts.fill`; empty when it has."""
    gaps = missing_for_rent(property)
    if property.value is None:
        return ("a price or valuation", *gaps)
    value, _ = market_value(property, rent_of(property))
    return gaps if value else ("a price at market level", *gaps)


def fee_is_unknown(property: Property) -> bool:
    """Whether an association must charge a fee that nobody stated: its figures lack a cost."""
    shared = (property.property_type or "").lower() in _SHARED_OWNERSHIP
    return property.hoa_fee is None and (shared or property.hoa_name is not None)


def mortgage_payment(principal: int, annual_rate_pct: Decimal, years: int) -> Decimal:
    """The level monthly payment of a fully amortizing loan: P r / (1 - (1 + r)^-n), monthly r, n months."""
    months = 12 * years
    rate = annual_rate_pct / 1200
    if not rate:
        return Decimal(principal) / months
    return principal * rate / (1 - (1 + rate) ** -months)


_SHARED_OWNERSHIP = frozenset({"condominium", "townhouse", "apartment", "patio home"})
_CLASS_4_ASSESSMENT_RATIO = Decimal(10)


def _income(rent: Rent, assumptions: Assumptions) -> Income:
    gross = 12 * rent.rent_monthly
    vacancy = percent_of(gross, assumptions.vacancy_pct)
    return Income(gross_scheduled_income=gross, vacancy_loss=vacancy, effective_gross_income=gross - vacancy)


def _costs(property: Property, value: int, income: Income, assumptions: Assumptions) -> Costs:
    tax, basis = _property_tax(property, value, assumptions)
    insurance = percent_of(value, assumptions.insurance_pct)
    maintenance = percent_of(income.gross_scheduled_income, assumptions.maintenance_pct)
    management = percent_of(income.effective_gross_income, assumptions.management_pct)
    hoa = whole(12 * Decimal(str(property.hoa_fee or 0)))
    return Costs(
        property_tax=tax,
        property_tax_basis=basis,
        insurance=insurance,
        maintenance=maintenance,
        management=management,
        hoa_annual=hoa,
        operating_expenses=tax + insurance + maintenance + management + hoa,
    )


def _property_tax(
    property: Property, value: int, assumptions: Assumptions
) -> tuple[int, Literal["annual_tax", "assessed_value", "assumption"]]:
    if property.annual_tax:
        return property.annual_tax, "annual_tax"
    assessed = next((a for a in map(_assessed_value, property.valuations) if a), None)
    if assessed:
        return percent_of(assessed, assumptions.tax_rate_pct), "assessed_value"
    return percent_of(value, assumptions.tax_pct_of_value), "assumption"


def _assessed_value(valuation: Valuation) -> int:
    # A rented home is class 4, assessed at 10 percent of its limited property value (ARS 42-15004).
    if valuation.limited_property_value:
        return percent_of(valuation.limited_property_value, _CLASS_4_ASSESSMENT_RATIO)
    return valuation.assessed_limited_property_value or 0


def _loan(value: int, assumptions: Assumptions) -> Loan:
    down = percent_of(value, assumptions.down_payment_pct)
    payment = whole(mortgage_payment(value - down, assumptions.mortgage_rate_pct, assumptions.mortgage_years))
    return Loan(
        down_payment=down, loan_amount=value - down, monthly_payment=payment, annual_debt_service=12 * payment
    )


def _returns(property: Property, value: int, income: Income, costs: Costs, loan: Loan) -> Returns:
    noi = income.effective_gross_income - costs.operating_expenses
    cash_flow = noi - loan.annual_debt_service
    area, hoa = property.square_feet, costs.hoa_annual
    return Returns(
        noi=noi,
        cap_rate=_rate(noi, value),
        gross_yield=_rate(income.gross_scheduled_income, value),
        grm=_tenths(Decimal(value) / income.gross_scheduled_income),
        cash_flow_annual=cash_flow,
        cash_flow_monthly=whole(Decimal(cash_flow) / 12),
        cash_on_cash=_rate(cash_flow, loan.down_payment) if loan.down_payment else None,
        dscr=_coverage(noi, loan.annual_debt_service) if loan.annual_debt_service else None,
        price_per_square_foot=whole(Decimal(value) / area) if area else None,
        hoa_share_of_rent=_rate(hoa, income.gross_scheduled_income) if hoa else None,
    )


def _rate(part: int, base: int) -> Decimal:
    return _tenths(Decimal(100 * part) / base)


def _tenths(ratio: Decimal) -> Decimal:
    return ratio.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _coverage(noi: int, debt_service: int) -> Decimal:
    return (Decimal(noi) / debt_service).quantize(Decimal("0.01"), ROUND_FLOOR)


def _allowed(property: Property, kind: ValueKind | None) -> tuple[Threshold, ...]:
    if fee_is_unknown(property):
        return THRESHOLDS[2:]
    return THRESHOLDS if kind in ("list", None) else THRESHOLDS[1:]


def _recommendation(returns: Returns, allowed: tuple[Threshold, ...]) -> Recommendation:
    for threshold in allowed:
        covered = returns.dscr is None or returns.dscr >= threshold.dscr
        if covered and returns.cap_rate >= threshold.cap_rate:
            return threshold.recommendation
    return "pass"
