"""Whether an area that nothing names may be that of land: else it is the living area."""

from __future__ import annotations

import re


def speaks_of_land(text: str, start: int, end: int) -> bool:
    """Whether the sentence around an area tells of land, or "on 14,561 sf" does."""
    before = _SENTENCE.split(text[max(0, start - _FAR) : start])[-1]
    after = _SENTENCE.split(text[end : end + _FAR])[0]
    return _LAND.search(f"{before}#{after}") is not None or _ON.search(before) is not None


_FAR = 120
_SENTENCE = re.compile(r"[.;!?\n]+(?:\s|$)")
_LAND = re.compile(
    r"\b(?:lots?|parcels?|land|sites?|homesites?|yards?|grounds?|plots?|acres?|acreage|outdoors?|outside|"
    r"exterior|"
    r"deed\w*|footprint|unit|record\w*)\b",
    re.IGNORECASE,
)
_ON = re.compile(
    r"\bon(?:\s+(?:an?|about|around|approximately|roughly|some|over|just|nearly|its))*\s+[~(]?$",
    re.IGNORECASE,
)
