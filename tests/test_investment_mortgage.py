"""The mortgage payment, against its textbook value, its own schedule and numpy-financial."""

from decimal import Decimal

import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoenix_real_estate.investment import mortgage_payment
from tests.investments import PERCENT


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
