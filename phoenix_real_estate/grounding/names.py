"""The property's own names in a text: address, parcel, subdivision, district. They are masked before reading.

A house number, "24th Street" or "Mesa Unified District" then looks neither like a figure nor like a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.models import Address, Property

MASK = "□"


class Names:
    """The names of one property."""

    def __init__(self, property: Property) -> None:
        longest_first = sorted(
            dict.fromkeys(_spellings(property)), key=lambda named: len(named[1]), reverse=True
        )
        self._fields = [field for field, _ in longest_first]
        spellings = "|".join(f"(?P<n{place}>{pattern})" for place, (_, pattern) in enumerate(longest_first))
        self._own = re.compile(rf"(?<!\w)(?:{spellings})(?!\w)" if spellings else "(?!)", re.IGNORECASE)

    def mask(self, text: str) -> str:
        """The text with its own names, and idioms that hold digits, blanked out; every offset stays."""
        for pattern in (self._own, _IDIOMS):
            text = pattern.sub(lambda match: MASK * len(match.group()), text)
        return text

    def traced_in(self, text: str) -> Iterator[tuple[int, str, str]]:
        """Where a name stands, its words and the field it comes from."""
        for match in self._own.finditer(text):
            yield match.start(), match.group(), self._fields[int((match.lastgroup or "n0")[1:])]


_IDIOMS = re.compile(
    r"\b(?:section )?1031[\s-](?:like-kind )?exchanges?\b|\b(?:1|2|50|70)[\s-]?(?:%|percent) rule\b|\b24/7\b",
    re.IGNORECASE,
)


_UNIT = r"(?:#|unit|apt\.?|apartment|suite|space|lot|spc\.?|residence|condo|home|number|no\.)"


def _spellings(p: Property) -> Iterator[tuple[str, str]]:
    yield from (("address", spelling) for spelling in _address(p.address))
    if p.parcel_number:
        yield "parcel_number", "-?".join(re.escape(c) for c in p.parcel_number if c.isalnum())
    unit = rf"(?:,?\s+{re.escape(p.address.unit)})?" if p.address.unit else ""
    for field in _NAMED:
        if name := getattr(p, field):
            yield from ((field, spelling + unit) for spelling in _names(name))
    if p.school_district:
        yield "school_district", _district(p.school_district)
    if p.flood_zone:
        zone = re.escape(p.flood_zone)
        yield "flood_zone", rf"(?:flood )?zone:? (?:is |code )?{zone}|{zone}(?= flood)"


def _names(name: str) -> Iterator[str]:
    """A name as it is, and without what records add to it: "Maryvale Terrace" for MARYVALE TERRACE II."""
    yield _flexible(name)
    bare = name
    for addition in (_PLAT, _KIND, _PLAT):
        bare = addition.sub("", bare)
        if " " in bare:
            yield _flexible(bare)


_KIND = re.compile(
    r"[\s,]+(?:hoa|homeowners'? association|(?:community |owners'? )?association|condominiums?|condos?|"
    r"townhomes?|townhouses?|subdivision|estates?|community)\.?$",
    re.IGNORECASE,
)


def _district(name: str) -> str:
    """A district with or without "School District" and its number: Scottsdale Unified #48."""
    words = re.sub(r"(?i)\b(?:school|district|dist|no|number)\b\.?|[#(),]|\b\d+\b", " ", name)
    number = re.search(r"\d+", name)
    behind = rf"(?:\s*\(?(?:#|no\.?|number)?\s*{number.group()}\)?)?" if number else ""
    return _flexible(words) + r"(?:\s+(?:school\s+)?district)?" + behind


_PLAT = re.compile(
    r"(?:[\s,]+(?:(?:unit|phase|plat|parcel|no\.?|lots?|tract)?\s*(?:[IVX]+|\d[\w-]*)|amd|amended|replat))+$",
    re.IGNORECASE,
)
_NAMED = ("subdivision", "neighborhood", "school_district", "hoa_name", "irrigation_district")


def _address(address: Address) -> Iterator[str]:
    if address.raw:
        yield _flexible(address.raw)
    street_line, number = _parted(address)
    words = street_line.split()
    if words:
        street = r"[\s.]+".join(_street_word(word) for word in words)
        unit = rf"(?:,?\s*{_UNIT}\s*{re.escape(number)})?" if number else ""
        yield street + unit
        yield from _without_house_number(words)
        if words[0][0].isdigit():
            yield rf"(?:number|no\.|house|#)\s*{re.escape(words[0])}"
    if number:
        yield rf"{_UNIT}\s*{re.escape(number)}"
    if address.zip:
        yield re.escape(address.zip[:5]) + r"(?:-\d{4})?"


def _parted(address: Address) -> tuple[str, str | None]:
    """Street and unit, also where the unit stands in the street's line: 2211 W Frye Rd Unit 1048."""
    street = address.street or ""
    behind = _UNIT_BEHIND.search(street)
    if address.unit or not behind:
        return street, address.unit
    return street[: behind.start()], behind["number"]


_UNIT_BEHIND = re.compile(rf",?\s+{_UNIT}\s*(?P<number>(?=[\w-]*\d)[\w-]+|[A-Z])$", re.IGNORECASE)


def _without_house_number(words: list[str]) -> Iterator[str]:
    named = words[1:] if words[0][0].isdigit() else words
    if len(named) > 1:
        optional = rf"(?:{_street_word(named[0])}[\s.]+)?" if _is_direction(named[0]) else ""
        rest = named[1:] if optional else named
        yield optional + r"[\s.]+".join(_street_word(word) for word in rest)
        # "Along Cactus Wren": a name of two words needs no "Drive" to be told from common words.
        if len(rest) > _WORDS_OF_A_NAME:
            yield r"[\s.]+".join(map(re.escape, rest[:-1]))


_WORDS_OF_A_NAME = 2


def _street_word(word: str) -> str:
    return _spelled().get(word.rstrip(".").casefold(), re.escape(word))


def _is_direction(word: str) -> bool:
    return word.upper() in ("N", "S", "E", "W", "NE", "NW", "SE", "SW", "NORTH", "SOUTH", "EAST", "WEST")


@cache
def _spelled() -> dict[str, str]:
    spelled: dict[str, str] = {}
    for row in rows_of("grounding_street_words.csv"):
        either = f"(?:{row['long']}|{row['short']})"
        spelled |= {row["short"].casefold(): either, row["long"].casefold(): either}
    return spelled


def _flexible(name: str) -> str:
    return r"[\s,]+".join(re.escape(word) for word in re.split(r"[\s,]+", name.strip()) if word)
