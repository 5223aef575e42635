"""Markdown's emphasis and headings, taken off a text: what a model writes bold is as true in plain letters.

Only whole pairs of signs are taken off. What is left over, a lone "**" or a fence of code, is no text that
anybody wrote for readers, and stays to be found.
"""

from __future__ import annotations

import re


def without_emphasis(text: str) -> str:
    """The text with its words alone: "**Layout:** 2 bedrooms" becomes "Layout: 2 bedrooms"."""
    if "*" in text:
        text = _ITALIC.sub(r"\g<words>", _BOLD.sub(r"\g<words>", text))
    return _HEADING.sub("", text) if "#" in text else text


_BOLD = re.compile(r"(?<!\*)(?P<signs>\*{2,3})(?=[^\s*])(?P<words>[^*\n]*[^\s*])(?P=signs)(?!\*)")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])(?P<words>[^*\n]*[^\s*])\*(?![\w*])")
_HEADING = re.compile(r"^#{1,6}[ \t]+(?=[^\W\d])", re.MULTILINE)
"""A line's beginning before a word; "# 12" is a number."""
