"""Whether an area that nothing names may be that of land: else it is the living area."""

from __future__ import annotations

import re


def speaks_of_land(text: str, start: int, end: int) -> bool:
    """Whether the sentence around an area tells of land, or "on 14,561 sf" does."""
    before = _SENTENCE.split(text[max(0, start - _FAR) : start])[-1]
    after = _SENTENCE.split(text[end : end + _FAR])[0]
    if _LAND.search(f"{before}#{after}") or _ON.search(before):
        return True
    # What stands alone, as the appeal of a feature does, may speak of either.
    return _HOME.search(text) is None


_HOME = re.compile(
    r"\b(?:\w*bed(?:room)?s?|\w*bath\w*|house|home|inside|built|br|bd|townhouse|condo\w*)\b", re.IGNORECASE
)
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
