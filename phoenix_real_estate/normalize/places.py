"""The cities that end an address: a gazetteer of Maricopa County (tables/places.json), and beyond it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import usaddress

from phoenix_real_estate.normalize.spelling import title_case
from phoenix_real_estate.normalize.units import Segments, is_street, pop, tail
from phoenix_real_estate.postal import DIRECTIONS, SUFFIXES, UNIT_DESIGNATORS, abbreviated

LONGEST_CITY = 200

# A street's name does not end with an article, and these words alone are none: Calle de la Mesa.
_ARTICLES = {"DE", "DEL", "EL", "LA", "LAS", "LOS", "DOS", "THE", "OF", "SAN", "SANTA"}
_COMPLETE = SUFFIXES.keys() | UNIT_DESIGNATORS
_SPANISH_STREETS = {"AVENIDA", "CALLE", "CALLEJON", "CAMINO", "CAMINITO", "PASEO", "VIA", "VEREDA", "PLACITA"}


def take_city(segments: Segments, *, hint: str | None, zip_five: str | None, complete: bool) -> str | None:
    """Takes the city off the end of an address, `complete` where its state or its ZIP code stood there.

    `hint` is the city that the record tells beside the address: without a state or ZIP code, no other one
    can end it.
    """
    if not segments:
        return None
    known = _known_city(segments, only=None if complete or not hint else city_name(hint), complete=complete)
    if known:
        return _not_the_county(segments, known, zip_five)
    if len(segments) > 1 and _names_a_place(segments[-1]):
        return city_name(" ".join(segments.pop()))
    if complete and not hint and len(segments) == 1:
        return _unknown_city(segments)
    return None


def city_name(text: str | None) -> str | None:
    """A city as the gazetteer writes it, else in title case; None for nothing, for numbers, for no city."""
    words = re.sub(r"[^\w\s'-]", " ", (text or "")[:LONGEST_CITY]).split()
    if not words or any(character.isdigit() for word in words for character in word):
        return None
    joined = " ".join(words)
    if joined.upper() in _gazetteer().not_places:
        return None
    return _place(joined) or _gazetteer().by_joined_spelling.get(joined.upper()) or title_case(joined)


def _known_city(segments: Segments, *, only: str | None, complete: bool) -> str | None:
    """The longest name of the gazetteer that ends the address and leaves a street before it."""
    if _short(segments[-1][-1]) not in _gazetteer().last_words:
        return None
    for count in (4, 3, 2, 1):
        place = _place(tail(segments, count))
        if place is None or (only and place != only):
            continue
        sure = complete or place not in _gazetteer().also_streets
        if len(segments) > 1 or _stands_alone(segments[0][:-count], sure=sure):
            pop(segments, count)
            return place
    return None


def _stands_alone(words: list[str], *, sure: bool) -> bool:
    """Words that are a whole street, so that what follows is its city.

    A place that streets are named after may be the end of the street's name, unless that is visibly complete.
    """
    if not is_street(words):
        return False
    names = [word for word in map(str.upper, words[1:]) if word not in DIRECTIONS]
    if names[-1] in _ARTICLES or (len(names) == 1 and names[0] in _SPANISH_STREETS):
        return False
    return sure or not _COMPLETE.isdisjoint(names[1:]) or any(character.isdigit() for character in names[-1])


def _not_the_county(segments: Segments, city: str, zip_five: str | None) -> str:
    """`Phoenix Maricopa AZ`: the county, named without the word, stands where a city may stand."""
    if city != "Maricopa" or zip_five in {None, "85138", "85139"}:
        return city
    return _known_city(segments, only=None, complete=False) or city


def _names_a_place(words: list[str]) -> bool:
    letters = all(word.replace("-", "").replace("'", "").isalpha() for word in words)
    return letters and not UNIT_DESIGNATORS & {word.upper() for word in words} and len(words[0]) > 1


def _unknown_city(segments: Segments) -> str | None:
    """What the statistical parser takes for one, else the words after the street's suffix."""
    words = segments[0]
    count = _places_labelled(words) or _words_after_suffix(words)
    if not count or not is_street(words[:-count]):
        return None
    return city_name(" ".join(pop(segments, count)))


def _places_labelled(words: list[str]) -> int:
    labels = [label for _, label in usaddress.parse(" ".join(words))]
    count = 0
    while count < len(labels) and labels[-1 - count] == "PlaceName":
        count += 1
    return count if len(labels) == len(words) else 0


def _words_after_suffix(words: list[str]) -> int:
    upper = [word.upper() for word in words]
    ends = [at for at, word in enumerate(upper) if word in SUFFIXES and at > 1]
    count = len(words) - 1 - ends[-1] if ends else 0
    return count if 0 < count <= 3 and _names_a_place(words[-count:]) and len(words[-1]) > 2 else 0


def _place(name: str) -> str | None:
    return _gazetteer().by_spelling.get(_short(name))


@lru_cache(maxsize=20_000)
def _short(name: str) -> str:
    """San Tan Valley and San Tan Vly, Fort McDowell and Ft. McDowell are spelled alike here."""
    return " ".join("FT" if word == "FORT" else word for word in abbreviated(name).split())


class _Gazetteer(NamedTuple):
    by_spelling: dict[str, str]
    by_joined_spelling: dict[str, str]
    last_words: frozenset[str]
    also_streets: frozenset[str]
    not_places: frozenset[str]


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    table = json.loads(
        files("phoenix_real_estate.normalize").joinpath("tables/places.json").read_text("utf-8")
    )
    names = [*table["municipalities"], *table["other_places"], *table["neighbours"]]
    spelled = {name: name for name in names} | table["other_spellings"]
    return _Gazetteer(
        by_spelling={_short(spelling): name for spelling, name in spelled.items()},
        by_joined_spelling={spelling.upper().replace(" ", ""): name for spelling, name in spelled.items()},
        last_words=frozenset(_short(spelling).split()[-1] for spelling in spelled),
        also_streets=frozenset(table["also_streets"]),
        not_places=frozenset(table["not_places"]),
    )
