"""Every number of a text traced to a known one.

A number that a noun or a label names ("3 bedrooms", "HOA fee of $50") must be that fact, a bare one any
fact of its dimension ($, %, sq ft, year). How far a writer may round: to the last place that is written
("$1.2 million" for 1,249,000, "5.2%" for 5.23); to trailing zeros when that moves the value by at most 1
percent ("$390,000" for 389,900), or by at most 5 percent where a word says so ("about 1,900 sq ft" for
1,850, "over", "nearly"); years and counts of rooms and spaces must be exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from phoenix_real_estate.grounding.known import SQUARE_FEET_PER_ACRE, Known, Number
from phoenix_real_estate.grounding.quantities import Quantity, quantities_in
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.grounding.wording import Wording
from phoenix_real_estate.models import Finding, Severity

ROUNDED = 0.01
HEDGED = 0.05
EXACT = ("count", "year", "years", "age", "percentile")
SMALL = 20
"""A bare whole number up to this counts something: it needs a noun that says what."""


class Reading(NamedTuple):
    """A quantity with what the words around it say of it. `fields` empty: nothing names it."""

    quantity: Quantity
    dimension: str
    fields: frozenset[str]
    period: str
    span: str
    hedge: str
    negative: bool


def findings_in(text: str, field: str, known: Known, *, label: str = "") -> Iterator[Finding]:
    """The numbers of a text that no fact supports. The text's own address and names are masked already."""
    for reading in readings_in(text, label=label):
        why = _objection(reading, known)
        if why:
            yield _finding(reading, field, why, known)


def readings_in(text: str, *, label: str = "") -> Iterator[Reading]:
    """Every number that states something, with the dimension and the fields it claims to be."""
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


def fits(said: float, reading: Reading, fact: float, dimension: str) -> bool:
    """Whether a fact of a dimension may be written as this reading says it, see the module's rule."""
    quantity = reading.quantity
    if dimension in EXACT:
        return abs(said - fact) < 1e-9
    apart = abs(said - fact)
    if apart <= quantity.precision / 2 * (abs(said / quantity.value) if quantity.value else 1) + 1e-6:
        return True
    allowed = (HEDGED if reading.hedge or quantity.scaled else ROUNDED) * abs(fact)
    coarse = apart <= quantity.coarse / 2 + 1e-6 or bool(reading.hedge)
    return coarse and apart <= allowed and quantity.coarse > quantity.precision


def _read(text: str, quantity: Quantity, previous: Reading | None) -> Reading:
    before, after = _clause_before(text, quantity.start), text[quantity.end : quantity.end + 80]
    unit, unit_end = _unit(after, quantity)
    dimension = _dimension(quantity, unit, text, after)
    period = _period(before, after, dimension)
    fields = _fields(before, after[unit_end:], unit, dimension)
    if dimension == "year" and not fields:
        fields = frozenset(_named_before(before, "number"))
        dimension = "number" if fields else dimension
    if not fields and previous and _continues(text[previous.quantity.end : quantity.start]):
        same = previous.dimension == dimension or (dimension == "number" and not unit)
        fields = previous.fields if same and previous.fields else fields
        period = period or (previous.period if same else "")
    return Reading(
        quantity,
        dimension,
        fields,
        period,
        text[quantity.start : quantity.end + unit_end].strip(),
        _hedge(before),
        _is_negative(quantity, before, after),
    )


def _objection(reading: Reading, known: Known) -> str | None:
    """Why the number is not a fact, or None when it is one."""
    if reading.dimension == "foreign":
        return f"no fact tells this: {reading.span}"
    if reading.dimension == "age":
        return _objection_to_age(reading, known)
    candidates = _candidates(reading, known)
    if any(_is(reading, number) for number in candidates):
        return None
    if not reading.fields:
        return "no fact of the property and no computed figure is this number"
    told = ", ".join(dict.fromkeys(f"{number.field} is {number.value:,.10g}" for number in candidates[:3]))
    return told or f"nothing is known of {' or '.join(sorted(reading.fields))}"


def _objection_to_age(reading: Reading, known: Known) -> str | None:
    built = known.property.year_built
    if built and abs(known.year - built - reading.quantity.value) <= 1:
        return None
    return f"year_built is {built}" if built else "nothing is known of year_built"


def _candidates(reading: Reading, known: Known) -> list[Number]:
    if reading.fields:
        return [n for n in known.numbers if n.field in reading.fields and _comparable(reading, n)]
    if reading.dimension == "number":
        return [n for n in known.numbers if n.value > SMALL or n.dimension in ("count", "ratio")]
    return [n for n in known.numbers if _comparable(reading, n)]


