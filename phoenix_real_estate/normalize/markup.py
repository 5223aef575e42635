"""Cuts HTML into tags and texts, in one pass whatever the page.

The standard library's parser takes minutes over a megabyte of `<!--` and raises on `<![`: pages are
untrusted input, so this one only ever moves forward.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_ATTRIBUTES = 1_000

_RAW_TEXT = {
    name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "template", "noscript")
}
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_ATTRIBUTE = re.compile(r"([a-zA-Z][a-zA-Z-]{0,30})(?:\s{0,5}=\s{0,5}(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")


class Tag(NamedTuple):
    """An opening or closing tag; what stands in a raw-text element (a script) comes with it as `content`."""

    name: str
    closing: bool
    attributes: str
    content: str = ""

    def attribute(self, name: str) -> str | None:
        """The value of an attribute, empty for one without, None where it is not there."""
        named = {
            match[1].lower(): (match[2] or "").strip("\"'") for match in _ATTRIBUTE.finditer(self.attributes)
        }
        return named.get(name)


def tokens(html: str) -> Iterator[Tag | str]:
    """Tags and the texts between them. An unclosed comment, tag or script hides the rest of the page."""
    at = 0
    while at < len(html):
        start = html.find("<", at)
        if start != at:
            yield html[at : start if start >= 0 else len(html)]
        if start < 0:
            return
        if html[start + 1 : start + 2] in {"!", "?"}:
            at = _after_declaration(html, start)
        elif name := _NAME.match(html, start + 1):
            tag, at = _tag(html, start, name)
            yield tag
        else:
            yield "<"
            at = start + 1


def _after_declaration(html: str, start: int) -> int:
    mark = "-->" if html.startswith("<!--", start) else ">"
    end = html.find(mark, start)
    return len(html) if end < 0 else end + len(mark)


def _tag(html: str, start: int, name: re.Match[str]) -> tuple[Tag, int]:
    end = html.find(">", name.end())
    if end < 0:
        return Tag("", closing=False, attributes=""), len(html)
    if html.count('"', start, end) % 2 and (quote := html.find('"', end)) >= 0:
        # The > stood inside a quoted value.
        end = max(html.find(">", quote), end)
    closing = name[0].startswith("/")
    tag = Tag(name[1].lower(), closing, html[name.end() : min(end, name.end() + LONGEST_ATTRIBUTES)])
    if closing or tag.name not in _RAW_TEXT:
        return tag, end + 1
    close = _RAW_TEXT[tag.name].search(html, end)
    content_end = close.start() if close else len(html)
    return tag._replace(content=html[end + 1 : content_end] if close else ""), content_end
