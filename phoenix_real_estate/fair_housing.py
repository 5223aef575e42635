"""The law on housing advertisements: no word on who should or should not live there.

The rules are `tables/fair_housing_rules.csv`: category, strength, context, exceptions, reason, authority.
They describe the dwelling's text, so a home may have a family room and stand within walking distance of a
bus stop; "perfect for families" may not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from phoenix_real_estate.grounding.names import MASK, Names
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.grounding.texts import texts_of
from phoenix_real_estate.grounding.wording import Lexicon, whole_words
from phoenix_real_estate.models import Enrichment, Finding, Property, Severity


def check(enrichment: Enrichment, property: Property | None = None) -> list[Finding]:
    """The findings in every text of an enrichment.

    The property's own street and the names of its place that may be told (`may_name`) are facts, not
    statements: what stands inside them is no finding.
    """
    # Names are dear to compile and needed only where a rule matched.
    names = cache(lambda: Names(_own_names(property or Property())))
    return [finding for text in texts_of(enrichment) for finding in _findings(text.words, text.field, names)]


def findings_in(text: str, field: str) -> list[Finding]:
    """What a text says that an advertisement may not: block is critical, warn a warning, info only told.

    Of two rules that match the same words the longer match counts.
    """
    return [_finding(rule, match, field) for match, rule in _found(text)]


def may_name(name: str) -> bool:
    """Whether a place may be called by its name: "Brown Ranch", but not "Rio Verde Adult Community".

    "Community" and the like, and the words around the name, do not turn a proper name into a statement.
    Age is told by the name alone. One word alone, "Brown", cannot be told from the common word.
    """
    if any(rule.in_names and (rule.context is None or rule.category == "age") for _, rule in _found(name)):
        return False
    bare = _KINDS_OF_PLACE.sub("", name)
    said = f"the {bare} community" if len(name.split()) == 1 else bare
    return not any(rule.in_names for _, rule in _found(said))


_KINDS_OF_PLACE = re.compile(
    r"\b(?:community|neighborhood|area|subdivision|association|district|section)\b", re.IGNORECASE
)
_NAMES = ("hoa_name", "subdivision", "neighborhood", "school_district", "irrigation_district")


def _own_names(property: Property) -> Property:
    """Nothing but the names; the address as it was collected is a free text and no name."""
    names = {field: name for field in _NAMES if (name := getattr(property, field)) and _is_proper(name)}
    return Property(address=property.address.model_copy(update={"raw": None}), **names)


def _is_proper(name: str) -> bool:
    return len(name.split()) > 1 and may_name(name)


def _findings(text: str, field: str, names: Callable[[], Names]) -> Iterator[Finding]:
    found = _found(text)
    masked = names().mask(text) if found else text
    for match, rule in found:
        if set(masked[match.start() : match.end()]) != {MASK}:
            yield _finding(rule, match, field)


def _found(text: str) -> list[_Found]:
    found = [(match, rule) for rule, match in _rules().matches(text) if not _is_innocent(rule, match, text)]
    return [(match, rule) for match, rule in found if not _is_covered(match, found)]


class _Rule(NamedTuple):
    category: str
    severity: Severity
    context: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    in_names: bool
    why: str


_Found = tuple[re.Match[str], _Rule]
_REACH = 45
"""Characters on each side in which a context word counts, about five words."""
_SEVERITIES = {
    "block": Severity.CRITICAL,
    "context": Severity.CRITICAL,
    "warn": Severity.WARNING,
    "look": Severity.WARNING,
    "info": Severity.INFO,
}


def _is_innocent(rule: _Rule, match: re.Match[str], text: str) -> bool:
    if rule.unless and any(
        exempt.start() <= match.end() + _GAP and match.start() <= exempt.end()
        for exempt in rule.unless.finditer(text)
    ):
        return True
    return rule.context is not None and not rule.context.search(_around(match, text))


_GAP = 1
"""An exception also counts when it stands right behind the term: "mother-in-law suite"."""


def _around(match: re.Match[str], text: str) -> str:
    before = re.split(r"[.;!?](?=\s)", text[max(0, match.start() - _REACH) : match.start()])[-1]
    after = re.split(r"[.;!?](?=\s|$)", text[match.end() : match.end() + _REACH])[0]
    return f"{_last_words(before)} □ {' '.join(after.split()[:2])}"


def _last_words(before: str) -> str:
    return " ".join(before.split()[-3:])


def _is_covered(match: re.Match[str], found: list[_Found]) -> bool:
    return any(
        other.start() <= match.start()
        and match.end() <= other.end()
        and len(other.group()) > len(match.group())
        for other, _ in found
    )


def _finding(rule: _Rule, match: re.Match[str], field: str) -> Finding:
    return Finding(
        rule=f"housing.{rule.category.replace(' ', '_')}",
        severity=rule.severity,
        field=field,
        span=match.group(),
        why=rule.why,
    )


@cache
def _rules() -> Lexicon[_Rule]:
    rows = rows_of("fair_housing_rules.csv")
    words = {row["category"]: row["pattern"] for row in rows if row["strength"] == "words"}
    return Lexicon(
        (_spelled_out(row["pattern"], words), _rule(row, words)) for row in rows if row["strength"] != "words"
    )


def _rule(row: dict[str, str], words: dict[str, str]) -> _Rule:
    return _Rule(
        row["category"],
        _SEVERITIES[row["strength"]],
        whole_words(_spelled_out(row["context"], words)) if row["context"] else None,
        whole_words(row["unless"]) if row["unless"] else None,
        row["strength"] != "look",
        f"{row['reason']} ({row['authority']})",
    )


def _spelled_out(source: str, words: dict[str, str]) -> str:
    for name, pattern in words.items():
        source = source.replace(f"{{{name}}}", f"(?:{pattern})")
    return source
