"""Places of a text that are not the property's own: cities, states, ZIPs, schools, neighborhoods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from phoenix_real_estate.grounding import schools
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.names import MASK
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.models import Finding, Property, Severity


def findings_in(text: str, field: str, known: Known) -> Iterator[Finding]:
    """The foreign places of a text. The property's own names are masked already, its city is not."""
    for rule, span, why in _foreign(text, known.property) if _CAPITAL.search(text) else ():
        yield Finding(rule=rule, severity=Severity.CRITICAL, field=field, span=span, why=why)


_CAPITAL = re.compile(r"[A-Z]")


def _foreign(text: str, property: Property) -> Iterator[tuple[str, str, str]]:
    yield from _cities(text, property)
    yield from _towns(text, property)
    for pattern in (_SCHOOL, _SCHOOL_OF):
        yield from _named(text, property, pattern, "place.school", (property.school_district,))
    for school in schools.named_in(text, property.school_district):
        yield "place.school", school, f"the property's is {property.school_district or 'not known'}"
    yield from _named(text, property, _NEIGHBORHOOD, "place.neighborhood", _neighborhoods(property))
    yield from _places_of_homes(text, property)


def _cities(text: str, property: Property) -> Iterator[tuple[str, str, str]]:
    own = (property.address.city or "").casefold()
    for match in _gazetteer().finditer(text):
        place = next(filter(None, match.groups()))
        if place.casefold() != own and not _is_region(text, match):
            yield "place.city", place, f"the property's city is {property.address.city or 'not known'}"


def _towns(text: str, property: Property) -> Iterator[tuple[str, str, str]]:
    own = (property.address.city or "").casefold()
    for match in _TOWN.finditer(text) if _has_one_of(text, _OF_A_TOWN) else ():
        town = match["town"] or match["of"]
        if town.casefold() != own and not _gazetteer().search(match.group()):
            yield "place.city", town, f"the property's city is {property.address.city or 'not known'}"


def _named(
    text: str, property: Property, pattern: re.Pattern[str], rule: str, known: tuple[str | None, ...]
) -> Iterator[tuple[str, str, str]]:
    own: set[str] = set()
    for match in pattern.finditer(text) if _has_one_of(text, _OF_A_NAME[rule]) else ():
        own = own or _words_of(rule, property, known)
        words = re.findall(r"\w+", match["name"])
        if rule == "place.neighborhood" and _begins_a_sentence(text, match.start("name")):
            words = words[1:]
        telling = {word.casefold() for word in words} - _GENERIC
        name = match["name"].strip()
        is_city = _gazetteer().fullmatch(name) and name.casefold() != (property.address.city or "").casefold()
        if telling and not telling <= own and not is_city:
            told = ", ".join(filter(None, known)) or "not known"
            yield rule, match.group().strip(), f"the property's is {told}"


def _places_of_homes(text: str, property: Property) -> Iterator[tuple[str, str, str]]:
    """Names that only a subdivision has, and those that a home is said to stand in: "condo in Elm Farms"."""
    known = _neighborhoods(property)
    patterns = [_HOME_IN] if " in " in text or " at " in text or " within " in text else []
    if not _KINDS.isdisjoint(_CAPITALIZED.findall(text)):
        patterns.append(_SUBDIVISION)
    for match in (match for pattern in patterns for match in pattern.finditer(text)):
        telling, name = _telling(match, text), match["name"].strip()
        is_own = telling <= _words_of("place.neighborhood", property, known)
        if telling and not is_own and not _gazetteer().fullmatch(name):
            told = ", ".join(filter(None, known)) or "not known"
            yield "place.neighborhood", name, f"the property's is {told}"


def _telling(match: re.Match[str], text: str) -> set[str]:
    """The words of a name that no other text would hold: none of "Home in Great Condition"."""
    words = {word.casefold() for word in re.findall(r"[^\W_]+", match["name"])}
    if words & _JOINING:
        return set()
    if match.re is _SUBDIVISION and _IN.search(text[: match.start()]):
        return words - _KINDS_OF_NAME
    return {word for word in words - _GENERIC if not word.startswith(_common())}


