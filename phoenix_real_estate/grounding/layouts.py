"""Rooms as agents write them: 4/2.5 and 3x2x2 stand for bedrooms, bathrooms and garage spaces."""

from __future__ import annotations

import re

_FIELDS = ("bedrooms", "bathrooms", "garage_spaces")
_LAYOUT = re.compile(
    r"(?<![\w/.$,])(\d{1,2})\s?[/x×]\s?(\d(?:\.\d{1,2})?)(?:\s?[/x×]\s?(\d))?(?![\w/,%]|\.\d)",
    re.IGNORECASE,
)
_LONGEST = 4
_REACH = 8


def field_in_layout(text: str, start: int, end: int) -> str | None:
    """The field that the number from `start` to `end` stands for when it is part of a layout."""
    if end - start > _LONGEST or not {"/", "x", "X", "×"} & set(text[max(0, start - 2) : end + 2]):
        return None
    for match in _LAYOUT.finditer(text, max(0, start - _REACH), end + _REACH):
        starts = [match.start(group) for group in range(1, len(_FIELDS) + 1)]
        if start in starts:
            return _FIELDS[starts.index(start)]
    return None
