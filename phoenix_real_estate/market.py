"""What a dwelling rents for and what it is worth.

Rents are HUD's Small Area Fair Market Rents by ZIP and bedrooms. The figure is a gross rent: it includes
utilities, and it is the 40th percentile of what recent movers pay. The two push in opposite directions
against a landlord's market rent, and no correction of our own is made. A ZIP outside the table has no
rent: nothing is invented. Nor does the asking price tell the rent: a rent that followed the price could not
say whether the price is worth paying.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic import Field

from phoenix_real_estate.models import Frozen, Property
from phoenix_real_estate.rent_tables import asking_rents, hud_rents

ValueKind = Literal["list", "sale", "full_cash_value"]
RENT_SOURCE = "HUD Small Area Fair Market Rents"
SEVERAL_UNITS = frozenset({"duplex", "triplex", "quadruplex", "multi family", "multifamily"})
ATTACHED = frozenset({"condominium", "townhouse", "apartment", "patio home"})


class Rent(Frozen):
    """The estimated monthly rent of one dwelling, in whole USD.

    `rent_low` and `rent_high` are 90 and 110 percent of it: the basic range in which a housing authority
    may set its payment standard around HUD's figure (24 CFR 982.503). Where the bedrooms are inferred, the
    range reaches from 90 percent of the rent for one less to 110 percent of the rent for one more.
    `zip_asking_rent` is Zillow's typical asking rent of the ZIP for homes of all sizes, beside HUD's figure
    and in no formula; None unless that table was made.
    """

    rent_monthly: int
    rent_low: int
    rent_high: int
    rent_bedrooms: int
    bedrooms_inferred: bool
    rent_source: str
    rent_year: int = Field(description="HUD's fiscal year")
    rent_percentile: int
    zip_asking_rent: int | None = None
    zip_asking_month: str | None = None


def rent_of(property: Property) -> Rent | None:
    """The rent of a property, or None; `missing_for_rent` says why."""
    table = hud_rents()
    zip_code = property.address.zip or ""
    rents = table.rents.get(zip_code)
    bedrooms = bedrooms_of(property)
    if rents is None or bedrooms is None or has_several_units(property):
        return None
    inferred = property.bedrooms is None
    asking = asking_rents()
    return Rent(
        rent_monthly=_rent(rents, bedrooms),
        rent_low=percent_of(_rent(rents, max(0, bedrooms - inferred)), Decimal(90)),
        rent_high=percent_of(_rent(rents, bedrooms + inferred), Decimal(110)),
        rent_bedrooms=bedrooms,
        bedrooms_inferred=inferred,
        rent_source=RENT_SOURCE,
        rent_year=table.fiscal_year,
        rent_percentile=table.percentile,
        zip_asking_rent=asking.rents.get(zip_code) if asking else None,
        zip_asking_month=asking.month if asking and zip_code in asking.rents else None,
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

    Our rule for a house: under 500 sq ft a studio, under 850 one bedroom, under 1,300 two, under 2,100
    three, under 3,200 four, else five. Attached homes have fewer in the same area: under 1,500 two, under
    2,300 three, under 3,500 four.
    """
    if property.bedrooms is not None:
        return property.bedrooms
    if not property.square_feet:
        return None
    return bisect_right(_ATTACHED_AREAS if is_attached(property) else _LIVING_AREAS, property.square_feet)


def is_attached(property: Property) -> bool:
    """Whether it shares walls and ground with others, so that an association must keep them."""
    return (property.property_type or "").lower() in ATTACHED


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
_ATTACHED_AREAS = (500, 850, 1_500, 2_300, 3_500)
_LARGEST_LISTED = 4
_EXTRA_BEDROOM = Decimal(15)


def _rent(rents: tuple[int, ...], bedrooms: int) -> int:
    # HUD lists up to four bedrooms and adds 15 percent of that rent for each one more:
    # five bedrooms are 1.15 times, six 1.30 times (HUD, FMR overview: unit sizes above four bedrooms).
    extra = max(0, bedrooms - _LARGEST_LISTED)
    return percent_of(rents[bedrooms - extra], 100 + extra * _EXTRA_BEDROOM)


def _missing(property: Property) -> Iterator[str]:
    if not property.address.zip:
        yield "the ZIP code"
    elif property.address.zip not in hud_rents().rents:
        yield "a published rent for ZIP {{zip}}"
    if has_several_units(property):
        yield "the bedrooms of each unit"
    elif bedrooms_of(property) is None:
        yield "the number of bedrooms or the living area"
