"""Which known numbers a reading may be, and whether it is one of them, rounded as a writer may round."""

from __future__ import annotations

import re
from collections.abc import Sequence

from phoenix_real_estate.grounding.derived import derived_fields
from phoenix_real_estate.grounding.known import Known, Number
from phoenix_real_estate.grounding.readings import Reading
from phoenix_real_estate.grounding.rounding import fits

SMALL = 20
"""A bare whole number up to this counts something: it needs a noun that says what."""
AREAS = {"area": 1.0, "acres": 43_560.0, "m2": 10.7639, "hectares": 107_639.0}
_PARTS = {"": (0.0, 1.0), "early": (0.0, 0.4), "mid": (0.3, 0.7), "late": (0.6, 1.0)}
"""The share of a decade or of a price band that a word picks; neighbours overlap, as usage does."""


def candidates_of(reading: Reading, known: Known) -> Sequence[Number]:
    """The known numbers that a reading may be, by the fields that its words name or by its dimension."""
    if reading.fields:
        own = sorted(reading.fields & known.by_field.keys(), key=known.rank.__getitem__)
        named = (number for field in own for number in known.by_field[field])
        others = _of_its_dimension(reading, known) if reading.fields <= derived_fields() else ()
        return [*(n for n in named if _comparable(reading, n)), *others]
    if reading.dimension == "number":
        bare = _dimensions_of_bare(reading.quantity.precision)
        return [n for n in known.numbers if abs(n.value) > SMALL or n.dimension in bare]
    return _of_its_dimension(reading, known)


def _of_its_dimension(reading: Reading, known: Known) -> Sequence[Number]:
    """The known numbers that are comparable with one that nothing names."""
    dimension = _dimension_of(reading)
    alike = known.numbers if dimension == "number" else known.by_dimension.get(dimension, ())
    return [n for n in alike if n.period] if reading.period else alike


def _dimensions_of_bare(precision: float) -> tuple[str, ...]:
    """What a small number that nothing names may be: "1.00" is a ratio, rooms have no hundredths."""
    if precision >= 1:
        return ("count",)
    return ("count", "ratio") if precision >= _TENTH else ("ratio",)


_TENTH = 0.1


def _comparable(reading: Reading, number: Number) -> bool:
    return _dimension_of(reading) in (number.dimension, "number") and (
        not reading.period or bool(number.period)
    )


def _dimension_of(reading: Reading) -> str:
    return "area" if reading.dimension in AREAS else reading.dimension


def is_told_by(reading: Reading, number: Number) -> bool:
    """Whether a reading tells a known number: its value as a writer rounds it, its sign and its period."""
    quantity, said = reading.quantity, reading.quantity.value
    if quantity.decade:
        return number.dimension in ("year", "money") and _is_in_band(reading, number)
    said *= AREAS.get(reading.dimension, 1.0)
    if number.field.endswith("_spaces") and said == int(number.value) and _ROUNDED_DOWN.search(reading.span):
        # A garage of two and a half spaces holds two cars.
        return True
    # A loss told as a gain is as false as a gain told as a loss.
    if number.value < 0 and reading.sign >= _told_by(reading, number):
        return False
    if number.field.startswith(("cash_flow", "cash_on_cash")) and number.value >= 0 and reading.sign < 0:
        return False
    if number.field == "noi" and number.value >= 0 and reading.sign < 0 and reading.fields >= _A_LOSS:
        return False
    return _fits_period(abs(said) if number.value < 0 else said, reading, number)


_A_LOSS = frozenset({"noi", "cash_flow_annual", "cash_flow_monthly"})
"""What "net operating income is a loss of" names."""
_ROUNDED_DOWN = re.compile(r"\b(?:cars|vehicles)$", re.IGNORECASE)


def _told_by(reading: Reading, number: Number) -> int:
    """The sign from which a loss is not told: a bare amount is one, unless it is called a gain."""
    return 1 if number.dimension == "money" and reading.fields <= derived_fields() else 0


def _is_in_band(reading: Reading, number: Number) -> bool:
    """Whether a year lies in "the late 1990s", or a price in "the low $400s", which are thousands."""
    width = 10.0 if number.dimension == "year" else reading.quantity.coarse
    scale = (
        1_000 if number.dimension == "money" and reading.quantity.value < 1_000 <= number.value / 50 else 1
    )
    low, high = _PARTS[reading.part]
    place = (number.value - reading.quantity.value * scale) / (width * scale)
    return low <= place < high or (high < 1 and place == high)


def _fits_period(said: float, reading: Reading, number: Number) -> bool:
    factor = {("month", "year"): 1 / 12, ("year", "month"): 12.0}.get((reading.period, number.period), 1.0)
    return fits(said, reading, abs(number.value) * factor, number.dimension)
