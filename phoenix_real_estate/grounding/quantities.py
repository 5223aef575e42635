"""Numbers as a text writes them: digits, money, percentages, number words, fractions of an acre."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from phoenix_real_estate.grounding.ages import ORDINAL, ORDINAL_WORDS, nth_of
from phoenix_real_estate.grounding.shares import (
    EXTENTS,
    FRACTION,
    FRACTION_GRAIN,
    FRACTION_OF_PERCENT,
    OF_A_MEASURE,
    OF_A_WHOLE,
    OF_THE_GROUNDS,
    PART_BEHIND,
    PERCENT_OF,
    SHARE,
    SHARE_WORDS,
    plain,
    share_of,
)

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty"""
_TENS = "thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: value for value, word in enumerate(_SMALL.split())}
_WORDS |= {word: tens * 10 for tens, word in enumerate(_TENS.split(), 3)}
_WORDS |= {"dozen": 12, "half": -6}
"""Half a dozen is six; "half" stands in no other number in words."""
_POWERS = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_SCALES = {"k": 1_000, "thousand": 1_000, "grand": 1_000} | dict.fromkeys(
    ("m", "mm", "mil", "million"), 1_000_000
)
_LONGEST = 18
"""Digits beyond which a number is absurd; a float then still holds it."""
_DECADES = {f"{word.removesuffix('y')}ies": 1900.0 + 10 * tens for tens, word in enumerate(_TENS.split(), 3)}
_NEWEST_SHORT_YEAR = 35
"""An apostrophe and two digits up to this mean 20xx: '05 is 2005, '94 is 1994."""

_COUNTED = (
    r"(?:full|half|three[\s-]quarter|guest|spare|attached|detached|enclosed|covered)?[\s-]*"
    r"(?:bed(?:room|\s)|bdrms?|bath|br\b|ba\b|cars?\b|garage|carport|stor(?:y|ies)\b|parking|acre)"
)
"""What Roman numerals and groups ("a trio of") count in a text about a home; others are names and idioms."""
_GROUPS = {"single": 1, "lone": 1, "sole": 1, "twin": 2, "dual": 2, "double": 2, "pair of": 2, "couple of": 2}
_GROUPS |= {"duo of": 2, "triple": 3, "trio of": 3, "quartet of": 4, "quintet of": 5, "sextet of": 6}
_ROMAN = {"I": 1, "V": 5, "X": 10}

_GRAND_ENDS = (
    r"\s*(?:[.,;:!?)–—]|$)|\s+(?:an?|per|each|every|of|in|on|for|to|from|short|behind|left|after|before|down|up|"
    r"under|over|more|less|or|and|going|out|once|when|with|is|was|would)\b"
)
"""What stands behind "two grand" where it is an amount: a "grand entrance" is none."""
_ANY_WORD = "|".join(sorted((_WORDS.keys() | _POWERS.keys()) - {"half"}, key=lambda word: (-len(word), word)))
_NUMBER = re.compile(
    rf"""
    (?P<sign>(?:(?<=[ \xa0\u202f(=:~])|(?<=^))(?:[-−]|(?<![\d%][ ])(?:[–‑]|−[ \xa0]))(?=[\d$.]|US[ ]?[$]))?
    (?:
      (?<![\d/])(?P<share>{SHARE})(?={OF_A_MEASURE})
    |
      \b(?P<fraction>{FRACTION})(?={OF_A_WHOLE})
    |
      \b(?P<nth>{ORDINAL})
    |
      \b(?<!not[ ])(?P<extent>{"|".join(EXTENTS)})(?={OF_THE_GROUNDS})
    |
      (?<!\w)['’‘](?P<short>\d\d)(?P<shorts>s)?(?![\w'’"])
    |
      (?P<money>(?:US)?\$\s?|\bUSD\s?)?(?P<minus>(?<=[$])[-−–‑])?
      (?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+)
      (?:[\s-]?(?P<part>{PART_BEHIND}))?
      (?:[\s-]?(?P<scale>k|mm?(?!²)|mil|thousand|grand|million)\b(?!²))?
      (?P<decade>s\b)?
      (?P<ordinal>(?:st|nd|rd|th)\b)?
    |
      \b(?P<decades>{"|".join(_DECADES)})\b
    |
      (?<![\w-])(?-i:(?P<roman>X{{0,2}}(?:IX|IV|V?I{{1,3}}|V)|X{{1,2}}))(?=[\s-]+{_COUNTED})
    |
      \b(?P<group>{"|".join(_GROUPS).replace(" ", "[ ]")})(?=[\s-]+{_COUNTED})
    |
      (?<!of[ -])(?<!half[ -])(?<!quarter[ -])(?<!third[ -])(?<!half[ ]of[ ])
      \b(?P<single>an?)(?=[\s-]+(?:full[\s-]+|whole[\s-]+)?(?:acre|decade|hectare)\b)
    |
      \b(?P<words>half[\s-](?:a[\s-])?dozen|(?:{_ANY_WORD})(?:[\s-]+(?:and[\s-]+)?(?!(?:one[\s-]half|three[\s-]quarter))(?:{_ANY_WORD}))*)\b(?P<half>[\s-]+and[\s-]+(?:(?:an?|one)[\s-]+)?(?P<beyond>half|three[\s-]quarters?|quarter)\b(?:[\s-]+(?P<power>thousand|million)\b)?)?(?P<grand>[\s-]+grand\b(?={_GRAND_ENDS}))?
    )
    (?P<percent>\s?%|[\s-]?percent\b|\sper\scent\b)?
    (?P<usd>\s(?:US\s)?dollars?\b|\sUSD\b)?
    (?:(?<=dollars)\s+and\s+(?P<cents>\d\d?|(?:{_ANY_WORD})(?:[\s-](?:{_ANY_WORD}))?)\s+cents?\b)?
    """,
    re.IGNORECASE | re.VERBOSE,
)


