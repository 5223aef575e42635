"""An end of the rent's range is not the rent: it has to be told as an end."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from phoenix_real_estate.grounding.readings import Reading

ENDS = frozenset({"rent_low", "rent_high"})
_REACH = 110
"""Characters of a sentence that are looked at on either side of the amount."""
_SENTENCE_END = re.compile(r"[.;!?](?=\s|$)|\n")
_TOLD = re.compile(
    r"\b(?:low\w*|high\w*|upper|top\w*|bottom|floor|ceiling|ends?|peak|rang(?:e\w*|ing)|span\w*|spread|"
    r"between|from|band|bracket|bounds?|limits?|(?:up|down) to|as (?:low|high|much|little)|toward|max\w*|"
    r"min\w*|most|least|best|worst|could|can|may|might|would|should|if|even|reach\w*|stretch\w*|climb\w*|"
    r"fall\w*|drop\w*|dip\w*|conservative\w*|cautious\w*|pessimistic|optimistic|aggressive|generous|"
    r"favou?rable|strong\w*|weak\w*|soft\w*|adverse|downside|upside|scenario|case|sensitiv\w*|stress\w*|"
    r"reduc\w*|improv\w*|narrow\w*|widen\w*|deepen\w*)\b",
    re.IGNORECASE,
)


_SIDES = re.compile(
    r"\b(?:(?P<rent_low>(?:low(?:er)?|bottom) (?:end|estimate|side|bound)|bottom of|as low as|floor of)|"
    r"(?P<rent_high>(?:high(?:er)?|upper|top) (?:end|estimate|side|bound)|top of|as high as|ceiling of))\b",
    re.IGNORECASE,
)


def is_no_rent(readings: Sequence[Reading], place: int, text: str, facts: Set[str]) -> bool:
    """Whether an amount that may be these facts is told as the rent, or as the other end of its range."""
    start = readings[place].quantity.start
    before = _SENTENCE_END.split(text[max(0, start - _REACH) : start])[-1]
    sides = [match.lastgroup for match in _SIDES.finditer(before)]
    if sides and facts <= ENDS | {"rent_monthly"}:
        return sides[-1] not in facts
    return facts <= ENDS and not _is_told_as_an_end(readings, place, text)


def _is_told_as_an_end(readings: Sequence[Reading], place: int, text: str) -> bool:
    """Whether an amount is one of two, or its sentence speaks of an end: "up to", "as low as"."""
    reading = readings[place]
    if reading.joined or any(one.joined for one in readings[place + 1 : place + 2]):
        return True
    start, end = reading.quantity.start, reading.quantity.end
    before = _SENTENCE_END.split(text[max(0, start - _REACH) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + _REACH], maxsplit=1)[0]
    return _TOLD.search(f"{before} # {after}") is not None
