import json
from decimal import ROUND_FLOOR, Decimal

import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.investment import (
    THRESHOLDS,
    Assumptions,
    Figures,
    analyze,
    assumptions_in_force,
    fee_is_unknown,
    missing,
    mortgage_payment,
)
from phoenix_real_estate.models import Address, Property, Valuation
from phoenix_real_estate.settings import Settings, using

PERCENT = st.decimals(0, 100, places=2)

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


@given(principal=st.integers(1, 10**9), rate=PERCENT, years=st.integers(1, 50))
def test_the_payment_is_the_one_of_numpy_financial(principal: int, rate: Decimal, years: int) -> None:
    expected = numpy_financial.pmt(float(rate) / 1200, 12 * years, -principal)
    assert float(mortgage_payment(principal, rate, years)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("rate", ["0", "1E-28"])
def test_a_mortgage_without_interest_is_paid_back_in_equal_parts(rate: str) -> None:
    assert round(mortgage_payment(360_000, Decimal(rate), 30), 2) == 1000


def test_nothing_borrowed_is_nothing_to_pay() -> None:
    assert mortgage_payment(0, Decimal("6.5"), 30) == 0


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


@pytest.mark.parametrize(
    ("facts", "held_back_by"),
    [
        ({"price": 250_000}, ()),
        ({"price": 250_000, "price_kind": "sale"}, ("value_kind",)),
        ({"price": 250_000, "price_kind": "sale", "hoa_name": "Maya HOA"}, ("hoa_fee",)),
        ({"price": 320_000}, ("dscr",)),
        ({"price": 350_000}, ("cap_rate", "dscr")),
        ({"price": 450_000}, ("cap_rate", "dscr")),
        ({"price": 450_000, "hoa_name": "Maya HOA"}, ("cap_rate", "dscr", "hoa_fee")),
        ({"price": 900_000, "price_kind": "sale", "hoa_name": "Maya HOA"}, ("cap_rate", "dscr")),
    ],
)
def test_what_holds_the_recommendation_back_is_named(
    facts: dict[str, object], held_back_by: tuple[str, ...]
) -> None:
    assert analyzed(house(**facts)).held_back_by == held_back_by


@pytest.mark.parametrize(
    ("recommendation", "cap_rate", "noi"),
    [("strong buy", "7.0", 27_774), ("buy", "5.5", 21_822), ("hold", "4.0", 15_870)],
)
def test_a_threshold_is_met_by_exactly_what_it_asks_for(recommendation: str, cap_rate: str, noi: int) -> None:
    cash = NOTHING_ASSUMED.model_copy(update={"down_payment_pct": Decimal(100)})
    value = round(100 * noi / Decimal(cap_rate))
    met = analyzed(house(price=value, annual_tax=34_440 - noi), cash)
    assert (met.noi, met.cap_rate, met.recommendation) == (noi, Decimal(cap_rate), recommendation)
    missed = analyzed(house(price=value, annual_tax=34_440 - noi + value // 1_000), cash)
    assert missed.cap_rate == Decimal(cap_rate) - Decimal("0.1")
    assert missed.recommendation != recommendation


@pytest.mark.parametrize(
    ("recommendation", "coverage"), [("strong buy", "1.25"), ("buy", "1.00"), ("hold", "0.75")]
)
def test_a_coverage_is_met_by_exactly_what_is_asked_for(recommendation: str, coverage: str) -> None:
    # 300,000 with 20 percent down, paid back in 10 years without interest: 24,000 a year.
    plain = NOTHING_ASSUMED.model_copy(update={"mortgage_rate_pct": Decimal(0), "mortgage_years": 10})
    noi = int(24_000 * Decimal(coverage))
    met = analyzed(house(price=300_000, annual_tax=34_440 - noi), plain)
    assert (met.dscr, met.recommendation) == (Decimal(coverage), recommendation)
    missed = analyzed(house(price=300_000, annual_tax=34_440 - noi + 1), plain)
    assert missed.dscr == Decimal(coverage) - Decimal("0.01")
    assert missed.recommendation != recommendation


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


@pytest.mark.parametrize("kind", ["Condominium", "townhouse", "APARTMENT", "Patio Home"])
def test_an_attached_home_has_an_association_whose_fee_must_be_known(kind: str) -> None:
    assert fee_is_unknown(house(property_type=kind))
    assert not fee_is_unknown(house(property_type=kind, hoa_fee=0.0))


def test_a_house_without_an_association_has_no_unknown_fee() -> None:
    assert not fee_is_unknown(house(property_type="Single Family Residence"))


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


@pytest.mark.parametrize("years", [0, 51])
def test_a_mortgage_runs_one_to_fifty_years(years: int) -> None:
    with pytest.raises(ValidationError, match="mortgage_years"):
        Assumptions(mortgage_years=years)


def test_the_environment_sets_what_is_assumed_and_the_result_tells_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MORTGAGE_RATE_PCT", "7.25")
    monkeypatch.setenv("MORTGAGE_YEARS", "15")
    figures = analyzed_as_set(house())
    assert figures.assumptions == Assumptions(mortgage_rate_pct=Decimal("7.25"), mortgage_years=15)
    assert figures.monthly_payment == round(mortgage_payment(320_000, Decimal("7.25"), 15))


def test_assumptions_that_are_passed_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VACANCY_PCT", "50")
    assert analyzed(house(), Assumptions(vacancy_pct=Decimal(10))).vacancy_loss == 3_444


def test_the_settings_in_force_set_what_is_assumed() -> None:
    with using(Settings(vacancy_pct=Decimal(10), openai_api_key="sk-secret")):
        assert assumptions_in_force() == Assumptions(vacancy_pct=Decimal(10))
        figures = analyzed_as_set(house())
    assert figures.vacancy_loss == 3_444
    assert "sk-secret" not in figures.model_dump_json() + repr(figures)


def test_an_assumption_of_the_environment_out_of_its_range_names_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOWN_PAYMENT_PCT", "120")
    with pytest.raises(ConfigurationError, match=r"DOWN_PAYMENT_PCT: .*less than or equal to 100"):
        analyze(house())


def analyzed_as_set(property: Property) -> Figures:
    figures = analyze(property)
    assert figures is not None
    return figures
