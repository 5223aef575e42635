"""Numbers as a text writes them: digits, money, percentages, number words, fractions of an acre."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty"""
_TENS = "thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: value for value, word in enumerate(_SMALL.split())}
_WORDS |= {word: tens * 10 for tens, word in enumerate(_TENS.split(), 3)}
_WORDS["dozen"] = 12
_POWERS = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_SCALES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "mm": 1_000_000, "million": 1_000_000}
_LONGEST = 18
"""Digits beyond which a number is absurd; a float then still holds it."""
_PARTS = {"½": 0.5, "¼": 0.25, "¾": 0.75, " 1/2": 0.5}
_ACRES = {"half": 0.5, "quarter": 0.25, "third": 1 / 3, "three quarters": 0.75, "three quarter": 0.75}

_ANY_WORD = "|".join(sorted([*_WORDS, *_POWERS], key=len, reverse=True))
_NUMBER = re.compile(
    rf"""
    (?P<sign>(?<![\w)$])[-−]\s?)?
    (?:
      (?P<money>(?:US)?\$\s?|\bUSD\s?)?(?P<minus>(?<=[$])[-−])?
      (?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+)
      (?P<part>½|¼|¾|\s1/2\b)?
      (?:\s?(?P<scale>k|mm?|thousand|million)\b)?
      (?P<decade>s\b)?
      (?P<ordinal>(?:st|nd|rd|th)\b)?
    |
      \b(?P<acre>half|quarter|third|three[\s-]quarters?)(?=[\s-]+(?:of\s+)?(?:an\s+)?acres?\b)
    |
      \b(?P<words>(?:{_ANY_WORD})(?:[\s-]+(?:and[\s-]+)?(?!one[\s-]half)(?:{_ANY_WORD}))*)\b(?P<half>[\s-]+and[\s-]+(?:a|one)[\s-]+half\b)?
    )
    (?P<percent>\s?%|[\s-]?percent\b|\sper\scent\b)?
    (?P<usd>\s(?:US\s)?dollars?\b|\sUSD\b)?
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Quantity(NamedTuple):
    """A number in a text.

    `precision` is the place of the last digit that is written (0.1 for 5.2, 1,000 for $390K), and
    `coarse` that of the last one that is not a trailing zero (10,000 for $390K): how far the writer may
    have rounded. `decade` stands for 1990s, `words` for a number written in words.
    """

    value: float
    start: int
    end: int
    precision: float
    coarse: float
    money: bool = False
    percent: bool = False
    ordinal: bool = False
    decade: bool = False
    words: bool = False
    scaled: bool = False
    grouped: bool = False


def quantities_in(text: str) -> Iterator[Quantity]:
    """Every number of a text, in order. "One" counts too: whether it counts anything shows behind it."""
    for match in _NUMBER.finditer(text):
        if match["digits"]:
            yield _from_digits(match)
        elif match["acre"]:
            share = _ACRES[re.sub(r"[\s-]+", " ", match["acre"].lower()).removesuffix("s")]
            yield Quantity(share, match.start("acre"), match.end(), 0.1 * share, 0.1 * share)
        else:
            yield _from_words(match)


def _from_digits(match: re.Match[str]) -> Quantity:
    digits = match["digits"].replace(",", "")
    scale = _SCALES[match["scale"].lower()] if match["scale"] else 1
    decimals = len(digits.partition(".")[2])
    value = (float(digits) + _PARTS.get(match["part"] or "", 0.0)) * scale
    zeros = len(digits) - len(digits.rstrip("0")) if not decimals and float(digits) else 0
    precision = scale * 10.0**-decimals
    return Quantity(
        -value if match["sign"] or match["minus"] else value,
        match.start(),
        match.end(),
        precision,
        precision * 10.0 ** min(zeros, _LONGEST),
        money=bool(match["money"] or match["usd"]),
        percent=bool(match["percent"]),
        ordinal=bool(match["ordinal"]),
        decade=bool(match["decade"]),
        scaled=scale > 1,
        grouped="," in match["digits"],
    )


def _from_words(match: re.Match[str]) -> Quantity:
    value = _value_of_words(re.split(r"[\s-]+", match["words"].lower())) + (0.5 if match["half"] else 0)
    coarse = 10.0 ** (len(str(int(value))) - len(str(int(value)).rstrip("0"))) if value >= 100 else 1.0
    return Quantity(
        value,
        match.start(),
        match.end(),
        1.0,
        coarse,
        money=bool(match["usd"]),
        percent=bool(match["percent"]),
        words=True,
    )


def _value_of_words(words: list[str]) -> float:
    total, group = 0, 0
    for word in words:
        if word in _POWERS and _POWERS[word] > 100:
            total, group = total + max(group, 1) * _POWERS[word], 0
        elif word in _POWERS:
            group = max(group, 1) * 100
        else:
            group += _WORDS.get(word, 0)
    return float(min(total + group, 10**_LONGEST))
