"""Reads values out of what sources write: padded strings, "$1,850", "--", "0.25 acres", "17335524A".

Every reader answers None for what is empty, unreadable or out of its bounds: an absurd value is an
unknown value, never an exception.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

SQUARE_FEET_PER_ACRE = 43_560
LONGEST_TEXT = 200
LONGEST_REMARKS = 8_000

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
_YES = {"y", "yes", "true", "t", "1"}
_NO = {"n", "no", "false", "f", "0", "none"}
_NUMBER = re.compile(
    r"[$\s]*([0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]{1,15}(?:\.[0-9]*)?|\.[0-9]{1,9})([^0-9]{0,30})"
)
_MULTIPLIERS = {"k": 1_000, "m": 1_000_000, "million": 1_000_000}
_PARCEL = re.compile(r"([0-9]{3})([0-9]{2})([0-9]{3})([A-Z]?)")
_PHONE = re.compile(r"(?<!\d)(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")


def text(value: object, longest: int = LONGEST_TEXT) -> str | None:
    """One line of text with single spaces; lists of texts are joined with commas."""
    if isinstance(value, list):
        value = ", ".join(part for item in value[:50] if (part := text(item, longest)))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    line = " ".join(_written(value)[: longest * 4].split())[:longest].strip()
    return None if line.lower() in _NOTHING else line


def number(value: object, low: float, high: float) -> float | None:
    """A number between the bounds, from a number or from a text with a currency or unit around it."""
    if isinstance(value, str):
        value = _number_in(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
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


def area(value: object, low: float, high: float) -> int | None:
    """Square feet; a text may give acres instead."""
    if isinstance(value, str) and "acre" in value.lower():
        return acres(value, low, high)
    return whole(value, low, high)


def acres(value: object, low: float, high: float) -> int | None:
    """Square feet out of acres."""
    found = number(value, 0, high / SQUARE_FEET_PER_ACRE)
    return None if found is None else whole(found * SQUARE_FEET_PER_ACRE, low, high)


def yes_no(value: object) -> bool | None:
    """True and False out of Y/N, Yes/No, 1/0 and their kin."""
    if isinstance(value, bool):
        return value
    word = _written(value).strip().lower() if isinstance(value, str | int | float) else ""
    return True if word in _YES else False if word in _NO else None


def parcel_number(value: object) -> str | None:
    """An Assessor's parcel number (APN) without dashes: book, map, parcel and an optional letter."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    compact = re.sub(r"[\s.-]", "", _written(value)[:40]).upper()
    return compact if _PARCEL.fullmatch(compact) and compact.strip("0") else None


def remarks(value: object, longest: int = LONGEST_REMARKS) -> str | None:
    """Free text without the phone numbers and e-mail addresses of persons."""
    told = text(value, longest)
    if told is None:
        return None
    return _EMAIL.sub("[removed]", _PHONE.sub("[removed]", told))


def _written(value: str | int | float) -> str:
    if isinstance(value, str):
        # Half of a surrogate pair is no text that could be written anywhere.
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    # Python refuses to print integers of thousands of digits; no fact has that many.
    return "" if isinstance(value, int) and value.bit_length() > 128 else str(value)


def _number_in(value: str) -> float | None:
    match = _NUMBER.fullmatch(value[:80].strip())
    if match is None or len(value) > 80:
        return None
    unit = match[2].strip(" .").lower()
    return float(match[1].replace(",", "")) * _MULTIPLIERS.get(unit, 1)
