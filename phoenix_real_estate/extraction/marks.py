"""The numbers of a page and the words that say what they are (tables/labels.json), each with the other.

A number belongs to the label beside it. Where several stand in a row ("3 Beds 2 Baths", "Beds 3 Baths 2"),
they go together in pairs from the first on; a row that does not come out even says nothing for certain, and
so nothing. In doubt a number is nobody's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from itertools import chain, pairwise
from typing import Any, NamedTuple

TABLE: dict[str, Any] = json.loads(
    files("phoenix_real_estate.extraction").joinpath("tables/labels.json").read_text("utf-8")
)

SMALLEST_AREA = 100
"""Square feet; fewer are no home's."""

NEAR = 24
"""Letters before and behind that may say whether a unit stands alone."""

FAR = 120
"""Letters before that may say what was built."""


@dataclass(frozen=True, eq=False)
class Number:
    """A number as it stands on the page, at `start` to `end`, with its unit and how often it is paid.

    One that is part of something longer (a date, a range) is not `whole`.
    """

    start: int
    end: int
    value: float
    money: bool = False
    unit: str = ""
    period: str = ""
    whole: bool = True
    spelled: bool = False
    grouped: bool = False

    def suits(self, kind: str) -> bool:
        """Whether it can be a value of the kind that a label wants."""
        return self.whole and _KINDS[kind](self)

    def like(self, other: Number) -> Number:
        """The number with the other's unit and frequency where it has none itself."""
        return replace(self, unit=self.unit or other.unit, period=self.period or other.period)


@dataclass(frozen=True, eq=False)
class Label:
    """Words that say what a number beside them is; without a field it is nothing of ours."""

    start: int
    end: int
    field: str
    place: str
    kind: str
    words: str


Mark = Number | Label


class Labelled(NamedTuple):
    """A number and what says what it is: a label, or its own unit (acres are the lot's)."""

    number: Number
    field: str
    label: str


class Line(NamedTuple):
    """One line of the page in lower case, and where in the page it begins."""

    start: int
    text: str


def labelled_numbers(lines: Sequence[Line]) -> list[Labelled]:
    """Every number of these lines that something says the meaning of."""
    marks = [_marks(line) for line in lines]
    pairs, taken = list[tuple[Number, Label]](), set[Mark]()
    for line, found in zip(lines, marks, strict=True):
        _pair(found, partial(_is_tight, line), pairs, taken)
    for stack in _stacked(lines, marks):
        _pair([mark for mark in stack if mark not in taken], lambda *_: True, pairs, taken)
    for line, found in zip(lines, marks, strict=True):
        _pair([mark for mark in found if mark not in taken], partial(_is_loose, line), pairs, taken)
    said = [Labelled(number, label.field, label.words) for number, label in pairs if label.field]
    alone = (_by_unit(line, found, taken) for line, found in zip(lines, marks, strict=True))
    return [*said, *chain.from_iterable(alone)]


def numbers_in(text: str) -> list[Number]:
    """The numbers of a short text."""
    return [mark for mark in _marks(Line(0, text)) if isinstance(mark, Number)]


def _marks(line: Line) -> list[Mark]:
    marks: list[Mark] = []
    at = 0
    while match := _scanner().search(line.text, at):
        marks.append(_number(line, match) if match["number"] else _label(line, match))
        at = marks[-1].end - line.start
    return marks


def _number(line: Line, match: re.Match[str]) -> Number:
    start = line.start + match.start()
    if match["spelled"]:
        value = float(_SPELLED.index(match["spelled"]) + 1)
        return Number(start, line.start + match.end(), value, spelled=True)
    scale = _SCALES[(match["scale"] or "").strip()] if match["money"] else 1
    value, unit = float(match["digits"].replace(",", "")) * scale, _unit(match["unit"])
    # "Bathrooms 2 Square Feet 1,850": too few to be square feet.
    alone = unit == "sqft" and value < SMALLEST_AREA
    end = match.end("digits") if alone else match.end()
    part = _PART_BEFORE.search(line.text[max(match.start() - 8, 0) : match.start()])
    return Number(
        start,
        line.start + end,
        value,
        money=bool(match["money"]),
        unit="" if alone else unit,
        period="" if alone else _period(match["period"]),
        grouped="," in match["digits"],
        whole=not part and not _PART_AFTER.match(line.text[end : end + 8]),
    )