def _comparable(reading: Reading, number: Number) -> bool:
    dimension = {"acres": "area"}.get(reading.dimension, reading.dimension)
    return dimension in (number.dimension, "number") and (not reading.period or bool(number.period))


def _is(reading: Reading, number: Number) -> bool:
    quantity, said = reading.quantity, reading.quantity.value
    if quantity.decade:
        return number.dimension == "year" and said <= number.value < said + 10
    if reading.dimension == "acres":
        said *= SQUARE_FEET_PER_ACRE
    if reading.dimension == "money" and number.field.startswith("cash_flow"):
        return reading.negative == (number.value < 0) and _fits_period(abs(said), reading, number)
    return _fits_period(said, reading, number)


def _fits_period(said: float, reading: Reading, number: Number) -> bool:
    factor = {("month", "year"): 1 / 12, ("year", "month"): 12.0}.get((reading.period, number.period), 1.0)
    fact = abs(number.value * factor) if said >= 0 else number.value * factor
    return fits(said, reading, fact, number.dimension)


def _finding(reading: Reading, field: str, why: str, known: Known) -> Finding:
    rule = "number.mismatch" if reading.fields and " is " in why else "number.unsupported"
    severity = Severity.CRITICAL
    if rule == "number.unsupported" and _in_remarks(reading, known.property.remarks):
        why, severity = f"{why}; only the untrusted remarks say it", Severity.WARNING
    return Finding(rule=rule, severity=severity, field=field, span=reading.span, why=why)


def _in_remarks(reading: Reading, remarks: str | None) -> bool:
    return any(
        (said.quantity.value, said.dimension, said.fields)
        == (reading.quantity.value, reading.dimension, reading.fields)
        and said.span.casefold() == reading.span.casefold()
        for said in readings_in(remarks or "")
    )


# What the words around a number say.

_CLAUSE_END = re.compile(r"[.;!?](?=\s|$)|\n|□")
_NOT_ADJECTIVES = (
    r"(?!(?:and|or|with|in|on|of|at|to|for|from|by|the|a|an|is|are|has|plus|per|home|house|one|two|three|"
    r"four|five|six|seven|eight|nine|ten|bed\w*|bath\w*|garages?|cars?|square|sq|acres?|lot|half)\b)"
)
_ADJECTIVES = rf"(?:{_NOT_ADJECTIVES}[a-z]+(?:-[a-z]+)?\s+){{0,2}}"
_CONNECTORS = (
    r"(?:is|are|was|were|of|at|to|for|about|around|approximately|approx\.?|roughly|nearly|almost|over|"
    r"under|above|below|just|only|an?|the|total|totals|totaling|totalling|estimated?|currently|now|set|"
    r"comes?|in|stands?|sits?|runs?|being|as|equals|near|between|from|up|some|high|low|per|month|monthly|"
    r"annual|annually|yearly|year|this|home|house|property|could|would|may|can|reach|bring|be|by|on|averages?|"
    r"ranges?|recorded|listed|counts?|full|more|less|than|here|projected|expected|computed|calculated|"
    r"modeled|it|its|back|way|until|circa|c\.|amounts?|measures?|measuring|numbers?|has|have|with|spans?|"
    r"covers?|includes?|offers?|provides?|exactly|positive|negative|price|usd|allowance|estimates?)"
)
_CONNECTED = re.compile(rf"(?:[\s:=~(,–—-]|\b{_CONNECTORS}(?!\w))*", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:[\s/-]|\b(?:per|an?|in|of|for|the|each|month|monthly|mo|year|yearly|annual|estimated)\b)*",
    re.IGNORECASE,
)
_INFERRED = re.compile(r"\b(?:inferred|assum|estimat)", re.IGNORECASE)
_CONTINUES = re.compile(r"\s*(?:-|–|—|to|and|or|through)\s*(?:about\s+|up to\s+)?", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_PERIOD_AFTER = re.compile(
    r"[\s-]*(?:/|per|an?|each|every)?[\s-]*(?P<unit>month|mo\b|year|yr\b|annum|annual|annually)",
    re.IGNORECASE,
)
_PERIOD_BEFORE = re.compile(
    r"\b(?P<unit>month|annual|year)\w*\b(?!\s+(?:built|mortgage|fixed|old|and))(?:[^\d,;]*)$", re.IGNORECASE
)
_HEDGE = re.compile(
    r"\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|over|under|just|more than|less than|"
    r"close to|some|upwards? of|above|below|at least|estimated at|circa|up to|north of)\s*[$~(]?\s*$|~\s*$",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:negative|shortfall|deficit|loss|loses|losing|short|below zero|minus)\b", re.IGNORECASE
)


