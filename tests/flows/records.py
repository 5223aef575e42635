"""Raw records of our own making for the flow tests."""

from __future__ import annotations

from pydantic import JsonValue

from phoenix_real_estate.models import RawRecord

PRICES = {"low": 150_000, "mid": 350_000, "high": 800_000}


def house(number: int, *, price: int = PRICES["high"], **facts: JsonValue) -> RawRecord:
    """A county record of the simplest shape; every number is another house."""
    data: dict[str, JsonValue] = {
        "parcel_number": f"103-06-{number:03d}",
        "situs_address": f"{4000 + number} N 55TH AVE PHOENIX AZ 85031",
        "sq_ft": 1450 + number,
        "bedrooms": 3,
        "bathrooms": 2,
        # Old, on an acre, with a pool and an association: complex, so that the price decides the tier.
        "year_built": 1955,
        "lot_size": 44000,
        "garage_spaces": 2,
        "pool": True,
        "hoa_fee": 45,
        "price": price,
    }
    return RawRecord(id=f"raw-{number}", source="maricopa_api", data=data | facts)


def houses(count: int, **facts: JsonValue) -> list[RawRecord]:
    return [house(number, **facts) for number in range(count)]
