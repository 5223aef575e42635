"""How a text tells the age of a house: "which makes it 63", "62 years have passed", "its sixtieth year"."""

from __future__ import annotations

import re

_ORDINALS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"""
_NTH = {word: value for value, word in enumerate(_ORDINALS.split(), 1)}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENTHS = {word: 10 * tens for tens, word in enumerate(_TENS.split(), 2)}
_NTH |= {f"{word.removesuffix('y')}ieth": value for word, value in _TENTHS.items()} | {"hundredth": 100}

ORDINAL = (
    rf"(?:(?:{'|'.join(_TENTHS)})[\s-])?(?:{'|'.join(sorted(_NTH, key=len, reverse=True))})"
    r"(?=[\s-]+(?:year|birthday|anniversary|decade)\b)"
)
"""An ordinal in words that counts years or decades."""
ORDINAL_WORDS = frozenset([*_NTH, *_TENTHS])

_HOME = (
    r"(?:home|house|residence|property|building|condo(?:minium)?|town(?:house|home)|place|unit|dwelling|"
    r"structure)"
)
_WHOSE = rf"(?:its|the {_HOME}['’]s)"
_YEAR_OF_ITS = re.compile(rf"\b{_WHOSE}\s+$", re.IGNORECASE)
_YEAR_OF_LIFE = re.compile(
    r"[\s-]+(?:(?P<decade>decade)|year|birthday|anniversary)\b(?! of\b)", re.IGNORECASE
)
_LEAD = re.compile(
    rf"\b(?:built|constructed|completed|erected)\b[^.;]{{0,20}}\b(?:now|today|so)"
    rf"(?: about| around| roughly| nearly| almost| some| over| just over)?\s+$"
    rf"|\bage(?: is| of|=|:)?[^\d.;]{{0,20}}$|\baged\s+$|\bturn(?:s|ed|ing)(?: just)?\s+$"
    rf"|\bmak(?:es|ing) (?:it|this|that|(?:the|this) {_HOME})(?: now| just| about| roughly| all of)?\s+$",
    re.IGNORECASE,
)
_IS = re.compile(
    rf"(?:\b(?:it|(?:the|this) (?:\w+ )?{_HOME})(?:['’]s| is| has reached| reaches| is reaching| nears|"
    rf" approaches)(?: now| today| currently)?(?: about| around| roughly| nearly| almost| nearing|"
    rf" approaching| pushing| over| just over| just under)?|(?:^|[.;]\s+)at)\s+$",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\s*(?:$|[.,;!?)]|(?:now|today|this year|in 20\d\d|and counting|years (?:of age|now|today))\b)",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"\b(?:(?:stood|standing|here|there|around|up|in place|lasted) (?:for )?|{_HOME} of )"
    rf"(?:some |about |around |roughly |over |nearly |almost |more than )?$",
    re.IGNORECASE,
)
_PASSED = re.compile(
    r"[\s-]*(?:years?|yrs?)\s+(?:(?:have|has) (?:now )?(?:passed|gone by|elapsed|rolled by|come and gone)"
    r"|(?:from|since) (?:it|its|the|being|completion|construction)\b|on[.,;])",
    re.IGNORECASE,
)


def nth_of(words: str) -> int:
    """The value of an ordinal in words: 69 for "sixty-ninth"."""
    tens, _, last = re.sub(r"[\s-]+", " ", words.casefold()).rpartition(" ")
    return _TENTHS.get(tens, 0) + _NTH[last]


def of_ordinal(before: str, after: str) -> str:
    """Age or decades where an ordinal counts the years of the house: "in its seventh decade"; else empty."""
    match = _YEAR_OF_LIFE.match(after) if _YEAR_OF_ITS.search(before) else None
    if match is None:
        return ""
    return "decades" if match["decade"] else "age"


def is_age(before: str, after: str) -> bool:
    """Whether the words on both sides of a bare number make it the age of the house."""
    return _LEAD.search(before) is not None or (
        _IS.search(before) is not None and _ALONE.match(after) is not None
    )


def are_of_age(before: str, after: str) -> bool:
    """Whether years, told as such, are those since the house was built."""
    return any(lead.search(before) for lead in (_LEAD, _SPAN)) or _PASSED.match(after) is not None


def without_whose(before: str) -> str:
    """What stands before "its": there a hedge is told."""
    return _YEAR_OF_ITS.sub("", before)
