"""The figures that stand near a number of a text: named by a word ("the mortgage") or told by a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from phoenix_real_estate.grounding.known import Known, Number
from phoenix_real_estate.grounding.readings import Reading
from phoenix_real_estate.grounding.tables import rows_of

FactOf = Callable[[Reading], Number | None]
"""The fact behind a reading; None where an objection stands against it."""
MOST = 6
"""So many figures near a number are computed with, the nearest ones: with more, anything would come out."""
MONTHS = 12.0


class Operand(NamedTuple):
    """A figure of the property where a text names it: USD (a year, where it has a period) or percent.

    `said` is the value as the text tells it, which may be rounded; `side` is 1 for an income, -1 for a cost,
    else 0; `period` is month or year as it is told or usual, empty for what has none; `told` says that a
    number tells it.
    """

    name: str
    value: float
    said: float
    dimension: str
    side: int
    period: str
    start: int
    end: int
    told: bool = False


def operands_in(
    text: str, span: range, readings: Sequence[Reading], known: Known, fact_of: FactOf
) -> list[Operand]:
    """Every figure that a part of a text names or tells, in reading order."""
    named = (one for one in _named_in(text, span, known))
    told = (_told(one, fact_of) for one in readings if one.quantity.start in span)
    return sorted((*named, *filter(None, told)), key=lambda one: one.start)


def operand_of(name: str, known: Known, start: int, end: int) -> Operand | None:
    """A figure by its name in grounding_operands.csv; None where it is not known."""
    row = _rows()[name]
    for field in row.fields:
        for number in known.by_field.get(field, ())[:1]:
            value = _yearly(abs(number.value), number.period)
            return Operand(name, value, value, number.dimension, row.side, number.period, start, end)
    return None


class _Row(NamedTuple):
    fields: tuple[str, ...]
    side: int
    named: re.Pattern[str]


def _named_in(text: str, span: range, known: Known) -> Iterator[Operand]:
    for name, row in _rows().items():
        for match in row.named.finditer(text, span.start, span.stop):
            if operand := operand_of(name, known, match.start(), match.end()):
                yield operand


def _told(reading: Reading, fact_of: FactOf) -> Operand | None:
    fact = fact_of(reading)
    if fact is None or fact.dimension not in ("money", "percent", "ratio"):
        return None
    name = _names().get(fact.field, fact.field)
    side = _rows()[name].side if name in _rows() else 0
    period = reading.period or fact.period
    value, said = _yearly(abs(fact.value), fact.period), _yearly(abs(reading.quantity.value), period)
    start, end = reading.quantity.start, reading.quantity.end
    return Operand(name, value, said, fact.dimension, side, period, start, end, told=True)


def _yearly(value: float, period: str) -> float:
    return value * MONTHS if period == "month" else value


@cache
def _rows() -> dict[str, _Row]:
    sides = {"income": 1, "cost": -1}
    return {
        row["operand"]: _Row(
            tuple(row["fields"].split()),
            sides.get(row["side"], 0),
            re.compile(rf"\b(?:{row['named']})\b", re.IGNORECASE),
        )
        for row in rows_of("grounding_operands.csv")
    }


@cache
def _names() -> dict[str, str]:
    return {field: name for name, row in _rows().items() for field in row.fields}
