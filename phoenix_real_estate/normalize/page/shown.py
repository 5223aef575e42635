"""Turns the text parts of HTML into the line that a visitor reads.

Parts are joined by `\\0` where an inline element begins or ends: letters and digits that only a style sheet
keeps apart (`<b>3</b><span>bd</span>`) are parted by a space, others are one word. Tabs part table cells.
"""

from __future__ import annotations

import re
from html import unescape

_ENDLESS_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_GLUED = re.compile(r"(?<=[^\W_])\0+(?=[^\W_])")
_GLUED_KINDS = re.compile(r"(?<=[0-9])\0+(?=[^\W\d_])|(?<=[^\W\d_])\0+(?=[0-9A-Z])|(?<=[:%)])\0+(?=\w)")


def one_line(raw: str) -> str:
    """The text of some HTML on one line."""
    return " ".join(shown_line(raw).split())


def shown_line(raw: str) -> str:
    # The standard library raises on a reference of thousands of digits.
    told = unescape(_ENDLESS_REFERENCE.sub("", raw)) if "&" in raw else raw
    if "\0" in told:
        told = _GLUED.sub("", _GLUED_KINDS.sub(" ", told)).replace("\0", "")
    cells = (
        (" ".join(cell.split()) for cell in told.split("\t")) if "\t" in told else [" ".join(told.split())]
    )
    return "\t".join(cell for cell in cells if cell)
