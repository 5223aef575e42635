"""Reads values out of what sources write: padded strings, "$1,850", "--", "0.25 acres", "17335524A".

Every reader answers None for what is empty, unreadable or out of its bounds: an absurd value is an
unknown value, never an exception.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from phoenix_real_estate.normalize.contacts import without_contacts

SQUARE_FEET_PER_ACRE = 43_560
LONGEST_TEXT = 200
LONGEST_REMARKS = 8_000
LONGEST_NUMBER = 80
LONGEST_PLAIN_NUMBER = 16
MOST_WRITTEN = 10**30

_NOTHING = {
    "",
    "-",
    "--",
    "na",
    "n/a",
    "nan",
    "nil",
    "none",
    "null",
    "unk",
    "unknow",
    "unknown",
    "not available",
}
_LONGEST_NOTHING = 15
_YES = {"y", "yes", "true", "t", "1"}
_NO = {"n", "no", "false", "f", "0", "none"}
_NUMBER = re.compile(
    r"[$\s]*([0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]{1,15}(?:\.[0-9]*)?|\.[0-9]{1,9})([^0-9]{0,30})"
)
_MULTIPLIERS = {"k": 1_000, "m": 1_000_000, "million": 1_000_000}
_ACRES = re.compile(r"(?<![a-z])ac(?:res?)?\b", re.IGNORECASE)
_PARCEL = re.compile(r"([0-9]{3})([0-9]{2})([0-9]{3})([A-Z]?)")


def text(value: object, longest: int = LONGEST_TEXT) -> str | None:
    """One line of text with single spaces; lists of texts are joined with commas."""
    if isinstance(value, list):
        value = ", ".join(part for item in value[:50] if (part := text(item, longest)))
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    line = " ".join(_written(value)[: longest * 4].split())[:longest].rstrip()
    return None if len(line) < _LONGEST_NOTHING and line.lower() in _NOTHING else line


def number(value: object, low: float, high: float) -> float | None:
    """A number between the bounds, from a number or from a text with a currency or unit around it."""
    if isinstance(value, str):
        value = _number_in(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not low <= value <= high or not math.isfinite(value):
        return None
    return float(value)


def whole(value: object, low: float, high: float) -> int | None:
    """Like `number`, rounded to a whole one: areas and money."""
    found = number(value, low, high)
    return None if found is None else round(found)


def count(value: object, low: float, high: float) -> int | None:
    """Like `number`, but a broken one is not a count: bedrooms and years."""
    found = number(value, low, high)
    return int(found) if found is not None and found.is_integer() else None


def year(value: object) -> int | None:
    """A year of construction; three years ahead is a house being built."""
    return count(value, 1860, datetime.now(tz=UTC).year + 3)


def area(value: object, low: float, high: float, per_unit: float = 1.0) -> int | None:
    """Square feet out of units of `per_unit` square feet; a text may name acres instead."""
    if isinstance(value, str) and _ACRES.search(value[:LONGEST_NUMBER]):
        per_unit = SQUARE_FEET_PER_ACRE
    found = number(value, 0, high / per_unit)
    return None if found is None else whole(found * per_unit, low, high)


def yes_no(value: object) -> bool | None:
    """True and False out of Y/N, Yes/No, 1/0 and their kin."""
    if isinstance(value, bool):
        return value
    word = _written(value).strip().lower() if isinstance(value, (str, int, float)) else ""
    return True if word in _YES else False if word in _NO else None


def parcel_number(value: object) -> str | None:
    """An Assessor's parcel number (APN) without dashes: book, map, parcel and an optional letter."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    compact = "".join(_written(value)[:40].replace("-", " ").replace(".", " ").split()).upper()
    return compact if _PARCEL.fullmatch(compact) and compact.strip("0") else None


def remarks(value: object, longest: int = LONGEST_REMARKS) -> str | None:
    """Free text without the phone numbers and e-mail addresses of persons."""
    told = text(value, longest)
    return None if told is None else without_contacts(told)


def _written(value: str | int | float) -> str:
    if isinstance(value, str):
        # Half of a surrogate pair is no text that could be written anywhere.
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    # Python refuses to print integers of thousands of digits; no fact has that many.
    if not abs(value) < MOST_WRITTEN:
        return ""
    # Tables of numbers turn a ZIP code and a house number into 85031.0.
    return str(int(value) if value == int(value) else value)


def _number_in(value: str) -> float | None:
    told = value.strip()
    if len(told) < LONGEST_PLAIN_NUMBER and told.isascii() and told.replace(".", "", 1).isdigit():
        return float(told)
    match = _NUMBER.fullmatch(told) if len(told) <= LONGEST_NUMBER else None
    if match is None:
        return None
    unit = match[2].strip(" .").lower()
    return float(match[1].replace(",", "")) * _MULTIPLIERS.get(unit, 1)
