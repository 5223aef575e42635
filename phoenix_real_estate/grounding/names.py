"""The property's own names in a text: address, parcel, subdivision, district. They are masked before reading.

A house number, "24th Street" or "Mesa Unified District" then looks neither like a figure nor like a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.models import Address, Property

MASK = "□"


class Names:
    """The names of one property."""

    def __init__(self, property: Property) -> None:
        self.longest_first = sorted(
            dict.fromkeys(_spellings(property)), key=lambda named: len(named.pattern), reverse=True
        )

    def mask(self, text: str) -> str:
        """The text with its own names, and idioms that hold digits, blanked out; every offset stays."""
        pieces, end = list[str](), 0
        for _, match in _found(self, text):
            pieces += (text[end : match.start()], _masked(match))
            end = match.end()
        text = "".join(pieces) + text[end:]
        return _IDIOMS.sub(_masked, text) if _IDIOM.search(text) else text

    def traced_in(self, text: str) -> Iterator[tuple[int, str, str]]:
        """Where a name stands, its words and the field it comes from."""
        for field, match in _found(self, text):
            yield match.start(), text[match.start() : match.end()], field


@lru_cache(maxsize=64)
def _found(names: Names, text: str) -> tuple[tuple[str, re.Match[str]], ...]:
    """The names in a text, from left to right; of those that begin at one place the longest spelling.

    Only what may stand in the text is compiled: most texts name nothing. One reader after the other asks for
    the same text.
    """
    said = _folded(text)
    possible = [named for named in names.longest_first if named.may_stand_in(said)]
    nearest = [(named.field, _Search(_compiled(named.pattern), said)) for named in possible]
    found, end = list[tuple[str, re.Match[str]]](), 0
    while nearest:
        told = [(field, match) for field, search in nearest if (match := search.next_from(end))]
        if not told:
            break
        found.append(min(told, key=lambda one: one[1].start()))
        end = found[-1][1].end()
    return tuple(found)


class _Search:
    """The next match of a pattern, looked for anew only once the last one is passed."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self._pattern, self._text = pattern, text
        self._next = self._search(0)

    def next_from(self, begin: int) -> re.Match[str] | None:
        if self._next and self._next.start() < begin:
            self._next = self._search(begin)
        return self._next

    def _search(self, begin: int) -> re.Match[str] | None:
        return next((match for match in self._pattern.finditer(self._text, begin) if match.group()), None)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    # To ignore case would double what a name costs to compile, and every property brings new ones.
    return re.compile(rf"(?<!\w)(?:{_folded(pattern)})(?!\w)")


def _masked(match: re.Match[str]) -> str:
    return MASK * len(match.group())


_IDIOM = re.compile(r"1031|%|24/7|percent", re.IGNORECASE)
_IDIOMS = re.compile(
    r"\b(?:section )?1031[\s-](?:like-kind )?exchanges?\b|\b(?:1|2|50|70)[\s-]?(?:%|percent) rule\b|\b24/7\b",
    re.IGNORECASE,
)


_HOUSE = r"(?:number|no\.|house|#)"
_HOUSE_NUMBER = re.compile(rf"{_HOUSE}\s*\d")
_UNIT = (
    r"(?:#|unit|apt\.?|apartment|suite|space|lot|spc\.?|residence|condo|condominium|townho(?:me|use)|home|"
    r"number|no\.)"
)


class _Spelling(NamedTuple):
    """A name as it may be written. `needle` stands in lower case in every text that holds it.

    Where it is a number that may be parted by dashes, it stands there without them; where `counted` is set,
    words stand before it that this pattern finds.
    """

    field: str
    pattern: str
    needle: str = ""
    dashed: bool = False
    counted: re.Pattern[str] | None = None

    def may_stand_in(self, said: str) -> bool:
        """Whether it is worth while to compile the pattern for a text in lower case."""
        if self.needle not in (said.replace("-", "") if self.dashed else said):
            return False
        return self.counted is None or self.counted.search(said) is not None


def _folded(text: str) -> str:
    """In lower case, letter by letter; the dotless i and the long s stand for plain letters."""
    return text.lower() if text.isascii() else text.translate(_FOLDED).lower()


_FOLDED = {ord("ı"): "i", ord("İ"): "i", ord("ſ"): "s"}
"""Also the capital I with a dot: in lower case it would be two signs, and every place behind it another."""


def _needle(words: Iterable[str]) -> str:
    """The longest of the words, if it is written in plain letters."""
    longest = max(words, key=len, default="")
    return longest.lower() if longest.isascii() else ""


def _spellings(p: Property) -> Iterator[_Spelling]:
    yield from _address(p.address)
    if p.parcel_number:
        bare = [c for c in p.parcel_number if c.isalnum()]
        yield _Spelling("parcel_number", "-?".join(bare), _needle(["".join(bare)]), dashed=True)
    unit = rf"(?:,?\s+{re.escape(p.address.unit)})?" if p.address.unit else ""
    for field in _NAMED:
        if name := getattr(p, field):
            yield from (
                _Spelling(field, _flexible(spelling) + unit, _needle(_words(spelling)))
                for spelling in _names(name)
            )
    if p.school_district:
        yield _district(p.school_district)
    if p.flood_zone:
        zone = re.escape(p.flood_zone)
        pattern = rf"(?:flood )?zone:? (?:is |code )?{zone}|{zone}(?= flood)"
        yield _Spelling("flood_zone", pattern, _needle([p.flood_zone]))


