"""Walks a page as its visitor sees it: lines of text, labelled values, and the machine-readable items.

Keeps the open elements on a stack, closes what HTML closes by itself (`<p>`, `<li>`, cells), and passes over
what is hidden or about something else.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from importlib.resources import files

from pydantic import JsonValue

from phoenix_real_estate.normalize.page import sections
from phoenix_real_estate.normalize.page.markup import RAW_TEXT, Tag, tokens
from phoenix_real_estate.normalize.page.microdata import Items, written_value
from phoenix_real_estate.normalize.page.sections import Line
from phoenix_real_estate.normalize.page.shown import one_line, shown_line

MOST_TEXT = 400_000
MOST_LINES = 10_000
MOST_LEAVES = 4_000
LONGEST_LEAF = 8_000
MOST_PARTS = 200

_ELEMENTS = json.loads(
    files("phoenix_real_estate.normalize.page").joinpath("tables/elements.json").read_text("utf-8")
)
_VOID, _INLINE = set(_ELEMENTS["void"]), set(_ELEMENTS["inline"])
# Between these, letters and digits are told apart by their looks: <b>3</b><span>bd</span>.
_SPACED = set(_ELEMENTS["spaced"])
_LEADS = {"b", "strong", "label", "span", "em", "i", "u", "font"}
_CELLS = {"td", "th"}
_SECTIONS = {"article", "aside", "section", "table"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# What an opening tag closes by itself, and the elements that this does not reach beyond.
_CLOSED_BY = {
    "li": ({"li"}, {"ul", "ol", "menu"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "td": (_CELLS, {"tr", "table"}),
    "th": (_CELLS, {"tr", "table"}),
    "tr": ({"tr"}, {"table"}),
}
_IMPLIED_REACH = 40
_LABEL_CLASS = re.compile(r"(?i)(?:^|[\s_-])(?:labels?|key|term|caption|name|title|heading|dt)(?=$|[\s_-])")
_VALUE_CLASS = re.compile(r"(?i)(?:^|[\s_-])(?:values?|val|data|number|num|count|answer|dd)(?=$|[\s_-])")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass
class Outline:
    """What was found on a page, in its order.

    `leaves` are texts that their markup calls labels or values, `leads` the bold beginnings of lines with
    what follows them, `tables` the rows of cells; each with the position of its line.
    """

    title: str = ""
    lines: list[Line] = field(default_factory=list)
    leaves: list[tuple[int, str]] = field(default_factory=list)
    leads: list[tuple[int, tuple[str, str]]] = field(default_factory=list)
    tables: list[list[tuple[int, list[str]]]] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)
    items: list[JsonValue] = field(default_factory=list)


@dataclass(slots=True)
class _Element:
    name: str
    skipped: bool
    role: str
    parts: int
    section: bool = False
    item: bool = False
    property: str = ""


def outline(html: str) -> Outline:
    """The outline of a page; its text is cut off at MOST_TEXT characters."""
    return _Walk().walk(html)


class _Walk:
    def __init__(self) -> None:
        self.found = Outline()
        self._open: list[_Element] = []
        self._names: Counter[str] = Counter()
        self._skipping = 0
        self._parts: list[str] = []
        self._line_start = 0
        self._taken = 0
        self._copied = 0
        self._level = 0
        self._lead = ""
        self._sections: list[int] = []
        self._section_count = 0
        self._tables: list[list[tuple[int, list[str]]]] = []
        self._items = Items()
        self._unseen: frozenset[str] = frozenset()
        self._judged: dict[tuple[str, str], tuple[bool, str, dict[str, str]]] = {}

    def walk(self, html: str) -> Outline:
        for token in tokens(html):
            if isinstance(token, str):
                self._take_text(token)
            elif token.closing:
                self._close(token.name)
            elif token.name in RAW_TEXT:
                self._take_raw(token)
            else:
                self._enter(token)
        self._leave_to(0)
        self._finish_line()
        self.found.items = self._items.outermost
        return self.found

    def _take_text(self, text: str) -> None:
        if not self._skipping and self._taken < MOST_TEXT:
            self._parts.append(text[: MOST_TEXT - self._taken].replace("\t", " "))
            self._taken += len(text)

    def _take_raw(self, tag: Tag) -> None:
        if tag.name == "script" and tag.named_attributes().get("type", "").strip() == "application/ld+json":
            self.found.json_ld.append(tag.content)
        elif tag.name == "style":
            self._unseen |= frozenset(sections.unseen_selectors(tag.content))
            self._judged.clear()
        elif tag.name == "title" and not self.found.title and not self._names["svg"]:
            self.found.title = one_line(tag.content[:LONGEST_LEAF])

    def _enter(self, tag: Tag) -> None:
        self._close_implied(tag.name)
        skipped, role, attributes = self._judge(tag)
        if not self._skipping:
            self._break_at(tag.name)
        if tag.name not in _VOID:
            self._push(_Element(tag.name, skipped, role, len(self._parts)), attributes)
        elif self._items and not self._skipping and "itemprop" in attributes:
            self._items.add(attributes["itemprop"], written_value(attributes))

    def _judge(self, tag: Tag) -> tuple[bool, str, dict[str, str]]:
        """Whether the element is passed over, what its class calls it, and its attributes."""
        key = (tag.name, tag.attributes)
        if key not in self._judged:
            attributes = tag.named_attributes() if tag.attributes else {}
            unseen = sections.is_unseen(tag.name, attributes, self._unseen)
            skipped = unseen or sections.is_other_matter(tag.name, attributes)
            self._judged[key] = (skipped, _role(tag.name, attributes), attributes)
        return self._judged[key]

    def _break_at(self, name: str) -> None:
        """Block elements end a line, cells part it."""
        if name in _CELLS:
            self._parts.append("\t")
        elif name not in _INLINE:
            self._finish_line()
        elif name in _SPACED:
            self._parts.append("\0")

    def _push(self, element: _Element, attributes: dict[str, str]) -> None:
        self._open.append(element)
        self._names[element.name] += 1
        self._skipping += element.skipped
        if self._skipping:
            return
        self._level = _HEADINGS.get(element.name, self._level)
        element.section = element.name in _SECTIONS
        if element.section:
            self._section_count += 1
            self._sections.append(self._section_count)
        if element.name == "table":
            self._tables.append([])
        elif element.name == "tr" and self._tables:
            self._tables[-1].append((len(self.found.lines), []))
        self._open_item(element, attributes)

    def _open_item(self, element: _Element, attributes: dict[str, str]) -> None:
        if "itemscope" in attributes:
            element.item = True
            self._items.enter(attributes)
        elif self._items and "itemprop" in attributes:
            told = written_value(attributes)
            if told:
                self._items.add(attributes["itemprop"], told)
            else:
                element.property = attributes["itemprop"]

    def _close_implied(self, name: str) -> None:
        if name not in _INLINE and self._open and self._open[-1].name == "p":
            self._leave()
        closed, within = _CLOSED_BY.get(name, (frozenset(), frozenset()))
        if not any(self._names[one] for one in closed):
            return
        for at in range(len(self._open) - 1, max(len(self._open) - _IMPLIED_REACH, -1), -1):
            if self._open[at].name in within:
                return
            if self._open[at].name in closed:
                self._leave_to(at)
                return

    def _close(self, name: str) -> None:
        if self._names[name]:
            at = len(self._open) - 1
            while self._open[at].name != name:
                at -= 1
            self._leave_to(at)
        elif name not in _INLINE and not self._skipping:
            self._finish_line()

    def _leave_to(self, at: int) -> None:
        while len(self._open) > at:
            self._leave()

    def _leave(self) -> None:
        element = self._open.pop()
        self._names[element.name] -= 1
        if not self._skipping:
            self._finish_element(element)
        self._skipping -= element.skipped

    def _finish_element(self, element: _Element) -> None:
        self._take_leaf(element)
        if element.item:
            self._items.leave()
        if element.section:
            self._sections.pop()
        if element.name == "table":
            self.found.tables.append(self._tables.pop())
        if element.name in _SPACED:
            self._parts.append("\0")
        elif element.name not in _INLINE and element.name not in _CELLS:
            self._finish_line()
        if element.name in _HEADINGS:
            self._level = 0

    def _take_leaf(self, element: _Element) -> None:
        wanted = element.role or element.property or element.name in _LEADS or element.name in _CELLS
        if not wanted or len(self.found.leaves) >= MOST_LEAVES:
            return
        told = self._text_since(element)
        if element.property and told:
            self._items.add(element.property, told)
        if element.role and told:
            self.found.leaves.append((len(self.found.lines), told))
        if element.name in _LEADS and element.parts - self._line_start in range(3):
            self._lead = self._lead or told
        if element.name in _CELLS and self._tables and self._tables[-1]:
            self._tables[-1][-1][1].append(told)

    def _text_since(self, element: _Element) -> str:
        """What an element shows; empty for a long one, and once MOST_TEXT characters were copied."""
        if len(self._parts) - element.parts > MOST_PARTS:
            return ""
        parts = self._parts[element.parts :]
        length = sum(map(len, parts))
        self._copied += min(length, LONGEST_LEAF)
        if length > LONGEST_LEAF or self._copied > MOST_TEXT:
            return ""
        return one_line("".join(parts))

    def _finish_line(self) -> None:
        if self._line_start == len(self._parts):
            return
        text = shown_line("".join(self._parts[self._line_start :]))
        if text and len(self.found.lines) < MOST_LINES:
            self.found.lines.append(Line(text, self._level, tuple(self._sections[-20:])))
            self._take_lead(text)
        self._parts.append("\n")
        self._line_start, self._lead = len(self._parts), ""

    def _take_lead(self, text: str) -> None:
        rest = text[len(self._lead) :].strip(" \t:–—-")
        if self._lead and rest and text.startswith(self._lead) and len(self.found.leads) < MOST_LEAVES:
            self.found.leads.append((len(self.found.lines) - 1, (self._lead, rest)))


def _role(name: str, attributes: dict[str, str]) -> str:
    if name in {"dt", "dd"}:
        return "label" if name == "dt" else "value"
    classes = attributes.get("class", "")
    if not classes:
        return ""
    classes = _CAMEL.sub("-", classes[:200])
    return "label" if _LABEL_CLASS.search(classes) else "value" if _VALUE_CLASS.search(classes) else ""
