from decimal import Decimal

from phoenix_real_estate.money import dollars, micro_usd, usd


def test_usd_is_never_rounded_down() -> None:
    assert micro_usd(Decimal("0.63")) == 630_000
    assert micro_usd(Decimal("0.0000001")) == 1


def test_dollars_are_exact_and_readable() -> None:
    shown = [dollars(amount) for amount in (0, 630_000, 142, 1_000_000)]
    assert shown == ["$0.00", "$0.63", "$0.000142", "$1.00"]
    assert usd(142) == 0.000142
