"""Cuts HTML into tags and texts, in one pass whatever the page.

Pages are untrusted input. The standard library's parser takes minutes over a megabyte of `<!--` and raises on
`<![`, HTML5 tree builders are quadratic over open elements (800,000 nested `<div>`), libxml2 drops what lies
deeper than 256 elements: this one only ever moves forward, and stops at MOST_TAGS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MOST_TAGS = 60_000
LONGEST_ATTRIBUTES = 4_000

# What stands in these is never text of the page; by name, what ends it.
RAW_TEXT = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "template", "noscript", "iframe", "textarea", "title")
}
# Possessive throughout: a tag that is never closed is looked at once, and then hides the rest of the page.
_TAG = re.compile(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})((?:[^>=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+)>""",
)
_ATTRIBUTE = re.compile(r"([a-zA-Z][a-zA-Z-]{0,30})(?:\s{0,5}=\s{0,5}(\"[^\"]*\"?|'[^']*'?|[^\s\"'>]+))?")
_NAME_START = re.compile(r"/?[a-zA-Z]")


class Tag(NamedTuple):
    """An opening or closing tag; what stands in a raw-text element (a script) comes with it as `content`."""

    name: str
    closing: bool
    attributes: str
    content: str = ""

    def named_attributes(self) -> dict[str, str]:
        """Attributes by lower-case name, the first of equal names; empty for one without a value."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.attributes):
            found.setdefault(match[1].lower(), (match[2] or "").strip("\"'"))
        return found


def tokens(html: str) -> Iterator[Tag | str]:
    """Tags and the texts between them. An unclosed comment, tag or script hides the rest of the page."""
    at = 0
    for _ in range(MOST_TAGS):
        start = html.find("<", at)
        if start != at:
            yield html[at : start if start >= 0 else len(html)]
        if start < 0:
            return
        if html[start + 1 : start + 2] in {"!", "?"}:
            at = _after_declaration(html, start)
        elif match := _TAG.match(html, start):
            tag, at = _tag(html, match)
            yield tag
        elif _NAME_START.match(html, start + 1):
            return
        else:
            yield "<"
            at = start + 1


def _after_declaration(html: str, start: int) -> int:
    mark = "-->" if html.startswith("<!--", start) else ">"
    end = html.find(mark, start)
    return len(html) if end < 0 else end + len(mark)


def _tag(html: str, match: re.Match[str]) -> tuple[Tag, int]:
    tag = Tag(match[2].lower(), match[1] == "/", match[3][:LONGEST_ATTRIBUTES])
    if tag.closing or tag.name not in RAW_TEXT:
        return tag, match.end()
    close = RAW_TEXT[tag.name].search(html, match.end())
    content = html[match.end() : close.start()] if close else ""
    return tag._replace(content=content), close.start() if close else len(html)