def _unit(written: str | None) -> str:
    return "" if not written else "acres" if "ac" in written else "sqft"


def _period(written: str | None) -> str:
    """The frequency as `vocabulary.payments_a_year` knows it; what it does not know fits no field."""
    word = re.sub(r"[^a-z]", "", re.sub(r"^\W*(?:per|an?|each)\b", "", written or ""))
    return {"mo": "month", "yr": "year"}.get(word, word)


def _label(line: Line, match: re.Match[str]) -> Label:
    entry = TABLE["labels"][int(str(match.lastgroup).removeprefix("label"))]
    # "Sq ft" behind another word is that word's: "Cabana sq ft: 300".
    others = entry.get("alone") and not _ALONE_BEFORE.search(_before(line, match.start()))
    # "Built" is of what stands before it: "Garage built in 2015".
    others = others or (entry.get("of_home") and not _HOME_BEFORE.search(_before(line, match.start(), FAR)))
    return Label(
        line.start + match.start(),
        line.start + match.end(),
        "" if others else entry.get("field", ""),
        entry["place"],
        entry["kind"],
        match[0],
    )


def _pair(
    marks: Sequence[Mark],
    near: Callable[[Mark, Mark], bool],
    pairs: list[tuple[Number, Label]],
    taken: set[Mark],
) -> None:
    """Pairs off the rows of marks that hang together; marks of a row that comes out odd are used up."""
    for row in _rows(marks, near):
        if len(row) > 1:
            taken.update(row)
        if len(row) % 2 == 0:
            pairs += [_number_first(*row[at : at + 2]) for at in range(0, len(row), 2)]


def _number_first(one: Mark, two: Mark) -> tuple[Number, Label]:
    if isinstance(one, Number):
        return one, two  # type: ignore[return-value]  # a row is of numbers and labels in turn
    return two, one  # type: ignore[return-value]


def _rows(marks: Sequence[Mark], near: Callable[[Mark, Mark], bool]) -> Iterator[list[Mark]]:
    row = list(marks[:1])
    for one, two in pairwise(marks):
        if not (_belong(one, two) and near(one, two)):
            yield row
            row = []
        row.append(two)
    yield row


def _belong(one: Mark, two: Mark) -> bool:
    """Whether a number and a label, in this order, may be value and label."""
    if isinstance(one, Label) and isinstance(two, Number):
        return one.place != "after" and two.suits(one.kind)
    if isinstance(one, Number) and isinstance(two, Label):
        return two.place != "before" and one.suits(two.kind)
    return False


def _stacked(lines: Sequence[Line], marks: Sequence[list[Mark]]) -> Iterator[list[Mark]]:
    """Marks of lines that hold nothing else, one below the other: a label, and its value on the next line."""
    stack: list[Mark] = []
    for line, found in zip(lines, marks, strict=True):
        if len(found) == 1 and not _NAMED.search(_without(line, found[0])):
            stack += found
        else:
            yield stack
            stack = []
    yield stack


def _without(line: Line, mark: Mark) -> str:
    return line.text[: mark.start - line.start] + line.text[mark.end - line.start :]


def _between(line: Line, one: Mark, two: Mark) -> str:
    return line.text[one.end - line.start : two.start - line.start]


def _is_tight(line: Line, one: Mark, two: Mark) -> bool:
    """Next to each other, or with an "is" between them."""
    return _TIGHT.fullmatch(_between(line, one, two)) is not None


def _is_loose(line: Line, one: Mark, two: Mark) -> bool:
    """A few words between them, and no end of a sentence: "3 spacious bedrooms"."""
    spelled = any(isinstance(mark, Number) and mark.spelled for mark in (one, two))
    return not spelled and _LOOSE.fullmatch(_between(line, one, two)) is not None


