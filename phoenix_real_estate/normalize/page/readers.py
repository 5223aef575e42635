"""Reads the value beside a label of a listing page: "2 full, 1 half", "$45/mo", "2-car attached".

Every reader answers None for what it does not understand: a missing fact is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from pydantic import JsonValue

from phoenix_real_estate.normalize import values, vocabulary
from phoenix_real_estate.normalize.page.amounts import annual_tax, frequency, hoa_fee, price
from phoenix_real_estate.normalize.page.expressions import NUMBER_WORDS, expression
from phoenix_real_estate.normalize.page.phrases import is_denied
from phoenix_real_estate.normalize.page.sections import is_heading
from phoenix_real_estate.normalize.page.sizes import lot_acres, lot_size, square_feet

_COUNT = expression("count")
_DECIMAL = expression("decimal")
_FULL = expression("full")
_HALF = expression("half")
_THREE_QUARTER = expression("three_quarter")
_FULL_SLASH_HALF = expression("full_slash_half")
_YEAR = expression("year")
_NOT_BUILT_AFTER = expression("not_built_after")
_NONE = expression("none")
_CARS = expression("cars")
_APN = expression("apn")

_CARS_IN_WORDS = expression("cars_in_words")
_CARS_NAMED = expression("cars_named")


def bedrooms(told: str) -> JsonValue:
    if told.lower().startswith("studio"):
        return 0
    return _first_count(told)


def full_or_half_baths(told: str) -> JsonValue:
    return _first_count(told)


def _first_count(told: str) -> JsonValue:
    if match := _COUNT.match(told):
        return int(match[1])
    word = re.match(r"[a-z]+", told.lower())
    return NUMBER_WORDS.get(word[0]) if word else None


def bathrooms(told: str) -> JsonValue:
    """Full ones count 1, three-quarter ones 0.75, half ones 0.5."""
    full, half, three_quarter = _FULL.search(told), _HALF.search(told), _THREE_QUARTER.search(told)
    if full or (
        (half and not _DECIMAL.match(told[half.end() :].strip())) and not re.match(r"\d\s?(?:1/2|½)", told)
    ):
        return total_baths(*(int(match[1]) if match else None for match in (full, half, three_quarter)))
    if match := _FULL_SLASH_HALF.fullmatch(told.strip()):
        return total_baths(int(match[1]), int(match[2]), None)
    if match := _DECIMAL.match(told):
        return float(match[1]) + {"1/2": 0.5, "½": 0.5, "¾": 0.75, "1/4": 0.25, "¼": 0.25}.get(
            match[2] or "", 0
        )
    return _first_count(told)


def total_baths(full: float | None, half: float | None, three_quarter: float | None) -> float | None:
    if full is None:
        return None
    return full + 0.5 * (half or 0) + 0.75 * (three_quarter or 0)


def year_built(told: str) -> JsonValue:
    match = _YEAR.match(told)
    if not match or _NOT_BUILT_AFTER.match(told[match.end() :]):
        return None
    return values.year(int(match[1]))


def cars(told: str) -> JsonValue:
    """Spaces of a garage; none is 0, an unknown number is unknown."""
    if _NONE.match(told):
        return 0
    match = _CARS.match(told) or _CARS_NAMED.search(told)
    if match is None and (word := _CARS_IN_WORDS.match(told)):
        return NUMBER_WORDS[word[1].lower()]
    return values.number(match[1], 0, 20) if match else None


def pool(told: str) -> JsonValue:
    """One of `vocabulary.PoolType`."""
    words = told.lower()
    known = vocabulary.pool(words) if len(words) < 40 and not words[:1].isdigit() else None
    if known and (known == "none" or not is_denied(told)):
        return known
    if _NONE.match(told):
        return "none"
    if is_denied(told):
        return None
    community = bool(re.search(r"communit|association|shared|\bhoa\b", words))
    private = bool(
        re.search(
            r"private|in-?ground|heated|fenced|pebble|play pool|diving|lap pool|gunite|above ?ground|yes",
            words,
        )
    )
    return vocabulary.pool_of(private=private, community=community, known=False)


def yes_no(told: str) -> JsonValue:
    word = re.match(r"[A-Za-z]+", told)
    return values.yes_no(word[0]) if word else None


def solar(told: str) -> JsonValue:
    owner = vocabulary.solar(told)
    return None if owner != "none" and is_denied(told) else owner


def parcel_number(told: str) -> JsonValue:
    match = _APN.match(told)
    return values.parcel_number(match[0]) if match else None


def percent(told: str) -> JsonValue:
    match = re.match(r"(\d{1,3})\s?(?:%|percent|$)", told)
    return values.number(match[1], 0, 100) if match else None


def kind(told: str) -> JsonValue:
    known = vocabulary.property_type(told) or vocabulary.kind_not_enriched(told)
    return told if known or vocabulary.is_rental_listing(told) else None


def status(told: str) -> JsonValue:
    return vocabulary.listing_status(told)


def flood_zone(told: str) -> JsonValue:
    match = re.match(r"(?:Zone )?([A-Z]{1,2}\d{0,3})(?=$|\s?[(,;-])", told)
    return vocabulary.flood_zone(match[1]) if match else None


def zip_code(told: str) -> JsonValue:
    match = re.match(r"(8\d{4})(?:-\d{4})?(?!\d)", told)
    return match[1] if match else None


def name(told: str) -> JsonValue:
    """A proper name: no sentence, no address of the web, no price."""
    if (
        len(told) > 60
        or re.search(r"[$@?!]|https?:|\d{3}-\d{4}", told)
        or not re.search(r"[A-Za-z]{2}", told)
    ):
        return None
    return values.text(told.rstrip(" .,")) if values.yes_no(told) is None and not is_heading(told) else None


def words(told: str) -> JsonValue:
    """Names of things, parted by commas."""
    told = re.split(r"[<>{}]", told)[0]
    if len(told) > 150 or re.search(r"[$@?!]|https?:|\d{3}-\d{4}", told):
        return None
    if values.yes_no(told) is not None or is_heading(told):
        return None
    return values.text(re.sub(r"\s*[;|]\s*|\s/\s", ", ", told.rstrip(" .,")))


def cooling(told: str) -> JsonValue:
    return words(told) if _COOLS.search(told) else None


def roof(told: str) -> JsonValue:
    return words(told) if _ROOFS.search(told) else None


_COOLS = expression("cools")
_ROOFS = expression("roofs")


def address(told: str) -> JsonValue:
    return values.text(told) if re.match(r"\d", told) and len(told) < 150 else None


def unit(told: str) -> JsonValue:
    return values.text(told) if len(told) <= 8 and re.search(r"\d|^[A-Z]$", told) else None


def remarks(told: str) -> JsonValue:
    return told if len(told) >= 40 else None


READERS: Mapping[str, Callable[[str], JsonValue]] = MappingProxyType(
    {
        "bedrooms": bedrooms,
        "bathrooms": bathrooms,
        "full_baths": full_or_half_baths,
        "half_baths": full_or_half_baths,
        "three_quarter_baths": full_or_half_baths,
        "square_feet": square_feet,
        "lot_size": lot_size,
        "lot_acres": lot_acres,
        "year_built": year_built,
        "price": price,
        "sale_price": price,
        "annual_tax": annual_tax,
        "hoa_fee": hoa_fee,
        "hoa_monthly": hoa_fee,
        "hoa_yearly": hoa_fee,
        "hoa_quarterly": hoa_fee,
        "hoa_frequency": frequency,
        "garage_spaces": cars,
        "carport_spaces": cars,
        "parking": words,
        "pool_type": pool,
        "private_pool": yes_no,
        "community_pool": yes_no,
        "community_features": words,
        "solar_panels": solar,
        "flood_irrigation_rights": yes_no,
        "irrigation_district": name,
        "flood_zone": flood_zone,
        "desert_landscaping_pct": percent,
        "cooling_type": cooling,
        "roof_type": roof,
        "property_type": kind,
        "land_use": words,
        "ownership": name,
        "listing_status": status,
        "parcel_number": parcel_number,
        "subdivision": name,
        "neighborhood": name,
        "hoa_name": name,
        "school_district": name,
        "address": address,
        "unit": unit,
        "city": name,
        "state": name,
        "zip": zip_code,
        "remarks": remarks,
    }
)
