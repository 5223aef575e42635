"""Knows the labels of listing pages (tables/labels.json), and which text beside a label is its value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from pydantic import JsonValue

from phoenix_real_estate.normalize.page import amounts, readers
from phoenix_real_estate.normalize.page.expressions import expression

LONGEST_LABEL = 45
_OTHER = "other"
_FARTHEST_LABEL = 4
_LONG_VALUES = {"remarks"}
# What separates one label and value from the next on a line.
_SEPARATOR = re.compile(r"\t|\s*[|•·●▪‣►]\s*|\s[–—]\s")
_COLON = re.compile(r"\s?[:=](?!\w)\s*|\s?\.{3,}\s*|\s?:(?=\w)")
_LABEL_THEN_FIGURE = expression("label_then_figure")
_FIGURE_ALONE = expression("figure_alone")
_NEXT_LABEL = re.compile(r"(?<=\d)\s(?=[A-Z][A-Za-z. ]{1,20}\s\$?\d)")
_YEAR_ASIDE = re.compile(r"\(?\b20\d\d\b\)?")
_FIGURES = {
    "bedrooms", "bathrooms", "full_baths", "half_baths", "square_feet", "lot_size", "lot_acres", "year_built",
    "price", "annual_tax", "pool_type", "hoa_fee", "hoa_monthly", "garage_spaces", "carport_spaces",
    "parcel_number",
}  # fmt: skip

Told = dict[str, JsonValue]


def field_of(label: str) -> str | None:
    """The field that a label names, `other` for one that is known to be none of ours."""
    if len(label) > LONGEST_LABEL:
        return None
    return _fields().get(_bare(label)) or None


def read(label: str, value: str) -> Told:
    """The fact that a labelled value tells; nothing where the label is unknown or the value unreadable."""
    field = field_of(label)
    if field is None or field == _OTHER or not value:
        return {}
    told = readers.READERS[field](value.strip(" \t:–—"))
    return {} if told is None else _named(field, value, told)


def _named(field: str, value: str, told: JsonValue) -> Told:
    """A fee without its frequency keeps another name until the frequency is known."""
    if field == "hoa_fee" and isinstance(told, float) and told and amounts.frequency(value) is None:
        return {"hoa_as_paid": told}
    return {field: told}


def facts_in_pairs(pairs: Iterable[tuple[str, str]]) -> Told:
    """What labelled values tell; of equal fields the first counts."""
    told: Told = {}
    for label, value in pairs:
        for field, fact in read(label, value).items():
            told.setdefault(field, fact)
    return told


def facts_beside_labels(segments: Sequence[str]) -> tuple[Told, set[int]]:
    """What stands before or after the segments that are labels, whichever way the page is written.

    With the positions of the values, which are told of nothing else.
    """
    told: Told = {}
    used: set[int] = set()
    positions = [at for at, text in enumerate(segments) if field_of(text)]
    for run in _runs(positions):
        for at, facts in _best_direction(segments, run, frozenset(positions)):
            used.add(at)
            for field, fact in facts.items():
                told.setdefault(field, fact)
    return told, used


def _runs(labels: Iterable[int]) -> Iterator[list[int]]:
    """Positions of labels that follow each other closely, with a value in between."""
    run: list[int] = []
    for at in labels:
        if run and not 1 < at - run[-1] <= _FARTHEST_LABEL:
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def _best_direction(
    segments: Sequence[str], run: list[int], positions: frozenset[int]
) -> list[tuple[int, Told]]:
    """Values stand after their labels; before them only where that alone makes sense of all of them.

    Where both ways make some sense, neither is sure: `4`, `Beds`, `3`, `Baths` and something unread.
    """
    after, before = (_read_beside(segments, run, positions, step) for step in (1, -1))
    read_after, read_before = ({at for at, told in found.items() if told} for found in (after, before))
    asked = [at for at in run if field_of(segments[at]) != _OTHER]
    mostly_before = not read_after and 2 * len(read_before) >= len(asked)
    all_before = len(read_before) == len(asked) and not read_after.issuperset(asked[:-1])
    if len(read_before) > 1 and (mostly_before or all_before):
        return [(at - 1, told) for at, told in before.items()]
    if len(read_before) > len(read_after):
        return []
    return [(at + 1, told) for at, told in after.items()]


def _read_beside(
    segments: Sequence[str], run: list[int], positions: frozenset[int], step: int
) -> dict[int, Told]:
    """What is read beside every label; before one, only a figure."""
    found = {}
    for at in run:
        beside = at + step
        if beside in positions or not 0 <= beside < len(segments):
            continue
        if step == 1 or _FIGURE_ALONE.fullmatch(segments[beside]):
            told = read(segments[at], segments[beside])
            if told or field_of(segments[at]) == _OTHER:
                found[at] = told
    return found


def facts_of_columns(rows: Sequence[Sequence[str]]) -> Told:
    """A heading row of labels over one row of values; more rows are more properties."""
    told: Told = {}
    for at, row in enumerate(rows):
        following = rows[at + 1 : at + 3]
        if not _is_heading_row(row) or not following or len(following[0]) != len(row):
            continue
        if len(following) == 1 or len(following[1]) != len(row):
            for field, fact in facts_in_pairs(zip(row, following[0], strict=True)).items():
                told.setdefault(field, fact)
    return told


def _is_heading_row(row: Sequence[str]) -> bool:
    return len(row) > 2 and sum(field_of(cell) is not None for cell in row) >= max(2, len(row) - 1)


def facts_of_rows(rows: Iterable[Sequence[str]]) -> Told:
    """Cells that are label, value, label, value."""
    told: Told = {}
    for row in rows:
        if _is_heading_row(row):
            continue
        pairs = zip(row[::2], row[1::2], strict=False)
        for field, fact in facts_in_pairs(pairs).items():
            told.setdefault(field, fact)
    return told


def facts_on_line(line: str) -> Told:
    """`Beds: 3 | Baths: 2`, `Year Built 1998`: labels and values on one line."""
    told: Told = {}
    for segment in _SEPARATOR.split(line[:2_000]):
        found = facts_in_pairs(_colon_pairs(segment)) or facts_in_pairs(_figure_pairs(segment))
        for field, fact in found.items():
            told.setdefault(field, fact)
    return told


def _figure_pairs(segment: str) -> Iterator[tuple[str, str]]:
    """`Year Built 1998`, `HOA None` without a colon, for what is told by figures or by yes and no."""
    match = _LABEL_THEN_FIGURE.match(segment) if len(segment) <= 120 else None
    while match and field_of(match[1]) in _FIGURES:
        following = _NEXT_LABEL.search(segment, match.end())
        yield match[1], segment[match.end() : following.start() if following else len(segment)]
        match = _LABEL_THEN_FIGURE.match(segment, following.end()) if following else None


def _colon_pairs(segment: str) -> Iterator[tuple[str, str]]:
    """Every `Label: value`; a value ends where the next label begins."""
    marks = list(_COLON.finditer(segment))[:40]
    label, start = "", 0
    for mark in marks:
        begin, found = _label_before(segment, start, mark.start(), first=not label)
        if found:
            if label:
                yield label, segment[start:begin].rstrip(" ,;")
            label, start = found, mark.end()
    if label:
        value = segment[start:]
        later = [mark for mark in marks if mark.start() > start]
        if not later or field_of(label) in _FIGURES | _LONG_VALUES:
            yield label, value


def _label_before(segment: str, start: int, end: int, *, first: bool) -> tuple[int, str]:
    """The known label that ends at `end`, the longest one; the first on a line has to fill it."""
    words = [match.start() + start for match in re.finditer(r"(?<!\S)\S", segment[start:end])]
    for begin in words[:1] if first else words[-6:]:
        if field_of(segment[begin:end]):
            return begin, segment[begin:end]
    return 0, ""


@lru_cache(maxsize=20_000)
def _bare(label: str) -> str:
    return re.sub(r"[^\w#$/½²]", "", _YEAR_ASIDE.sub("", label.lower())).lstrip("#").strip("/")


@lru_cache(maxsize=1)
def _fields() -> dict[str, str]:
    table = json.loads(
        files("phoenix_real_estate.normalize.page").joinpath("tables/labels.json").read_text("utf-8")
    )
    return {_bare(label): field for field, names in table["labels"].items() for label in names}
