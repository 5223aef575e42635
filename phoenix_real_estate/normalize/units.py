"""Streets and the units in them: apartments, suites, lots and spaces, named or bare."""

from __future__ import annotations

import re

from phoenix_real_estate.normalize.spelling import ordinal
from phoenix_real_estate.postal import (
    DIRECTIONS,
    SUFFIXES,
    UNIT_DESIGNATORS,
    UNITS_WITHOUT_NUMBER,
)

Segments = list[list[str]]
"""An address cut at its commas and line breaks, each piece as its words."""

# "County Road 12" and "Highway 60 5": a number after these words belongs to the street's name.
_NUMBERED_ROADS = {"HIGHWAY", "HWY", "INTERSTATE", "LOOP", "ROUTE", "RTE"}
_ROAD_OWNERS = {"COUNTY", "STATE", "FOREST", "US"}
# Penthouse 2 is not apartment 2.
_PART_OF_NAME = {"FL", "FLOOR", "PENTHOUSE", "PH"}
_NOT_OF_NAME = UNIT_DESIGNATORS - _PART_OF_NAME
# Streets of the grid that are named by a number.
_NUMBERED = {"AV", "AVE", "AVENUE", "DR", "DRIVE", "LN", "LANE", "PL", "PLACE", "ST", "STREET", "WAY"}


def pop(segments: Segments, count: int) -> list[str]:
    """Takes words off the right end; a piece that is used up goes with them."""
    last = segments[-1]
    taken = last[-count:]
    del last[-count:]
    if not last:
        segments.pop()
    return taken


def tail(segments: Segments, count: int) -> str:
    """The last words of the last piece in capitals, empty where it has fewer."""
    return " ".join(segments[-1][-count:]).upper() if segments and len(segments[-1]) >= count else ""


def is_street(words: list[str]) -> bool:
    """A house number and something that can be a street's name."""
    return bool(words) and words[0][0].isdigit() and any(word.upper() not in DIRECTIONS for word in words[1:])


def take_stray_unit(segments: Segments) -> str | None:
    """A unit before its street (`Lot 12 1234 W Main St`) or behind the ZIP code (`85031 Apt 4`)."""
    return _leading_unit(segments) or _last_unit(segments)


def _leading_unit(segments: Segments) -> str | None:
    first = segments[0] if segments else []
    if len(first) < 2 or first[0].upper() not in UNIT_DESIGNATORS:
        return None
    unit = unit_name(first[1:2])
    if len(first) == 2 and len(segments) > 1 and segments[1][0][0].isdigit():
        del segments[0]
        return unit
    if len(first) > 3 and first[2][0].isdigit():
        del first[:2]
        return unit
    return None


def _last_unit(segments: Segments) -> str | None:
    last = segments[-1] if segments else []
    at = next((i for i, word in enumerate(last) if i and word.upper() in UNIT_DESIGNATORS), 0)
    after_region = bool(at) and ends_region(last[at - 1])
    after_pieces = len(segments) > 2 and last[0].upper() in UNIT_DESIGNATORS
    unit = named_unit(last[at:]) if after_region or after_pieces else None
    if unit:
        pop(segments, len(last) - at)
    return unit


def ends_region(word: str) -> bool:
    """Arizona, or one of its ZIP codes."""
    return word.upper() in {"AZ", "ARIZONA"} or re.fullmatch(r"8[56][0-9]{3}(-[0-9]{4})?", word) is not None


def street_and_unit(segments: Segments) -> tuple[list[str], str | None]:
    """The words of the street, and the unit after it or in another piece."""
    if not segments:
        return [], None
    start = next((i for i, words in enumerate(segments) if is_street(words)), 0)
    words, trailing = _trailing_unit(_plainly_numbered(segments[start]))
    rest = (named_unit(piece) for piece in segments[start + 1 :])
    return _with_ordinals(words), trailing or next((found for found in rest if found), None)


def named_unit(words: list[str]) -> str | None:
    """`Unit 4B`, `Apt # 5`, `# A-B`, `12`: the identifier without its designator."""
    names = [word for word in words if word.upper() not in _NOT_OF_NAME]
    if len(words) == 1 and words[0].upper() in UNITS_WITHOUT_NUMBER:
        return unit_name(words)
    short = all(_is_identifier(name) or name.upper() in _PART_OF_NAME for name in names)
    if not names or len(names) > 2 or not short or names[-1].upper() in SUFFIXES:
        return None
    return unit_name(names)


def _is_identifier(name: str) -> bool:
    return len(name) <= 6 and (_has_digit(name) or len(name) <= 3)


def unit_name(words: list[str]) -> str:
    """An identifier as it is written everywhere: in capitals."""
    return " ".join(words).upper()


def _plainly_numbered(words: list[str]) -> list[str]:
    """`1234 - 1236 W Adams St` with its range as one word."""
    if len(words) > 3 and words[1] in {"-", "–"} and words[2].isdigit():
        return ["-".join([words[0], words[2]]), *words[3:]]
    return words


def _with_ordinals(words: list[str]) -> list[str]:
    """`4022 N 43 Ave` is 43rd Avenue."""
    return [
        ordinal(int(word)) if at and _is_bare_ordinal(word, words[at - 1], words[at + 1 : at + 2]) else word
        for at, word in enumerate(words)
    ]


def _is_bare_ordinal(word: str, before: str, after: list[str]) -> bool:
    if not (word.isascii() and word.isdigit() and len(word) < 4 and after):
        return False
    return after[0].upper() in _NUMBERED and before.upper() not in _NUMBERED_ROADS | _ROAD_OWNERS


def _trailing_unit(words: list[str]) -> tuple[list[str], str | None]:
    for i in range(2, len(words) - 1):
        if words[i].upper() in UNIT_DESIGNATORS and (unit := named_unit(words[i:])):
            return words[:i], unit
    if len(words) > 3 and _is_bare_unit(words):
        return words[:-1], unit_name(words[-1:])
    return words, None


def _is_bare_unit(words: list[str]) -> bool:
    """`4600 N 68TH ST 371`, `4022 N 43RD AVE REAR`: after a complete street, that is a unit."""
    last = words[-1].upper()
    if last in DIRECTIONS or not (_has_digit(last) or len(last) == 1 or last in UNITS_WITHOUT_NUMBER):
        return False
    upper = [word.upper() for word in words[:-1]]
    if upper[-1] in DIRECTIONS:
        upper.pop()
    if upper[-1] not in SUFFIXES or upper[-1] in _NUMBERED_ROADS or upper[-2] in _ROAD_OWNERS:
        return False
    return is_street(upper[:-1])


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)
