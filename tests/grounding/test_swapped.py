"""An amount under another figure's name is found, whichever two figures change places."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.models import Property
from tests.grounding.judged_texts import critical_spans
from tests.grounding.test_sensitivity import HOME, told

FIGURES = Known(HOME).figures
assert FIGURES is not None
_LABELS = {
    "net operating income": ("noi",),
    "net income": ("noi",),
    "NOI": ("noi",),
    "annual cash flow": ("cash_flow_annual",),
    "monthly cash flow": ("cash_flow_monthly",),
    "down payment": ("down_payment",),
    "cash needed to close": ("down_payment",),
    "initial investment": ("down_payment",),
    "monthly payment": ("monthly_payment",),
    "annual debt service": ("annual_debt_service",),
    "property tax": ("property_tax",),
    "insurance": ("insurance",),
    "maintenance": ("maintenance",),
    "management": ("management",),
    "operating expenses": ("operating_expenses",),
    "total expenses": ("operating_expenses",),
    "running costs": ("operating_expenses",),
    "effective gross income": ("effective_gross_income",),
    "vacancy allowance": ("vacancy_loss",),
    "list price": ("value",),
}
_AMOUNTS = """noi cash_flow_annual cash_flow_monthly down_payment loan_amount monthly_payment
    annual_debt_service property_tax insurance maintenance management operating_expenses vacancy_loss
    effective_gross_income value"""


def _told(field: str) -> str:
    value = getattr(FIGURES, field)
    return f"-${abs(value):,}" if value < 0 else f"${value:,}"


@pytest.mark.parametrize("label", _LABELS)
def test_a_figure_is_told_by_its_own_name_alone(label: str) -> None:
    for field in _AMOUNTS.split():
        is_own = field in _LABELS[label]
        assert (told(f"The {label} is {_told(field)}.") == []) is is_own, field


HOUSE = Property.model_validate(
    {
        "address": {"street": "14184 N White Rock Ln", "city": "Tempe", "state": "AZ", "zip": "85281"},
        "property_type": "Single Family Residence",
        "bedrooms": 4,
        "bathrooms": 2.5,
        "square_feet": 2767,
        "lot_size": 11_105,
        "year_built": 1985,
        "price": 810_999,
        "price_kind": "list",
        "annual_tax": 3427,
        "hoa_fee": 85,
        "garage_spaces": 3,
        "valuations": [{"tax_year": 2025, "full_cash_value": 512_300, "limited_property_value": 401_200}],
    }
)
COLLECTED_HOUSE = HOUSE.model_copy(update={"collected_at": datetime(2026, 5, 1, tzinfo=UTC)})
_FACTS = {
    "2,767": ("Living area: {} sq ft. Lot: 11,105 sq ft.", "It has {} square feet of living space."),
    "11,105": (
        "Living area: 2,767 sq ft. Lot: {} sq ft.",
        "The lot is {} square feet.",
        "Lot {} sf. 4 bedrooms.",
    ),
    "1985": ("Construction was finished in {}.", "The home went up in {}.", "Year built: {}."),
    "$810,999": ("List price: {}.", "Asking {}."),
    "$3,427": ("HOA of $85 monthly and annual property tax of {}.", "Dues of $85 monthly, taxes of {}."),
    "$512,300": ("Full cash value: {}.", "The Assessor values it at {} this year."),
    "$401,200": ("Limited property value: {}.",),
}


@pytest.mark.parametrize("fact", _FACTS)
def test_a_fact_is_told_by_its_own_name_alone(fact: str) -> None:
    for text in _FACTS[fact]:
        assert critical_spans(text.format(fact), HOUSE) == [], text
        others = {"$810,999", "$3,427", "$512,300"} if "$" in fact else {"2,767", "11,105", "2025"}
        for other in others - {fact}:
            assert critical_spans(text.format(other), HOUSE) != [], text.format(other)


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("Annual debt service on a {loan} loan.", True),
        ("The loan on this {price} three-bedroom is large.", True),
        ("The loan on this {loan} three-bedroom is large.", False),
        ("Debt service on a {price} mortgage.", False),
        ("Management makes up {management} of the annual costs.", True),
        ("Insurance makes up {management} of the annual costs.", False),
        ("Net operating income is a loss of {noi}.", False),
    ],
)
def test_an_amount_between_two_names_belongs_to_its_own(text: str, is_true: bool) -> None:
    assert FIGURES is not None
    amounts = {
        "loan": _told("loan_amount"),
        "price": _told("value"),
        "management": _told("management"),
        "noi": _told("noi"),
    }
    assert (told(text.format(**amounts)) == []) is is_true


def test_a_loss_of_net_income_is_one() -> None:
    dear = HOME.model_copy(update={"hoa_fee": 3000.0})
    figures = Known(dear).figures
    assert figures is not None
    assert figures.noi < 0
    loss = f"${-figures.noi:,}"
    before_loan = f"Before any mortgage is paid, net operating income is a loss of {loss}."
    assert told(before_loan, dear) == []
    assert told(re.sub(r"\$[\d,]+", f"${-figures.noi * 3:,}", before_loan), dear) != []


@pytest.mark.parametrize(
    "text",
    [
        "It went up in 1985, and the lot has 11,105 sq. ft. of land.",
        "Quarter-acre lot, built in 1985.",
        "A quarter-of-an-acre lot.",
    ],
)
def test_a_true_fact_passes_in_any_of_these_words(text: str) -> None:
    assert critical_spans(text, HOUSE) == []


@pytest.mark.parametrize(
    "text",
    [
        "The lot is larger than a quarter of an acre.",
        "The lot is bigger than 0.25 acres.",
        "Garage space for three.",
        "3 gar, 4 bd.",
        "Over a quarter-acre lot.",
        "Two and three quarter thousand square feet and change.",
        "Built in 1985, now forty-one.",
        "Built in 1985 and today 41.",
        "Call it 2,800 square feet.",
        "Annual taxes under $3,500 beside dues of $85 monthly.",
        "Annual taxes near $3,400.",
        "Taxes of $3,400 a year, give or take.",
    ],
)
def test_a_true_fact_may_be_rounded_in_these_words(text: str) -> None:
    assert critical_spans(text, COLLECTED_HOUSE) == []


@pytest.mark.parametrize(
    "text",
    [
        "The lot is larger than half an acre.",
        "The lot is smaller than a quarter of an acre.",
        "Garage space for four.",
        "2 gar, 4 bd.",
        "1 cpt / 3 gar",
        "Over a half-acre lot.",
        "Three and a quarter thousand square feet and change.",
        "Two and a half thousand square feet.",
        "Built in 1985, now fifty-one.",
        "Call it 3,100 square feet.",
        "Annual taxes under $3,000 beside dues of $85 monthly.",
        "Annual taxes near $3,000.",
        "Taxes of $3,000 a year, give or take.",
    ],
)
def test_a_false_fact_may_not(text: str) -> None:
    assert critical_spans(text, COLLECTED_HOUSE) != []


def test_a_ratio_of_price_and_rent_is_no_rent() -> None:
    assert FIGURES is not None
    assert told(f"Price to annual rent of {FIGURES.grm}.") == []
    assert told("Price to annual rent of 19.9.") != []
    assert told(f"Coverage of {FIGURES.dscr}, below the break-even mark of 1.00.") == []
    assert told(f"Coverage of {FIGURES.dscr}, above the break-even mark of 1.00.") != []


def test_a_recommendation_for_others_is_one() -> None:
    assert told("We recommend that investors pass on this property.", HOME) != []
    assert told("We recommend that you buy.", HOME) != []
    assert told("We recommend that a buyer hold.", HOME) == []


def test_payments_may_be_covered_in_part() -> None:
    assert FIGURES is not None
    covered = round(100 * FIGURES.noi / FIGURES.annual_debt_service)
    assert told(f"The loan payments are only {covered}% covered.") == []
    assert told(f"The loan payments are only {covered - 20}% covered.") != []
