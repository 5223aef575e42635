"""Which of two figures a text puts above the other: "exceeds", "below", "left over", "behind"."""

from __future__ import annotations

import re

from phoenix_real_estate.grounding.sums.nearby import Figure, Nearby

_ABOVE = (
    r"exceed\w*|above|over|more|higher|larger|greater|bigger|beats?|beating|tops?|topping|clears?|clearing|"
    r"outpac\w+|outruns?|surpass\w*|ahead|outweighs?|cover(?:s|ed|ing)?|pays? for"
)
_BELOW = (
    r"below|under|less(?= than|[.,;)]|$)|lower|smaller|cheaper|fewer|short|shy|behind|trail\w*|miss(?:es|"
    r"ing)?|lag\w*|"
    r"undershoot\w*"
)
_COMPARES = re.compile(rf"\b(?:(?P<above>{_ABOVE})|(?P<below>{_BELOW}))\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:not|never|fails? to|cannot|without|n['’]t)\s+(?:\w+\s+)?$|n['’]t\s+$", re.IGNORECASE
)
_REACH = 60
"""Characters around a number in which the words are that compare."""
_NEUTRAL = re.compile(r"\b(?:gap|difference|spread|apart|margin)\b", re.IGNORECASE)
_GAIN = re.compile(
    r"\b(?:to spare|ahead|in the black|pockets?|to the good|leave|richer|better off)\b", re.IGNORECASE
)
_APART = re.compile(
    rf"\b(?:{_ABOVE}|{_BELOW}|left|lea(?:ves?|ving)|remain\w*|spare|gap|differ\w*|between|apart|surplus|cushion|"
    r"margin|spread|after|minus|net|before|swallow\w*|deficit|shortfall|hole|loss|keeps?|extra|red|pockets?|"
    r"top(?:ping)? up|feed\w*|add(?:s|ing)?|find|fund\w*|rise|rose|fell|fall|drop\w*|step|climb\w*|gain\w*|"
    r"grew|down|up|off|lost|losing|loses|put(?:s|ting)? in|stays?|goes|spans?|worth|separates?|wide|so|"
    r"savings|comes? from)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\b(?:after|net of|minus|once|less(?! than))\s+", re.IGNORECASE)
_ALL = re.compile(
    r"(?:\w+ing )?(?:all|every|everything|each)\b|(?:the )?(?:other|total|remaining) (?:costs|expenses|"
    r"bills)",
    re.IGNORECASE,
)


def sets_apart(nearby: Nearby) -> bool:
    """Whether the words around a number speak of a difference."""
    near = f"{nearby.before[-_REACH:]}#{nearby.after[:_REACH]}"
    return _APART.search(near) is not None


def agrees(nearby: Nearby, more: Figure, less: Figure) -> bool:
    """Whether the words around a number do not put the lesser of two figures above the other."""
    compared = _comparison(nearby, more, less)
    if compared is not None:
        return compared
    sign = -1 if nearby.reading.sign < 0 else 1 if nearby.reading.sign > 0 or _gains(nearby) else 0
    sides = more[0].side - less[0].side
    if not sign or not sides or 0 in (more[0].side, less[0].side) or _NEUTRAL.search(_around(nearby)):
        return True
    return sign * sides > 0


def object_of(nearby: Nearby, one: Figure, other: Figure) -> Figure | None:
    """With which of two figures a comparing word near a number compares the other; None where it is false."""
    more, less = sorted((one, other), key=lambda figure: -figure[0].value)
    for match in _words_of_comparison(nearby):
        compared = _behind(match.end(), more, less)
        if compared is not None:
            return compared if (compared is less) == (match["above"] is not None) else None
    return None


def takes_off(nearby: Nearby, parts: tuple[Figure, ...]) -> bool:
    """Whether what "after the mortgage and the dues" names beside a number is what was taken off."""
    names = {figure[0].name for figure in parts}
    done = names.union(*(_TAKEN_OFF.get(name, ()) for name in names))
    first, last = nearby.start - len(nearby.before), nearby.end + len(nearby.after)
    for match in _AFTER.finditer(nearby.text, first, last):
        if match.start() > nearby.end and _ELSE.search(nearby.text, nearby.end, match.start()):
            continue
        end = _clause_end(nearby, match.end(), nearby.start if match.end() <= nearby.start else last)
        paid = {one.name for one in nearby.same if match.end() <= one.start < end and one.side < 0}
        if not paid <= done or _ALL.match(nearby.text, match.end(), end):
            return False
    return True


def _clause_end(nearby: Nearby, start: int, end: int) -> int:
    pause = _PAUSE.search(nearby.text, start, end)
    return pause.start() if pause else end


_ELSE = re.compile(r"[,;:\d]")
"""Where another clause or another number stands between, the words are said of that."""
_PAUSE = re.compile(r"[;:(–—]|,(?!\d)(?! (?:and )?(?:the |its )?[a-z]+(?:,| and))")
_TAKEN_OFF = {
    "noi": ("expenses", "vacancy", "tax", "dues", "insurance", "maintenance", "management"),
    "collected": ("vacancy",),
    "loan": ("payment",),
    "payment": ("loan",),
    "expenses": ("tax", "dues", "insurance", "maintenance", "management"),
}
"""What a figure has taken off already, or goes by the same word."""


def _around(nearby: Nearby) -> str:
    return f"{nearby.before[-_REACH:]}#{nearby.after[:_REACH]}"


def _gains(nearby: Nearby) -> bool:
    return _GAIN.search(nearby.before[-25:] + "#" + nearby.after[:25]) is not None


def _comparison(nearby: Nearby, more: Figure, less: Figure) -> bool | None:
    """Whether the nearest comparing word puts the greater figure above; None where there is no such word."""
    for match in _words_of_comparison(nearby):
        object_ = _behind(match.end(), more, less)
        if object_ is not None:
            return (object_ is less) == (match["above"] is not None)
    return None


def _words_of_comparison(nearby: Nearby) -> list[re.Match[str]]:
    """The comparing words around a number that are no hedge of it, the nearest first."""
    start, end = max(nearby.start - len(nearby.before), nearby.start - 2 * _REACH), nearby.end + _REACH
    end = min(end, nearby.end + len(nearby.after))
    hedged = nearby.start - len(nearby.reading.hedge) - 3
    found = (
        one
        for one in _COMPARES.finditer(nearby.text, start, end)
        if not (hedged <= one.start() < nearby.end) and not _DENIED.search(nearby.text[start : one.start()])
    )
    return sorted(found, key=lambda one: abs(one.start() - nearby.start))


def _behind(at: int, more: Figure, less: Figure) -> Figure | None:
    """Which of the two figures stands first behind a comparing word: the one that is compared with."""
    places = [
        (one.start, figure) for figure in (more, less) for one in figure if at <= one.start <= at + _REACH
    ]
    if not places:
        return None
    first = min(places, key=lambda place: place[0])[1]
    other = less if first is more else more
    return first if any(one.start < at for one in other) or other[0].start == other[0].end else None
