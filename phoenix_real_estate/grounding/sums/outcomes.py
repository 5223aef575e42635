"""What comes out of an operation on the figures near a number, and whether the number tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from phoenix_real_estate.grounding.rounding import fits
from phoenix_real_estate.grounding.sums.nearby import Nearby
from phoenix_real_estate.grounding.sums.operands import MONTHS, Operand

FLOWS = frozenset({"cash_flow_monthly", "cash_flow_annual"})


class Outcome(NamedTuple):
    """What an operation gives, USD (a year, of what has a period), and the periods it may be told in."""

    value: float
    periods: frozenset[str]


def comes_out(nearby: Nearby, outcome: Outcome) -> bool:
    said = abs(nearby.reading.quantity.value)
    periods = outcome.periods - {""} if nearby.reading.period or is_flow(nearby) else outcome.periods
    values = (outcome.value / (MONTHS if period == "month" else 1.0) for period in periods)
    return any(value > 0 and fits(said, nearby.reading, value, "money") for value in values)


def is_flow(nearby: Nearby) -> bool:
    """Whether the words tell that something is gained or lost by the month or the year."""
    return bool(nearby.reading.fields & FLOWS)


def periods_of(nearby: Nearby, usual: frozenset[str]) -> frozenset[str]:
    """The period a number is told in: its own, else the usual ones and those of its sentence."""
    if nearby.reading.period:
        return frozenset({nearby.reading.period})
    told = {"month" if match["month"] else "year" for match in _PERIOD.finditer(nearby.before + nearby.after)}
    return usual | (told or {one.period for one in nearby.told if one.period})


_PERIOD = re.compile(r"\b(?:(?P<month>month\w*|averag\w+|mo)|year\w*|annual\w*|yr)\b", re.IGNORECASE)


def is_beside(nearby: Nearby, one: Operand) -> bool:
    """Whether only small words part a figure's name from the number: "the costs, at more than $800"."""
    if one.start >= nearby.end:
        return _OF_ALL.fullmatch(nearby.text, nearby.end, one.start) is not None
    return AT.fullmatch(nearby.text, one.end, nearby.start) is not None


_OF_ALL = re.compile(
    r"\s+(?:(?:a|per|each) (?:month|year)\s+)?(?:of|in|for)\s+"
    r"(?:(?:the|its|average|monthly|yearly|annual|operating|all|these|such|total)\s+)*",
    re.IGNORECASE,
)
AT = re.compile(
    r"(?:[\s,:~(–—-]|\b(?:at|of|is|are|about|around|roughly|some|averag\w+|runs?|total\w*|comes? to|"
    r"more than|over|"
    r"nearly|almost|just|under|less than|an?|estimated|approximately|close to|near|(?:would|could|can|"
    r"will|may) (?:be|costs?)|costs?|which)\b)+",
    re.IGNORECASE,
)


COMPARED_WITH = re.compile(
    r"\s*(?:(?:a|per|each|every) (?:month|year) )?(?:(?:above|over|below|under|beyond|behind|ahead of|"
    r"short of|shy of) "
    r"(?:the|its|our|that|what|\w+ rent|noi|net|rent|debt)\b|(?:more|higher|less|lower) than\b|"
    r"from (?:the )?(?:low|bottom)\w*|wide\b|apart\b)",
    re.IGNORECASE,
)
"""Behind a number that tells a distance: what stands before it is compared, and not told by it."""


def for_each(nearby: Nearby, value: float, periods: frozenset[str]) -> Iterator[Outcome]:
    """An amount for each room or square foot, where the text says so."""
    match = _PER.match(nearby.after)
    count = getattr(nearby.known.property, _ROOMS[match.lastgroup or ""], None) if match else None
    if count:
        yield Outcome(value / count, periods or frozenset({""}))


_PER = re.compile(
    r"\s*(?:(?:a|per)\s+month\s+)?(?:/|per|for (?:each|every)|an?|each|every)\s*"
    r"(?:(?P<bed>bed)|(?P<bath>bath)|(?P<foot>sq\w*\.?\s*f|foot|ft))",
    re.IGNORECASE,
)
_ROOMS = {"bed": "bedrooms", "bath": "bathrooms", "foot": "square_feet"}


def over_time(nearby: Nearby, yearly: float) -> Iterator[Outcome]:
    """An amount over so many months as the sentence tells."""
    for told in nearby.told_in_sentence():
        if match := _TIME.search(told.span):
            yield Outcome(yearly * told.quantity.value / _A_YEAR[match.group().lower()], frozenset({"year"}))


_TIME = re.compile(r"week|month|year", re.IGNORECASE)
_A_YEAR = {"week": 52.0, "month": MONTHS, "year": 1.0}


def together(nearby: Nearby, several: Sequence[Operand]) -> Outcome:
    return Outcome(
        sum(one.value for one in several), periods_of(nearby, frozenset(one.period for one in several))
    )
