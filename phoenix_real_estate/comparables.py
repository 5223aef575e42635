"""What other properties of the same kind are priced at, per square foot.

Compared are the values that the arithmetic uses: list prices with list prices, the county's full cash values
with those of the same tax year. Past sales are compared with nothing, since no source tells when they were.
Nor are rents: what the records hold of them are other people's estimates, and a median of our own would
feed itself.

So that a property that has not changed keeps its texts, the values of an area are taken once a month, and
again whenever their number has doubled (`market_snapshots`); no prompt shows them (`figures.py`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Literal, NamedTuple

from phoenix_real_estate.market import ValueKind, market_value, rent_of, whole
from phoenix_real_estate.models import Comparables, Frozen, Property

if TYPE_CHECKING:
    from phoenix_real_estate.normalize.harmonize import House

FEWEST = 5
"""Of fewer other properties a median says little."""
SIZES = (0, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000)
"""Where the bands of living area begin, square feet."""


class Area(NamedTuple):
    """Properties that can be compared. `tax_year` is that of the county's values, None for list prices."""

    zip: str
    property_type: str
    price_kind: Literal["list", "full_cash_value"]
    tax_year: int | None
    size_from: int

    @property
    def key(self) -> str:
        """Its id in `market_areas`."""
        return "|".join(str(part) for part in self if part is not None)


class Snapshot(Frozen):
    """The prices per square foot of an area on one day, whole USD by property id."""

    id: str
    as_of: date
    values: dict[str, int]


SnapshotsOf = Callable[[Collection[str]], Mapping[str, Snapshot]]
"""Snapshots by the keys of their areas; areas with too few properties have none."""


def compared(houses: Iterable[House], snapshots_of: SnapshotsOf) -> list[House]:
    """The houses with their comparables, where there are enough."""
    placed = [(house, area_of(house.property)) for house in houses]
    snapshots = snapshots_of({area.key for _, area in placed if area})
    return [_with_comparables(house, area, snapshots) for house, area in placed]


def area_of(property: Property) -> Area | None:
    """Where the property belongs; None where ZIP, type, living area or a price of a known kind is missing."""
    value, kind = _value(property)
    zip_code, type_, size = property.address.zip, property.property_type, property.square_feet
    if not (value and zip_code and type_ and size) or kind is None or kind == "sale":
        return None
    year = _tax_year(property) if kind == "full_cash_value" else None
    return Area(zip_code, type_.casefold(), kind, year, SIZES[bisect_right(SIZES, size) - 1])


def price_per_square_foot(property: Property) -> int:
    """Whole USD, as in the investment analysis; 0 where it is not known."""
    value, _ = _value(property)
    return whole(Decimal(value) / property.square_feet) if value and property.square_feet else 0


def level_of(count: int) -> int:
    """5, 10, 20, ...: the largest of them that a number of properties reaches; 5 for fewer."""
    return FEWEST << (max(1, count // FEWEST).bit_length() - 1)


def _with_comparables(house: House, area: Area | None, snapshots: Mapping[str, Snapshot]) -> House:
    snapshot = snapshots.get(area.key) if area else None
    if area is None or snapshot is None:
        return house
    # Under an older id the house itself may be there.
    itself = {house.property.property_id, *house.stored}
    others = [value for key, value in snapshot.values.items() if key not in itself]
    if len(others) < FEWEST:
        return house
    found = Comparables(
        **area._asdict(),
        size_below=next((size for size in SIZES if size > area.size_from), None),
        price_per_square_foot=whole(Decimal(median(others))),
        count=len(others),
        as_of=snapshot.as_of,
        snapshot=snapshot.id,
    )
    return house.model_copy(update={"property": house.property.model_copy(update={"comparables": found})})


def _value(property: Property) -> tuple[int | None, ValueKind | None]:
    return market_value(property, rent_of(property))


def _tax_year(property: Property) -> int | None:
    """Of the newest value; a value that a record told as its price has none."""
    if property.price_kind == "full_cash_value":
        return None
    return next((one.tax_year for one in property.valuations if one.full_cash_value), None)
