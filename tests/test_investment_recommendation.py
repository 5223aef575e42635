"""The recommendation follows the figures, and what holds it back is named."""

from decimal import Decimal

import pytest

from phoenix_real_estate.investment import Assumptions, fee_is_unknown
from tests.investments import NOTHING_ASSUMED, analyzed, house


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


@pytest.mark.parametrize("kind", ["Condominium", "townhouse", "APARTMENT", "Patio Home"])
def test_an_attached_home_has_an_association_whose_fee_must_be_known(kind: str) -> None:
    assert fee_is_unknown(house(property_type=kind))
    assert not fee_is_unknown(house(property_type=kind, hoa_fee=0.0))


def test_a_house_without_an_association_has_no_unknown_fee() -> None:
    assert not fee_is_unknown(house(property_type="Single Family Residence"))
