"""Reads schema.org objects (JSON-LD, and microdata in the same shape) into the project's field names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from phoenix_real_estate.errors import UnusableRecord
from phoenix_real_estate.normalize import values
from phoenix_real_estate.normalize.page import labels

MOST_NODES = 50
LONGEST_ADDRESS = 200
_DEEPEST = 6
_DWELLINGS = {
    "accommodation": None,
    "apartment": "Apartment",
    "condominium": "Condominium",
    "house": None,
    "product": None,
    "realestatelisting": None,
    "residence": None,
    "singlefamilyresidence": "Single Family Residence",
    "townhouse": "Townhouse",
}
_SQUARE_FEET = {
    "",
    "ftk",
    "sqft",
    "sq ft",
    "sqft.",
    "sq. ft.",
    "square feet",
    "square foot",
    "sf",
    "ft2",
    "ft²",
}
_ACRES = {"acr", "acre", "acres", "ac"}


def objects_of(texts: Iterable[str]) -> list[JsonValue]:
    """The documents of JSON-LD scripts; broken ones are left out."""
    return [document for text in texts if (document := _loaded(text)) is not None]


def facts_of_objects(record_id: str, documents: Iterable[JsonValue], heading: str) -> dict[str, JsonValue]:
    """The facts of the one dwelling that the objects describe, by field.

    Of several, it is the one whose street stands in the page's heading; where none does, UnusableRecord is
    raised.
    """
    dwellings = [node for document in documents for node in _nodes(document) if _is_dwelling(node)]
    streets = _streets(dwellings)
    if len(streets) > 1:
        shown = [street for street in streets if street in compact_text(heading)]
        if len(shown) != 1:
            raise UnusableRecord(
                f"record {record_id}: the page describes {len(streets)} properties, not one."
            )
        dwellings = [node for node in dwellings if _address_key(node).startswith(shown[0])]
    facts: dict[str, JsonValue] = {}
    for node in dwellings:
        facts = {**_facts_of_node(node), **facts}
    return facts


def _loaded(text: str) -> JsonValue:
    try:
        return json.loads(text)  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        return None


def _nodes(value: JsonValue, depth: int = 0) -> list[dict[str, JsonValue]]:
    """The objects of a JSON-LD document, past lists of other listings."""
    if depth > _DEEPEST:
        return []
    if isinstance(value, list):
        return [node for item in value[:MOST_NODES] for node in _nodes(item, depth + 1)]
    if not isinstance(value, dict):
        return []
    inner = [value.get(key) for key in ("@graph", "mainEntity", "about", "offers", "itemOffered")]
    return [value, *(node for item in inner for node in _nodes(item, depth + 1))]


def _kinds(node: Mapping[str, JsonValue]) -> list[str]:
    kinds = node.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return [kind.rpartition("/")[2].lower() for kind in named if isinstance(kind, str)]


def _is_dwelling(node: Mapping[str, JsonValue]) -> bool:
    return any(kind in _DWELLINGS for kind in _kinds(node))


def _streets(dwellings: Iterable[Mapping[str, JsonValue]]) -> list[str]:
    """The different addresses; one that goes on with its city is the same as the street alone."""
    keys = sorted({key for node in dwellings if (key := _address_key(node))})
    return [key for at, key in enumerate(keys) if not any(key.startswith(other) for other in keys[:at])]


def compact_text(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return "".join(character for character in text.lower() if character.isalnum())


def _address_key(node: Mapping[str, JsonValue]) -> str:
    """The same for two nodes on one house."""
    if isinstance(node.get("address"), str):
        return compact_text(str(node["address"])[:LONGEST_ADDRESS])
    address = _object(node.get("address"))
    return compact_text(values.text(address.get("streetAddress")) or "")


def _facts_of_node(node: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    address = _object(node.get("address"))
    street = node["address"] if isinstance(node.get("address"), str) else address.get("streetAddress")
    told: dict[str, JsonValue] = {
        **_extra_properties(node.get("additionalProperty")),
        **_extra_properties(node.get("amenityFeature")),
        "address": street,
        "city": address.get("addressLocality"),
        "state": address.get("addressRegion"),
        "zip": address.get("postalCode"),
        "price": _price(node),
        "square_feet": _area(node.get("floorSize")),
        "lot_size": _area(node.get("lotSize")),
        "bedrooms": _quantity(node.get("numberOfBedrooms")),
        "bathrooms": _bathrooms(node),
        "year_built": node.get("yearBuilt"),
        "remarks": node.get("description"),
        "property_type": node.get("accommodationCategory") or _kind(node),
    }
    return {name: value for name, value in told.items() if value is not None}


def _object(value: JsonValue) -> dict[str, JsonValue]:
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, dict) else {}


def _quantity(value: JsonValue) -> JsonValue:
    return value.get("value") if isinstance(value, dict) else value


def _price(node: Mapping[str, JsonValue]) -> JsonValue:
    """What is asked in a sale; a rent is no price."""
    offer = _object(node.get("offers"))
    rented = "lease" in str(offer.get("businessFunction", "")).lower()
    terms = _object(offer.get("priceSpecification"))
    monthly = str(terms.get("unitCode", offer.get("unitCode", ""))).upper() == "MON"
    return None if rented or monthly else offer.get("price", terms.get("price", node.get("price")))


def _bathrooms(node: Mapping[str, JsonValue]) -> JsonValue:
    full = values.number(_quantity(node.get("numberOfFullBathrooms")), 0, 60)
    partial = values.number(_quantity(node.get("numberOfPartialBathrooms")), 0, 60)
    if full is not None and partial is not None:
        return full + partial / 2
    total = _quantity(node.get("numberOfBathroomsTotal", node.get("numberOfBathrooms")))
    return total if total is not None else full


def _area(value: JsonValue) -> JsonValue:
    """Square feet; a unit that is neither feet nor acres leaves it unknown."""
    size = _object(value)
    if not size:
        return value if not isinstance(value, list) else None
    unit = (values.text(size.get("unitText")) or values.text(size.get("unitCode")) or "").lower()
    told = values.text(size.get("value"))
    if told and unit in _ACRES:
        return f"{told} acres"
    return told if unit in _SQUARE_FEET else None


def _extra_properties(value: JsonValue) -> dict[str, JsonValue]:
    """PropertyValue and LocationFeatureSpecification carry labels and values like a table."""
    told: dict[str, JsonValue] = {}
    for node in value[:MOST_NODES] if isinstance(value, list) else [value]:
        name, said = (_object(node).get(key) for key in ("name", "value"))
        if isinstance(name, str) and isinstance(said, str | int | float):
            told |= labels.read(name, str(said))
    return told


def _kind(node: Mapping[str, JsonValue]) -> JsonValue:
    return next((kind for name in _kinds(node) if (kind := _DWELLINGS.get(name))), None)
