"""Which properties are compared, and what a house is told of the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import pytest

from phoenix_real_estate.comparables import (
    FEWEST,
    Snapshot,
    area_of,
    compared,
    level_of,
    price_per_square_foot,
)
from phoenix_real_estate.models import Property, Valuation
from phoenix_real_estate.normalize import House
from tests.comparable_homes import AREA, home

TODAY = date(2026, 3, 14)


def houses(*properties: Property) -> list[House]:
    return [House(property=one, raw_ids=(one.property_id,), facts_by_source={}) for one in properties]


def snapshots(**values: int) -> Mapping[str, Snapshot]:
    return {AREA: Snapshot(id="march", as_of=TODAY, values=values)}


def told(house: House, values: Mapping[str, int]) -> Property:
    [one] = compared([house], lambda _: snapshots(**values))
    return one.property


def test_homes_are_compared_within_zip_type_kind_of_price_and_size() -> None:
    [area] = {area_of(home(number)) for number in range(3)}
    assert area
    assert area.key == AREA
    others = (
        home(address=home().address.model_copy(update={"zip": "85033"})),
        home(property_type="Townhouse"),
        home(square_feet=2_000),
        home(price=None, price_kind=None, valuations=(Valuation(tax_year=2026, full_cash_value=320_000),)),
    )
    keys = {place.key for one in others if (place := area_of(one))}
    assert keys == {
        "85033|single family residence|list|1500",
        "85031|townhouse|list|1500",
        "85031|single family residence|list|2000",
        "85031|single family residence|full_cash_value|2026|1500",
    }


def test_the_countys_values_are_compared_within_one_tax_year() -> None:
    years = (
        home(price=None, price_kind=None, valuations=(Valuation(tax_year=year, full_cash_value=320_000),))
        for year in (2025, 2026)
    )
    assert len({area_of(one) for one in years}) == 2
    told_as_a_price = area_of(home(price_kind="full_cash_value"))
    assert told_as_a_price
    assert told_as_a_price.tax_year is None


@pytest.mark.parametrize(
    "unknown",
    [
        {"property_type": None},
        {"square_feet": None},
        {"price": None, "price_kind": None},
        {"price_kind": None},
        {"price_kind": "sale"},
        {"address": home().address.model_copy(update={"zip": None})},
    ],
)
def test_what_is_not_known_is_compared_with_nothing(unknown: dict[str, object]) -> None:
    assert area_of(home(**unknown)) is None


def test_the_price_per_square_foot_is_that_of_the_analysis() -> None:
    assert price_per_square_foot(home(price=350_000, square_feet=1_601)) == 219
    assert price_per_square_foot(home(square_feet=None)) == 0


def test_a_house_is_told_the_median_of_the_others_and_how_many_they_are() -> None:
    [house] = houses(home())
    found = told(house, {"a": 300, "b": 210, "c": 220, "d": 200, "e": 231, "f": 240}).comparables
    assert found is not None
    # The middle of 220 and 231, halves up.
    assert (found.price_per_square_foot, found.count) == (226, 6)
    assert (found.zip, found.size_from, found.size_below) == ("85031", 1_500, 2_000)
    assert (found.as_of, found.snapshot) == (TODAY, "march")


def test_a_house_is_never_its_own_comparable_not_even_under_an_older_id() -> None:
    [house] = houses(home())
    values = {"a": 210, "b": 220, "c": 230, "d": 240, house.property.property_id: 900, "addr-1": 900}
    assert told(house, values | {"e": 250}).comparables is not None
    known_before = house.model_copy(update={"stored": {"addr-1": None}})
    assert told(known_before, values).comparables is None
    five = told(known_before, values | {"e": 250}).comparables
    assert five
    assert (five.price_per_square_foot, five.count) == (230, FEWEST)


def test_of_too_few_others_nothing_is_told() -> None:
    [house] = houses(home())
    assert told(house, dict.fromkeys("abcd", 210)).comparables is None


def test_a_batch_asks_once_for_the_areas_it_needs() -> None:
    asked: list[Collection[str]] = []

    def snapshots_of(areas: Collection[str]) -> Mapping[str, Snapshot]:
        asked.append(areas)
        return {}

    batch = houses(home(1), home(2), home(3, square_feet=4_500), home(4, price=None, price_kind=None))
    assert compared(batch, snapshots_of) == batch
    assert asked == [{AREA, "85031|single family residence|list|4000"}]


def test_the_largest_homes_have_no_upper_bound() -> None:
    [house] = houses(home(square_feet=4_500))
    key = "85031|single family residence|list|4000"
    values = dict.fromkeys("abcde", 300)
    [one] = compared([house], lambda _: {key: Snapshot(id="march", as_of=TODAY, values=values)})
    assert one.property.comparables
    assert one.property.comparables.size_below is None


def test_levels_double() -> None:
    assert [level_of(count) for count in (5, 9, 10, 19, 20, 39, 40, 1_000)] == [5, 5, 10, 10, 20, 20, 40, 640]
