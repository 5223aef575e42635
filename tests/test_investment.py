import json
from decimal import Decimal

import pytest
from pydantic import ValidationError

from phoenix_real_estate.investment import (
    Assumptions,
    Figures,
    analyze,
    figures_of,
    missing,
    mortgage_payment,
)
from phoenix_real_estate.models import Address, Property, Valuation

NOTHING_ASSUMED = Assumptions(
    vacancy_pct=Decimal(0),
    maintenance_pct=Decimal(0),
    management_pct=Decimal(0),
    insurance_pct=Decimal(0),
    tax_pct_of_value=Decimal(0),
)


def house(**facts: object) -> Property:
    """A house in ZIP 85004, where HUD's rent for three bedrooms is 2,870 USD."""
    known = {"address": Address(zip="85004"), "bedrooms": 3, "price": 400_000, "price_kind": "list"}
    return Property.model_validate(known | facts)


def analyzed(property: Property, assumptions: Assumptions | None = None) -> Figures:
    figures = analyze(property, assumptions or Assumptions())
    assert figures is not None
    return figures


def test_a_mortgage_of_100_000_at_six_and_a_half_percent_costs_632_068_a_month() -> None:
    assert round(mortgage_payment(100_000, Decimal("6.5"), 30), 3) == Decimal("632.068")


def test_a_mortgage_is_paid_off_by_its_last_payment() -> None:
    payment = mortgage_payment(340_000, Decimal("7.125"), 15)
    balance = Decimal(340_000)
    for _ in range(180):
        balance += balance * Decimal("7.125") / 1200 - payment
    assert abs(balance) < Decimal("0.000001")


def test_a_mortgage_without_interest_is_paid_back_in_equal_parts() -> None:
    assert mortgage_payment(360_000, Decimal(0), 30) == 1000


def test_income_is_twelve_rents_less_vacancy() -> None:
    figures = analyzed(house())
    assert (figures.gross_scheduled_income, figures.vacancy_loss, figures.effective_gross_income) == (
        34_440,
        1_722,
        32_718,
    )


def test_operating_expenses_are_their_visible_parts_and_hold_no_debt_service() -> None:
    figures = analyzed(house(hoa_fee=100.0))
    # 0.6 and 0.4 percent of 400,000; 8 percent of 34,440; 8 percent of 32,718; 12 fees of 100
    assert (
        figures.property_tax,
        figures.insurance,
        figures.maintenance,
        figures.management,
        figures.hoa_annual,
    ) == (2_400, 1_600, 2_755, 2_617, 1_200)
    assert figures.operating_expenses == 10_572
    assert figures.noi == 32_718 - 10_572


def test_each_return_can_be_recomputed_from_the_figures_beside_it() -> None:
    f = analyzed(house(square_feet=1850, hoa_fee=100.0))
    assert f.cap_rate == Decimal("5.5") == round(Decimal(100 * 22_146) / 400_000, 1)
    assert f.gross_yield == Decimal("8.6")
    assert f.grm == Decimal("11.6")
    assert (f.down_payment, f.loan_amount) == (80_000, 320_000)
    assert f.monthly_payment == 2_023
    assert f.annual_debt_service == 12 * 2_023
    assert f.cash_flow_annual == 22_146 - 24_276
    assert f.cash_flow_monthly == -178
    assert f.cash_on_cash == Decimal("-2.7")
    assert f.dscr == Decimal("0.91")
    assert f.price_per_square_foot == 216
    assert f.hoa_share_of_rent == Decimal("3.5")


def test_coverage_is_rounded_down_so_that_a_shortfall_never_reads_as_covered() -> None:
    short_by_little = house(price=500_000, annual_tax=4_113)
    figures = analyzed(short_by_little, NOTHING_ASSUMED)
    assert figures.noi == figures.annual_debt_service - 9
    assert figures.dscr == Decimal("0.99")


def test_what_has_no_base_has_no_rate() -> None:
    cash = analyzed(house(), Assumptions(down_payment_pct=Decimal(100)))
    assert (cash.dscr, cash.loan_amount, cash.monthly_payment) == (None, 0, 0)
    assert analyzed(house(), Assumptions(down_payment_pct=Decimal(0))).cash_on_cash is None
    assert analyzed(house()).price_per_square_foot is None
    assert analyzed(house()).hoa_share_of_rent is None


@pytest.mark.parametrize(
    ("facts", "tax", "basis"),
    [
        ({"annual_tax": 1_999}, 1_999, "annual_tax"),
        (
            {"valuations": (Valuation(tax_year=2026, limited_property_value=200_000),)},
            2_200,
            "assessed_value",
        ),
        (
            {"valuations": (Valuation(tax_year=2026, assessed_limited_property_value=15_000),)},
            1_650,
            "assessed_value",
        ),
        ({"valuations": (Valuation(tax_year=2026),)}, 2_400, "assumption"),
        ({}, 2_400, "assumption"),
    ],
)
def test_property_tax_is_the_recorded_one_else_from_the_assessment_else_assumed(
    facts: dict[str, object], tax: int, basis: str
) -> None:
    figures = analyzed(house(**facts))
    assert (figures.property_tax, figures.property_tax_basis) == (tax, basis)


