"""Money is integer micro-USD (1 USD = 1,000,000) wherever it is counted; these turn it into USD and back."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

MICRO = 1_000_000


def micro_usd(usd: Decimal) -> int:
    """USD as micro-USD, a fraction of one rounded up."""
    return int((usd * MICRO).to_integral_value(ROUND_CEILING))


def usd(amount_micro_usd: int) -> float:
    """Micro-USD as a USD number for reading; sums are made of the integers."""
    return float(Decimal(amount_micro_usd) / MICRO)


def dollars(amount_micro_usd: int) -> str:
    """Micro-USD as a person reads money: $0.63, $0.000142."""
    whole, _, cents = f"{Decimal(amount_micro_usd) / MICRO:.6f}".rstrip("0").partition(".")
    return f"${whole}.{cents.ljust(2, '0')}"
