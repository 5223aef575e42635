"""Knows the parts of a listing page that are not about its property, by their markup and by their headings.

Similar homes, calculators, histories, agents, navigation: their numbers are somebody else's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from phoenix_real_estate.normalize.page.expressions import expression

_TABLE = json.loads(
    files("phoenix_real_estate.normalize.page").joinpath("tables/sections.json").read_text("utf-8")
)
_WORDS = {name: re.compile(words, re.IGNORECASE) for name, words in _TABLE.items() if name != "source"}
_UNSEEN_STYLE = re.compile(
    r"display:none|visibility:hidden|opacity:0(?![.\d])|font-size:0(?![.\d])|(?:left|top|text-indent):-\d{3,}"
    r"|(?<![-\w])(?:max-)?(?:height|width):0(?![.\d])|clip:rect\(0"
)
_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,2000})\}")
_MEDIA = re.compile(r"@[^{};]{0,200}\{(?:[^{}]{0,4000}\{[^{}]{0,4000}\}){0,500}[^{}]{0,4000}\}")
_SELECTOR = re.compile(r"(?:[a-z]+)?([.#][\w-]{1,60})", re.IGNORECASE)

LONGEST_HEADING = 60
LEAST_MENU = 3
_MOST_OF_A_BUILDING = 12
_LONGEST_FIGURE = 40
_OTHER_BUILDING_TITLE = expression("other_building_title")
LONGEST_STYLE = 200_000
_PSEUDO_HEADING_LEVEL = 2
_OTHER_ELEMENTS = {"nav", "footer", "select", "option", "datalist", "del", "s", "strike", "svg", "object"}
_WHOLE_PAGE = {"html", "body", "main", "form", "table", "tbody", "tr"}


class Line(NamedTuple):
    """What one block element shows: its text, its level if it is a heading, the sections it stands in."""

    text: str
    level: int = 0
    sections: tuple[int, ...] = ()


def is_unseen(name: str, attributes: Mapping[str, str], unseen_selectors: frozenset[str]) -> bool:
    """An element that no visitor sees."""
    if "hidden" in attributes or attributes.get("aria-hidden", "").lower() == "true":
        return True
    if name == "dialog" and "open" not in attributes:
        return True
    style = re.sub(r"\s+", "", attributes.get("style", "")).lower()
    if style and _UNSEEN_STYLE.search(style):
        return True
    return _is_unseen_by_class(attributes, unseen_selectors)


def _is_unseen_by_class(attributes: Mapping[str, str], unseen_selectors: frozenset[str]) -> bool:
    classes = attributes.get("class", "").split()
    if unseen_selectors:
        named = [f".{one}" for one in classes] + [f"#{attributes.get('id', '')}"]
        if not unseen_selectors.isdisjoint(named):
            return True
    if not any(_WORDS["hidden_classes"].search(one) for one in classes):
        return False
    return not any(_WORDS["shown_again_classes"].search(one) for one in classes)


def unseen_selectors(style: str) -> Iterator[str]:
    """The classes and ids that a style sheet hides, whatever the medium."""
    for rule in _RULE.finditer(_MEDIA.sub("", style[:LONGEST_STYLE])):
        if _UNSEEN_STYLE.search(re.sub(r"\s+", "", rule[2]).lower()):
            for selector in rule[1].split(","):
                if match := _SELECTOR.fullmatch(selector.strip()):
                    yield match[1]


def is_other_matter(name: str, attributes: Mapping[str, str]) -> bool:
    """An element whose name, class or id says that it is not about the property."""
    if name in _OTHER_ELEMENTS:
        return True
    if name in _WHOLE_PAGE:
        return False
    if attributes.get("role") in {"navigation", "contentinfo", "dialog", "search"}:
        return True
    told = [attributes.get(key, "") for key in ("class", "id", "data-testid", "data-section", "aria-label")]
    return _says_other_matter(" ".join(part for part in told if part)[:300])


@lru_cache(maxsize=4_000)
def _says_other_matter(words: str) -> bool:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", words).replace("_", "-").split()
    if any(_WORDS["own_matter_markup"].search(word) for word in spaced):
        spaced = [word for word in spaced if not _WORDS["perhaps_other_matter_markup"].search(word)]
    told = " ".join(spaced)
    return bool(
        _WORDS["other_matter_markup"].search(told) or _WORDS["perhaps_other_matter_markup"].search(told)
    )


def own_positions(lines: Sequence[Line]) -> Iterator[int]:
    """Where the lines are outside of sections whose heading says that they are about something else."""
    left_out: Line | None = None
    menus = _menus(lines)
    beside = _of_other_buildings(lines)
    for at, line in enumerate(lines):
        if left_out and _ends(left_out, line):
            left_out = None
        if left_out is None and at not in menus and _is_other_heading(line):
            left_out = line
        if left_out is None and at not in beside:
            yield at


def _of_other_buildings(lines: Sequence[Line]) -> set[int]:
    """Figures and labels right under the name of a casita or a workshop."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        if len(line.text) <= LONGEST_HEADING and _OTHER_BUILDING_TITLE.fullmatch(line.text):
            for step, following in enumerate(lines[at + 1 : at + 1 + _MOST_OF_A_BUILDING]):
                if following.level or (not line.level and not _is_figure_or_label(following.text)):
                    break
                found.add(at + 1 + step)
    return found


def _is_figure_or_label(text: str) -> bool:
    return len(text) <= _LONGEST_FIGURE and (len(text.split()) <= 2 or bool(re.search(r"\d", text)))


def _menus(lines: Sequence[Line]) -> set[int]:
    """Lines in rows of short titles: they lead to sections and open none."""
    titles = [not line.level and _looks_like_heading(line.text) for line in lines]
    menus: set[int] = set()
    for at in range(len(lines) - LEAST_MENU + 1):
        if all(titles[at : at + LEAST_MENU]):
            menus |= set(range(at, at + LEAST_MENU))
    return menus


def _is_other_heading(line: Line) -> bool:
    """A heading, or a short line like one, that opens a section on something else."""
    if len(line.text) > LONGEST_HEADING or not (line.level or _looks_like_heading(line.text)):
        return False
    return bool(_WORDS["other_matter_heading"].search(line.text)) and not is_own_heading(line.text)


def is_heading(text: str) -> bool:
    """A heading of any section of a listing page."""
    return is_own_heading(text) or bool(
        len(text) <= LONGEST_HEADING and _WORDS["other_matter_heading"].search(text)
    )


def is_own_heading(text: str) -> bool:
    """A heading of the property's own facts."""
    return len(text) <= LONGEST_HEADING and bool(_WORDS["own_matter_heading"].search(text))


def is_remarks_heading(text: str) -> bool:
    """The heading over the listing's description."""
    return len(text) <= LONGEST_HEADING and bool(_WORDS["remarks_heading"].search(text))


def _looks_like_heading(text: str) -> bool:
    return text[:1].isupper() and not re.search(r"[.!?$\t]|\d", text) and len(text.split()) <= 6


def _ends(start: Line, line: Line) -> bool:
    """A sibling heading ends a section, and so does the end of the element that it stands in."""
    if start.sections and start.sections[-1] not in line.sections:
        return True
    if is_own_heading(line.text):
        return True
    own_level = start.level or _PSEUDO_HEADING_LEVEL
    return 0 < line.level <= own_level and not re.search(r"\d", line.text)
