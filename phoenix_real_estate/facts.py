"""The facts of a property as words, and texts that name facts instead of writing them.

A model (or the composer) writes `{{square_feet}} square feet`; `fill` puts the words in. So a number in
a text is a fact by construction.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from phoenix_real_estate.errors import MalformedAnswer
from phoenix_real_estate.models import Property, Valuation


def facts_of(property: Property) -> dict[str, str]:
    """The known facts, fact name -> the words that stand for it in a text, always in the same order.

    Names are the fields of `Property`; `field_of` tells the field behind the others. The words carry no
    unit, so that a text writes `{{square_feet}} square feet`, `{{hoa_fee}} a month`,
    `{{desert_landscaping_pct}} percent`; only money brings its dollar sign. Counts have thousands
    separators, years and ZIP codes do not. Pool, solar panels and irrigation rights are whole noun
    phrases ("no private pool"), common nouns are in lower case, names in title case. A zero stays a fact
    where it means something (a studio, no association) and is unknown where it cannot (area, year, price).
    """
    return {name: words for name, words in _words(property) if words}


def field_of(name: str) -> str:
    """The field of `Property` that a fact comes from, itself for most: `zip` -> `address`.

    A computed figure comes from no field and answers its own name.
    """
    return _DERIVED.get(name, name)


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with every `{{name}}` replaced by the fact's words.

    A dollar or percent sign that the text wrote beside a placeholder whose words bring it already is
    taken once: `${{price}}` is `$425,000`.

    Raises:
        MalformedAnswer: a placeholder that is no known fact, or braces that are no placeholder.
    """
    _refuse_stray_braces(text)
    return _PLACEHOLDER.sub(lambda match: _filled(match, facts), text)


_PLACEHOLDER = re.compile(r"(?P<dollar>\$?)\{\{(?P<name>[^{}]*)\}\}(?P<percent>%?)")

_DERIVED = {
    "street": "address",
    "unit": "address",
    "city": "address",
    "state": "address",
    "zip": "address",
    "price_words": "price_kind",
    "tax_year": "valuations",
    "full_cash_value": "valuations",
    "full_cash_value_year": "valuations",
    "limited_property_value": "valuations",
    "limited_property_value_year": "valuations",
    "pool": "pool_type",
}

_TYPES = {
    "single family residence": "single-family home",
    "multi family": "multi-family property",
    "multifamily": "multi-family property",
    "modular/pre-fab": "modular home",
}
PRICE_WORDS = {"list": "list price", "sale": "last sale price", "full_cash_value": "full cash value"}
_POOLS = {
    "private": "private pool",
    "community": "community pool",
    "both": "private and community pools",
    "none": "no private pool",
}
_SOLAR = {
    "owned": "owned solar panels",
    "leased": "leased solar panels",
    "yes": "solar panels",
    "none": "no solar panels",
}
_IRRIGATION = {True: "flood irrigation rights", False: "no flood irrigation rights"}


def _words(p: Property) -> Iterator[tuple[str, str | None]]:
    yield from _address_words(p)
    yield "property_type", _TYPES.get((p.property_type or "").lower(), common(p.property_type))
    yield "listing_status", common(p.listing_status)
    yield "bedrooms", number(p.bedrooms)
    yield "bathrooms", number(p.bathrooms or None)
    yield "square_feet", number(p.square_feet or None)
    yield "lot_size", number(p.lot_size or None)
    yield "year_built", _plain(p.year_built or None)
    yield "price", money(p.price or None)
    yield "price_words", PRICE_WORDS.get(p.price_kind or "", "price") if p.price else None
    yield from _valuation_words(p.valuations)
    yield "annual_tax", money(p.annual_tax)
    yield "garage_spaces", number(p.garage_spaces)
    yield "carport_spaces", number(p.carport_spaces)
    yield "pool", _POOLS.get(p.pool_type or "")
    yield from _feature_words(p)
    yield from _area_words(p)


