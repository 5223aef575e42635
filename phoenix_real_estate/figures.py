"""The figures of an investment analysis: what is computed, and its words for a text."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from phoenix_real_estate.assumptions import Assumptions, Number
from phoenix_real_estate.facts import PRICE_WORDS, fill, money, number
from phoenix_real_estate.market import Rent, ValueKind
from phoenix_real_estate.models import Frozen

Recommendation = Literal["strong buy", "buy", "hold", "pass"]
Obstacle = Literal["cap_rate", "dscr", "value_kind", "hoa_fee"]


class Income(Frozen):
    """USD a year. Gross scheduled income is 12 monthly rents; effective is what vacancy leaves of it."""

    gross_scheduled_income: int
    vacancy_loss: int
    effective_gross_income: int


class Costs(Frozen):
    """USD a year, debt service not among them; an unknown association fee counts as 0.

    The tax is the recorded one, else the rate applied to the assessed value, else a share of the value. A
    recorded one may be an owner's, less the state's aid that a rental does not get (A.R.S. 15-972).
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


class Comparison(Frozen):
    """Others of its kind (`Property.comparables`): their median price per square foot, USD, and their number.

    None where there are too few, or without a living area. In no formula: what neighbours ask does not say
    what a rent carries.
    """

    comparable_price_per_square_foot: int | None = None
    comparables_count: int | None = None


class Figures(Rent, Income, Costs, Loan, Returns, Comparison):
    """The whole analysis. Amounts are whole USD, rates are percent; numbers also in a JSON dump.

    `held_back_by` names what keeps the recommendation from the next better one: a cap rate or coverage below
    its threshold, a value that is no asking price, an association fee that is not known.
    """

    value: int
    value_kind: ValueKind | None
    recommendation: Recommendation
    held_back_by: tuple[Obstacle, ...] = ()
    assumptions: Assumptions


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
        "zip_asking_month": figures.zip_asking_month,
        "recommendation": figures.recommendation,
        **{name: _percent(value) for name, value in assumed if name.endswith("_pct")},
        "tax_pct_of_value": _percent(assumed.tax_pct_of_value),
        "mortgage_years": str(assumed.mortgage_years),
    }
    return {name: text for name, text in words.items() if text is not None}


def comparison_of(figures: Figures | None) -> str:
    """What an analysis says of the comparables; empty where there are none."""
    if figures is None or figures.comparables_count is None:
        return ""
    return fill(COMPARISON, figures_of(figures))


COMPARISON = (
    "Among {{comparables_count}} other homes of its type and size on record in the same ZIP code, the median "
    "{{value_words}} is {{comparable_price_per_square_foot}} per square foot."
)
"""What every analysis says of the comparables, where there are any: written by code, never by a model.

No prompt shows them, so that a neighbour's new price makes no text to be paid anew.
"""

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
    "comparable_price_per_square_foot",
    "zip_asking_rent",
)
_COUNTS = ("grm", "dscr", "rent_bedrooms", "comparables_count")
_RATES = ("cap_rate", "gross_yield", "cash_on_cash", "hoa_share_of_rent")


def _signed_name(figures: Figures) -> str:
    return "cash_surplus_monthly" if figures.cash_flow_monthly >= 0 else "cash_shortfall_monthly"


def _percent(rate: Decimal | None) -> str | None:
    return None if rate is None else f"{number(rate)}%"
