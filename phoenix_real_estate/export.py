"""Processed properties as consumers outside MongoDB read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from phoenix_real_estate.models import Property


class Names(StrEnum):
    """Whose field names the facts carry: those of the property, and those of each source."""

    PHOENIX = "phoenix"
    RESO = "reso"


# RESO splits an address; the project keeps it together.
_RESO_ADDRESS = {
    "street": "UnparsedAddress",
    "unit": "UnitNumber",
    "city": "City",
    "state": "StateOrProvince",
    "zip": "PostalCode",
}

_RESO_PRICE = {"list": "ListPrice", "sale": "ClosePrice"}


def exported(document: Mapping[str, Any], names: Names = Names.PHOENIX) -> dict[str, Any]:
    """A document of `processed_properties` as plain JSON: `_id` becomes `property_id`, times ISO 8601."""
    plain = {key: as_json(value) for key, value in document.items() if key != "_id"}
    if names is Names.RESO:
        plain["property"] = reso_names(plain["property"])
        by_source = plain.get("facts_by_source") or {}
        plain["facts_by_source"] = {source: reso_names(facts) for source, facts in by_source.items()}
    return {"property_id": document["_id"], **plain}


def reso_names(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Known facts under their RESO Data Dictionary 2.0 names; what RESO has no name for is left out."""
    address = facts.get("address") or {}
    named = {_RESO_ADDRESS[part]: address[part] for part in _RESO_ADDRESS if address.get(part) is not None}
    for field, info in Property.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and facts.get(field) is not None:
            named[str(extra["reso"])] = facts[field]
    return _with_price(named, facts)


def _with_price(named: dict[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """A price goes by what it is: the county's valuation is nobody's asking price."""
    price = named.pop("ListPrice", None)
    name = _RESO_PRICE.get(facts.get("price_kind") or "")
    return named | {name: price} if name and price is not None else named


def as_json(value: Any) -> Any:
    """What MongoDB holds as JSON has it: times become ISO 8601 text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_json(one) for one in value]
    return value
