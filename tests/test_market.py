from typing import Literal

import pytest

from phoenix_real_estate.market import bedrooms_of, market_value, missing_for_rent, rent_of
from phoenix_real_estate.models import Address, Property, Valuation


def house(zip_code: str | None = "85031", **facts: object) -> Property:
    return Property.model_validate({"address": Address(zip=zip_code), **facts})


def test_the_rent_is_huds_figure_for_the_zip_and_the_bedrooms() -> None:
    rent = rent_of(house("85004", bedrooms=3))
    assert rent is not None
    assert (rent.rent_monthly, rent.rent_bedrooms, rent.bedrooms_inferred) == (2870, 3, False)
    assert (rent.rent_source, rent.rent_year, rent.rent_percentile) == (
        "HUD Small Area Fair Market Rents",
        2026,
        40,
    )


def test_the_range_is_ten_percent_around_the_rent() -> None:
    rent = rent_of(house("85004", bedrooms=0))
    assert rent is not None
    assert (rent.rent_low, rent.rent_monthly, rent.rent_high) == (1530, 1700, 1870)


@pytest.mark.parametrize(("bedrooms", "rent"), [(4, 3180), (5, 3657), (6, 4134)])
def test_each_bedroom_above_four_adds_fifteen_percent_of_the_four_bedroom_rent(
    bedrooms: int, rent: int
) -> None:
    estimate = rent_of(house("85004", bedrooms=bedrooms))
    assert estimate is not None
    assert estimate.rent_monthly == rent


@pytest.mark.parametrize(
    ("square_feet", "bedrooms"),
    [
        (499, 0),
        (500, 1),
        (849, 1),
        (850, 2),
        (1299, 2),
        (1300, 3),
        (2099, 3),
        (2100, 4),
        (3199, 4),
        (3200, 5),
    ],
)
def test_unknown_bedrooms_are_inferred_from_the_living_area_and_marked(
    square_feet: int, bedrooms: int
) -> None:
    rent = rent_of(house(square_feet=square_feet))
    assert rent is not None
    assert (rent.rent_bedrooms, rent.bedrooms_inferred) == (bedrooms, True)


def test_known_bedrooms_are_never_overruled_by_the_living_area() -> None:
    assert bedrooms_of(house(bedrooms=1, square_feet=4000)) == 1


@pytest.mark.parametrize(
    ("property", "gaps"),
    [
        (house(None, bedrooms=3), ("the ZIP code",)),
        (house("99999", bedrooms=3), ("a published rent for ZIP {{zip}}",)),
        (house(), ("the number of bedrooms or the living area",)),
        (house(None), ("the ZIP code", "the number of bedrooms or the living area")),
        (house(bedrooms=4, property_type="Duplex"), ("the bedrooms of each unit",)),
    ],
)
def test_a_rent_that_cannot_be_known_is_not_invented_but_explained(
    property: Property, gaps: tuple[str, ...]
) -> None:
    assert rent_of(property) is None
    assert missing_for_rent(property) == gaps


def test_a_known_rent_has_no_gaps() -> None:
    assert missing_for_rent(house(bedrooms=3)) == ()


@pytest.mark.parametrize(
    ("price", "kind", "full_cash_value", "expected"),
    [
        (300_000, "list", None, (300_000, "list")),
        (300_000, None, 500_000, (300_000, None)),
        (None, None, 260_000, (260_000, "full_cash_value")),
        (None, None, None, (None, None)),
        (150_000, "sale", 250_000, (150_000, "sale")),
        (90_000, "sale", 250_000, (250_000, "full_cash_value")),
        (10, "sale", None, (None, None)),
        (10, "list", 5_000, (None, None)),
    ],
)
def test_a_price_that_is_no_market_value_gives_way_to_the_full_cash_value(
    price: int | None,
    kind: Literal["list", "sale"] | None,
    full_cash_value: int | None,
    expected: tuple[int | None, str | None],
) -> None:
    valuations = (Valuation(tax_year=2026), Valuation(tax_year=2025, full_cash_value=full_cash_value))
    property = house(bedrooms=3, price=price, price_kind=kind, valuations=valuations)
    assert market_value(property, rent_of(property)) == expected


def test_without_a_rent_any_price_stands() -> None:
    assert market_value(house(price=10, price_kind="list"), None) == (10, "list")
