"""Finds the address and the description among the lines of a listing page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from phoenix_real_estate.normalize.contacts import without_contacts
from phoenix_real_estate.normalize.page import sections
from phoenix_real_estate.normalize.page.expressions import expression
from phoenix_real_estate.normalize.page.labels import Told, field_of
from phoenix_real_estate.normalize.page.sections import Line
from phoenix_real_estate.postal import SUFFIXES

LONGEST_ADDRESS_LINE = 250
MOST_ADDRESS_LINES = 600
_REGION_REACH = 12
SHORTEST_DESCRIPTION = 120
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")

_WHOLE = expression("whole")
_STREET_LINE = expression("street_line")
_CITY_LINE = expression("city_line")
_STREET_IN_CITY = expression("street_in_city")
_SOMEONES = expression("someones")
_COMPANY = expression("company")
_ROOMS = re.compile(r"\d+[\s-]*(?:bed|bd|br|bath|ba\b|acre|stor|car)", re.IGNORECASE)
_HEADING_PART = re.compile(r"\s*[,|•·–—]\s*|\s-\s")


def address_in(lines: Sequence[Line], title: str) -> Told:
    """The property's address: a heading's before any other line's before the title's.

    Where a heading is a street with a house number, an address with another number is someone else's.
    """
    near = [line.text for line in lines[:MOST_ADDRESS_LINES]]
    headings = [at for at, line in enumerate(lines[:MOST_ADDRESS_LINES]) if line.level == 1]
    number = _house_number([*(near[at] for at in headings), title])
    for texts, positions in ((near, headings), (near, range(len(near))), ([title], range(1))):
        for at in positions:
            found = _address_at(texts, at)
            if found and _is_at(number, found) and (at in headings or not _is_under_a_company(texts, at)):
                return found
    return _address_in_prose(near, number) or _street_heading(near, headings)


def _house_number(titles: Iterable[str]) -> str:
    """The house number of the first of the titles that is a street."""
    for title in titles:
        street = _HEADING_PART.split(title.strip()[:LONGEST_ADDRESS_LINE])[0]
        if _STREET_LINE.fullmatch(street) and _is_street(street) and not _ROOMS.match(street):
            return street.split()[0].upper()
    return ""


def _is_at(number: str, found: Told) -> bool:
    return not number or str(found["address"]).split()[0].upper() == number


def _is_under_a_company(texts: Sequence[str], at: int) -> bool:
    """The line before is the name of whoever sits at the address."""
    before = texts[at - 1] if at else ""
    return len(before) < 80 and bool(_COMPANY.search(before))


def _address_in_prose(near: Iterable[str], number: str) -> Told:
    for text in near:
        if match := _STREET_IN_CITY.search(text[:2_000]):
            found: Told = {"address": match[1], "city": match[2], "state": "AZ"}
            if _is_at(number, found) and not _SOMEONES.search(text[: match.start()][-60:]):
                return found
    return {}


def _address_at(texts: Sequence[str], at: int) -> Told:
    plain = texts[at][: LONGEST_ADDRESS_LINE * 4].replace("\t", ", ")
    match = _WHOLE.search(plain)
    if match and _is_street(match[1]) and not _SOMEONES.search(plain[: match.start()][-60:]):
        street = re.sub(r"\s+in$", "", match[1].strip(" ,"))
        return {"address": f"{street}, {match[2].strip()}, {match[3]}"}
    following = texts[at + 1].strip(" ,") if at + 1 < len(texts) else ""
    street = plain.strip(" ,")
    if (
        len(plain) < 80
        and _STREET_LINE.fullmatch(street)
        and _CITY_LINE.fullmatch(following)
        and _is_street(street)
    ):
        return {"address": f"{street}, {following}"}
    return {}


def _street_heading(near: Sequence[str], headings: Iterable[int]) -> Told:
    """A heading that is a street, and a city and ZIP soon after it that no other street goes before."""
    for at in headings:
        street = near[at].strip(" ,")
        if len(street) < 80 and _STREET_LINE.fullmatch(street) and _is_street(street):
            region = _region_after(near[at + 1 : at + 1 + _REGION_REACH])
            return {"address": f"{street}, {region}" if region else street}
    return {}


def _region_after(texts: Iterable[str]) -> str:
    for text in (one.strip(" ,") for one in texts):
        if _CITY_LINE.fullmatch(text):
            return text
        if _COMPANY.search(text) or (_STREET_LINE.fullmatch(text) and _is_street(text)):
            break
    return ""


def _is_street(text: str) -> bool:
    """A number, then words of which one is a kind of street or a direction."""
    words = [word.strip(".,").upper() for word in text.split()]
    kinds = {
        *SUFFIXES,
        "CALLE",
        "CAMINO",
        "AVENIDA",
        "VIA",
        "PASEO",
        "CAMINITO",
        "VISTA",
        "RANCHO",
        "EL",
        "LA",
    }
    directed = len(words) > 2 and words[1] in {"N", "S", "E", "W", "NORTH", "SOUTH", "EAST", "WEST"}
    return len(words) > 2 and (directed or not kinds.isdisjoint(words[1:]))


def description_in(lines: Sequence[Line]) -> Told:
    """The listing's own prose: under its heading, else the longest running text of the page."""
    for at, line in enumerate(lines):
        told = _prose_after(lines[at + 1 : at + 30]) if sections.is_remarks_heading(line.text) else ""
        if told := _without_callers(told):
            return {"remarks": told}
    longest = max((line.text for line in lines if _is_prose(line.text)), key=len, default="")
    return {"remarks": _without_callers(longest)} if len(longest) >= SHORTEST_DESCRIPTION else {}


def _without_callers(text: str) -> str:
    """Without the sentences that tell whom to call."""
    kept = (one for one in _SENTENCE.split(text) if without_contacts(one) == one)
    return " ".join(kept)


def _prose_after(lines: Iterable[Line]) -> str:
    told: list[str] = []
    for line in lines:
        if line.level or sections.is_own_heading(line.text) or (told and not _is_prose(line.text)):
            break
        if _is_prose(line.text):
            told.append(line.text)
    return " ".join(told)


def _is_prose(text: str) -> bool:
    """Running text: several words, an end, no label in front."""
    label, colon, _ = text.partition(":")
    if colon and field_of(label):
        return False
    return len(text) > 40 and len(text.split()) > 7 and "\t" not in text and not _SMALL_PRINT.search(text)


_SMALL_PRINT = expression("small_print")
