"""What a page's visible text supports: every value that stands there with words that say what it is.

Other homes of the page (similar, nearby, sold), its price history, payments and estimates are no evidence,
and neither are lines that speak to a machine, clauses about what is gone or next door, and persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from pydantic import JsonValue

from phoenix_real_estate.extraction.marks import TABLE, Labelled, Line, Number, labelled_numbers
from phoenix_real_estate.extraction.values import told_number, told_words, value_of
from phoenix_real_estate.normalize.contacts import without_persons
from phoenix_real_estate.prompts.question import harmless

LONGEST_TEXT = 100_000
"""A page whose visible text is longer is read up to here."""


class Reading(NamedTuple):
    """A value of a field as the project reads it, the words a record would tell it with, and its place."""

    field: str
    value: JsonValue
    told: str
    start: int
    end: int
    number: Number | None = None


class PageText:
    """The visible text of a page of a source, as models see it, and folded to find quotes in it."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        lines = (" ".join(line.split()) for line in _shown(text[:LONGEST_TEXT]).splitlines())
        self.shown = "\n".join(line for line in lines if line)
        self.folded = folded(self.shown)

    def places_of(self, quote: str) -> list[tuple[int, int]]:
        """Where the quote stands word by word; nowhere for one that says nothing."""
        sought = folded(" ".join(harmless(quote).split()))
        if not sought:
            return []
        return [(found.start(), found.end()) for found in re.finditer(re.escape(sought), self.folded)]

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Everything the page says of the property itself."""
        lines = list(_own(self._lines()))
        words = (*_headed(lines), *_phrases(lines), *_addresses(lines))
        found = (*map(self._of_number, labelled_numbers(lines)), *map(self._of_words, words))
        return tuple(one for one in found if one is not None)

    def of(self, field: str) -> list[Reading]:
        """What the page says of one field."""
        return [one for one in self.readings if one.field == field]

    def _lines(self) -> Iterator[Line]:
        start = 0
        for line in self.shown.split("\n"):
            yield Line(start, self.folded[start : start + len(line)])
            start += len(line) + 1

    def _of_number(self, said: Labelled) -> Reading | None:
        told, at = told_number(said.field, said.number, said.label), said.number
        value = told and value_of(self.source, said.field, told)
        return Reading(said.field, value, told, at.start, at.end, at) if told and value is not None else None

    def _of_words(self, said: _Words) -> Reading | None:
        # Names keep their capitals; what words mean does not depend on them.
        words = self.shown if said.field in _NAMES else self.folded
        told = told_words(said.field, words[said.start : said.end])
        value = told and value_of(self.source, said.field, told)
        return Reading(said.field, value, told, said.start, said.end) if told and value is not None else None


def _shown(text: str) -> str:
    return harmless(without_persons(text))


class _Words(NamedTuple):
    field: str
    start: int
    end: int


def folded(text: str) -> str:
    """Lower case with every white space a blank, letter by letter: places stay the same."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return lower.replace("\n", " ")


def _own(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines about the property itself."""
    aside = False
    for line in lines:
        heading = match["words"] if (match := _HEADING.fullmatch(line.text)) else ""
        if _OTHERS.fullmatch(heading):
            return
        aside = not _RESUME.fullmatch(heading) and (aside or bool(_ASIDE.fullmatch(heading)))
        if not aside and not _SKIPPED.search(line.text):
            yield Line(line.start, _CLAUSE.sub(_cleared, line.text))


def _cleared(clause: re.Match[str]) -> str:
    """A clause as it is, or blanks of its length for one that speaks of what is not here, or not now."""
    return _BLANK * len(clause[0]) if _ELSEWHERE.search(clause[0]) else clause[0]


def _headed(lines: list[Line]) -> Iterator[_Words]:
    """`Cooling: Central Air` in one line, or the heading above its value."""
    for place, line in enumerate(lines):
        for match in _HEADED.finditer(line.text):
            field = TABLE["headed"][int(str(match.lastgroup).removeprefix("heading"))]["field"]
            value = _VALUE.match(line.text, match.end())
            if value:
                yield _Words(field, line.start + value.start("value"), line.start + value.end("value"))
            elif match.end() == len(line.text) and _is_value(below := lines[place + 1 : place + 2]):
                yield _Words(field, below[0].start, below[0].start + len(below[0].text))


def _is_value(below: list[Line]) -> bool:
    """Whether the line below a heading is its value, and not something that says itself what it is."""
    told = below[0].text if below else ""
    return bool(re.fullmatch(_PLAIN, told)) and not _HEADED.search(told) and not _PHRASES.search(told)


def _phrases(lines: Iterable[Line]) -> Iterator[_Words]:
    """Words that say field and value in one: `community pool`."""
    for line in lines:
        for match in _PHRASES.finditer(line.text):
            if not _UNSURE.search(line.text[max(match.start() - 40, 0) : match.start()]):
                field = TABLE["phrases"][int(str(match.lastgroup).removeprefix("phrase"))]["field"]
                yield _Words(field, line.start + match.start(), line.start + match.end())


def _addresses(lines: Iterable[Line]) -> Iterator[_Words]:
    for line in lines:
        for match in _ADDRESS.finditer(line.text):
            yield _Words("address", line.start + match.start(), line.start + match.end())


def _any_of(entries: Iterable[dict[str, str]], name: str) -> str:
    return "|".join(rf"(?P<{name}{at}>{entry['words']})" for at, entry in enumerate(entries))


_NAMES = frozenset({"address", "subdivision", "cooling_type", "roof_type"})
# A street with house number, a city and the state.
_ADDRESS = re.compile(
    r"(?<![\w$.,#/-])\d{1,6} (?=[^,\n]{0,30}[a-z])[\w.'# -]{2,60}(?:, ?[\w #.-]{1,30})?"
    r", ?[a-z][a-z .'-]{2,40},? (?:az|arizona)\b(?:,? \d{5}(?:-\d{4})?\b)?"
)
# Words alone: what has a colon or brackets in it may be several values in a row.
_PLAIN = r"[\w.,;&/#'+ -]{0,80}[\w.]"
_HEADING = re.compile(r"(?P<words>[^\d:]{1,60}?)[ :]*")
_OTHERS = re.compile(TABLE["others"])
_ASIDE = re.compile(TABLE["aside"])
_RESUME = re.compile(TABLE["resume"])
_SKIPPED = re.compile(TABLE["skipped"])
_ELSEWHERE = re.compile(rf"\b(?:{TABLE['elsewhere']})\b")
# With a comma where the next words go on about the same: "a private pool, filled in 2019".
_CLAUSE = re.compile(
    rf"(?:[^,.;!?|•·]|[,.](?! |$)|(?<=\bapprox)\.|(?<=\bsq)\.|(?<=\bft)\.|, (?=(?:{TABLE['goes_on']})\b))+"
)
# Nothing reads on across it.
_BLANK = "!"
_UNSURE = re.compile(rf"\b(?:{TABLE['unsure_before']})")
_HEADED = re.compile(rf"(?:^|(?<=[|•·;] )|(?<=[|•·;]))(?:{_any_of(TABLE['headed'], 'heading')})(?= ?:| ?$)")
_VALUE = re.compile(rf" ?: ?(?P<value>{_PLAIN})(?= ?(?:$|[|•·]))")
_PHRASES = re.compile(rf"\b(?:{_any_of(TABLE['phrases'], 'phrase')})\b")