_TENTH = 0.1
_ROUND_FROM = 20
"""A smaller number in words is meant exactly; "fifty" may be round."""


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

    @property
    def grain(self) -> float:
        """How fine a hedged number may be meant: 50 for "about 1,850", 100 for "about 1,900"."""
        # Small numbers are meant as they are written.
        is_round = self.value >= _ROUND_FROM and self.value % (5 * self.coarse) == 0
        return 5 * self.coarse if is_round else self.coarse


def quantities_in(text: str) -> Iterator[Quantity]:
    """Every number of a text, in order. "One" counts too: whether it counts anything shows behind it."""
    read_to = 0
    for start in _starts_in(text):
        match = _NUMBER.match(text, start) if start >= read_to else None
        if match:
            quantity = _quantity(match, text)
            read_to = quantity.end
            yield quantity


def _starts_in(text: str) -> Iterator[int]:
    """Where a number may begin: most words begin none, and the long pattern is slow at each letter."""
    for match in _START.finditer(text):
        word = match["word"]
        if not word or word.isupper() or (word.lower() if word.isascii() else plain(word)) in _FIRST_WORDS:
            yield match.start()


_START = re.compile(r"(?P<word>[^\W\d_]+)|[\d$'’‘½¼¾.−–‑-]")
_FIRST_WORDS = frozenset(
    word.split()[0]
    for words in (
        _WORDS,
        _POWERS,
        _DECADES,
        _GROUPS,
        SHARE_WORDS,
        EXTENTS,
        ORDINAL_WORDS,
        ("a", "an", "us", "usd"),
    )
    for word in words
)


def _quantity(match: re.Match[str], text: str) -> Quantity:
    quantity = _told(match, text)
    if not match["cents"]:
        return quantity
    cents = (
        int(match["cents"]) if match["cents"].isdigit() else _value_of_words(plain(match["cents"]).split())
    )
    return quantity._replace(value=quantity.value + cents / 100, precision=0.01, coarse=0.01)


def _told(match: re.Match[str], text: str) -> Quantity:
    if match["digits"]:
        return _from_digits(match)
    if match["words"]:
        return _from_words(match)
    if match["roman"] or match["group"]:
        value = _of_roman(match["roman"]) if match["roman"] else _GROUPS[match["group"].lower()]
        return Quantity(float(value), match.start(), match.end(), 1.0, 1.0, words=True)
    if match["fraction"]:
        return _of_whole(match, 100 * share_of(match["fraction"]), *FRACTION_GRAIN)
    if match["nth"]:
        return Quantity(
            float(nth_of(match["nth"])), match.start(), match.end(), 1.0, 1.0, ordinal=True, words=True
        )
    if match["extent"]:
        return _of_whole(match, *EXTENTS[match["extent"].lower()])
    if match["share"]:
        return _from_share(match, text)
    return _from_article(match, text) if match["single"] else _from_decade(match)


