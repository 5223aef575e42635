"""Reads the facts of one property out of its named values: which names, read how (tables/fields.json).

Serves the plain shapes of every source, the project's own field names and the RESO Data Dictionary names;
what is peculiar to one source lives in that source's module.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import JsonValue

from phoenix_real_estate.errors import UnsupportedProperty, UnusableRecord
from phoenix_real_estate.models import Address, Property, RawRecord, Source
from phoenix_real_estate.normalize import values, vocabulary
from phoenix_real_estate.normalize.address import read_address
from phoenix_real_estate.normalize.payload import compact
from phoenix_real_estate.normalize.spelling import title_case

Found = Mapping[str, JsonValue]
"""Values of a payload by compact name."""

Facts = dict[str, Any]
"""Fields of Property by name, read and within bounds."""

_TABLE = json.loads(files("phoenix_real_estate.normalize").joinpath("tables/fields.json").read_text("utf-8"))
_HIGHEST_FEE = 100_000

Read = TypeVar("Read")


def read_facts(found: Found, source: str) -> Facts:
    """Every fact that the named values hold, unknown ones left out."""
    facts = {field: _first(found, source, field, read) for field, read in _readers().items()}
    facts["lot_size"] = facts["lot_size"] or _first(found, source, "lot_acres", _acres())
    facts["pool_type"] = _first(found, source, "pool", vocabulary.pool)
    facts["solar_panels"] = _first(found, source, "solar_panels", vocabulary.solar)
    facts["property_type"] = _property_type(found, source)
    facts["hoa_fee"] = _hoa_fee(found, source)
    facts |= _price(found, source)
    return {field: value for field, value in facts.items() if value is not None}


def address_of(found: Found, source: str) -> Address:
    """The address from one text, or from a street and the parts beside it."""
    told = {slot: _first(found, source, slot, values.text) for slot in ("city", "state", "zip", "unit")}
    text = _first(found, source, "address", values.text) or _first(found, source, "street", values.text) or ""
    address = read_address(text, city=told["city"], state=told["state"], zip_code=told["zip"])
    return address.model_copy(update={"unit": address.unit or told["unit"]})


def refuse_other_kinds(found: Found, source: str, record: RawRecord) -> None:
    """Raises UnsupportedProperty for land, commerce and whole buildings, by what the record calls itself."""
    uses = (use for slot in ("land_use", "property_type") for use in _every(found, source, slot))
    for use, kind in ((use, vocabulary.kind_not_enriched(use)) for use in uses):
        if kind is None:
            continue
        parcel = _first(found, source, "parcel_number", values.parcel_number)
        about = f"parcel {parcel}" if parcel else f"record {record.id}"
        raise UnsupportedProperty(f"{about} is {kind} ({use}); only dwellings are enriched.")


def build(record: RawRecord, facts: Facts, address: Address) -> Property:
    """The property with its provenance.

    Raises:
        UnusableRecord: there is no address that a listing could carry; the message says what is missing.
    """
    missing = _missing(address)
    if missing:
        parcel = facts.get("parcel_number")
        about = f"record {record.id}" + (f" (parcel {parcel})" if parcel else "")
        raise UnusableRecord(f"{about} has no usable address: {missing}.")
    provenance = dict.fromkeys(["address", *facts], record.source)
    return Property(**facts, address=address, collected_at=record.collected_at, provenance=provenance)


def _missing(address: Address) -> str | None:
    if not address.street:
        return "there is no street in it"
    if not address.street[0].isdigit():
        return f"no house number in {address.street[:60]!r}"
    if not any(character.isalpha() for character in address.street):
        return f"no street name in {address.street[:60]!r}"
    if not (address.city or address.zip):
        return f"neither city nor ZIP beside {address.street[:60]!r}"
    return None


def _first(found: Found, source: str, slot: str, read: Callable[[JsonValue], Read | None]) -> Read | None:
    """The first of the slot's names whose value can be read."""
    for key in _names(source, slot):
        if key in found and (value := read(found[key])) is not None:
            return value
    return None


def _every(found: Found, source: str, slot: str) -> Iterator[str]:
    for key in _names(source, slot):
        if key in found and (told := values.text(found[key])):
            yield told


def _property_type(found: Found, source: str) -> str | None:
    return _first(found, source, "property_type", vocabulary.property_type) or _first(
        found, source, "land_use", vocabulary.property_type
    )


def _price(found: Found, source: str) -> Facts:
    """A list price goes before a sale price. A bare `price` is a list price at the MLS, else of no kind."""
    read = _readers()["price"]
    if price := _first(found, source, "list_price", read):
        return {"price": price, "price_kind": "list"}
    if price := _first(found, source, "price", read):
        kind = values.text(found.get("pricekind"))
        at_mls = "list" if source == Source.MLS else None
        return {"price": price, "price_kind": kind if kind in {"list", "sale", "full_cash_value"} else at_mls}
    price = _first(found, source, "sale_price", read)
    return {"price": price, "price_kind": "sale" if price else None}


def _hoa_fee(found: Found, source: str) -> float | None:
    """USD a month. The frequency is told beside the fee, or in its text, or it is a month."""
    monthly = _first(found, source, "monthly_hoa_fee", partial(values.number, low=0, high=_HIGHEST_FEE))
    if monthly is not None:
        return monthly
    for key in _names(source, "fee_as_paid"):
        fee = found.get(key)
        if fee is False or (isinstance(fee, str) and values.yes_no(fee) is False):
            return 0.0
        amount = values.number(fee, 0, _HIGHEST_FEE)
        if amount is not None:
            return monthly_fee(amount, _fee_frequency(found, source, fee))
    return None


def _fee_frequency(found: Found, source: str, fee: JsonValue) -> JsonValue:
    beside = _first(found, source, "fee_frequency", values.text)
    told = re.sub(r"per|[^a-z-]", "", fee.lower()) if isinstance(fee, str) else ""
    return beside or {"mo": "monthly", "yr": "yearly", "": "monthly", "usd": "monthly"}.get(told, told)


def monthly_fee(amount: float, frequency: JsonValue) -> float | None:
    """A fee in USD a month, to the cent; None at an unknown frequency."""
    times = vocabulary.payments_a_year(frequency)
    return None if times is None else round(amount * times / 12, 2)


@lru_cache(maxsize=512)
def _names(source: str, slot: str) -> tuple[str, ...]:
    """The compact names of a slot, the source's own before the shared ones."""
    keys = _TABLE["keys"]
    names = [*keys.get(source, {}).get(slot, ()), *keys["shared"].get(slot, ()), slot]
    return tuple(dict.fromkeys(compact(name) for name in names))


@lru_cache(maxsize=1)
def _readers() -> dict[str, Callable[[JsonValue], Any]]:
    """One reader for each field of the table, plus those that read words."""
    readers = {field: _reader(rule) for field, rule in _TABLE["readers"].items()}
    return readers | {
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


def _reader(rule: Mapping[str, Any]) -> Callable[[JsonValue], Any]:
    bounds = {name: rule[name] for name in ("low", "high") if name in rule}
    return partial(getattr(values, rule["read"]), **bounds)


def _acres() -> Callable[[JsonValue], int | None]:
    rule = _TABLE["readers"]["lot_size"]
    return partial(values.acres, low=rule["low"], high=rule["high"])


def read_name(value: JsonValue) -> str | None:
    """The name of a subdivision, an association or a district, not shouted."""
    told = values.remarks(value, values.LONGEST_TEXT)
    return title_case(told) if told else None
