"""What the words around a number say of it: its unit, the fact it claims to be, a period, a hedge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from phoenix_real_estate.grounding import ages
from phoenix_real_estate.grounding.areas import speaks_of_land
from phoenix_real_estate.grounding.asides import is_aside
from phoenix_real_estate.grounding.labels import named_before
from phoenix_real_estate.grounding.layouts import field_in_layout
from phoenix_real_estate.grounding.namings import FLOWS, OF_ANOTHER, fields_named
from phoenix_real_estate.grounding.quantities import Quantity, quantities_in
from phoenix_real_estate.grounding.sensitivity import fields_at
from phoenix_real_estate.grounding.surroundings import (
    clause_after,
    clause_before,
    continues,
    hedge_of,
    is_monthly,
    part_of,
    period_of,
    sign_of,
)
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.grounding.units import unit_behind


class Reading(NamedTuple):
    """A quantity with what the words around it say of it. `fields` empty: nothing names it.

    `sign` is -1 where the words tell of a loss, 1 where they tell of a gain, else 0. `part` is the third of a
    decade or price band that a word picks ("early", "mid", "late"), `joined` tells that the number is the
    second of a range, `reach` where the words end that belong to it.
    """

    quantity: Quantity
    dimension: str
    fields: frozenset[str]
    period: str
    span: str
    hedge: str
    sign: int
    part: str = ""
    joined: bool = False
    reach: int = 0


def readings_in(text: str, *, label: str = "") -> tuple[Reading, ...]:
    """Every number that states something, with the dimension and the fields it claims to be."""
    return _readings(text, label)


@lru_cache(maxsize=1024)
def _readings(text: str, label: str) -> tuple[Reading, ...]:
    return tuple(_in_turn(text, label))


def _in_turn(text: str, label: str) -> Iterator[Reading]:
    lead = f"{label}: " if label else ""
    previous: Reading | None = None
    words = lead + text
    for quantity in quantities_in(words):
        if quantity.start < len(lead):
            continue
        reading = _read(words, quantity, previous)
        previous = reading
        if reading.dimension != "minus":
            yield reading


def _read(text: str, quantity: Quantity, previous: Reading | None) -> Reading:
    before = clause_before(text, quantity.start, previous.reach if previous else 0)
    after = clause_after(text, quantity.end)
    layout = field_in_layout(text, quantity.start, quantity.end)
    unit, unit_end = (("count", frozenset({layout})), 0) if layout else unit_behind(after, quantity)
    dimension = _dimension(quantity, unit, text, after)
    period = period_of(before, after, dimension)
    taken = previous is not None and quantity.start - len(before) in (previous.quantity.end, previous.reach)
    # "Operating expenses ($5,410 of $11,175)": the label is that of the whole.
    named = [] if _OF_MORE.match(after) else named_before(before, dimension, joined=taken)
    fields, reach = fields_named(named, before, after[unit_end:], unit, dimension)
    period = period or (period_of("", after[unit_end + reach :], dimension) if reach else "")
    if dimension == "money" and OF_ANOTHER.search(before):
        # "The debt service on this $295,000 condo", "on a $236,000 loan": an amount of its own.
        fields = frozenset({"price", "value"}) if _HOME_BEHIND.match(after) else fields
        period = period_of("", after, dimension) if fields else period
    if dimension == "money":
        fields = _of_sentence(fields, text, quantity)
    if not period and dimension == "money" and previous and is_monthly(text, quantity.start, quantity.end):
        period = "month" if fields & _periodic() else ""
    if period and fields and not period_of("", after, dimension) and not fields & _periodic():
        # "HOA dues of $265 monthly in addition to the list price of": a price has no month.
        period = ""
    if not fields:
        dimension, fields = _unnamed(dimension, quantity, text, before, after)
    joined = previous is not None and continues(text[previous.quantity.end : quantity.start])
    if not fields and previous and joined:
        same = previous.dimension == dimension or (dimension == "number" and not unit)
        fields = previous.fields if same and previous.fields else fields
        period = period or (previous.period if same else "")
    return Reading(
        quantity,
        dimension,
        fields,
        period,
        text[quantity.start : quantity.end + unit_end].strip(),
        hedge_of(ages.without_whose(before), after[unit_end:]) or hedge_of("", after),
        0 if dimension in _UNSIGNED else sign_of(quantity.value, before, after),
        part_of(before) if quantity.decade else "",
        joined,
        quantity.end + unit_end + reach if fields or unit else 0,
    )


def _of_sentence(fields: frozenset[str], text: str, quantity: Quantity) -> frozenset[str]:
    """The fields of an amount with what its whole sentence tells of it."""
    is_financed = _FINANCED.search(text[: quantity.start]) or _FINANCED_AFTER.match(text, quantity.end)
    if fields > FLOWS and "noi" in fields and is_financed and not _NET.search(text[: quantity.start]):
        fields -= {"noi"}
    return fields | fields_at(text, quantity.start, quantity.end)


def _unnamed(
    dimension: str, quantity: Quantity, text: str, before: str, after: str
) -> tuple[str, frozenset[str]]:
    """The dimension and the fields of a number that no label names."""
    if dimension == "year":
        return _of_year(before, after)
    if quantity.words and (quantity.percent or (not quantity.value and dimension == "number")):
        # "Half of the appeal" is no share of anything that is known, and "stay at zero" says nothing alone.
        return "minus", frozenset()
    is_home = dimension in ("area", "m2") and not speaks_of_land(text, quantity.start, quantity.end)
    return dimension, frozenset({"square_feet"} if is_home else ())


def _of_year(before: str, after: str) -> tuple[str, frozenset[str]]:
    if _OF_A_HOME.match(after):
        return "year", frozenset({"year_built"})
    # "Full cash value, 2026" tells the year of the value.
    fields = frozenset(named_before(before, "number"))
    return "number" if fields else "year", fields | ({"tax_year"} if fields & _ASSESSED else frozenset())


_FINANCED = re.compile(r"\b(?:mortgage|loan|debt|payments?|financing|lender)\b[^.;!?]*$", re.IGNORECASE)
"""Where the sentence tells of the loan before, what is left is what is left of the loan too."""
_NET = re.compile(r"\b(?:net (?:operating )?income|noi)\b[^.;!?\d]*$", re.IGNORECASE)
_FINANCED_AFTER = re.compile(
    r"[^.;!?]{0,40}\bafter\b[^.;!?]{0,30}\b(?:mortgage|loan|debt|payments?|financing|lender)\b", re.IGNORECASE
)
_OF_MORE = re.compile(r"\s+(?:out )?of (?:(?:the|that|its|a|about|some) ){0,2}\$\d", re.IGNORECASE)


_UNSIGNED = frozenset(
    {"count", "area", "acres", "m2", "hectares", "year", "years", "age", "decades", "minus"}
)
"""Dimensions of which there is neither gain nor loss."""
_EACH = re.compile(
    r"[\s-]*(?:[\w-]+\s+){0,2}?(?:bath\w*|bed\w*|spaces?|cars?|garage|"
    r"carport)\b(?: spaces?)? (?:for (?:each|every)|per|apiece|to each|"
    r"share|face|open|adjoin|split|flank|join|look|sit)\b(?! (?:unit|door|side|half|home)\b)",
    re.IGNORECASE,
)
"""Some of them, or so many each: "one bath for each bedroom", "two bedrooms share ..."."""
_OF_A_HOME = re.compile(
    r"[\s-]+(?:[\w-]+\s+){0,3}?(?:homes?|house|property|residence|condo(?:minium)?|town(?:house|home)|build)\b(?!['’])",
    re.IGNORECASE,
)
"""Behind a year that is the home's own: "this 1956 Phoenix home"."""
_HOME_BEHIND = re.compile(
    r"[\s-]+(?:[\w-]+\s+){0,3}?(?:(?:home|house|property|residence|condo(?:minium)?|town(?:house|home)|purchase)\b|"
    r"\w+[\s-]bed(?:room)?\b)(?!['’])",
    re.IGNORECASE,
)
_ASSESSED = {"full_cash_value", "limited_property_value", "assessed_limited_property_value", "value"}


