"""Arithmetic that a text does with amounts it tells: a difference, a sum, a share of one in the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from phoenix_real_estate.grounding.derived import derived_fields
from phoenix_real_estate.grounding.readings import Reading

_REACH = 160
"""Characters within which two amounts are told together."""
_MONTHS = 12.0


def follows(reading: Reading, facts: Sequence[Reading]) -> bool:
    """Whether a number that nothing else names is the outcome of two true amounts beside it."""
    if not reading.fields <= derived_fields() or reading.dimension not in ("money", "percent"):
        return False
    near = [one for one in facts if abs(one.quantity.start - reading.quantity.start) <= _REACH]
    return any(_gives(one, other, reading) for one, other in combinations(near, 2))


def _gives(one: Reading, other: Reading, reading: Reading) -> bool:
    if one.dimension != "money" or other.dimension != "money":
        return False
    said, precision = reading.quantity.value, reading.quantity.precision
    first, second = _monthly(one), _monthly(other)
    if reading.dimension == "percent":
        low, high = sorted((first, second))
        return low > 0 and abs(said - 100 * low / high) <= precision
    outcomes = {abs(first - second), first + second}
    return any(abs(_monthly(reading) - outcome) <= 1 for outcome in outcomes)


def _monthly(reading: Reading) -> float:
    """The amount, of one a year its twelfth: where one is told a month and one a year they are comparable."""
    return reading.quantity.value / (_MONTHS if reading.period == "year" else 1.0)
