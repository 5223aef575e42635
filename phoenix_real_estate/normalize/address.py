"""Reads a US address, as people in Maricopa County write it, into its parts.

Rules take what is certain: units before and behind the rest, then from the right ZIP, state and city
(places.py), then the unit after the street (units.py).
"""

from __future__ import annotations

import re

from phoenix_real_estate.models import Address
from phoenix_real_estate.normalize.contacts import without_numbers
from phoenix_real_estate.normalize.places import city_name, take_city
from phoenix_real_estate.normalize.spelling import title_case
from phoenix_real_estate.normalize.units import (
    Segments,
    ends_region,
    is_street,
    named_unit,
    pop,
    street_and_unit,
    tail,
    take_stray_unit,
    unit_name,
)
from phoenix_real_estate.postal import STATES, SUFFIXES

__all__ = ["city_name", "five_digits", "read_address"]

LONGEST_ADDRESS = 200

_CUTS = re.compile(r"[,;\n\r|•·]+|\s[–—]\s")
_LABEL = re.compile(r"\s*(?:property |situs |street |site )?address\s*:", re.IGNORECASE)
_GLUED_ZIP = re.compile(r"\b(AZ)(8[56][0-9]{3})\b", re.IGNORECASE)
_EDGES = '.:()"“”*[]'
_ZIP = re.compile(r"([0-9]{5})(?:\.0)?(?:-?[0-9]{4})?-?")
_ARIZONA = {"AZ", "A.Z", "ARIZONA", "ARIZ"}
_COUNTRY = {"USA", "U.S.A", "US", "U.S", "UNITED STATES", "UNITED STATES OF AMERICA"}
_COUNTY = {"MARICOPA COUNTY", "PINAL COUNTY", "YAVAPAI COUNTY"}
_LAST_WORDS = {name.rpartition(" ")[2] for name in _COUNTRY | _COUNTY}


def read_address(
    raw: str,
    *,
    city: str | None = None,
    state: str | None = None,
    zip_code: str | None = None,
    unit: str | None = None,
) -> Address:
    """The parts of an address. `city`, `state`, `zip_code` and `unit` are what the record says apart from it.

    The street keeps its words in title case, the unit loses its designator (`Apt 4B` is `4B`), the ZIP
    has five digits. What the text does not say stays None, but an Arizona ZIP implies the state.
    """
    segments = _segments(raw)
    segments = _street_first(segments)
    _take(segments, _COUNTRY)
    stray_unit = take_stray_unit(segments)
    zip_found = _take_zip(segments)
    _take(segments, _COUNTRY)
    state_found = _take_state(segments, zip_found)
    _take(segments, _COUNTY)
    five = zip_found or five_digits(zip_code)
    city_found = take_city(segments, hint=city, zip_five=five, complete=bool(zip_found or state_found))
    words, own_unit = street_and_unit(segments)
    return Address(
        street=title_case(" ".join(words)) or None,
        unit=own_unit or stray_unit or _unit_beside(unit),
        city=city_found or city_name(city),
        state=state_found or _state(state) or _state_of(five),
        zip=five,
        raw=without_numbers(raw[: LONGEST_ADDRESS * 2]),
    )


def five_digits(text: str | None) -> str | None:
    """A ZIP code without its +4."""
    match = _ZIP.fullmatch((text or "").replace(" ", ""))
    return match[1] if match and match[1].strip("0") else None


def _segments(raw: str) -> Segments:
    cut = raw[:LONGEST_ADDRESS].replace("#", " # ")
    cut = _GLUED_ZIP.sub(r"\1 \2", _LABEL.sub("", cut, count=1) if ":" in cut else cut)
    words = ([word for w in piece.split() if (word := w.strip(_EDGES))] for piece in _CUTS.split(cut))
    return [piece for piece in words if piece]


def _street_first(segments: Segments) -> Segments:
    """`Phoenix, AZ 85031, 123 Main St` the other way round."""
    last = segments[-1] if segments else []
    turned = len(segments) > 1 and is_street(last) and not is_street(segments[0])
    return [last, *segments[:-1]] if turned and ends_region(segments[-2][-1]) else segments


def _take(segments: Segments, names: set[str]) -> None:
    """Takes one of some names off the end of an address that has more in it."""
    if tail(segments, 1) not in _LAST_WORDS:
        return
    for count in (4, 2, 1):
        if tail(segments, count) in names and len(segments) + len(segments[-1]) > count + 1:
            pop(segments, count)
            return


def _take_zip(segments: Segments) -> str | None:
    if re.fullmatch(r"[0-9]{5}-? -?[0-9]{4}", tail(segments, 2)) and len(segments[-1]) + len(segments) > 3:
        pop(segments, 1)
    match = _ZIP.fullmatch(tail(segments, 1))
    if match is None or (len(segments) == 1 and len(segments[0]) == 1):
        return None
    before = segments[-1][-2].upper() if len(segments[-1]) > 1 else ""
    if match[1][:2] in {"85", "86"} or not before or before in STATES | _ARIZONA:
        pop(segments, 1)
        return match[1]
    return None


def _take_state(segments: Segments, zip_five: str | None) -> str | None:
    word = tail(segments, 1)
    alone = len(segments) > 1 and len(segments[-1]) == 1
    if word in _ARIZONA and (alone or len(segments) > 1 or is_street(segments[0][:-1])):
        pop(segments, 1)
        return "AZ"
    # Elsewhere CT is a court and LA a street's article: other states only where nothing else can be meant.
    certain = zip_five is not None and (len(segments) > 1 or _state_of(zip_five) is None)
    if word in STATES and (alone or (certain and word not in SUFFIXES)):
        pop(segments, 1)
        return word
    return None


def _unit_beside(unit: str | None) -> str | None:
    words = [word for piece in _segments(unit or "") for word in piece]
    return named_unit(words) or unit_name(words) or None


def _state(text: str | None) -> str | None:
    word = (text or "").strip(" .").upper()
    return "AZ" if word in _ARIZONA else word if word in STATES else None


def _state_of(zip_five: str | None) -> str | None:
    """ZIP codes 850 to 865 are Arizona's."""
    return "AZ" if zip_five and 850 <= int(zip_five[:3]) <= 865 else None
