"""The arithmetic of a rental: from rent and price to cap rate, cash flow and a recommendation.

Every amount is rounded to whole USD (halves up) as it is computed, and later formulas use the rounded
amount; rates are percent with one decimal. So each figure can be recomputed from the figures beside it.
Formulas are the standard ones of income property underwriting (CCIM and the Appraisal Institute name
and define them alike); the mortgage payment is that of an ordinary annuity.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from phoenix_real_estate.assumptions import Assumptions
from phoenix_real_estate.figures import (
    Comparison,
    Costs,
    Figures,
    Income,
    Loan,
    Obstacle,
    Recommendation,
    Returns,
    figures_of,
)
from phoenix_real_estate.market import (
    Rent,
    ValueKind,
    is_attached,
    market_value,
    missing_for_rent,
    percent_of,
    rent_of,
    whole,
)
from phoenix_real_estate.models import Property, Valuation
from phoenix_real_estate.settings import load_settings

__all__ = [
    "INSUFFICIENT_DATA",
    "THRESHOLDS",
    "Assumptions",
    "Figures",
    "analyze",
    "assumptions_in_force",
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


def analyze(property: Property, assumptions: Assumptions | None = None) -> Figures | None:
    """The figures at the property's value and estimated rent; None when one is unknown (see `missing`).

    Without `assumptions` those of the settings in force are taken.
    """
    rent = rent_of(property)
    value, kind = market_value(property, rent)
    if rent is None or value is None:
        return None
    assumed = assumptions or assumptions_in_force()
    income = _income(rent, assumed)
    costs = _costs(property, value, income, assumed)
    loan = _loan(value, assumed)
    returns = _returns(property, value, income, costs, loan)
    parts = (rent, income, costs, loan, returns, _comparison(property, kind))
    recommendation, held_back_by = _recommendation(returns, _caps(property, kind))
    return Figures(
        **{name: figure for part in parts for name, figure in part},
        value=value,
        value_kind=kind,
        recommendation=recommendation,
        held_back_by=held_back_by,
        assumptions=assumed,
    )


def assumptions_in_force() -> Assumptions:
    """What the environment sets, else the defaults.

    Raises:
        ConfigurationError: a value is out of its range; the message names the variable.
    """
    settings = load_settings()
    return Assumptions(**{name: getattr(settings, name) for name in Assumptions.model_fields})


def missing(property: Property) -> tuple[str, ...]:
    """Why `analyze` has no figures, as phrases with placeholders for `facts.fill`; empty when it has."""
    gaps = missing_for_rent(property)
    if property.value is None:
        return ("a price or valuation", *gaps)
    value, _ = market_value(property, rent_of(property))
    return gaps if value else ("a price at market level", *gaps)


def fee_is_unknown(property: Property) -> bool:
    """Whether an association must charge a fee that nobody stated: its figures lack a cost."""
    return property.hoa_fee is None and (is_attached(property) or property.hoa_name is not None)


def mortgage_payment(principal: int, annual_rate_pct: Decimal, years: int) -> Decimal:
    """The level monthly payment of a fully amortizing loan: P r / (1 - (1 + r)^-n), monthly r, n months."""
    months = 12 * years
    rate = annual_rate_pct / 1200
    discounted = 1 - (1 + rate) ** -months
    return principal * rate / discounted if discounted else Decimal(principal) / months


_RANKS = tuple(threshold.recommendation for threshold in THRESHOLDS)
_CLASS_4_ASSESSMENT_RATIO = Decimal(10)
_LIMIT_OF_GROWTH = Decimal("1.05")


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
    assessed = _assessed_value(property.valuations)
    if assessed:
        return percent_of(assessed, assumptions.tax_rate_pct), "assessed_value"
    return percent_of(value, assumptions.tax_pct_of_value), "assumption"


def _assessed_value(valuations: tuple[Valuation, ...]) -> int:
    """The newest known one as a rental's: 10 percent of the limited property value.

    That ratio is class 4's (A.R.S. 42-15004) as well as an owner's class 3 (42-15003). Where only an older
    year is known, it has grown by 5 percent a year since (42-13301).
    """
    for valuation in valuations:
        limited = valuation.limited_property_value
        assessed = percent_of(limited, _CLASS_4_ASSESSMENT_RATIO) if limited else None
        if known := assessed or valuation.assessed_limited_property_value:
            return whole(known * _LIMIT_OF_GROWTH ** (valuations[0].tax_year - valuation.tax_year))
    return 0


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


def _comparison(property: Property, kind: ValueKind | None) -> Comparison:
    others = property.comparables
    if others is None or others.price_kind != kind or not property.square_feet:
        return Comparison()
    return Comparison(
        comparable_price_per_square_foot=others.price_per_square_foot, comparables_count=others.count
    )


def _rate(part: int, base: int) -> Decimal:
    return _tenths(Decimal(100 * part) / base)


def _tenths(ratio: Decimal) -> Decimal:
    return ratio.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _coverage(noi: int, debt_service: int) -> Decimal:
    return (Decimal(noi) / debt_service).quantize(Decimal("0.01"), ROUND_FLOOR)


def _caps(property: Property, kind: ValueKind | None) -> dict[Obstacle, Recommendation]:
    """The most that may be recommended, by what it is that nobody stated."""
    caps: dict[Obstacle, Recommendation] = {}
    if kind in ("sale", "full_cash_value"):
        caps["value_kind"] = "buy"
    if fee_is_unknown(property):
        caps["hoa_fee"] = "hold"
    return caps


def _recommendation(
    returns: Returns, caps: dict[Obstacle, Recommendation]
) -> tuple[Recommendation, tuple[Obstacle, ...]]:
    """The best recommendation that nothing forbids, and what forbids the next better one."""
    obstacles: tuple[Obstacle, ...] = ()
    for rank, threshold in enumerate(THRESHOLDS):
        better_than_allowed = (name for name, most in caps.items() if rank < _RANKS.index(most))
        if not (found := (*_shortfalls(returns, threshold), *better_than_allowed)):
            return threshold.recommendation, obstacles
        obstacles = found
    return "pass", obstacles


def _shortfalls(returns: Returns, threshold: Threshold) -> Iterator[Obstacle]:
    if returns.cap_rate < threshold.cap_rate:
        yield "cap_rate"
    if returns.dscr is not None and returns.dscr < threshold.dscr:
        yield "dscr"
