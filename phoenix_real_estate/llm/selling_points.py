"""The features that a composed enrichment can name: templates, the weightier first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from phoenix_real_estate.facts import series
from phoenix_real_estate.llm.sentences import counted, has_lot, spaces

Facts = Mapping[str, str]


class Point(NamedTuple):
    """A feature as a template, its category, and what it means in plain words."""

    feature: str
    category: str
    appeal: str


def selling_points(facts: Facts) -> Iterator[Point]:
    """One point for each thing worth naming that is known."""
    yield from _inside(facts)
    yield from _outside(facts)
    yield from _own_supply(facts)
    yield from _surroundings(facts)
    yield from _grounds(facts)
    yield from _fittings(facts)
    yield from _costs(facts)
    yield from _public_records(facts)


def _inside(facts: Facts) -> Iterator[Point]:
    rooms = [counted(facts, f"{noun}s", noun) for noun in ("bedroom", "bathroom") if _some(facts, f"{noun}s")]
    if facts.get("bedrooms") == "0":
        rooms.insert(0, "studio layout")
    if rooms:
        yield Point(series(rooms), "interior", "The rooms for sleeping and bathing")
    if "square_feet" in facts:
        yield Point("{{square_feet}} square feet of living area", "interior", "The space to live in")


def _outside(facts: Facts) -> Iterator[Point]:
    if _some(facts, "pool"):
        yield Point("{{pool}}", *_POOL_POINTS[facts["pool"]])
    if parking := spaces(facts):
        yield Point(parking, "exterior", "Parking out of the sun")


def _own_supply(facts: Facts) -> Iterator[Point]:
    if _some(facts, "solar_panels"):
        yield Point("{{solar_panels}}", "systems", "Electricity made on site")
    if _some(facts, "flood_irrigation_rights"):
        yield Point("{{flood_irrigation_rights}}", "systems", "Water for the grounds")


def _surroundings(facts: Facts) -> Iterator[Point]:
    if "subdivision" in facts:
        yield Point("Part of {{subdivision}}", "location", "A named subdivision")
    elif "neighborhood" in facts:
        yield Point("Located in {{neighborhood}}", "location", "A named area")
    elif "city" in facts:
        yield Point("Located in {{city}}", "location", "The city it belongs to")
    if facts.get("hoa_fee") == "$0":
        yield Point("No association dues", "financial", "No monthly fee on top of other costs")


def _grounds(facts: Facts) -> Iterator[Point]:
    if has_lot(facts):
        yield Point("Lot of {{lot_size}} square feet", "exterior", "Outdoor space around the building")
    if _some(facts, "desert_landscaping_pct"):
        yield Point(
            "{{desert_landscaping_pct}} percent desert landscaping", "exterior", "Low water use outdoors"
        )


def _fittings(facts: Facts) -> Iterator[Point]:
    if "cooling_type" in facts:
        yield Point("Cooling: {{cooling_type}}", "systems", "Relief in summer heat")
    if "roof_type" in facts:
        yield Point("Roof: {{roof_type}}", "exterior", "The roof material on record")
    if "school_district" in facts:
        yield Point("School district: {{school_district}}", "location", "The district on record")
    if facts.get("flood_zone", "").upper() == "X":
        yield Point("FEMA flood zone {{flood_zone}}", "location", "Outside the special flood hazard area")


def _costs(facts: Facts) -> Iterator[Point]:
    if _some(facts, "hoa_fee"):
        yield Point("Association dues of {{hoa_fee}} a month", "community", "A known monthly cost")
    if "price" in facts:
        yield Point("{{price_words}} of {{price}}", "financial", _PRICE_APPEALS[facts["price_words"]])
    if "annual_tax" in facts:
        yield Point("Property tax of {{annual_tax}} a year", "financial", "A known yearly cost")


def _public_records(facts: Facts) -> Iterator[Point]:
    if "full_cash_value" in facts and facts.get("price_words") != "full cash value":
        point = "{{full_cash_value_year}} full cash value of {{full_cash_value}}"
        yield Point(point, "financial", "The county's own valuation")
    if "year_built" in facts:
        yield Point("Built in {{year_built}}", "exterior", "The age of the building")
    if "city" in facts and ("subdivision" in facts or "neighborhood" in facts):
        yield Point("Located in {{city}}", "location", "The city it belongs to")


_PRICE_APPEALS = {
    "list price": "The asking price",
    "price": "The price on record",
    "last sale price": "The price at the last recorded sale",
    "full cash value": "The county's own valuation",
}
_POOL_POINTS = {
    "private pool": ("exterior", "A place to cool off at home"),
    "community pool": ("community", "A shared place to cool off"),
    "private and community pools": ("exterior", "Places to cool off"),
}


def _some(facts: Facts, name: str) -> bool:
    words = facts.get(name, "0")
    return words not in ("0", "$0") and not words.startswith("no ")