@pytest.mark.parametrize(
    ("price", "recommendation"),
    [(250_000, "strong buy"), (350_000, "buy"), (450_000, "hold"), (700_000, "pass")],
)
def test_the_recommendation_follows_cap_rate_and_coverage(price: int, recommendation: str) -> None:
    assert analyzed(house(price=price)).recommendation == recommendation


def test_a_loan_that_the_rent_does_not_carry_forbids_a_buy_whatever_the_cap_rate() -> None:
    expensive_money = Assumptions(mortgage_rate_pct=Decimal(12))
    figures = analyzed(house(price=350_000), expensive_money)
    assert figures.cap_rate >= Decimal("5.5")
    assert figures.recommendation == "pass"


def test_without_a_loan_the_cap_rate_alone_decides() -> None:
    assert analyzed(house(price=250_000), Assumptions(down_payment_pct=Decimal(100))).recommendation == (
        "strong buy"
    )


@pytest.mark.parametrize("kind", ["sale", "full_cash_value"])
def test_without_an_asking_price_the_most_is_a_buy(kind: str) -> None:
    assert analyzed(house(price=250_000, price_kind=kind)).recommendation == "buy"


@pytest.mark.parametrize("facts", [{"property_type": "Condominium"}, {"hoa_name": "Sample HOA"}])
def test_an_unknown_association_fee_forbids_a_buy(facts: dict[str, object]) -> None:
    assert analyzed(house(price=250_000, **facts)).recommendation == "hold"
    assert analyzed(house(price=250_000, hoa_fee=50.0, **facts)).recommendation == "strong buy"


def test_a_price_of_unstated_kind_counts_as_asked() -> None:
    assert analyzed(house(price=250_000, price_kind=None)).recommendation == "strong buy"


@pytest.mark.parametrize(
    ("facts", "gaps"),
    [
        ({"price": None}, ("a price or valuation",)),
        (
            {"price": None, "bedrooms": None},
            ("a price or valuation", "the number of bedrooms or the living area"),
        ),
        ({"price": 10}, ("a price at market level",)),
        ({"bedrooms": None}, ("the number of bedrooms or the living area",)),
    ],
)
def test_what_cannot_be_computed_is_none_and_says_what_is_missing(
    facts: dict[str, object], gaps: tuple[str, ...]
) -> None:
    assert analyze(house(**facts)) is None
    assert missing(house(**facts)) == gaps


def test_nothing_is_missing_where_there_are_figures() -> None:
    assert missing(house()) == ()


def test_figures_are_stored_as_plain_numbers_with_their_assumptions() -> None:
    stored = analyzed(house(bedrooms=None, square_feet=1850)).model_dump(mode="json")
    assert json.loads(json.dumps(stored)) == stored
    assert stored["cap_rate"] == 5.8
    assert stored["assumptions"]["mortgage_rate_pct"] == 6.5
    assert (stored["rent_source"], stored["rent_year"]) == ("HUD Small Area Fair Market Rents", 2026)
    assert stored["bedrooms_inferred"] is True


def test_stored_figures_read_back_as_they_were() -> None:
    figures = analyzed(house())
    assert Figures.model_validate_json(figures.model_dump_json()) == figures


def test_an_assumption_out_of_its_range_is_refused() -> None:
    with pytest.raises(ValidationError, match="vacancy_pct"):
        Assumptions(vacancy_pct=Decimal(101))


def test_figures_come_as_words_with_their_dollar_and_percent_signs() -> None:
    words = figures_of(analyzed(house(square_feet=1850, hoa_fee=100.0)))
    expected = {
        "value_words": "list price",
        "value": "$400,000",
        "rent_monthly": "$2,870",
        "noi": "$22,146",
        "cap_rate": "5.5%",
        "gross_yield": "8.6%",
        "grm": "11.6",
        "dscr": "0.91",
        "cash_flow_monthly": "-$178",
        "cash_shortfall_monthly": "$178",
        "cash_on_cash": "-2.7%",
        "price_per_square_foot": "$216",
        "hoa_share_of_rent": "3.5%",
        "rent_year": "2026",
        "rent_percentile": "40th",
        "rent_bedrooms": "3",
        "recommendation": "hold",
        "down_payment_pct": "20%",
        "mortgage_rate_pct": "6.5%",
        "mortgage_years": "30",
        "tax_pct_of_value": "0.6%",
    }
    assert {name: words.get(name) for name in expected} == expected
    assert "cash_surplus_monthly" not in words


def test_a_surplus_has_another_name_than_a_shortfall() -> None:
    words = figures_of(analyzed(house(price=250_000)))
    assert words["cash_surplus_monthly"] == words["cash_flow_monthly"]
    assert "cash_shortfall_monthly" not in words


def test_a_figure_that_is_not_there_has_no_words() -> None:
    words = figures_of(analyzed(house(), Assumptions(down_payment_pct=Decimal(100))))
    assert not {"dscr", "price_per_square_foot", "hoa_share_of_rent"} & set(words)
