"""The Phoenix MLS (ARMLS): export rows, RESO Web API records, plain listings and listing pages.

An export row's `Features` is an object of categories or the raw text `Category|Name|Value;...`. "--" and ""
mean none. `Utilities: SRP` is an electricity utility, not an irrigation right.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from phoenix_real_estate.errors import UnsupportedProperty, UnusableRecord
from phoenix_real_estate.models import Property, RawRecord, Source
from phoenix_real_estate.normalize import values, vocabulary
from phoenix_real_estate.normalize.fields import (
    Facts,
    address_of,
    build,
    monthly_fee,
    read_facts,
    read_name,
    refuse_other_kinds,
)
from phoenix_real_estate.normalize.page import facts_of_page
from phoenix_real_estate.normalize.payload import named_values
from phoenix_real_estate.normalize.spelling import ordinal

Features = Mapping[str, Mapping[str, JsonValue]]
"""What a listing ticks: category -> name -> value."""

_FEE_BOUNDS = (0, 100_000)


def normalize(record: RawRecord) -> Property:
    """One property out of an MLS record. Raises RecordError."""
    payload = record.data if record.data is not None else facts_of_page(record)
    features = _features(payload.get("Features"))
    found = named_values(payload, skip="Features")
    found |= {"address": written} if (written := _written_address(found)) else {}
    found |= _scalars(features, "Parking Spaces")
    if not found:
        raise UnusableRecord(f"record {record.id} is empty.")
    _refuse_rentals_and_shares(record, found)
    refuse_other_kinds(found, Source.MLS, record)
    facts = read_facts(found, Source.MLS) | _listing_facts(found, features)
    known = {field: value for field, value in facts.items() if value is not None}
    return build(record, known, address_of(found, Source.MLS))


def _listing_facts(found: dict[str, JsonValue], features: Features) -> Facts:
    """What takes more than one column, or the features, to know. None where they say nothing."""
    told: Facts = {
        "pool_type": _pool(found, features),
        "solar_panels": _solar(features),
        "desert_landscaping_pct": _desert_landscaping(features),
        "cooling_type": vocabulary.cooling(list(features.get("Cooling", {}))),
        "roof_type": vocabulary.roof(list(features.get("Roofing", {}))),
        "listing_status": "Active Under Contract" if _under_contract(found) else None,
    }
    return {
        field: value
        for field, value in (told | _association(found, features) | _irrigation(features)).items()
        if value is not None
    }


def _written_address(found: Mapping[str, JsonValue]) -> str | None:
    """The address that an export (or RESO) spreads over columns."""

    def part(*keys: str) -> str:
        return next((told for key in keys if (told := values.text(found.get(key)))), "")

    number, name = part("housenumber", "streetnumber"), part("streetname")
    if not number or not name:
        return None
    if name.isascii() and name.isdigit() and len(name) < 4:
        name = ordinal(int(name))
    unit = part("unit", "unitnumber")
    street = [
        number,
        part("compass", "streetdirprefix"),
        name,
        part("stsuffix", "streetsuffix"),
        part("stdirsfx", "streetdirsuffix"),
    ]
    line = " ".join(piece for piece in street if piece) + (f" # {unit.lstrip('# ')}" if unit else "")
    region = " ".join([part("stateprovince", "stateorprovince"), part("zipcode", "postalcode")]).strip()
    return ", ".join(piece for piece in (line, part("citytowncode", "city"), region) if piece)


def _refuse_rentals_and_shares(record: RawRecord, found: Mapping[str, JsonValue]) -> None:
    listing_type = values.text(found.get("propertytype")) or ""
    if vocabulary.is_rental_listing(listing_type):
        raise UnsupportedProperty(
            f"record {record.id} is a rental listing ({listing_type}): its price is a rent."
        )
    shared = values.yes_no(found.get("coownershipfractionalagreementyn"))
    if shared or values.text(found.get("ownership")) == "Timeshare":
        raise UnsupportedProperty(
            f"record {record.id} is a share of a property (timeshare, fractional): so is its price."
        )


def _pool(found: Mapping[str, JsonValue], features: Features) -> vocabulary.PoolType | None:
    private = values.yes_no(found.get("privatepoolyn", found.get("poolprivateyn")))
    community = values.yes_no(found.get("communitypoolyn"))
    reso = vocabulary.pool(found.get("poolfeatures"))
    near = "Community Pool" in features.get("Community Features", {})
    if private is None and community is None and not near:
        return reso
    return vocabulary.pool_of(
        private=bool(private),
        community=bool(community) or near or reso in {"community", "both"},
        known=private is not None,
    )


def _association(found: Mapping[str, JsonValue], features: Features) -> Facts:
    """The fees of all associations together; a listing without one pays 0."""
    fees = features.get("Association & Fees", {})
    there = values.yes_no(fees.get("HOA Y/N", found.get("associationyn")))
    if there is False:
        return {"hoa_fee": 0.0}
    first = _fee(fees.get("HOA Fee"), fees.get("HOA Paid Frequency"))
    second = _fee(fees.get("HOA 2 Fee"), fees.get("HOA Paid Frequency 2"))
    total = None if first is None else round(first + (second or 0.0), 2)
    return {"hoa_fee": total, "hoa_name": read_name(fees.get("HOA Name"))}


def _irrigation(features: Features) -> Facts:
    """Rights and district out of the listing's irrigation category, and from nowhere else."""
    told = next((names for category, names in features.items() if category.lower() == "irrigation"), {})
    flooded = [values.yes_no(value) for name, value in told.items() if name.lower().startswith("flood")]
    district = read_name(told.get("Irrigation District")) or ("SRP" if "SRP" in told else None)
    return {"flood_irrigation_rights": flooded[0] if flooded else None, "irrigation_district": district}


