"""Reads a US address, as people in Maricopa County write it, into its parts.

Rules take what is certain from the right: ZIP, state, city (a gazetteer of the county), then the unit.
The statistical parser `usaddress` is asked only where the city is one the gazetteer does not have.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files

import usaddress

from phoenix_real_estate.models import Address
from phoenix_real_estate.normalize.spelling import title_case
from phoenix_real_estate.postal import DIRECTIONS, STATES, SUFFIXES, UNIT_DESIGNATORS

LONGEST_ADDRESS = 200

Segments = list[list[str]]
"""An address cut at its commas and line breaks, each piece as its words."""

_ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?-?")
_ARIZONA = {"AZ", "ARIZONA", "ARIZ"}
_COUNTRY = {"USA", "US", "UNITED STATES", "UNITED STATES OF AMERICA", "MARICOPA COUNTY"}
# "County Road 12" and "Highway 60 5": a number after these words belongs to the street's name.
_NUMBERED_ROADS = {"HIGHWAY", "HWY", "LOOP", "ROUTE", "RTE"}
_ROAD_OWNERS = {"COUNTY", "STATE", "FOREST", "US"}


def read_address(
    raw: str, *, city: str | None = None, state: str | None = None, zip_code: str | None = None
) -> Address:
    """The parts of an address. `city`, `state` and `zip_code` are what the record says apart from it.

    The street keeps its words in title case, the unit loses its designator (`Apt 4B` is `4B`), the ZIP
    has five digits. What the text does not say stays None, but an Arizona ZIP implies the state.
    """
    segments = _segments(raw)
    _take_country(segments)
    zip_found = _take_zip(segments)
    _take_country(segments)
    state_found = _take_state(segments, has_zip=zip_found is not None)
    city_found = _take_city(segments, hint=city, complete=bool(zip_found or state_found))
    street, unit = _street_and_unit(segments)
    zip_five = zip_found or five_digits(zip_code)
    return Address(
        street=title_case(street) or None,
        unit=unit,
        city=city_found or city_name(city),
        state=state_found or _state(state) or _state_of(zip_five),
        zip=zip_five,
        raw=raw[: LONGEST_ADDRESS * 2],
    )


def city_name(text: str | None) -> str | None:
    """A city as the gazetteer writes it, else in title case; None for nothing or for numbers."""
    words = re.sub(r"[^\w\s'-]", " ", (text or "")[:LONGEST_ADDRESS]).split()
    if not words or any(character.isdigit() for word in words for character in word):
        return None
    joined = " ".join(words)
    return _places().get(joined.upper()) or title_case(joined)


def five_digits(text: str | None) -> str | None:
    """A ZIP code without its +4."""
    match = _ZIP.fullmatch((text or "").replace(" ", ""))
    return match[1] if match and match[1].strip("0") else None


def _segments(raw: str) -> Segments:
    cut = raw[:LONGEST_ADDRESS].replace("#", " # ")
    pieces = re.split(r"[,;\n\r|]+", cut)
    words = ([word for w in piece.split() if (word := w.strip('.:()"“”*'))] for piece in pieces)
    return [piece for piece in words if piece]


def _pop(segments: Segments, count: int) -> list[str]:
    """Takes words off the right end; a piece that is used up goes with them."""
    last = segments[-1]
    taken = last[-count:]
    del last[-count:]
    if not last:
        segments.pop()
    return taken


def _tail(segments: Segments, count: int) -> str:
    return " ".join(segments[-1][-count:]).upper() if segments and len(segments[-1]) >= count else ""


def _take_country(segments: Segments) -> None:
    for count in (4, 2, 1):
        if _tail(segments, count) in _COUNTRY and len(segments) + len(segments[-1]) > count + 1:
            _pop(segments, count)
            return


def _take_zip(segments: Segments) -> str | None:
    if re.fullmatch(r"[0-9]{5}-? -?[0-9]{4}", _tail(segments, 2)) and len(segments[-1]) + len(segments) > 3:
        _pop(segments, 1)
    match = _ZIP.fullmatch(_tail(segments, 1))
    if match is None or (len(segments) == 1 and len(segments[0]) == 1):
        return None
    before = segments[-1][-2].upper() if len(segments[-1]) > 1 else ""
    if match[1][:2] in {"85", "86"} or not before or before in STATES | _ARIZONA:
        _pop(segments, 1)
        return match[1]
    return None


def _take_state(segments: Segments, *, has_zip: bool) -> str | None:
    word = _tail(segments, 1)
    alone = len(segments) > 1 and len(segments[-1]) == 1
    if word in _ARIZONA and (alone or len(segments) > 1 or _is_street(segments[0][:-1])):
        _pop(segments, 1)
        return "AZ"
    # Elsewhere CT is a court and LA a street's article: other states only where nothing else can be meant.
    if word in STATES and (alone or (has_zip and word not in SUFFIXES and len(segments) > 1)):
        _pop(segments, 1)
        return word
    return None


def _take_city(segments: Segments, *, hint: str | None, complete: bool) -> str | None:
    if not segments:
        return None
    known = _known_city(segments, only=None if complete or not hint else city_name(hint))
    if known:
        return known
    if len(segments) > 1 and _names_a_place(segments[-1]):
        return city_name(" ".join(segments.pop()))
    if complete and not hint and len(segments) == 1:
        return _unknown_city(segments)
    return None


def _known_city(segments: Segments, *, only: str | None) -> str | None:
    """The longest name of the gazetteer that ends the address and leaves a street before it."""
    for count in (4, 3, 2, 1):
        place = _places().get(_tail(segments, count))
        if place is None or (only and place != only):
            continue
        if len(segments) > 1 or _is_street(segments[0][:-count]):
            _pop(segments, count)
            return place
    return None


def _names_a_place(words: list[str]) -> bool:
    letters = all(word.replace("-", "").replace("'", "").isalpha() for word in words)
    return letters and not UNIT_DESIGNATORS & {word.upper() for word in words} and len(words[0]) > 1


def _unknown_city(segments: Segments) -> str | None:
    words = segments[0]
    labels = [label for _, label in usaddress.parse(" ".join(words))]
    count = 0
    while count < len(labels) and labels[-1 - count] == "PlaceName":
        count += 1
    if not count or len(labels) != len(words) or not _is_street(words[:-count]):
        return None
    return city_name(" ".join(_pop(segments, count)))


def _is_street(words: list[str]) -> bool:
    """A house number and something that can be a street's name."""
    names = [word for word in words[1:] if word.upper() not in DIRECTIONS]
    return bool(words) and words[0][0].isdigit() and bool(names)


