"""Fractions in words and signs: of an acre or a million, and of a whole, which is a share in percent."""

from __future__ import annotations

import re

from phoenix_real_estate.grounding.needles import caseless

_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8}
_PARTS |= {"ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14}
_PARTS |= {"fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19}
_PARTS |= {"twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50}
_PARTS |= {"hundredth": 100}
_SMALL = """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
_COUNTS = {word: count for count, word in enumerate(_SMALL.split(), 1)}
_SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125, "⅕": 0.2}

_ONE = "|".join(sorted(_PARTS, key=lambda part: (-len(part), part)))
_MANY = "|".join(_COUNTS)
SHARE = (
    rf"(?:[1-9]\d?/(?:1\d|20|50|100|[2-9])(?!\d)|[{''.join(_SIGNS)}]|"
    rf"\b(?:(?:{_MANY})[\s-])?(?:{_ONE})s?(?!\w))"
)
_OF_A_PERCENT = r"[\s-]*(?:of[\s-]+)?(?:(?:an?|one|1)[\s-]*)?(?:full[\s-]+)?(?:percent\b|%)"
OF_A_MEASURE = (
    r"(?:[\s-]*(?:of[\s-]+)?(?:an?[\s-]+)?(?:acres?|million|century)\b|"
    rf"(?<=[a-z]){_OF_A_PERCENT}(?!age|[\s-]point))"
)
"""A share is a number only where a measure follows: "quarter acre", "half a million", "half of 1 percent"."""
PERCENT_OF = re.compile(_OF_A_PERCENT, re.IGNORECASE)
FRACTION_OF_PERCENT = 0.15
"""How finely a fraction of a percent is meant, as a part of it."""
PART_BEHIND = r"½|¼|¾|1/2\b"
"""What may stand behind a whole number: 2½ bathrooms."""
SHARE_WORDS = frozenset([*_COUNTS, *_PARTS, *(f"{part}s" for part in _PARTS)])
"""The words that a fraction may begin with."""

_GROUNDS = r"(?:landscaping|yards?|lot|grounds|parcel|land|outdoor[\s-]+space)"
FRACTION = rf"(?:half|(?:an?|{_MANY})[\s-](?:{_ONE})s?)"
OF_A_WHOLE = (
    r"[\s-]+of[\s-]+(?:the|its|all|that|this|total|gross|effective|operating|annual|scheduled|estimated|monthly)\b"
    rf"|[\s-]+(?:in[\s-]+)?(?:desert|xeriscap)|[\s-]+(?:the|its|this)[\s-]+{_GROUNDS}\b"
)
"""A fraction of one of these is a share in percent, if the words around it say of what."""
FRACTION_GRAIN = (6.0, 25.0)
"""How finely a fraction is meant, percent, and how far "more than half" may reach."""

EXTENTS = dict.fromkeys(
    ("all", "entire", "entirely", "wholly", "completely", "fully", "totally"), (100.0, 2.0, 2.0)
)
EXTENTS |= dict.fromkeys(("entirety", "whole"), (100.0, 2.0, 2.0)) | {"none": (0.0, 1.0, 1.0)}
EXTENTS |= dict.fromkeys(
    ("mostly", "most", "largely", "predominantly", "primarily", "majority"), (75.0, 50.0, 50.0)
)
"""How much of the grounds is desert in words: the percent and how finely it is meant."""
OF_THE_GROUNDS = (
    rf"(?:[\s-]+(?:of|the|its|this|is|are|in|with|given|over|to|devoted|as|{_GROUNDS})){{0,7}}"
    rf"[\s-]+(?:desert|xeriscap)|[\s-]+(?:of[\s-]+)?(?:(?:the|its|this)[\s-]+)?{_GROUNDS}\b"
)


def share_of(words: str) -> float:
    """The value of a fraction: 0.75 for "three-quarters", "¾" and "3/4"."""
    if words in _SIGNS:
        return _SIGNS[words]
    if "/" in words:
        above, below = words.split("/")
        return int(above) / int(below)
    count, _, part = plain(words).rpartition(" ")
    part = part.removesuffix("s")
    return _COUNTS.get(count, 1) / _PARTS[part]


def plain(words: str) -> str:
    """Lower case with single spaces; without case, the dotless i and the long s match the plain ones."""
    return re.sub(r"[\s-]+", " ", caseless(words))
