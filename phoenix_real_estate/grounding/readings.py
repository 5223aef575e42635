"""What the words around a number say of it: its unit, the fact it claims to be, a period, a hedge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from phoenix_real_estate.grounding import ages
from phoenix_real_estate.grounding.derived import derived_fields
from phoenix_real_estate.grounding.layouts import field_in_layout
from phoenix_real_estate.grounding.quantities import Quantity, quantities_in
from phoenix_real_estate.grounding.sensitivity import fields_at
from phoenix_real_estate.grounding.surroundings import (
    clause_after,
    clause_before,
    continues,
    hedge_of,
    part_of,
    period_of,
    sign_of,
)
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.grounding.wording import Lexicon


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
    unit, unit_end = (("count", frozenset({layout})), 0) if layout else _unit(after, quantity)
    dimension = _dimension(quantity, unit, text, after)
    period = period_of(before, after, dimension)
    # Behind another number a comma ends what belongs to it: "$265 to the association, $189,900 asked".
    taken = previous is not None and quantity.start - len(before) in (previous.quantity.end, previous.reach)
    # "Of all expenses ($3,900 of $9,537)": the label names the whole, not its part.
    is_part = dimension == "money" and _OF_AN_AMOUNT.match(after)
    named = [] if is_part else _named_before(before, dimension, _JOINED if taken else _CONNECTED)
    fields, reach = _fields(named, before, after[unit_end:], unit, dimension)
    if dimension == "money":
        fields |= fields_at(text, quantity.start, quantity.end)
    if period and fields and not period_of("", after, dimension) and not fields & _periodic():
        # "HOA dues of $265 monthly in addition to the list price of": a price has no month.
        period = ""
    if dimension == "year" and not fields and _OF_A_HOME.match(after):
        fields = frozenset({"year_built"})
    if dimension == "year" and not fields:
        # "Full cash value, 2026" tells the year of the value.
        fields = frozenset(_named_before(before, "number", _CONNECTED))
        dimension = "number" if fields else dimension
        fields |= {"tax_year"} if fields & _ASSESSED else frozenset()
    if quantity.words and not fields and (quantity.percent or (not quantity.value and dimension == "number")):
        # "Half of the appeal" is no share of anything that is known, and "stay at zero" says nothing alone.
        dimension = "minus"
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
        sign_of(quantity.value, before, after),
        part_of(before) if quantity.decade else "",
        joined,
        quantity.end + unit_end + reach if fields or unit else 0,
    )


_NOT_ADJECTIVES = (
    r"(?!(?:and|or|with|in|on|of|at|to|for|from|by|the|a|an|is|are|has|plus|per|home|house|one|two|three|"
    r"four|five|six|seven|eight|nine|ten|bed\w*|bath\w*|garages?|cars?|square|sq|acres?|lot|half)\b)"
)
_ADJECTIVES = rf"(?:{_NOT_ADJECTIVES}[a-z]+(?:-[a-z]+)?\s+){{0,2}}"
_CONNECTORS = (
    r"(?:is|are|was|were|of|at|to|for|about|around|approximately|approx\.?|roughly|nearly|almost|over|"
    r"under|above|below|just|only|an?|the|total|totals|totaling|totalling|estimated?|currently|now|set|"
    r"comes?|in|stands?|sits?|runs?|being|as|equals|near|between|from|up|some|high|low|per|month|monthly|"
    r"annual|annually|yearly|year|this|home|house|property|could|would|may|can|reach|bring|be|by|on|"
    r"averages?|"
    r"ranges?|recorded|listed|counts?|full|more|less|than|here|projected|expected|computed|calculated|"
    r"modeled|it|its|back|way|until|circa|c\.|amounts?|measures?|measuring|numbers?|has|have|with|spans?|"
    r"covers?|includes?|offers?|provides?|exactly|positive|negative|price|usd|allowance|estimates?|"
    r"assumed|budgeted|put|pegged|takes?|"
    r"consumes?|absorbs?|eats?|accounts?|costs?|claims?|adds?|works?|out|remains?|charges?|demands?|"
    r"requires?|needs?|least|most)"
)
_CONNECTED = re.compile(rf"(?:[\s:=~(,–—-]|\b{_CONNECTORS}(?!\w))*", re.IGNORECASE)
_JOINED = re.compile(rf"(?:[\s:=~(–—-]|\b{_CONNECTORS}(?!\w))*", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:[\s/-]|\b(?:per|an?|in|(?:of|for)(?: the)?|each|month|monthly|mo|year|yearly|annual|estimated)\b)*",
    re.IGNORECASE,
)
_INFERRED = re.compile(r"\b(?:inferred|assum|estimat)", re.IGNORECASE)
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
_ASSESSED = {"full_cash_value", "limited_property_value", "assessed_limited_property_value", "value"}
_OF_AN_AMOUNT = re.compile(r"\s+(?:out )?of (?:(?:the|that|its|a|about|some) ){0,2}\$\d", re.IGNORECASE)


@cache
def _units() -> tuple[tuple[re.Pattern[str], str, frozenset[str]], ...]:
    """Unit nouns, tried in the table's order. Up to two adjectives may stand before a counted noun."""
    return tuple(
        (
            re.compile(
                rf"(?:\s?\+|[\s-]plus\b)?[\s-]*{_ADJECTIVES if row['dimension'] == 'count' else ''}"
                rf"(?:{row['unit']})(?![a-z])",
                re.IGNORECASE,
            ),
            row["dimension"],
            frozenset(row["fields"].replace("-", "").split()),
        )
        for row in rows_of("grounding_units.csv")
    )