@cache
def _common() -> tuple[str, ...]:
    """Beginnings of words that any text about a home holds, with capitals or without."""
    rows = [
        row["words"].split() for row in rows_of("lexicon_property_words.csv") if row["about"] != "shorthand"
    ]
    return (*(word for words in rows for word in words), *_KINDS_OF_NAME, *_COUNTS)


def _words_of(rule: str, property: Property, known: tuple[str | None, ...]) -> set[str]:
    """The words that such a name may hold: Scottsdale Unified is no district of every home in Scottsdale."""
    city = property.address.city if rule == "place.neighborhood" else None
    words = re.findall(r"\w+", " ".join(filter(None, (*known, city))).casefold())
    # PV Unified is Paradise Valley Unified.
    return {*words, *(one[0] + other[0] for one, other in pairwise(words))}


def _neighborhoods(property: Property) -> tuple[str | None, ...]:
    return property.neighborhood, property.subdivision, property.hoa_name


def _is_region(text: str, match: re.Match[str]) -> bool:
    """Greater Phoenix and Maricopa County hold every property; a street of that name is another matter."""
    before, after = text[: match.start()], text[match.end() :]
    return bool(_REGION_BEFORE.search(before) or _REGION_AFTER.match(after)) or (
        match["place"] == "Maricopa" and after.lstrip().lower().startswith(("county", "assessor"))
    )


def _begins_a_sentence(text: str, start: int) -> bool:
    return not text[:start].strip() or re.search(r"[.!?:]\s*$", text[:start]) is not None


def _has_one_of(text: str, words: tuple[str, ...]) -> bool:
    """A quick look before a slow search: whether any piece stands there that a match must hold."""
    return any(word in text for word in words)


_OF_A_TOWN = ("AZ", "Arizona", "ity of")
_OF_A_NAME = {
    "place.school": (
        *("chool", "istrict", "Academy", "Unified", "Elementary", "High", "Prep", "Montessori"),
        *("attend", "zoned", "feed", "assigned"),
    ),
    "place.neighborhood": (
        *("neighborhood", "subdivision", "master", "community", "development", "district"),
        *("area", "estates"),
    ),
}
_NAME = r"(?P<name>(?:[A-Z][\w'&]+\s+){1,4})"
_NAMED_PLACE = r"(?P<name>[A-Z][\w'&]+(?:\s+[A-Z][\w'&]+){0,4})"
_SCHOOL = re.compile(
    rf"\b{_NAME}(?:(?:Unified|Union|Elementary|High|Middle|Charter|Junior|Public|Preparatory|Prep)\s+)*"
    r"(?:Schools?|Academy|District|Unified|Elementary|High|Preparatory|Prep|Montessori|"
    r"(?:[Ss]chool|unified|elementary) [Dd]istrict|schools)\b"
)
_SCHOOL_OF = re.compile(
    rf"\b(?:(?:[Ss]chools?|[Dd]istricts?)(?:\s+[Dd]istrict)?(?:\s+(?:is|are|here is|of record is|"
    rf"serving it is))?\s*[:=–—-]?\s+(?:the\s+)?"
    rf"|(?:attend\w*|zoned (?:for|to)|feeds? into|assigned to)\s+(?:the\s+)?){_NAMED_PLACE}"
)
_NEIGHBORHOOD = re.compile(
    rf"\b{_NAME}(?:neighborhood|subdivision|master[\s-]planned|community|development|district|area|"
    rf"master plan|estates)\b"
)
_KIND_WORDS = """Farms Ranch Ranches Estates Heights Village Villages Villas Terrace Meadows Crossing Hills
    Springs Lakes Grove Groves Commons Landing Trails Manor Ridge Canyon Highlands Acres Pointe Greens Creek
    Cove Casitas Lofts Vistas Foothills Condominiums Condos Townhomes Townhouses Gardens Oasis Woods Bluffs"""