@cache
def _periodic() -> frozenset[str]:
    """The fields that are amounts of a month or a year."""
    return frozenset(row["field"] for row in rows_of("grounding_fields.csv") if row["period"])


def _dimension(quantity: Quantity, unit: tuple[str, frozenset[str]] | None, text: str, after: str) -> str:
    before = text[max(0, quantity.start - _NEAR) : quantity.start]
    if is_aside(quantity, before, after):
        return "minus"
    if quantity.money or quantity.percent:
        return "money" if quantity.money else "percent"
    if quantity.ordinal:
        return "percentile" if _PERCENTILE.match(after) else _ordinal(before, after)
    if _EACH.match(after) or (quantity.value == 1 and _is_one_of_them(before, after)):
        return "minus"
    if unit and unit[0] == "total":
        # "Three in the garage and two under the carport, five in all" counts vehicles; elsewhere who knows.
        return "count" if _PARKED.search(before) else "minus"
    if unit:
        return "age" if unit[0] == "years" and ages.are_of_age(before, after) else unit[0]
    could_be_age = quantity.value.is_integer() and quantity.value < _OLDEST
    return "age" if could_be_age and ages.is_age(before, after) else _of_bare(quantity, text)


def _of_bare(quantity: Quantity, text: str) -> str:
    if quantity.words and quantity.value == 1:
        return "minus"
    if quantity.decade:
        return "year" if 1800 <= quantity.value <= 2100 else "number"
    return "year" if _looks_like_year(quantity, text) else "number"


def _is_one_of_them(before: str, after: str) -> bool:
    """Whether "one bedroom" is any one of several: "use one bedroom for guests", "one bedroom could be"."""
    return _USE.search(before) is not None or _COULD.match(after) is not None


_USE = re.compile(
    r"\b(?:us(?:e|ing)|turn(?:ing)?|keep(?:ing)?|devot(?:e|ing)|reserv(?:e|ing)|mak(?:e|ing))\s+$",
    re.IGNORECASE,
)
_COULD = re.compile(
    r"\s+(?:bed\w*|bath\w*|garage \w+|space)\s+(?:could|can|may|might|would)\b", re.IGNORECASE
)
_PERCENTILE = re.compile(r"[\s-]*percentile", re.IGNORECASE)


_PARKED = re.compile(r"\b(?:garage|carport|parking)\b[^.;!?]*$", re.IGNORECASE)
_OLDEST = 200
_NEAR = 60
"""Characters before a number in which the words are that tell an age."""


def _ordinal(before: str, after: str) -> str:
    if age := ages.of_ordinal(before, after):
        return age
    return "foreign" if _street().match(after) else "minus"


@cache
def _street() -> re.Pattern[str]:
    streets = "|".join(word for row in rows_of("grounding_street_words.csv")[8:] for word in row.values())
    return re.compile(rf"\s+(?:{streets})\b")


def _looks_like_year(quantity: Quantity, text: str) -> bool:
    whole = 1800 <= quantity.value <= 2100 and quantity.value.is_integer()
    written = text[quantity.start : quantity.end]
    return whole and not quantity.words and not quantity.grouped and "." not in written