def _fee(amount: JsonValue, frequency: JsonValue) -> float | None:
    paid = values.number(amount, *_FEE_BOUNDS)
    return None if paid is None else monthly_fee(paid, frequency)


def _solar(features: Features) -> vocabulary.SolarOwnership | None:
    panels = features.get("Solar Panels")
    if not panels:
        return None
    told = [*panels, *(value for value in panels.values() if isinstance(value, str))]
    ownership = values.text(panels.get("Ownership")) or " ".join(name for name in told if name != "Ownership")
    return vocabulary.solar(ownership) or "yes"


def _desert_landscaping(features: Features) -> float | None:
    """100 where both yards are desert without grass, 0 where both are grass; else nobody measured."""
    yards = features.get("Landscaping", {})
    desert = {name.split()[-1] for name in yards if "Desert" in name}
    grass = {name.split()[-1] for name in yards if "Grass" in name}
    if desert == {"Front", "Back"} and not grass:
        return 100.0
    return 0.0 if {"Front", "Back"} <= grass and not desert else None


def _under_contract(found: Mapping[str, JsonValue]) -> bool:
    """An active listing with an accepted offer (UCB, CCBS)."""
    flag = values.text(found.get("ucborccbs"))
    return flag is not None and flag != "N" and values.text(found.get("status")) == "A"


def _features(value: JsonValue) -> Features:
    if isinstance(value, str):
        return _features_of_text(value)
    if not isinstance(value, dict):
        return {}
    return {category: names for category, names in value.items() if isinstance(names, dict)}


def _features_of_text(text: str) -> Features:
    found: dict[str, dict[str, JsonValue]] = {}
    for entry in text.split(";"):
        category, name, value = (*entry.split("|"), "", "")[:3]
        if name.strip():
            found.setdefault(category.strip(), {})[name.strip()] = value.strip()
    return found


def _scalars(features: Features, category: str) -> dict[str, JsonValue]:
    return named_values(dict(features.get(category, {})))