def _of_whole(match: re.Match[str], percent: float, precision: float, coarse: float) -> Quantity:
    """Three quarters of the lot, all of the landscaping: 75 and 100 percent."""
    return Quantity(percent, match.start(), match.end(), precision, coarse, percent=True, words=True)


def _of_roman(letters: str) -> int:
    values = [_ROMAN[letter] for letter in letters]
    return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))


def _from_share(match: re.Match[str], text: str) -> Quantity:
    share = share_of(match["share"])
    million = _MILLION.match(text, match.end())
    if million:
        return Quantity(share * 1e6, match.start(), million.end(), 1e5, 1e5, money=True, scaled=True)
    percent = PERCENT_OF.match(text, match.end("share"))
    if percent:
        grain = share * FRACTION_OF_PERCENT
        return Quantity(share, match.start("share"), percent.end(), grain, grain, percent=True)
    century = _CENTURY.match(text, match.end())
    if century:
        return Quantity(100 * share, match.start(), century.end(), _ROUND_FROM, _ROUND_FROM)
    # A tenth of an acre is 0.1 acres in words.
    grain = _TENTH if "tenth" in plain(match["share"]) else 0.15 * share
    return Quantity(share, match.start("share"), match.end("share"), grain, max(grain, 0.3 * share))


def _from_article(match: re.Match[str], text: str) -> Quantity:
    """An acre, an acre and a quarter, a decade."""
    beyond = _AND_A_SHARE.match(text, match.end())
    value = 1.0 + (share_of(beyond["share"]) if beyond else 0.0)
    return Quantity(value, match.start("single"), match.end("single"), 0.15, 1.0)


_AND_A_SHARE = re.compile(
    r"\s+acre\s+and\s+(?:an?|one)[\s-]+(?P<share>half|third|quarter|fourth)\b", re.IGNORECASE
)


def _from_decade(match: re.Match[str]) -> Quantity:
    """The nineties, '90s or '94."""
    if match["decades"]:
        return Quantity(_DECADES[plain(match["decades"])], match.start(), match.end(), 1.0, 10.0, decade=True)
    short = int(match["short"])
    year = float(short + (2000 if short <= _NEWEST_SHORT_YEAR else 1900))
    return Quantity(year, match.start(), match.end(), 1.0, 1.0, decade=bool(match["shorts"]))


_CENTURY = re.compile(r"[\s-]*(?:of[\s-]+)?(?:an?[\s-]+)?century\b", re.IGNORECASE)
_MILLION = re.compile(r"[\s-]*(?:of[\s-]+)?(?:an?[\s-]+)?million\b(?:\s+dollars?\b)?", re.IGNORECASE)


def _from_digits(match: re.Match[str]) -> Quantity:
    digits = match["digits"].replace(",", "")
    scale = _SCALES[match["scale"].lower()] if match["scale"] else 1
    decimals = len(digits.partition(".")[2])
    value = (float(digits) + (share_of(match["part"]) if match["part"] else 0.0)) * scale
    if match["decade"] and not match["money"] and 20 <= value <= 90:
        value += 1900
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
    words = re.split(r"[\s-]+", match["words"].lower())
    beyond = share_of(match["beyond"]) if match["half"] else 0.0
    if match["power"]:
        return _of_a_power(match, _value_of_words(words) + beyond)
    # "A million and a half" adds half a million, "two and a half" half of one.
    value = _value_of_words(words) + beyond * max(1, _POWERS.get(words[-1], 1) // 1_000 * 1_000)
    value *= _SCALES["grand"] if match["grand"] else 1
    zeros = len(str(int(value))) - len(str(int(value)).rstrip("0"))
    coarse = 10.0**zeros if value >= _ROUND_FROM else 1.0
    return Quantity(
        value,
        match.start(),
        match.end(),
        1.0,
        coarse,
        money=bool(match["usd"] or match["grand"]),
        percent=bool(match["percent"]),
        words=True,
    )


def _of_a_power(match: re.Match[str], many: float) -> Quantity:
    """Three and a half thousand, three and three-quarter million: meant to a tenth of the power."""
    power = _POWERS[match["power"].lower()]
    told = Quantity(many * power, match.start(), match.end(), power / 10, power / 10, words=True)
    return told._replace(money=bool(match["usd"]))


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