@cache
def _periodic() -> frozenset[str]:
    """The fields that are amounts of a month or a year."""
    return frozenset(row["field"] for row in rows_of("grounding_fields.csv") if row["period"])


@cache
def _labels_before(dimension: str) -> Lexicon[str]:
    return Lexicon((row["before"], row["field"]) for row in _rows_for(dimension, "before"))


@cache
def _labels_after(dimension: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(row["after"], re.IGNORECASE), row["field"]) for row in _rows_for(dimension, "after")
    )


def _rows_for(dimension: str, column: str) -> list[dict[str, str]]:
    of = {"acres": "area"}.get(dimension, dimension)
    rows = rows_of("grounding_fields.csv")
    return [row for row in rows if row[column] and of in (row["dimension"], "number")]


def _unit(after: str, quantity: Quantity) -> tuple[tuple[str, frozenset[str]] | None, int]:
    if quantity.money or quantity.percent or quantity.ordinal or quantity.decade:
        return None, 0
    for pattern, dimension, fields in _units():
        match = pattern.match(after)
        if match and not _is_other(dimension, quantity):
            # "One kitchen" counts nothing that another home would not have.
            is_idle = dimension == "foreign" or "units" in fields
            is_one = is_idle and quantity.words and quantity.value == 1
            return ("minus" if is_one else dimension, fields), match.end()
    return None, 0


def _is_other(dimension: str, quantity: Quantity) -> bool:
    """A unit that this number cannot have: "the 1973 year of construction", "1973 homes", "3 of the"."""
    if dimension == "minus":
        return not quantity.words
    return dimension in ("years", "homes") and 1800 <= quantity.value <= 2100


def _dimension(quantity: Quantity, unit: tuple[str, frozenset[str]] | None, text: str, after: str) -> str:
    if quantity.money or quantity.percent:
        return "money" if quantity.money else "percent"
    before = text[max(0, quantity.start - _NEAR) : quantity.start]
    if quantity.ordinal:
        return "percentile" if _PERCENTILE.match(after) else _ordinal(before, after)
    if _EACH.match(after) or (quantity.value == 1 and _is_one_of_them(before, after)):
        return "minus"
    if unit:
        return "age" if unit[0] == "years" and ages.are_of_age(before, after) else unit[0]
    if ages.is_age(before, after):
        return "age"
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


def _fields(
    named: list[str], before: str, after: str, unit: tuple[str, frozenset[str]] | None, dimension: str
) -> tuple[frozenset[str], int]:
    """The fields that the words name, and how far behind the number these words reach."""
    if unit and dimension == "count":
        inferred = "bedrooms" in unit[1] and _INFERRED.search(before + after)
        of_each = _OF_EACH_BEFORE.search(before) or _OF_EACH.match(after)
        each = {f"{field}_per_unit" for field in unit[1]} & derived_fields() if of_each else set()
        return unit[1] | ({"rent_bedrooms"} if inferred else set()) | each, 0
    behind, reach = _named_after(after, dimension)
    if unit and unit[1]:
        # "Living space on 0.14 acres": the unit tells more than the words before it.
        return unit[1], reach
    fields = frozenset([*named, *behind])
    # A median is of others: beside that word an amount is never the property's own.
    return fields & _OF_OTHERS or fields, reach


_HOMES = r"(?:unit|door|side|half|apartment|home|residence|one)"
_OF_EACH_BEFORE = re.compile(
    rf"\b(?:each|every|average|averages|averaging|either)(?: of [\w ]{{0,20}}{_HOMES}s| {_HOMES})?\b[^.;]*$",
    re.IGNORECASE,
)
_OF_EACH = re.compile(
    rf"[^.;]{{0,70}}?\b(?:(?:per|in each|in every|for each|a|each|every) {_HOMES}|each|apiece)\b",
    re.IGNORECASE,
)
"""Words that tell what each home of a building has, and not the whole."""
_OF_OTHERS = frozenset({"comparable_price_per_square_foot"})


def _named_before(before: str, dimension: str, connected: re.Pattern[str]) -> list[str]:
    """The fields of the nearest label that only connecting words part from the number."""
    nearest, fields = -1, list[str]()
    labels = list(_labels_before(dimension).matches(before))
    # With "effective gross income" its end, "gross income", is no name either.
    objects = {match.end() for _, match in labels if _is_object(before, match)}
    for field, match in labels:
        if match.end() >= nearest and match.end() not in objects and connected.fullmatch(before, match.end()):
            fields = [*fields, field] if match.end() == nearest else [field]
            nearest = match.end()
    return fields


def _is_object(before: str, match: re.Match[str]) -> bool:
    return (_NOT_ITS_NAME.search(before, 0, match.start()) or _BY.match(before, match.end())) is not None


_BY = re.compile(r"\s+by\b", re.IGNORECASE)
"""Debt service "exceeds net operating income by" a difference."""
_NOT_ITS_NAME = re.compile(
    r"\b(?:after|against|beyond|beside|besides|versus|vs\.?|minus|less|net of|on top of|despite|no|without)"
    r"(?:\s+(?:the|its|an?|that|this|any|each|monthly|estimated|mortgage|loan|costs|expenses|taxes|and))*\s+$",
    re.IGNORECASE,
)
"""What a label before a number is not its name for: "the surplus after the mortgage would be $563"."""


def _named_after(after: str, dimension: str) -> tuple[list[str], int]:
    lead = _LEAD.match(after)
    starts = {lead.end() if lead else 0, len(after) - len(after.lstrip(" "))}
    found = [
        (field, match.end())
        for pattern, field in _labels_after(dimension)
        for start in starts
        if (match := pattern.match(after, start))
    ]
    return [field for field, _ in found], max((end for _, end in found), default=0)
