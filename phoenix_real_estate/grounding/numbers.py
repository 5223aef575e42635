"""Every number of a text traced to a known one.

A number that a noun or a label names ("3 bedrooms", "HOA fee of $50") must be that fact, a bare one any
fact of its dimension ($, %, sq ft, year). How far a writer may round: to the last place that is written
("$1.2 million" for 1,249,000, "5.2%" for 5.23); to trailing zeros when that moves the value by at most 1
percent ("$390,000" for 389,900), or by at most 5 percent where a word says so ("about 1,900 sq ft" for
1,850), and to the next lower or higher one after "over" or "nearly", on the right side of it; years and
counts of rooms and spaces must be exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from phoenix_real_estate.grounding.known import SQUARE_FEET_PER_ACRE, Known, Number
from phoenix_real_estate.grounding.readings import Reading, readings_in
from phoenix_real_estate.models import Finding, Severity

ROUNDED = 0.01
HEDGED = 0.05
FARTHEST = 0.25
"""No rounding moves a value farther: "$1 million" is not 525,000, though 0.2 acres may be 0.17."""
EXACT = ("count", "year", "years", "age", "percentile")
SMALL = 20
"""A bare whole number up to this counts something: it needs a noun that says what."""


def findings_in(text: str, field: str, known: Known, *, label: str = "") -> Iterator[Finding]:
    """The numbers of a text that no fact supports. The text's own address and names are masked already."""
    for reading in readings_in(text, label=label):
        objection = _objection(reading, known)
        if objection:
            yield _finding(reading, field, objection, known)


def fits(said: float, reading: Reading, fact: float, dimension: str) -> bool:
    """Whether a fact of a dimension may be written as this reading says it, see the module's rule."""
    quantity = reading.quantity
    if dimension in EXACT:
        return abs(said - fact) < 1e-9
    apart, unit = abs(said - fact), abs(said / quantity.value) if quantity.value else 1.0
    if apart <= quantity.precision / 2 * unit + 1e-6:
        return apart <= FARTHEST * abs(fact) + 1e-6
    allowed = (HEDGED if reading.hedge or quantity.scaled else ROUNDED) * abs(fact)
    return apart <= allowed and apart <= quantity.coarse * _reach(reading.hedge, said, fact) * unit + 1e-6


def _reach(hedge: str, said: float, fact: float) -> float:
    """How many steps away a fact may lie: one above "over 1,800", none below it; else half a step."""
    side = _OVER if said <= fact else _UNDER
    if side.search(hedge):
        return 1.0
    return 0.0 if _OVER.search(hedge) or _UNDER.search(hedge) else 0.5


_OVER = re.compile(r"over|more|above|at least|upward|north", re.IGNORECASE)
_UNDER = re.compile(r"under|nearly|almost|less|below|close to|up to", re.IGNORECASE)


class Objection(NamedTuple):
    """Why a number is no fact: a mismatch where the fact it claims to be is known, else unsupported."""

    rule: str
    why: str


def _objection(reading: Reading, known: Known) -> Objection | None:
    if reading.dimension == "foreign":
        return Objection("number.unsupported", "no fact tells this")
    if reading.dimension == "age":
        return _objection_to_age(reading, known)
    candidates = _candidates(reading, known)
    if any(_is(reading, number) for number in candidates):
        return None
    if not reading.fields:
        return Objection("number.unsupported", "no fact of the property and no computed figure")
    told = dict.fromkeys(f"{number.field} is {number.value:.10g}" for number in candidates[:3])
    if told:
        return Objection("number.mismatch", ", ".join(told))
    return Objection("number.unsupported", f"nothing is known of {' or '.join(sorted(reading.fields))}")


def _objection_to_age(reading: Reading, known: Known) -> Objection | None:
    built = known.property.year_built
    if not built:
        return Objection("number.unsupported", "nothing is known of year_built")
    if abs(known.year - built - reading.quantity.value) <= 1:
        return None
    return Objection("number.mismatch", f"year_built is {built}")


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
    # A loss told without its sign is as false as a gain told as a loss.
    if number.value < 0 and not reading.negative:
        return False
    if number.field.startswith("cash_flow") and number.value >= 0 and reading.negative:
        return False
    return _fits_period(abs(said) if number.value < 0 else said, reading, number)


def _fits_period(said: float, reading: Reading, number: Number) -> bool:
    factor = {("month", "year"): 1 / 12, ("year", "month"): 12.0}.get((reading.period, number.period), 1.0)
    return fits(said, reading, abs(number.value) * factor, number.dimension)


def _finding(reading: Reading, field: str, objection: Objection, known: Known) -> Finding:
    rule, why = objection
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
