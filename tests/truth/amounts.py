"""How people write amounts: in words, rounded, in decades, in other units. Nothing of the product is used."""

from __future__ import annotations

from random import Random

_ONES = "zero one two three four five six seven eight nine ten eleven twelve".split()
_SHARES = {
    0.2: "a fifth of an acre",
    0.25: "a quarter acre",
    1 / 3: "a third of an acre",
    0.5: "half an acre",
}


def word(count: float) -> str:
    """4 -> four, 2.5 -> two and a half; digits beyond twelve."""
    if count != int(count):
        return f"{word(int(count))} and a half"
    return _ONES[int(count)] if count <= 12 else f"{count:.0f}"


def plural(count: float, noun: str, *, spelled: bool = False) -> str:
    """3 bedrooms, one bedroom, 2.5 bathrooms."""
    return f"{word(count) if spelled else f'{count:g}'} {noun}{'' if count == 1 else 's'}"


def about(value: int, step: int = 50) -> str:
    """A hedged round number on the right side of the value: "nearly 1,900", "over 1,800", "about 1,850"."""
    lower = value // step * step
    if value == lower:
        return f"about {value:,}"
    return f"nearly {lower + step:,}" if value - lower > step / 2 else f"just over {lower:,}"


def acres(square_feet: int, chance: Random) -> str:
    """10890 -> a quarter acre, or 0.25 acres; 43560 -> one acre."""
    size = square_feet / 43_560
    named = next((words for share, words in _SHARES.items() if abs(share - size) < 0.02 * share), None)
    if size == 1:
        return chance.choice(("one acre", "a full acre", "1 acre"))
    return named or chance.choice((f"{size:.2f} acres", f"{size:.2f} of an acre", f"{size:.2f} ac"))


def short_money(usd: int) -> str:
    """415000 -> $415K, 1250000 -> $1.25M; what is not a round thousand is hedged."""
    if usd >= 1_000_000:
        return f"${usd / 1e6:.2f}M"
    return f"${usd // 1000}K" if usd % 1000 == 0 else f"about ${round(usd / 1000)}K"


def price_band(usd: int) -> str:
    """430000 -> low $400s, 455000 -> mid-$400s, 480000 -> upper $400s; a million and more as $1.2 million."""
    if usd >= 1_000_000:
        return f"roughly ${usd / 1e6:.1f} million"
    rest = usd % 100_000
    part = "low" if rest < 35_000 else "mid" if rest < 65_000 else "upper"
    return f"in the {part}{'-' if part == 'mid' else ' '}${usd // 100_000}00s"


def decade(year: int) -> str:
    """1997 -> late 1990s, 1994 -> mid-1990s, 1991 -> early 1990s."""
    last = year % 10
    part = "early " if last < 4 else "mid-" if last < 7 else "late "
    return f"{part}{year // 10 * 10}s"


def metric(square_feet: int) -> str:
    """2150 -> 200 square meters."""
    return f"{square_feet * 0.092903:,.0f} square meters"