@cache
def _units() -> tuple[tuple[re.Pattern[str], str, frozenset[str]], ...]:
    """Unit nouns, tried in the table's order. Up to two adjectives may stand before a counted noun."""
    return tuple(
        (
            re.compile(
                rf"[\s-]*{_ADJECTIVES if row['dimension'] == 'count' else ''}(?:{row['unit']})(?![a-z])",
                re.IGNORECASE,
            ),
            row["dimension"],
            frozenset(row["fields"].replace("-", "").split()),
        )
        for row in rows_of("grounding_units.csv")
    )


@cache
def _labels_before(dimension: str) -> tuple[tuple[Wording, str], ...]:
    return tuple((Wording(row["before"]), row["field"]) for row in _rows_for(dimension, "before"))


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
        if match and (dimension != "minus" or quantity.words):
            return (dimension, fields), match.end()
    return None, 0


def _dimension(quantity: Quantity, unit: tuple[str, frozenset[str]] | None, text: str, after: str) -> str:
    if quantity.money or quantity.percent:
        return "money" if quantity.money else "percent"
    if quantity.ordinal:
        return "percentile" if re.match(r"[\s-]*percentile", after, re.IGNORECASE) else _ordinal(after)
    if unit:
        return unit[0]
    if quantity.words and quantity.value == 1:
        return "minus"
    return "year" if _looks_like_year(quantity, text) else "number"


def _ordinal(after: str) -> str:
    streets = "|".join(word for row in rows_of("grounding_street_words.csv")[8:] for word in row.values())
    return "foreign" if re.match(rf"\s+(?:{streets})\b", after) else "minus"


def _looks_like_year(quantity: Quantity, text: str) -> bool:
    whole = quantity.value == int(quantity.value) and 1800 <= quantity.value <= 2100
    written = text[quantity.start : quantity.end]
    return whole and not quantity.words and not quantity.grouped and "." not in written


def _fields(
    before: str, after: str, unit: tuple[str, frozenset[str]] | None, dimension: str
) -> frozenset[str]:
    named = frozenset(_named_before(before, dimension)) | frozenset(_named_after(after, dimension))
    if unit and dimension == "count":
        inferred = "bedrooms" in unit[1] and _INFERRED.search(before + after)
        return unit[1] | ({"rent_bedrooms"} if inferred else set())
    return named or (unit[1] if unit else frozenset())


def _named_before(before: str, dimension: str) -> list[str]:
    """The fields of the nearest label that only connecting words part from the number."""
    nearest, fields = -1, list[str]()
    for pattern, field in _labels_before(dimension):
        for match in pattern.finditer(before):
            if match.end() >= nearest and _CONNECTED.fullmatch(before, match.end()):
                fields = [*fields, field] if match.end() == nearest else [field]
                nearest = match.end()
    return fields


def _named_after(after: str, dimension: str) -> list[str]:
    lead = _LEAD.match(after)
    start = lead.end() if lead else 0
    at_once = after.lstrip(" ")
    return [
        field
        for pattern, field in _labels_after(dimension)
        if pattern.match(after, start) or pattern.match(at_once)
    ]


def _clause_before(text: str, start: int) -> str:
    window = text[max(0, start - 90) : start]
    ends = [match.end() for match in _CLAUSE_END.finditer(window)]
    clause = window[ends[-1] if ends else 0 :]
    digits = [match.end() for match in _DIGIT.finditer(clause)]
    return clause[digits[-1] if digits else 0 :]


def _period(before: str, after: str, dimension: str) -> str:
    if dimension not in ("money", "number"):
        return ""
    match = _PERIOD_AFTER.match(after) or _PERIOD_BEFORE.search(before)
    return {"m": "month", "a": "year", "y": "year"}[match["unit"][0].lower()] if match else ""


def _continues(between: str) -> bool:
    return _CONTINUES.fullmatch(between) is not None


def _hedge(before: str) -> str:
    match = _HEDGE.search(before)
    return match.group().strip() if match else ""


def _is_negative(quantity: Quantity, before: str, after: str) -> bool:
    near = before[-60:] + re.split(r"[.;,!?]", after)[0]
    return quantity.value < 0 or _NEGATIVE.search(near) is not None
