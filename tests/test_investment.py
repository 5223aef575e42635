"""The figures of a property as an investment: each follows from those beside it."""

import json
from decimal import ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoenix_real_estate.investment import THRESHOLDS, Assumptions, Figures, analyze, missing
from phoenix_real_estate.models import Address, Valuation
from tests.investments import NOTHING_ASSUMED, PERCENT, analyzed, house

ANY_HOUSE = st.fixed_dictionaries(
    {
        "price": st.integers(30_000, 10**9),
        "annual_tax": st.none() | st.integers(1, 5_000_000),
        "hoa_fee": st.none() | st.decimals(0, 50_000, places=2).map(float),
        "square_feet": st.none() | st.integers(1, 100_000),
        "bedrooms": st.integers(0, 50),
    }
)
ANY_ASSUMPTIONS = st.builds(
    Assumptions,
    mortgage_years=st.integers(1, 50),
    **{name: PERCENT for name in Assumptions.model_fields if name.endswith("pct")},
)


@given(facts=ANY_HOUSE, assumptions=ANY_ASSUMPTIONS)
def test_whatever_the_house_each_figure_follows_from_those_beside_it(
    facts: dict[str, object], assumptions: Assumptions
) -> None:
    f = analyze(house(**facts), assumptions)
    if f is None:
        assert missing(house(**facts)) == ("a price at market level",)
        return
    assert f.gross_scheduled_income == 12 * f.rent_monthly
    assert f.noi == f.gross_scheduled_income - f.vacancy_loss - f.operating_expenses
    assert f.value == f.down_payment + f.loan_amount
    assert f.cash_flow_annual == f.noi - 12 * f.monthly_payment
    assert abs(12 * f.cash_flow_monthly - f.cash_flow_annual) <= 6
    assert abs(f.cap_rate * f.value - 100 * f.noi) * 20 <= f.value
    assert abs(f.grm * f.gross_scheduled_income - f.value) * 20 <= f.gross_scheduled_income
    if f.dscr is not None:
        assert f.dscr == (Decimal(f.noi) / f.annual_debt_service).quantize(Decimal("0.01"), ROUND_FLOOR)
    assert Figures.model_validate_json(f.model_dump_json()) == f


@given(facts=ANY_HOUSE, dearer=st.integers(1, 10**8), assumptions=ANY_ASSUMPTIONS)
def test_a_dearer_house_is_never_the_better_buy(
    facts: dict[str, int], dearer: int, assumptions: Assumptions
) -> None:
    cheap = analyze(house(**facts), assumptions)
    dear = analyze(house(**{**facts, "price": facts["price"] + dearer}), assumptions)
    if cheap and dear:
        order = [*(threshold.recommendation for threshold in THRESHOLDS), "pass"]
        assert order.index(dear.recommendation) >= order.index(cheap.recommendation)


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
        (
            # Two years older: it has grown by 5 percent a year since.
            {
                "valuations": (
                    Valuation(tax_year=2026),
                    Valuation(tax_year=2024, limited_property_value=200_000),
                    Valuation(tax_year=2023, limited_property_value=100_000),
                )
            },
            2_426,
            "assessed_value",
        ),
        (
            # A rental's 10 percent of the limited value, not what an office is assessed at.
            {
                "valuations": (
                    Valuation(
                        tax_year=2026, limited_property_value=200_000, assessed_limited_property_value=32_000
                    ),
                )
            },
            2_200,
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
    ("facts", "gaps"),
    [
        ({"price": None}, ("a price or valuation",)),
        (
            {"price": None, "bedrooms": None},
            ("a price or valuation", "the number of bedrooms or the living area"),
        ),
        ({"price": 0}, ("a price or valuation",)),
        ({"price": 10}, ("a price at market level",)),
        ({"address": Address()}, ("the ZIP code",)),
        ({"property_type": "Duplex"}, ("the bedrooms of each unit",)),
        ({"bedrooms": None}, ("the number of bedrooms or the living area",)),
    ],
)
def test_what_cannot_be_computed_is_none_and_says_what_is_missing(
    facts: dict[str, object], gaps: tuple[str, ...]
) -> None:
    assert analyze(house(**facts)) is None
    assert missing(house(**facts)) == gaps


def test_dues_above_the_rent_are_a_loss_and_a_pass() -> None:
    figures = analyzed(house(hoa_fee=3_000.0))
    assert (figures.hoa_annual, figures.hoa_share_of_rent) == (36_000, Decimal("104.5"))
    assert (figures.noi, figures.cap_rate, figures.dscr) == (-12_654, Decimal("-3.2"), Decimal("-0.53"))
    assert figures.recommendation == "pass"


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