def _address_words(p: Property) -> Iterator[tuple[str, str | None]]:
    yield "address", p.address.one_line
    yield "street", p.address.street
    yield "unit", p.address.unit
    yield "city", p.address.city
    yield "state", p.address.state
    yield "zip", p.address.zip
    yield "parcel_number", p.parcel_number


def _valuation_words(valuations: tuple[Valuation, ...]) -> Iterator[tuple[str, str | None]]:
    yield "tax_year", _plain(valuations[0].tax_year if valuations else None)
    for name in ("full_cash_value", "limited_property_value"):
        newest = next((v for v in valuations if getattr(v, name)), None)
        yield name, money(getattr(newest, name, None))
        yield f"{name}_year", _plain(newest.tax_year if newest else None)


def _feature_words(p: Property) -> Iterator[tuple[str, str | None]]:
    rights = p.flood_irrigation_rights
    yield "flood_irrigation_rights", None if rights is None else _IRRIGATION[rights]
    yield "irrigation_district", proper(p.irrigation_district)
    yield "flood_zone", p.flood_zone
    yield "hoa_name", proper(p.hoa_name)
    yield "hoa_fee", money(p.hoa_fee)
    yield "solar_panels", _SOLAR.get(p.solar_panels or "")
    yield "desert_landscaping_pct", number(p.desert_landscaping_pct)
    yield "cooling_type", common(p.cooling_type)
    yield "roof_type", common(p.roof_type)


def _area_words(p: Property) -> Iterator[tuple[str, str | None]]:
    yield "neighborhood", proper(p.neighborhood)
    yield "subdivision", proper(p.subdivision)
    yield "school_district", proper(p.school_district)


def number(value: float | Decimal | None) -> str | None:
    """1850 -> 1,850; 2.0 -> 2; 2.5 -> 2.5; at most two decimals."""
    return None if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")


def money(usd: float | None) -> str | None:
    """425000 -> $425,000; 312.5 -> $312.50; -90 -> -$90."""
    if usd is None:
        return None
    amount = f"{abs(usd):,.2f}".removesuffix(".00")
    return f"-${amount}" if usd < 0 else f"${amount}"


def common(text: str | None) -> str | None:
    """Common nouns as they stand in a sentence; what says nothing ("See Remarks", "Other") is left out.

    Central Air, Ceiling Fan(s) -> central air and ceiling fans; ENERGY STAR Fan -> ENERGY STAR fan.
    """
    items = (_lowered(item) for item in re.split(r"[,;]", (text or "").replace("(s)", "s")))
    return series([item for item in items if item and item not in _SAYS_NOTHING])


def series(items: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)


def proper(text: str | None) -> str | None:
    """A name as it stands in a sentence: MARYVALE TERRACE II -> Maryvale Terrace II; mixed case stays."""
    name = " ".join((text or "").split())
    if not name.isupper():
        return name
    return " ".join(w if _KEEPS_CAPITALS.fullmatch(w) else string.capwords(w, "-") for w in name.split())


_SAYS_NOTHING = frozenset({"none", "other", "see remarks", "other (see remarks)", "unknown", "n/a"})
_KEEPS_CAPITALS = re.compile(r"[IVX]+|HOA|LLC|SRP|APS|AZ")


def _lowered(text: str) -> str:
    words = text.split()
    shouted = all(word.isupper() for word in words)
    return " ".join(word.lower() if shouted or not word.isupper() else word for word in words)


def _plain(value: int | None) -> str | None:
    return None if value is None else str(value)


def _filled(match: re.Match[str], facts: Mapping[str, str]) -> str:
    name = match["name"].strip()
    if name not in facts:
        raise MalformedAnswer(f"The text names {{{{{name}}}}}, which is not a known fact of this property.")
    words = facts[name]
    dollar = "" if words.lstrip("-").startswith("$") else match["dollar"]
    percent = "" if words.endswith("%") else match["percent"]
    return f"{dollar}{words}{percent}"


def _refuse_stray_braces(text: str) -> None:
    stray = re.search(r"[{}]", _PLACEHOLDER.sub("", text))
    if stray:
        raise MalformedAnswer(f"The text holds a stray '{stray.group()}' outside of any {{{{placeholder}}}}.")
