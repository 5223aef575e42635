from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from phoenix_real_estate.money import dollars, micro_usd, usd


@given(st.decimals(min_value=0, max_value=1_000_000, places=12))
def test_a_price_is_never_rounded_down(price: Decimal) -> None:
    assert 0 <= Decimal(micro_usd(price)) - price * 1_000_000 < 1


def test_usd_becomes_micro_usd_exactly() -> None:
    assert micro_usd(Decimal("0.63")) == 630_000


def test_dollars_are_exact_and_readable() -> None:
    shown = [dollars(amount) for amount in (0, 630_000, 142, 1_000_000)]
    assert shown == ["$0.00", "$0.63", "$0.000142", "$1.00"]
    assert usd(142) == 0.000142