def _before(line: Line, at: int, reach: int = NEAR) -> str:
    return line.text[max(at - reach, 0) : at]


def _by_unit(line: Line, found: Sequence[Mark], taken: set[Mark]) -> Iterator[Labelled]:
    """Areas that stand alone: acres are the lot's, square feet the home's."""
    if any(isinstance(mark, Label) and mark.kind in ("area", "lot") for mark in found):
        return
    for mark in found:
        if isinstance(mark, Number) and mark not in taken and mark.unit and mark.suits("area"):
            before, end = _before(line, mark.start - line.start), mark.end - line.start
            if _ALONE_BEFORE.search(before) and _ALONE_AFTER.match(line.text[end : end + NEAR]):
                yield Labelled(mark, "lot_size" if mark.unit == "acres" else "square_feet", mark.unit)


_KINDS: dict[str, Callable[[Number], bool]] = {
    "any": lambda _: True,
    "count": lambda n: not (n.money or n.unit or n.period) and n.value <= 60,
    "year": lambda n: not (n.money or n.unit or n.period or n.grouped) and 1800 <= n.value <= 2100,
    "money": lambda n: not n.unit and (n.money or n.value >= 1000),
    "price": lambda n: not (n.unit or n.period) and (n.money or n.value >= 1000),
    "fee": lambda n: not n.unit and (n.money or bool(n.period)),
    "area": lambda n: not (n.money or n.period) and bool(n.unit),
    "size": lambda n: not (n.money or n.period) and (bool(n.unit) or n.value >= SMALLEST_AREA),
    "lot": lambda n: not (n.money or n.period),
}
_SPELLED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000, "million": 1_000_000}
_NUMBER = (
    r"(?<![\w.,$#-])(?<!\d/)(?:(?P<money>\$ ?)?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d+)?|\.\d+)"
    r"(?![,.]?\d)(?P<scale> ?(?:k|m|million)\b)?"
    r"(?P<unit>[ -]?(?:sq\.? ?ft\b\.?|sqft\b|square[ -](?:feet|foot)\b|sf\b|acres?\b|ac\b))?"
    r"(?P<period> ?(?:/|\(?per |\(?an? |\(?each ) ?"
    r"(?:month|mo|year|yr|quarter|week|day|night|sq\.? ?ft|sqft|square foot)\b"
    r"|,? \(?(?:monthly|annually|yearly|quarterly|annual|semi-annually)\b)?"
    rf"|(?P<spelled>{'|'.join(_SPELLED)})\b)"
)
# Part of a range, a date, a phone number, a fraction, a dimension or a percentage.
_PART_BEFORE = re.compile(r"\d ?(?:[-–—/x×:]|to\b) ?$|#$")
_PART_AFTER = re.compile(r" ?(?:[-–—/x×:]|to\b) ?\$?\d|%|\+|['\"′″]|[a-z]*\d|(?:st|nd|rd|th)\b|½|¼|¾| \d/\d")
_ALONE_BEFORE = re.compile(
    r"(?:^|[|•·;,.:/)–—\d]|\b(?:beds?|baths?|bd|ba|with|has|offers|boasts|approx\.?|approximately|about|over|nearly|a|on|and))\s*$"
)
_ALONE_AFTER = re.compile(r"\s*(?:$|[|•·;,.)–—]|of living|living|livable|home\b|house\b|and\b|with\b)")
_HOME_BEFORE = re.compile(TABLE["home_before"])
_TIGHT = re.compile(r"[\s:=~(–—-]*(?:(?:is|of|are|about|approx\.?|approximately|at|in|total)\b[\s:(]*)?")
_LOOSE = re.compile(r"[^.;!?|•·\n\d$]{0,32}")
_NAMED = re.compile(r"\w")


@cache
def _scanner() -> re.Pattern[str]:
    labels = "|".join(rf"(?P<label{at}>{entry['words']})" for at, entry in enumerate(TABLE["labels"]))
    return re.compile(rf"(?P<number>{_NUMBER})|(?<![a-z])(?:{labels})(?!\w)")
