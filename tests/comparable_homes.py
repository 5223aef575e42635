"""Homes of one market area, as they are stored and compared."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from phoenix_real_estate.models import Address, Comparables, Property

NOON = datetime(2026, 3, 14, 19, tzinfo=UTC)
AREA = "85031|single family residence|list|1500"
TWELVE = Comparables(
    price_per_square_foot=231,
    count=12,
    zip="85031",
    property_type="single family residence",
    price_kind="list",
    size_from=1_500,
    size_below=2_000,
    as_of=date(2026, 3, 14),
    snapshot=f"{AREA}|2026-03|10",
)


def home(number: int = 0, **facts: Any) -> Property:
    """A listed house of 1,600 square feet; of each number another, $1 a square foot dearer than the last."""
    known: dict[str, Any] = {
        "address": Address(street=f"{4000 + number} N 55th Ave", city="Phoenix", state="AZ", zip="85031"),
        "parcel_number": f"10306{number:03d}",
        "property_type": "Single Family Residence",
        "bedrooms": 3,
        "square_feet": 1_600,
        "price": 1_600 * (200 + number),
        "price_kind": "list",
        "collected_at": NOON,
    }
    return Property(**known | facts)


def published(property: Property, status: str = "published", at: datetime = NOON) -> dict[str, Any]:
    """The stored document of a property, as far as it matters here."""
    return {
        "_id": property.property_id,
        "status": status,
        "property": property.model_dump(mode="json"),
        "metadata": {"enriched_at": at},
    }