def _names(name: str) -> Iterator[str]:
    """A name as it is, and without what records add to it: "Maryvale Terrace" for MARYVALE TERRACE II."""
    yield name
    bare = name
    for addition in (_AMENDED, _PLAT, _KIND, _PLAT):
        bare = addition.sub("", bare)
        if " " in bare:
            yield bare


_KIND = re.compile(
    r"[\s,]+(?:hoa|homeowners'? association|(?:community |owners'? )?association|condominiums?|condos?|"
    r"townhomes?|townhouses?|subdivision|estates?|community)\.?$",
    re.IGNORECASE,
)


def _district(name: str) -> _Spelling:
    """A district with or without "School District" and its number: Scottsdale Unified #48."""
    words = re.sub(r"(?i)\b(?:school|district|dist|no|number)\b\.?|[#(),]|\b\d+\b", " ", name)
    number = re.search(r"\d+", name)
    behind = rf"(?:\s*\(?(?:#|no\.?|number)?\s*{number.group()}\)?)?" if number else ""
    pattern = _flexible(words) + r"(?:\s+(?:school\s+)?district)?" + behind
    return _Spelling("school_district", pattern, _needle(_words(words)))


_AMENDED = re.compile(r"[\s,]+(?:amd|amended|replat|resub\w*)\.?$", re.IGNORECASE)
_PLAT = re.compile(
    r"(?:[\s,]+(?:(?:unit|phase|plat|parcel|no\.?|lots?|tract)?\s*(?:[IVX]+|\d[\w-]*)|amd|amended|replat))+$",
    re.IGNORECASE,
)
_NAMED = ("subdivision", "neighborhood", "school_district", "hoa_name", "irrigation_district")


def _address(address: Address) -> Iterator[_Spelling]:
    if address.raw:
        yield _Spelling("address", _flexible(address.raw), _needle(_words(address.raw)))
    street_line, number = _parted(address)
    words = street_line.split()
    if words:
        street = r"[\s.]+".join(_street_word(word) for word in words)
        unit = rf"(?:,?\s*{_UNIT}\s*{re.escape(number)})?" if number else ""
        yield _Spelling("address", street + unit, _needle(_as_they_stand(words)))
        if len(words) > _WORDS_OF_A_NAME and words[0][0].isdigit() and _is_kind_of_street(words[-1]):
            street = r"[\s.]+".join(_street_word(word) for word in words[:-1])
            yield _Spelling("address", street + unit, _needle(_as_they_stand(words[:-1])))
        yield from _without_house_number(words)
        if words[0][0].isdigit():
            house = rf"{_HOUSE}\s*{re.escape(words[0])}"
            yield _Spelling("address", house, _needle(words[:1]), counted=_HOUSE_NUMBER)
    if number:
        # A117 is no number: it names the home without "unit", too.
        named = "?" if re.search(r"[^\W\d]", number) and re.search(r"\d", number) else ""
        yield _Spelling("address", rf"(?:{_UNIT}\s*){named}{re.escape(number)}", _needle([number]))
    if address.zip:
        start = address.zip[:5]
        yield _Spelling("address", rf"(?<!\$){re.escape(start)}(?:-\d{{4}})?{_NO_MEASURE}", _needle([start]))


_NO_MEASURE = (
    r"(?![\s-]*(?:%|percent|sq\b|sq\.|square|sqft|sf\b|acres?\b|bed|bd|br\b|bath|ba\b|rooms?\b|cars?\b|"
    r"vehicles?\b|garages?\b|carports?\b|spaces?\b|dollars?\b))"
)
"""Behind a ZIP: "85281 square feet" names no place."""


def _parted(address: Address) -> tuple[str, str | None]:
    """Street and unit, also where the unit stands in the street's line: 2211 W Frye Rd Unit 1048."""
    street = address.street or ""
    behind = _UNIT_BEHIND.search(street)
    if address.unit or not behind:
        return street, address.unit
    return street[: behind.start()], behind["number"]


_UNIT_BEHIND = re.compile(rf",?\s+{_UNIT}\s*(?P<number>(?=[\w-]*\d)[\w-]+|[A-Z])$", re.IGNORECASE)


def _without_house_number(words: list[str]) -> Iterator[_Spelling]:
    named = words[1:] if words[0][0].isdigit() else words
    if len(named) > 1:
        optional = rf"(?:{_street_word(named[0])}[\s.]+)?" if _is_direction(named[0]) else ""
        rest = named[1:] if optional else named
        pattern = optional + r"[\s.]+".join(_street_word(word) for word in rest)
        yield _Spelling("address", pattern, _needle(_as_they_stand(rest)))
        # "Along Cactus Wren": a name of two words needs no "Drive" to be told from common words.
        if len(rest) > _WORDS_OF_A_NAME:
            pattern = r"[\s.]+".join(map(re.escape, rest[:-1]))
            yield _Spelling("address", pattern, _needle(rest[:-1]))


def _as_they_stand(words: list[str]) -> list[str]:
    """The words of a street that are spelled in one way only."""
    return [word for word in words if word.rstrip(".").casefold() not in _spelled()]


_WORDS_OF_A_NAME = 2


def _street_word(word: str) -> str:
    return _spelled().get(word.rstrip(".").casefold(), re.escape(word))


def _is_kind_of_street(word: str) -> bool:
    return word.rstrip(".").casefold() in _spelled() and not _is_direction(word)


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
    return r"[\s,]+".join(map(re.escape, _words(name)))


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", name.strip()) if word]
