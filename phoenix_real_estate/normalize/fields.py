"""Reads the facts of one property out of its named values: which names, read how (tables/fields.json).

Serves the plain shapes of every source, the project's own field names and the RESO Data Dictionary names;
what is peculiar to one source lives in that source's module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pydantic import JsonValue

from phoenix_real_estate.errors import UnsupportedProperty, UnusableRecord
from phoenix_real_estate.models import Address, Property, RawRecord, Source
from phoenix_real_estate.normalize import values, vocabulary
from phoenix_real_estate.normalize.address import read_address
from phoenix_real_estate.normalize.contacts import names_a_person
from phoenix_real_estate.normalize.spelling import title_case
from phoenix_real_estate.normalize.told import TABLE, Told

Facts = dict[str, Any]
"""Fields of Property by name, read and within bounds."""

_BATHROOM_PARTS = {
    "bathrooms_full": 1.0,
    "bathrooms_three_quarter": 0.75,
    "bathrooms_half": 0.5,
    "bathrooms_one_quarter": 0.25,
}
# 43rd Ave N has none.
_HOUSE_NUMBER = re.compile(r"[0-9](?![0-9]*(?:st|nd|rd|th)\b)", re.IGNORECASE)
_FEE = "an association fee in USD"


def read_facts(told: Told) -> Facts:
    """Every fact that the record tells, unknown ones left out."""
    facts = {field: told.measured(field, read, expected) for field, read, expected in _MEASURES}
    facts |= {field: told.first(field, read) for field, read in _WORDS.items()}
    facts["bathrooms"] = _bathrooms(told)
    facts["square_feet"] = _living_area(told)
    facts["lot_size"] = _lot_size(told)
    facts["property_type"] = _property_type(told)
    facts["hoa_fee"] = _hoa_fee(told)
    facts |= _price(told)
    return {field: value for field, value in facts.items() if value is not None}


def address_of(told: Told) -> Address:
    """The address from one text, or from a street and the parts beside it."""
    beside = {slot: told.text(slot) for slot in ("city", "state", "zip", "unit")}
    text = told.text("address") or told.text("street") or ""
    return read_address(
        text, city=beside["city"], state=beside["state"], zip_code=beside["zip"], unit=beside["unit"]
    )


def refuse_other_kinds(told: Told, record: RawRecord) -> None:
    """Raises UnsupportedProperty for land, commerce and whole buildings, by what the record calls itself."""
    uses = (use for slot in ("land_use", "property_type") for use in told.every(slot))
    for use, kind in ((use, vocabulary.kind_not_enriched(use)) for use in uses):
        if kind is None:
            continue
        parcel = told.first("parcel_number", values.parcel_number)
        about = f"parcel {parcel}" if parcel else f"record {record.id}"
        raise UnsupportedProperty(f"{about} is {kind} ({use}); only dwellings are enriched.")


def build(record: RawRecord, facts: Facts, address: Address, told: Told) -> Property:
    """The property with its provenance and its doubts.

    Raises:
        UnusableRecord: there is no address that a listing could carry; the message says what is missing.
    """
    missing = _missing(address)
    if missing:
        parcel = facts.get("parcel_number")
        about = f"record {record.id}" + (f" (parcel {parcel})" if parcel else "")
        raise UnusableRecord(f"{about} has no usable address: {missing}.")
    return Property(
        **facts,
        address=address,
        collected_at=record.collected_at,
        provenance=dict.fromkeys(["address", *facts], record.source),
        doubts=tuple(doubt for field, doubt in told.doubts.items() if field not in facts),
    )


def _missing(address: Address) -> str | None:
    if not address.street:
        return "there is no street in it"
    if not _HOUSE_NUMBER.match(address.street):
        return f"no house number in {address.street[:60]!r}"
    if not any(character.isalpha() for character in address.street):
        return f"no street name in {address.street[:60]!r}"
    if not (address.city or address.zip):
        return f"neither city nor ZIP beside {address.street[:60]!r}"
    return None


def _property_type(told: Told) -> str | None:
    return told.first("property_type", vocabulary.property_type) or told.first(
        "land_use", vocabulary.property_type
    )


def _bathrooms(told: Told) -> float | None:
    """A number of bathrooms as told; else 2 full and 1 half are 2.5; else RESO's integer, which counts rooms.

    Parts that do not add up to the rooms are not all the parts: the rooms are told then.
    """
    bathrooms: float | None = _measured(told, "bathrooms")
    if bathrooms is not None:
        return bathrooms
    rooms = told.measured("bathrooms", _count_of_baths, "a whole number of rooms", "bathroom_rooms")
    parts = {slot: told.first(slot, _count_of_baths) for slot in _BATHROOM_PARTS}
    if not any(parts[slot] for slot in _PARTIAL_BATHROOMS):
        parts["bathrooms_half"] = told.first("bathrooms_partial", _count_of_baths)
    total = sum(_BATHROOM_PARTS[slot] * (count or 0) for slot, count in parts.items())
    complete = rooms is None or sum(count or 0 for count in parts.values()) == rooms
    return total if total and complete else rooms


def _living_area(told: Told) -> int | None:
    """Square feet, unless a unit beside the area says otherwise."""
    per_unit = vocabulary.square_feet_in(told.text("living_area_units"))
    if per_unit is not None and per_unit != 1.0:
        return told.measured("square_feet", _area_reader("square_feet", per_unit), _AREA, "area_in_units")
    area: int | None = _measured(told, "square_feet")
    return area


def _lot_size(told: Told) -> int | None:
    """Square feet as told, else an area with its unit beside it, else acres."""
    size: int | None = _measured(told, "lot_size", "lot_square_feet")
    unit = told.text("lot_size_units")
    per_unit = vocabulary.square_feet_in(unit) if unit else 1.0
    if size is None and per_unit is not None:
        slot = "lot_in_units" if unit else "lot_size"
        size = told.measured("lot_size", _area_reader("lot_size", per_unit), _AREA, slot)
    elif size is None:
        told.doubt("lot_size", None, "in no known unit")
    return size or told.first("lot_acres", _area_reader("lot_size", values.SQUARE_FEET_PER_ACRE))


def _price(told: Told) -> Facts:
    """A list price goes before a sale price. A bare `price` is a list price at the MLS, else of no kind."""
    if price := _measured(told, "price", "list_price"):
        return {"price": price, "price_kind": "list"}
    if price := _measured(told, "price"):
        kind = told.text("price_kind")
        at_mls = "list" if told.source == Source.MLS else None
        return {"price": price, "price_kind": kind if kind in {"list", "sale", "full_cash_value"} else at_mls}
    price = _measured(told, "price", "sale_price")
    return {"price": price, "price_kind": "sale" if price else None}


def _hoa_fee(told: Told) -> float | None:
    """USD a month, of two associations together.

    The frequency is told beside the fee, or in its text, or it is a month.
    """
    monthly = told.measured("hoa_fee", read_fee, _FEE, "monthly_hoa_fee")
    if monthly is not None:
        return monthly
    first = _fee(told, "fee_as_paid", "fee_frequency")
    second = _fee(told, "second_fee_as_paid", "second_fee_frequency")
    second_is_paid: float | None = told.first("second_fee_as_paid", read_fee)
    # One of two fees would be too little, and nobody could see it.
    if first is None or (second is None and second_is_paid):
        return None
    return round(first + (second or 0.0), 2)


def _fee(told: Told, slot: str, frequency_slot: str) -> float | None:
    fee = told.as_told(slot)
    if fee is False or (isinstance(fee, str) and values.yes_no(fee) is False):
        return 0.0
    amount = told.measured("hoa_fee", read_fee, _FEE, slot)
    if amount is None:
        return None
    monthly = monthly_fee(amount, told.text(frequency_slot) or _rate_in(fee))
    if monthly is None:
        told.doubt("hoa_fee", fee, "not paid at a known rate")
    return monthly


def _rate_in(fee: JsonValue) -> str:
    rate = re.sub(r"per|[^a-z-]", "", fee[:80].lower()) if isinstance(fee, str) else ""
    return {"mo": "monthly", "yr": "yearly", "": "monthly", "usd": "monthly"}.get(rate, rate)


def monthly_fee(amount: float, frequency: JsonValue) -> float | None:
    """A fee in USD a month, to the cent; None at an unknown frequency."""
    times = vocabulary.payments_a_year(frequency)
    return None if times is None else round(amount * times / 12, 2)


def read_name(value: JsonValue) -> str | None:
    """The name of a subdivision, an association or a district, not shouted; None for a person's."""
    told = values.text(value)
    return title_case(told) if told and not names_a_person(told) else None


