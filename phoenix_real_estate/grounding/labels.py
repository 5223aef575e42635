"""The labels that stand right before or right behind a number and name the fact it claims to be."""

from __future__ import annotations

import re
from functools import cache

from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.grounding.wording import Lexicon


def named_before(before: str, dimension: str, *, joined: bool = False) -> list[str]:
    """The fields of the nearest label that only connecting words part from the number.

    `joined`: a comma ends what belongs to the number before: "$265 to the association, $189,900 asked".
    """
    connected = _JOINED if joined else _CONNECTED
    nearest, fields = -1, list[str]()
    labels = list(_labels_before(dimension).matches(before))
    # With "effective gross income" its end, "gross income", is no name either.
    objects = {match.end() for _, match in labels if _is_object(before, match)}
    for field, match in labels:
        if match.end() >= nearest and match.end() not in objects and connected.fullmatch(before, match.end()):
            fields = [*fields, field] if match.end() == nearest else [field]
            nearest = match.end()
    return fields


def named_after(after: str, dimension: str) -> tuple[list[str], int]:
    """The fields of the labels right behind a number, and how far behind it they reach."""
    lead = _LEAD.match(after)
    starts = {lead.end() if lead else 0, len(after) - len(after.lstrip(" "))}
    found = [
        (field, match.end())
        for pattern, field in _labels_after(dimension)
        for start in starts
        if (match := pattern.match(after, start))
    ]
    return [field for field, _ in found], max((end for _, end in found), default=0)


def _is_object(before: str, match: re.Match[str]) -> bool:
    if match.group().lower() == "listed" and _AMOUNT.search(before, 0, match.start()):
        return True
    if _IN_BRACKETS.search(before) and _NONE_OF.search(before, 0, match.start()):
        return False
    return (_NOT_ITS_NAME.search(before, 0, match.start()) or _BY.match(before, match.end())) is not None


_IN_BRACKETS = re.compile(r"\(\s*$")
_NONE_OF = re.compile(r"\b(?:no|without)\s+$", re.IGNORECASE)
"""How much of it there is when there is none: "no desert landscaping (0%)"."""


_AMOUNT = re.compile(
    r"\b(?:fees?|dues|tax(?:es)?|rents?|values?|payments?|assessments?|bill|costs?|lot|area|footage|size)"
    r"(?:\s+(?:is|are|was|were|as|currently|now))*\s+$",
    re.IGNORECASE,
)
"""Before "listed": "the association fee listed is" no price, and neither is what "the lot is listed at"."""
_BY = re.compile(r"\s+by\b", re.IGNORECASE)
"""Debt service "exceeds net operating income by" a difference."""
_NOT_ITS_NAME = re.compile(
    r"\b(?:after|before|against|beyond|beside|besides|versus|vs\.?|minus|less|net of|on top of|despite|no|"
    r"without)"
    r"(?:\s+(?:the|its|an?|that|this|any|each|monthly|estimated|mortgage|loan|costs|expenses|taxes|and))*\s+$",
    re.IGNORECASE,
)
"""What a label before a number is not its name for: "the surplus after the mortgage would be $563"."""


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


_CONNECTORS = (
    r"(?:is|are|was|were|of|at|to|for|about|around|approximately|approx\.?|roughly|nearly|almost|over|"
    r"under|above|below|just|only|an?|the|total|totals|totaling|totalling|estimated?|currently|now|set|"
    r"comes?|in|stands?|sits?|runs?|being|as|equals|near|between|from|up|some|high|low|per|month|monthly|"
    r"annual|annually|yearly|year|this|home|house|property|could|would|may|can|reach|bring|be|by|on|"
    r"averages?|"
    r"ranges?|recorded|record|file|none|listed|counts?|full|more|less|than|here|projected|expected|computed|calculated|"
    r"modeled|it|its|back|way|until|circa|c\.|amounts?|measures?|measuring|numbers?|has|have|with|spans?|"
    r"covers?|includes?|offers?|provides?|exactly|positive|negative|price|usd|allowance|estimates?|"
    r"assumed|budgeted|put|pegged|takes?|"
    r"consumes?|absorbs?|eats?|accounts?|costs?|claims?|adds?|works?|out|remains?|charges?|demands?|"
    r"requires?|needs?|asks?|makes?|then|given|shown|least|most)"
)
_CONNECTED = re.compile(rf"(?:[\s:=~(,–—-]|\b{_CONNECTORS}(?!\w))*", re.IGNORECASE)
_JOINED = re.compile(rf"(?:[\s:=~(–—-]|\b{_CONNECTORS}(?!\w))*", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:[\s/-]|\b(?:per|an?|in|(?:of|for)(?: the)?|each|month|monthly|mo|year|yearly|annual|estimated)\b)*",
    re.IGNORECASE,
)