def _street_and_unit(segments: Segments) -> tuple[str, str | None]:
    if not segments:
        return "", None
    start = next((i for i, words in enumerate(segments) if _is_street(words)), 0)
    words, unit = _leading_unit(segments[start])
    words, trailing = _trailing_unit(words)
    rest = [_unit_words(piece) for piece in segments[start + 1 :]]
    return " ".join(words), trailing or next((found for found in rest if found), None) or unit


def _leading_unit(words: list[str]) -> tuple[list[str], str | None]:
    """`Lot 12 1234 W Main St`: the lot comes first."""
    if len(words) > 3 and words[0].upper() in UNIT_DESIGNATORS and words[2][0].isdigit():
        return words[2:], _unit_name(words[1:2])
    return words, None


def _trailing_unit(words: list[str]) -> tuple[list[str], str | None]:
    for i in range(2, len(words) - 1):
        if words[i].upper() in UNIT_DESIGNATORS and (unit := _unit_words(words[i:])):
            return words[:i], unit
    if len(words) > 3 and _is_bare_unit(words):
        return words[:-1], _unit_name(words[-1:])
    return words, None


def _unit_words(words: list[str]) -> str | None:
    """`Unit 4B`, `Apt # 5`, `# A-B`, `12`: the identifier without its designator."""
    names = [word for word in words if word.upper() not in UNIT_DESIGNATORS]
    short = all(len(name) <= 6 and (_has_digit(name) or len(name) <= 3) for name in names)
    if not names or len(names) > 2 or not short or names[-1].upper() in SUFFIXES:
        return None
    return _unit_name(names)


def _unit_name(words: list[str]) -> str:
    return " ".join(words).upper()


def _is_bare_unit(words: list[str]) -> bool:
    """`4600 N 68TH ST 371`: a number after a complete street is a unit."""
    last = words[-1].upper()
    if not (_has_digit(last) or len(last) == 1) or last in DIRECTIONS:
        return False
    upper = [word.upper() for word in words[:-1]]
    if upper[-1] in DIRECTIONS:
        upper.pop()
    if upper[-1] not in SUFFIXES or upper[-1] in _NUMBERED_ROADS or upper[-2] in _ROAD_OWNERS:
        return False
    return _is_street(upper[:-1])


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)


def _state(text: str | None) -> str | None:
    word = (text or "").strip(" .").upper()
    return "AZ" if word in _ARIZONA else word if word in STATES else None


def _state_of(zip_five: str | None) -> str | None:
    """ZIP codes 850 to 865 are Arizona's."""
    return "AZ" if zip_five and 850 <= int(zip_five[:3]) <= 865 else None


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    table = json.loads(
        files("phoenix_real_estate.normalize").joinpath("tables/places.json").read_text("utf-8")
    )
    names: list[str] = [*table["municipalities"], *table["other_places"], *table["neighbours"]]
    others: dict[str, str] = table["other_spellings"]
    return {name.upper(): name for name in names} | others
