"""Reads areas off listing pages: living area in square feet, lots in square feet or acres."""

from __future__ import annotations

import re

from pydantic import JsonValue

from phoenix_real_estate.normalize import values
from phoenix_real_estate.normalize.page.expressions import expression

_SIZE = expression("size")
_AREA_IN = expression("area_in")
_OTHER_UNITS = expression("other_units")


def square_feet(told: str) -> JsonValue:
    match = _SIZE.match(told)
    if not match or _OTHER_UNITS.match(match[3]) or (match[2] and _is_acres(match[2])):
        return None
    if re.search(r"\blot|acre", match[3], re.IGNORECASE) and not match[2]:
        return None
    return values.whole(float(match[1].replace(",", "")), 200, 50_000)


def lot_size(told: str) -> JsonValue:
    """Square feet. A bare number below 100 with decimals is acres."""
    sizes = [(match[1], match[2]) for match in _AREA_IN.finditer(told[:80])]
    feet = [size for size, unit in sizes if not _is_acres(unit)]
    if feet:
        return values.whole(float(feet[0].replace(",", "")), 300, 100_000_000)
    if sizes:
        return lot_acres(sizes[0][0])
    match = _SIZE.match(told)
    if not match or _OTHER_UNITS.match(match[3]):
        return _fraction_of_an_acre(told)
    if "." in match[1] and float(match[1].replace(",", "")) < 100:
        return lot_acres(match[1])
    return values.whole(float(match[1].replace(",", "")), 300, 100_000_000)


def lot_acres(told: str) -> JsonValue:
    match = _SIZE.match(told)
    if not match or _OTHER_UNITS.match(match[3]):
        return _fraction_of_an_acre(told)
    if match[2] and not _is_acres(match[2]):
        return lot_size(told)
    return _square_feet_of_acres(float(match[1].replace(",", "")))


_FRACTIONS = {"1/4": 0.25, "¼": 0.25, "quarter": 0.25, "1/2": 0.5, "½": 0.5, "half": 0.5, "3/4": 0.75,
              "1/3": 1 / 3,
              "third": 1 / 3, "1/5": 0.2, "1/8": 0.125}  # fmt: skip
_FRACTION = expression("fraction")


def _fraction_of_an_acre(told: str) -> JsonValue:
    match = _FRACTION.search(told[:60])
    return _square_feet_of_acres(_FRACTIONS[match[1].lower()]) if match else None


def _square_feet_of_acres(acres: float) -> JsonValue:
    return values.area(acres, 300, 100_000_000, values.SQUARE_FEET_PER_ACRE)


def _is_acres(unit: str) -> bool:
    return unit.lower().startswith("a")
