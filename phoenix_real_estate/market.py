"""What a dwelling rents for and what it is worth.

Rents are HUD's Small Area Fair Market Rents by ZIP and bedrooms. The figure is a gross rent: it includes
utilities, and it is the 40th percentile of what recent movers pay. The two push in opposite directions
against a landlord's market rent, and no correction of our own is made. A ZIP outside the table has no
rent: nothing is invented.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import Field

from phoenix_real_estate.models import Frozen, Property

ValueKind = Literal["list", "sale", "full_cash_value"]
RENT_SOURCE = "HUD Small Area Fair Market Rents"
SEVERAL_UNITS = frozenset({"duplex", "triplex", "quadruplex", "multi family", "multifamily"})


class Rent(Frozen):
    """The estimated monthly rent of one dwelling, in whole USD.

    `rent_low` and `rent_high` are 90 and 110 percent of it: the basic range in which a housing authority
    may set its payment standard around HUD's figure (24 CFR 982.503).
    """

    rent_monthly: int
    rent_low: int
    rent_high: int
    rent_bedrooms: int
    bedrooms_inferred: bool
    rent_source: str
    rent_year: int = Field(description="HUD's fiscal year")
    rent_percentile: int


def rent_of(property: Property) -> Rent | None:
    """The rent of a property, or None; `missing_for_rent` says why."""
    table = _table()
    rents = table.rents.get(property.address.zip or "")
    bedrooms = bedrooms_of(property)
    if rents is None or bedrooms is None or has_several_units(property):
        return None
    monthly = _rent(rents, bedrooms)
    return Rent(
        rent_monthly=monthly,
        rent_low=percent_of(monthly, Decimal(90)),
        rent_high=percent_of(monthly, Decimal(110)),
        rent_bedrooms=bedrooms,
        bedrooms_inferred=property.bedrooms is None,
        rent_source=RENT_SOURCE,
        rent_year=table.fiscal_year,
        rent_percentile=table.percentile,
    )


def market_value(property: Property, rent: Rent | None) -> tuple[int | None, ValueKind | None]:
    """The value that the arithmetic may use, USD, and its kind: the price, else the full cash value.

    Deeds record transfers at $10 and sales of decades ago: a price below one year's rent, or a past sale
    below half of the newest full cash value, says nothing about the market and is passed over.
    """
    assessed = next((v.full_cash_value for v in property.valuations if v.full_cash_value), 0)
    floor = 12 * rent.rent_monthly if rent else 0
    stale = property.price_kind == "sale" and 2 * (property.price or 0) < assessed
    if property.price and property.price >= floor and not stale:
        return property.price, property.price_kind
    return (assessed, "full_cash_value") if assessed and assessed >= floor else (None, None)


def missing_for_rent(property: Property) -> tuple[str, ...]:
    """What keeps the rent unknown, as phrases with placeholders for `facts.fill`; empty when it is known."""
    return tuple(_missing(property))


def bedrooms_of(property: Property) -> int | None:
    """The bedrooms that decide the rent: the known ones, else inferred from the living area.

    Our rule for a single dwelling: under 500 sq ft a studio, under 850 one bedroom, under 1,300 two,
    under 2,100 three, under 3,200 four, else five.
    """
    if property.bedrooms is not None:
        return property.bedrooms
    if not property.square_feet:
        return None
    return bisect_right(_LIVING_AREAS, property.square_feet)


def has_several_units(property: Property) -> bool:
    """Whether one rent cannot stand for the property: a duplex is let in parts nobody listed."""
    return (property.property_type or "").lower() in SEVERAL_UNITS


def whole(usd: Decimal) -> int:
    """Whole USD, halves away from zero."""
    return int(usd.quantize(Decimal(1), ROUND_HALF_UP))


def percent_of(usd: int, percent: Decimal) -> int:
    """A share of an amount in whole USD."""
    return whole(usd * percent / 100)


_LIVING_AREAS = (500, 850, 1_300, 2_100, 3_200)
_LARGEST_LISTED = 4
_EXTRA_BEDROOM = Decimal(15)


class _Table(Frozen):
    rents: Mapping[str, tuple[int, ...]]
    fiscal_year: int
    percentile: int


@cache
def _table() -> _Table:
    lines = (files("phoenix_real_estate") / "tables" / "rents_hud_safmr.csv").read_text("utf-8").splitlines()
    notes = dict(line.lstrip("# ").split(": ", 1) for line in lines if line.startswith("#") and ": " in line)
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))[1:]
    return _Table(
        rents={zip_code: tuple(map(int, rents)) for zip_code, *rents in rows},
        fiscal_year=int(notes["fiscal_year"]),
        percentile=int(notes["percentile"]),
    )


def _rent(rents: tuple[int, ...], bedrooms: int) -> int:
    # HUD lists up to four bedrooms and adds 15 percent of that rent for each one more:
    # five bedrooms are 1.15 times, six 1.30 times (HUD, FMR overview: unit sizes above four bedrooms).
    extra = max(0, bedrooms - _LARGEST_LISTED)
    return percent_of(rents[bedrooms - extra], 100 + extra * _EXTRA_BEDROOM)


def _missing(property: Property) -> Iterator[str]:
    if not property.address.zip:
        yield "the ZIP code"
    elif property.address.zip not in _table().rents:
        yield "a published rent for ZIP {{zip}}"
    if has_several_units(property):
        yield "the bedrooms of each unit"
    elif bedrooms_of(property) is None:
        yield "the number of bedrooms or the living area"
