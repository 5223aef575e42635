"""The Phoenix MLS (ARMLS): export rows, RESO Web API records, plain listings and listing pages.

An export row's `Features` is an object of categories or the raw text `Category|Name|Value;...`. "--" and ""
mean none. `Utilities: SRP` is an electricity utility, not an irrigation right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    read_fee,
    read_name,
    refuse_other_kinds,
)
from phoenix_real_estate.normalize.page import facts_of_page
from phoenix_real_estate.normalize.payload import named_values
from phoenix_real_estate.normalize.spelling import ordinal
from phoenix_real_estate.normalize.told import Told
from phoenix_real_estate.postal import abbreviated

Features = Mapping[str, Mapping[str, JsonValue]]
"""What a listing ticks: category -> name -> value."""

_YARDS = {"Front", "Back"}


def normalize(record: RawRecord) -> Property:
    """One property out of an MLS record. Raises RecordError."""
    payload = record.data if record.data is not None else facts_of_page(record)
    features = _features(payload.get("Features"))
    found = named_values(payload, skip="Features")
    found |= {"address": written} if (written := _written_address(found)) else {}
    found |= named_values(dict(features.get("Parking Spaces", {})))
    if not found:
        raise UnusableRecord(f"record {record.id} is empty.")
    _refuse_rentals_and_shares(record, found)
    told = Told(found, Source.MLS.value)
    refuse_other_kinds(told, record)
    facts = read_facts(told)
    facts |= _listing_facts(told, features, facts.pop("hoa_fee", None))
    return build(record, facts, address_of(told), told)


def _listing_facts(told: Told, features: Features, plain_fee: float | None) -> Facts:
    """What takes more than one column, or the features, to know. What they say nothing of is left out."""
    facts: Facts = {
        "pool_type": _pool(told.found, features),
        "solar_panels": _solar(features),
        "desert_landscaping_pct": _desert_landscaping(features),
        "cooling_type": vocabulary.cooling(_ticked(features, "Cooling")),
        "roof_type": vocabulary.roof(_ticked(features, "Roofing")),
        "listing_status": "Active Under Contract" if _under_contract(told.found) else None,
        **_association(told, features, plain_fee),
        **_irrigation(features),
    }
    return {field: value for field, value in facts.items() if value is not None}


def _written_address(found: Mapping[str, JsonValue]) -> str | None:
    """The address that an export (or RESO) spreads over columns."""

    def part(*keys: str) -> str:
        return next((told for key in keys if key in found and (told := values.text(found[key]))), "")

    number, name = part("housenumber", "streetnumber", "streetnumbernumeric"), part("streetname")
    if not number or not name:
        return None
    before, after = part("compass", "streetdirprefix"), part("stdirsfx", "streetdirsuffix")
    street = " ".join([number, *_street_words(before, name, part("stsuffix", "streetsuffix")), after])
    unit = part("unit", "unitnumber").lstrip("# ")
    region = " ".join([part("stateprovince", "stateorprovince"), part("zipcode", "postalcode")])
    line = f"{street} # {unit}" if unit else street
    return ", ".join(piece for piece in (line, part("citytowncode", "city"), region.strip()) if piece)


def _street_words(direction: str, name: str, suffix: str) -> Iterator[str]:
    """Direction, name and suffix, of which the name may repeat the others. 68 is 68th."""
    words = name.upper().split()
    if words[0] != direction.upper() or len(words) == 1:
        yield direction
    yield ordinal(int(name)) if name.isascii() and name.isdigit() and len(name) < 4 else name
    if len(words) == 1 or abbreviated(words[-1]) != abbreviated(suffix):
        yield suffix


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
    """The columns' answers, else the features'; a pool in the community is there whoever mentions it."""
    reso = vocabulary.pool(found.get("poolfeatures"))
    private = values.yes_no(found.get("privatepoolyn", found.get("poolprivateyn")))
    own = _ticked(features, "Private Pool Features")
    if private is None and own:
        private = "No Pool" not in own
    community = values.yes_no(found.get("communitypoolyn"))
    shared = _ticked(features, "Community Pool Features")
    near = "Community Pool" in _ticked(features, "Community Features") or shared not in ([], ["None"])
    if private is None and community is None and not near:
        return reso
    return vocabulary.pool_of(
        private=bool(private),
        community=bool(community) or near or reso in {"community", "both"},
        known=private is not None,
    )


def _association(told: Told, features: Features, plain_fee: float | None) -> Facts:
    """The fees of all associations together; a listing without one pays 0, and only such a one does."""
    fees = features.get("Association & Fees", {})
    there = values.yes_no(fees.get("HOA Y/N", told.found.get("associationyn")))
    if there is False:
        return {"hoa_fee": 0.0}
    first = _fee(told, fees.get("HOA Fee"), fees.get("HOA Paid Frequency"))
    second = _fee(told, fees.get("HOA 2 Fee"), fees.get("HOA Paid Frequency 2"))
    total = plain_fee if first is None else round(first + (second or 0.0), 2)
    if second is None and read_fee(fees.get("HOA 2 Fee")):
        total = None
    return {"hoa_fee": total or (None if there else total), "hoa_name": read_name(fees.get("HOA Name"))}


def _irrigation(features: Features) -> Facts:
    """Rights and district out of the listing's irrigation category, and from nowhere else."""
    told = next((names for category, names in features.items() if category.lower() == "irrigation"), {})
    flooded = [values.yes_no(value) for name, value in told.items() if name.lower().startswith("flood")]
    district = read_name(told.get("Irrigation District")) or ("SRP" if "SRP" in told else None)
    return {"flood_irrigation_rights": flooded[0] if flooded else None, "irrigation_district": district}


def _fee(told: Told, amount: JsonValue, frequency: JsonValue) -> float | None:
    paid = read_fee(amount)
    monthly = None if paid is None else monthly_fee(paid, frequency)
    if paid and monthly is None:
        told.doubt("hoa_fee", amount, "not paid at a known rate")
    return monthly


def _solar(features: Features) -> vocabulary.SolarOwnership | None:
    panels = features.get("Solar Panels")
    if not panels:
        return None
    if _ticked(features, "Solar Panels") == ["None"]:
        return "none"
    ownership = values.text(panels.get("Ownership")) or ", ".join(
        f"{name}: {value}" for name, value in panels.items()
    )
    return vocabulary.solar(ownership) or "yes"


def _desert_landscaping(features: Features) -> float | None:
    """100 where both yards are desert alone, 0 where both are grass alone; else nobody measured."""
    yards = [str(name).split() for name in _ticked(features, "Landscaping")]
    desert = {words[-1] for words in yards if "Desert" in words}
    other = {words[-1].replace("Frnt", "Front") for words in yards if {"Grass", "Gravel/Stone"} & {*words}}
    grass = {words[-1] for words in yards if words[:1] == ["Grass"]}
    if desert == _YARDS and not other:
        return 100.0
    return 0.0 if grass == other == _YARDS and not desert else None


def _under_contract(found: Mapping[str, JsonValue]) -> bool:
    """An active listing with an accepted offer (UCB, CCBS)."""
    flag = values.text(found.get("ucborccbs"))
    return flag is not None and flag != "N" and values.text(found.get("status")) == "A"


def _ticked(features: Features, category: str) -> list[JsonValue]:
    """The names of a category that are not denied."""
    names = features.get(category, {})
    return [name for name, value in names.items() if value == "Yes" or values.yes_no(value) is not False]


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
