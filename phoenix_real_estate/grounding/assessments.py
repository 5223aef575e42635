"""The Assessor's values and the tax year that each is told with: "$289,100 (2023)"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.readings import Reading
from phoenix_real_estate.grounding.rounding import fits
from phoenix_real_estate.models import Valuation

_VALUES = ("full_cash_value", "limited_property_value", "assessed_limited_property_value")
_ASSESSED = frozenset([*_VALUES, "value", "tax_year"])


def year_objected_to(readings: Sequence[Reading], place: int, text: str, known: Known) -> str:
    """Why an Assessor's value is not that of the tax year it is told with; empty where it may be."""
    told = _year_told(readings, place, text, known)
    reading = readings[place]
    of_that_year = [valuation for valuation in known.property.valuations if valuation.tax_year == told]
    if told is None or not of_that_year or not reading.fields <= _ASSESSED:
        return ""
    home = known.property
    is_price = home.price_kind != "full_cash_value" and reading.quantity.value == home.price
    if is_price or any(_holds(one, reading) for one in of_that_year):
        return ""
    return f"{told} has other values" if any(_holds(one, reading) for one in home.valuations) else ""


def _year_told(readings: Sequence[Reading], place: int, text: str, known: Known) -> int | None:
    """The tax year that stands right behind the value, else the one right before it that is no other's."""
    value = readings[place]
    if value.dimension not in ("money", "number"):
        return None
    for behind in readings[place + 1 : place + 2]:
        if _is_year(behind, known) and _BEHIND.fullmatch(text, value.quantity.end, behind.quantity.start):
            return int(behind.quantity.value)
    for before in readings[max(0, place - 1) : place]:
        if (
            _is_year(before, known)
            and _BEFORE.fullmatch(text, before.quantity.end, value.quantity.start)
            and not _is_taken(readings, place - 1, text)
        ):
            return int(before.quantity.value)
    return None


def _is_taken(readings: Sequence[Reading], place: int, text: str) -> bool:
    """Whether a year belongs to the value before it: "from $350,000 in 2024 to $333,800"."""
    return any(
        _BEHIND.fullmatch(text, one.quantity.end, readings[place].quantity.start)
        for one in readings[max(0, place - 1) : place]
        if one.dimension == "money"
    )


def _is_year(reading: Reading, known: Known) -> bool:
    return any(reading.quantity.value == valuation.tax_year for valuation in known.property.valuations)


def _holds(valuation: Valuation, reading: Reading) -> bool:
    named = [field for field in _VALUES if field in reading.fields] or _VALUES
    values = (getattr(valuation, field) for field in named)
    return any(value and fits(reading.quantity.value, reading, value, "money") for value in values)


_BEHIND = re.compile(
    r",?\s*(?:\((?:for |in |tax year )*|(?:for|in|as of|of|from|under)\s+(?:the\s+)?"
    r"(?:tax|assessment|valuation|roll)?\s*(?:year\s+)?)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:[\s,:()=–—-]|['’]s\b|\b(?:tax|assessment|valuation|roll|year|the|a|an|full|cash|limited|property|"
    r"assessed|assessor|assessor['’]s|county|maricopa|value|values|valuation|fcv|lpv|is|was|at|of|stood|stands|put|"
    r"puts|read|reads|came|comes|to|it|set|sets|about|around|roughly|on|record|figure|for|usd|us)\b)*\$?",
    re.IGNORECASE,
)