_KINDS = frozenset(_KIND_WORDS.split())
_JOINING = frozenset(["with", "and", "of", "for", "in", "on", "to", "by", "from", "plus"])
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_KINDS_OF_NAME = frozenset(kind.casefold() for kind in _KINDS)
_IN = re.compile(r"\b(?:in|at|of|within|inside) (?:the )?$")
_CAPITALIZED = re.compile(r"[A-Z]\w*")
_NO_STREET = (
    r"(?!\s+(?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Blvd|Ln|Lane|Way|Pkwy|Parkway|"
    r"Unified|Elementary|High)\b)"
)
_SUBDIVISION = re.compile(
    rf"(?<![\w{MASK}])(?P<name>(?:[A-Z][\w'’&]+\s+){{1,3}}(?:{'|'.join(sorted(_KINDS))}))\b{_NO_STREET}"
)
_HOME_IN = re.compile(
    r"\b(?:[Hh]ome|[Hh]ouse|[Cc]ondo(?:minium)?|[Tt]own(?:house|home)|[Uu]nit|[Rr]esidence|[Pp]roperty|"
    r"[Ll]iving|"
    r"[Aa]ddress|located|situated|set|sits|stands|lies|nestled|tucked)\s+(?:in|within|at)\s+(?:the\s+)?"
    rf"(?P<name>[A-Z][a-z]\w*(?:\s+[A-Z][a-z]\w*){{1,3}})\b{_NO_STREET}"
)
_GENERIC_WORDS = """unified union elementary high middle charter school district academy public the this a
    an hoa and single family az is are of preparatory prep montessori junior schools
    districts hs usd sd isd ps k arizona central north south east west northern southern eastern western
    nearby local area in served near living dining floor seating storage utility laundry
    patio pool parking gross net total lot land gated private community active adult
    planned residential master historic great metropolitan metro greater valley phoenix
    sonoran desert southwest maricopa county zip main common"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
_TOWN = re.compile(
    r"\b(?:(?:in|near|of)\s+(?P<town>[A-Z][a-z]+(?:\s[A-Z][a-z]+){0,2}),\s*(?:AZ|Arizona)\b"
    r"|[Cc]ity of\s+(?P<of>[A-Z][a-z]+(?:\s[A-Z][a-z]+){0,2}))"
)
_REGION_BEFORE = re.compile(r"\b(?:greater|metro|metropolitan)\s+$", re.IGNORECASE)
_REGION_AFTER = re.compile(r"[\s-]+(?:metro|metropolitan|area|market|valley|region|msa)\b", re.IGNORECASE)


@cache
def _gazetteer() -> re.Pattern[str]:
    rows = rows_of("lexicon_places.csv")
    places = [row["place"] for row in rows if row["kind"] != "word"]
    words = [row["place"] for row in rows if row["kind"] == "word"]
    return re.compile(
        # Every place begins with a capital: at other letters nothing more is tried.
        rf"(?=[A-Z])(?<![\w{MASK}])(?:(?P<place>{_either(places)})"
        rf"|(?:(?<=\bin )|(?<=\bnear )|(?<=\bof )|(?<=, ))(?P<word>{_either(words)})"
        rf"|(?<=[a-z] )(?P<mid>{_either(words)})(?=[.,;!]|$| [a-z])"
        rf"|(?P<lead>{_either(words)})(?= (?:is|has|lies|offers|sits|remains|gives|keeps|residents|"
        rf"living|homeowners)\b)"
        rf"|(?P<town>{_either(words)})(?=,?\s+(?:AZ|Arizona)\b|\s+(?:home|house|condo|townhouse|address|"
        rf"property)))(?!\w)"
        r"(?!\s+(?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Blvd|Ln|Lane|Way)\b)"
    )


def _either(names: list[str]) -> str:
    longest_first = sorted(names, key=len, reverse=True)
    return "|".join(f"{re.escape(name)}|{re.escape(name.upper())}" for name in longest_first)
