"""The arithmetic of a rental: from rent and price to cap rate, cash flow and a recommendation.

Every amount is rounded to whole USD (halves up) as it is computed, and later formulas use the rounded
amount; rates are percent with one decimal. So each figure can be recomputed from the figures beside it.
Formulas are the standard ones of income property underwriting (CCIM and the Appraisal Institute name
and define them alike).
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, PlainSerializer

from phoenix_real_estate.facts import PRICE_WORDS, money, number
from phoenix_real_estate.market import (
    Rent,
    ValueKind,
    market_value,
    missing_for_rent,
    percent_of,
    rent_of,
    whole,
)
from phoenix_real_estate.models import Frozen, Property, Valuation

Recommendation = Literal["strong buy", "buy", "hold", "pass"]
INSUFFICIENT_DATA = "insufficient data"
"""What an analysis without computable figures says in place of a recommendation."""

Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
Percent = Annotated[Number, Field(ge=0, le=100)]


class Assumptions(Frozen):
    """What the records do not tell. Defaults are ours, plain, and stored with every result."""

    down_payment_pct: Percent = Field(default=Decimal(20), description="of the value")
    mortgage_rate_pct: Percent = Field(default=Decimal("6.5"), description="a year, fixed")
    mortgage_years: int = Field(default=30, ge=1, le=50)
    vacancy_pct: Percent = Field(default=Decimal(5), description="of gross scheduled income")
    maintenance_pct: Percent = Field(default=Decimal(8), description="of gross scheduled income")
    management_pct: Percent = Field(default=Decimal(8), description="of effective gross income")
    insurance_pct: Percent = Field(default=Decimal("0.4"), description="of the value, a year")
    tax_rate_pct: Percent = Field(default=Decimal(11), description="of the assessed value, all districts")
    tax_pct_of_value: Percent = Field(default=Decimal("0.6"), description="a year, nothing assessed known")


class Income(Frozen):
    """USD a year. Gross scheduled income is 12 monthly rents; effective is what vacancy leaves of it."""

    gross_scheduled_income: int
    vacancy_loss: int
    effective_gross_income: int


class Costs(Frozen):
    """USD a year, debt service not among them; an unknown association fee counts as 0.

    The tax is the recorded one, else the rate applied to the assessed value, else a share of the value.
    """

    property_tax: int
    property_tax_basis: Literal["annual_tax", "assessed_value", "assumption"]
    insurance: int
    maintenance: int
    management: int
    hoa_annual: int
    operating_expenses: int


class Loan(Frozen):
    """A fixed-rate mortgage on what the down payment leaves of the value, USD."""

    down_payment: int
    loan_amount: int
    monthly_payment: int
    annual_debt_service: int


class Returns(Frozen):
    """What is left, and in proportion to what. NOI = effective gross income - operating expenses.

    cap_rate = NOI / value; gross_yield = gross scheduled income / value; grm (gross rent multiplier) =
    value / gross scheduled income; cash flow = NOI - debt service; cash_on_cash = cash flow / down
    payment; dscr = NOI / debt service, rounded down as a lender does. `dscr` is None without a loan,
    `cash_on_cash` without a down payment, `price_per_square_foot` without a living area,
    `hoa_share_of_rent` without a fee.
    """

    noi: int
    cap_rate: Number
    gross_yield: Number
    grm: Number
    cash_flow_annual: int
    cash_flow_monthly: int
    cash_on_cash: Number | None
    dscr: Number | None
    price_per_square_foot: int | None
    hoa_share_of_rent: Number | None


class Figures(Rent, Income, Costs, Loan, Returns):
    """The whole analysis. Amounts are whole USD, rates are percent; numbers also in a JSON dump."""

    value: int
    value_kind: ValueKind | None
    recommendation: Recommendation
    assumptions: Assumptions


class Threshold(NamedTuple):
    """What a recommendation asks for at least: a cap rate in percent and a debt service coverage.

    What meets none is a "pass". Without an asking price, at a past sale or an assessment, the most is "buy".
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
        recommendation=_recommendation(returns, kind),
        assumptions=assumptions,
    )


def missing(property: Property) -> tuple[str, ...]:
    """Why `analyze` has no figures, as phrases with placeholders for `facts.fill`; empty when it has."""
    gaps = missing_for_rent(property)
    if property.value is None:
        return ("a price or valuation", *gaps)
    value, _ = market_value(property, rent_of(property))
    return gaps if value else ("a price at market level", *gaps)


def mortgage_payment(principal: int, annual_rate_pct: Decimal, years: int) -> Decimal:
    """The level monthly payment of a fully amortizing loan: P r / (1 - (1 + r)^-n), monthly r, n months."""
    months = 12 * years
    rate = annual_rate_pct / 1200
    if not rate:
        return Decimal(principal) / months
    return principal * rate / (1 - (1 + rate) ** -months)


def figures_of(figures: Figures) -> dict[str, str]:
    """The figures as words for a text, name -> words, like `facts.facts_of`; only what is there.

    Rates bring their percent sign, money its dollar sign. The sign of the monthly cash flow also comes as
    a choice of name: `cash_surplus_monthly` or `cash_shortfall_monthly`, both without a minus.
    """
    assumed = figures.assumptions
    words = {
        "value_words": PRICE_WORDS.get(figures.value_kind or "", "price"),
        **{name: money(getattr(figures, name)) for name in _MONEY},
        **{name: _percent(getattr(figures, name)) for name in _RATES},
        **{name: number(getattr(figures, name)) for name in _COUNTS},
        _signed_name(figures): money(abs(figures.cash_flow_monthly)),
        "rent_source": figures.rent_source,
        "rent_year": str(figures.rent_year),
        "rent_percentile": f"{figures.rent_percentile}th",
        "recommendation": figures.recommendation,
        **{name: _percent(value) for name, value in assumed if name.endswith("_pct")},
        "tax_pct_of_value": _percent(assumed.tax_pct_of_value),
        "mortgage_years": str(assumed.mortgage_years),
    }
    return {name: text for name, text in words.items() if text is not None}


_MONEY = (
    "value",
    "rent_monthly",
    "rent_low",
    "rent_high",
    "gross_scheduled_income",
    "vacancy_loss",
    "effective_gross_income",
    "property_tax",
    "insurance",
    "maintenance",
    "management",
    "hoa_annual",
    "operating_expenses",
    "noi",
    "down_payment",
    "loan_amount",
    "monthly_payment",
    "annual_debt_service",
    "cash_flow_monthly",
    "cash_flow_annual",
    "price_per_square_foot",
)
_RATES = ("cap_rate", "gross_yield", "cash_on_cash", "hoa_share_of_rent")
_COUNTS = ("grm", "dscr", "rent_bedrooms")
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


def _recommendation(returns: Returns, kind: ValueKind | None) -> Recommendation:
    asked = kind in ("list", None)
    for threshold in THRESHOLDS[0 if asked else 1 :]:
        covered = returns.dscr is None or returns.dscr >= threshold.dscr
        if covered and returns.cap_rate >= threshold.cap_rate:
            return threshold.recommendation
    return "pass"


def _signed_name(figures: Figures) -> str:
    return "cash_surplus_monthly" if figures.cash_flow_monthly >= 0 else "cash_shortfall_monthly"


def _percent(rate: Decimal | None) -> str | None:
    return None if rate is None else f"{number(rate)}%"