def _measured(told: Told, field: str, slot: str | None = None) -> Any:
    return told.measured(field, *_MEASURE[field], slot)


def _reader(rule: Mapping[str, Any]) -> Callable[[JsonValue], Any]:
    bounds = {name: rule[name] for name in ("low", "high") if name in rule}
    return partial(getattr(values, rule["read"]), **bounds)


def _expected(rule: Mapping[str, Any]) -> str:
    kinds = {"year": "a year since 1860", "parcel_number": "a parcel number", "count": "a whole number"}
    bounds = f" from {rule['low']:,} to {rule['high']:,}" if "low" in rule else ""
    return kinds.get(rule["read"], "a number") + bounds


def _area_reader(field: str, per_unit: float) -> Callable[[JsonValue], int | None]:
    rule = TABLE["readers"][field]
    return partial(values.area, low=rule["low"], high=rule["high"], per_unit=per_unit)


read_fee = partial(values.number, low=0, high=100_000)
_AREA = "an area of that unit"
_PARTIAL_BATHROOMS = ("bathrooms_three_quarter", "bathrooms_half", "bathrooms_one_quarter")
_count_of_baths = partial(values.count, low=0, high=60)
_MEASURE = {
    field: (_reader(rule), _expected(rule))
    for field, rule in TABLE["readers"].items()
    if rule["read"] not in {"yes_no", "remarks"}
}
_APART = {"bathrooms", "square_feet", "lot_size", "price"}
_MEASURES = [(field, *measure) for field, measure in _MEASURE.items() if field not in _APART]
_WORDS: dict[str, Callable[[JsonValue], Any]] = {
    "flood_irrigation_rights": values.yes_no,
    "remarks": values.remarks,
    "pool_type": vocabulary.pool,
    "solar_panels": vocabulary.solar,
    "cooling_type": vocabulary.cooling,
    "roof_type": vocabulary.roof,
    "flood_zone": vocabulary.flood_zone,
    "listing_status": vocabulary.listing_status,
    "hoa_name": read_name,
    "irrigation_district": read_name,
    "subdivision": read_name,
    "school_district": read_name,
    "neighborhood": read_name,
}
