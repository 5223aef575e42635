"""What the sources' words mean: statuses, property types, frequencies (tables/vocabulary.json)."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import JsonValue

from phoenix_real_estate.normalize import values
from phoenix_real_estate.normalize.payload import compact

_TABLE = json.loads(
    files("phoenix_real_estate.normalize").joinpath("tables/vocabulary.json").read_text("utf-8")
)
_NOT_ENRICHED = [(re.compile(words, re.IGNORECASE), kind) for words, kind in _TABLE["not_enriched"]]
_PROPERTY_TYPES = [(re.compile(words, re.IGNORECASE), name) for words, name in _TABLE["property_types"]]
_RENTAL_LISTING = re.compile(_TABLE["rental_listing"], re.IGNORECASE)
_FLOOD_ZONE = re.compile(
    r"(?:zone )?(a|a99|ae|ah|ao|ar|a[1-9]|a[1-2][0-9]|a30|b|c|d|v|ve|x|x500)", re.IGNORECASE
)
_PRIVATE = re.compile(r"\b(?:private|in[- ]?ground)\b")
_COMMUNITY = re.compile(r"\b(?:community|association)\b")
_LEASED = re.compile(r"\b(?:leas(?:e|ed|ing)|rent(?:al|ed|ing|s)?|third[- ]party|ppa)\b")
_OWNED = re.compile(r"\b(?:own(?:ed|s)?|purchased?)\b")
_SOLAR = re.compile(r"\b(?:solar|photovoltaics?|pv)\b")
_CLAUSE = re.compile(r"[,;|•·.\n]|\bbut\b")
# "No heated community pool" denies it; "not private" may be anything else.
_DENIED = re.compile(r"\b(?:no|none|without)\b[\s:-]*(?:[\w-]+\s+){0,2}$")
_VAGUELY_DENIED = re.compile(r"(?:\b(?:not|non|never|n/a|neither|nor)|n['’]t)\b[\s:-]*(?:[\w-]+\s+){0,2}$")
_DENIED_BEHIND = re.compile(r"(?:\s\w+){0,2}(?:\s\(?y/?n\)?)?[\s:=–-]+(?:no|none|n|false|n/a)\s*")

PoolType = Literal["private", "community", "both", "none"]
SolarOwnership = Literal["owned", "leased", "yes", "none"]


@lru_cache(maxsize=2_000)
def kind_not_enriched(land_use: str) -> str | None:
    """What kind of real estate a land use is, where it is one that is not enriched."""
    use = _spaced(land_use)
    return next((kind for words, kind in _NOT_ENRICHED if words.search(use)), None)


@lru_cache(maxsize=2_000)
def is_rental_listing(listing_type: str) -> bool:
    """A listing whose price is a monthly rent."""
    return bool(_RENTAL_LISTING.search(_spaced(listing_type)))


def property_type(value: JsonValue) -> str | None:
    """A RESO PropertySubType value. A flat for sale is a condominium: RESO's Apartment is a rented one."""
    return _type_of(_spaced(value))


@lru_cache(maxsize=2_000)
def _type_of(words: str) -> str | None:
    return next((name for pattern, name in _PROPERTY_TYPES if pattern.search(words)), None)


def listing_status(value: JsonValue) -> str | None:
    """A RESO StandardStatus value, out of its name or an ARMLS letter."""
    status: str | None = _TABLE["statuses"].get(_spaced(value).lower())
    return status


def payments_a_year(value: JsonValue) -> int | None:
    """How often a fee is paid; None for one that is paid once or at an unknown rate."""
    times: int | None = _TABLE["payments_a_year"].get(compact(values.text(value) or ""))
    return times


def square_feet_in(unit: str | None) -> float | None:
    """The square feet of a unit of area (RESO AreaUnits, LotSizeUnits); None for one that is not known."""
    size: float | None = _TABLE["square_feet_in"].get(compact(unit or ""))
    return size


def cooling(value: JsonValue) -> str | None:
    """Cooling systems by name; fans and thermostats are none. `RF - REFRIGERATION` is Refrigeration."""
    names = []
    for part in _parts(value):
        code, _, rest = part.partition(" - ")
        name = _TABLE["cooling"].get(part.lower()) or _TABLE["cooling"].get(code.lower())
        if name or part.lower() not in _TABLE["not_cooling"]:
            names.append(name or (rest or part))
    return ", ".join(dict.fromkeys(names)) or None


def roof(value: JsonValue) -> str | None:
    """Roofing materials by name. `Ct - Concrete Tile` is Concrete Tile."""
    names = [part.partition(" - ")[2] or part for part in _parts(value)]
    return ", ".join(name for name in names if name.lower() not in {"other", "see remarks"}) or None


def flood_zone(value: JsonValue) -> str | None:
    """A FEMA zone code; a plain Yes or No names none."""
    match = _FLOOD_ZONE.fullmatch(values.text(value) or "")
    return match[1].upper() if match else None


def pool(value: JsonValue) -> PoolType | None:
    """The county writes false or the pool's square feet, listings write words."""
    there = values.yes_no(value)
    if there is not None:
        return "private" if there else "none"
    if (size := values.number(value, 0, 100_000)) is not None:
        return "private" if size else "none"
    told = (values.text(value) or "").lower()
    private = _is_told(_PRIVATE, told)
    return pool_of(
        private=bool(private),
        community=bool(_is_told(_COMMUNITY, told)),
        known=private is False or told in {"both", "no pool"},
        both=told == "both",
    )


def pool_of(*, private: bool, community: bool, known: bool = True, both: bool = False) -> PoolType | None:
    """One word for two answers; None when neither is yes and that is not `known`."""
    if both or (private and community):
        return "both"
    if private or community:
        return "private" if private else "community"
    return "none" if known else None


def solar(value: JsonValue) -> SolarOwnership | None:
    """Who owns the panels; `yes` when only their presence is known."""
    there = values.yes_no(value)
    if there is not None:
        return "yes" if there else "none"
    told = (values.text(value) or "").lower()
    if _is_told(_LEASED, told):
        return "leased"
    if _is_told(_OWNED, told):
        return "owned"
    panels = _is_told(_SOLAR, told)
    return None if panels is None else "yes" if panels else "none"


def _is_told(words: re.Pattern[str], told: str) -> bool | None:
    """Whether one of the words is said (True) or only denied (False); None for neither, or a vague denial."""
    said = {_answer(clause, match) for clause in _CLAUSE.split(told) for match in words.finditer(clause)}
    return True if True in said else False if said == {False} else None


def _answer(clause: str, match: re.Match[str]) -> bool | None:
    before, behind = clause[: match.start()], clause[match.end() :]
    if _VAGUELY_DENIED.search(before):
        return None
    return not (_DENIED.search(before) or _DENIED_BEHIND.fullmatch(behind))


def _spaced(value: JsonValue) -> str:
    """`SingleFamilyResidence` and `single_family_residence` in words, as RESO's lookups are named."""
    return _in_words(values.text(value) or "")


@lru_cache(maxsize=2_000)
def _in_words(code: str) -> str:
    return " ".join(re.sub(r"_|(?<=[a-z])(?=[A-Z])", " ", code).split())


def _parts(value: JsonValue) -> list[str]:
    return [part for piece in (values.text(value) or "").split(",") if (part := piece.strip())]
