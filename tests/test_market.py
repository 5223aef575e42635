from decimal import Decimal
from typing import Literal

import pytest

from phoenix_real_estate import market
from phoenix_real_estate.market import (
    bedrooms_of,
    has_several_units,
    is_attached,
    market_value,
    missing_for_rent,
    percent_of,
    rent_of,
    whole,
)
from phoenix_real_estate.models import Address, Property, Valuation
from phoenix_real_estate.rent_tables import AskingRents

# HUD's rent for three bedrooms in ZIP 85031 is 2,270 USD a month.
ONE_YEARS_RENT = 27_240


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


@pytest.mark.parametrize(
    ("square_feet", "bedrooms"),
    [
        (499, 0),
        (500, 1),
        (849, 1),
        (850, 2),
        (1499, 2),
        (1500, 3),
        (2299, 3),
        (2300, 4),
        (3499, 4),
        (3500, 5),
    ],
)
def test_attached_homes_have_fewer_bedrooms_in_the_same_area(square_feet: int, bedrooms: int) -> None:
    assert bedrooms_of(house(property_type="Condominium", square_feet=square_feet)) == bedrooms


def test_inferred_bedrooms_widen_the_range_by_one_in_both_directions() -> None:
    rent = rent_of(house("85004", square_feet=1400))
    assert rent is not None
    # HUD's rents for two, three and four bedrooms are 2,150, 2,870 and 3,180.
    assert (rent.rent_low, rent.rent_monthly, rent.rent_high) == (1935, 2870, 3498)


def test_below_a_studio_there_is_nothing_to_widen_the_range_with() -> None:
    rent = rent_of(house("85004", square_feet=400))
    assert rent is not None
    assert (rent.rent_low, rent.rent_monthly, rent.rent_high) == (1530, 1700, 2035)


def test_zillows_rent_of_the_zip_stands_beside_huds_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without = rent_of(house("85004", bedrooms=3))
    zillow = AskingRents(area="Phoenix", month="2026-09", rents={"85004": 1869})
    monkeypatch.setattr(market, "asking_rents", lambda: zillow)
    beside = rent_of(house("85004", bedrooms=3))
    elsewhere = rent_of(house("85031", bedrooms=3))
    assert without is not None
    assert beside is not None
    assert elsewhere is not None
    assert beside == without.model_copy(update={"zip_asking_rent": 1869, "zip_asking_month": "2026-09"})
    assert (elsewhere.zip_asking_rent, elsewhere.zip_asking_month) == (None, None)


@pytest.mark.parametrize("kind", ["Duplex", "TRIPLEX", "quadruplex", "Multi Family", "multifamily"])
def test_one_rent_does_not_stand_for_several_units(kind: str) -> None:
    several = house(bedrooms=4, price=600_000, property_type=kind)
    assert has_several_units(several)
    assert rent_of(several) is None


@pytest.mark.parametrize("kind", [None, "Single Family Residence", "Mobile Home"])
def test_a_house_is_one_unit_and_stands_alone(kind: str | None) -> None:
    assert not has_several_units(house(property_type=kind))
    assert not is_attached(house(property_type=kind))


@pytest.mark.parametrize(("usd", "rounded"), [("0.49", 0), ("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3)])
def test_half_dollars_are_rounded_away_from_zero(usd: str, rounded: int) -> None:
    assert whole(Decimal(usd)) == rounded


def test_a_share_is_of_a_hundred() -> None:
    assert percent_of(425_000, Decimal("0.4")) == 1_700


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
        (125_000, "sale", 250_000, (125_000, "sale")),
        (124_999, "sale", 250_000, (250_000, "full_cash_value")),
        (90_000, "sale", 250_000, (250_000, "full_cash_value")),
        (90_000, "list", 250_000, (90_000, "list")),
        (0, "list", 250_000, (250_000, "full_cash_value")),
        (2_400, "list", 260_000, (260_000, "full_cash_value")),
        (ONE_YEARS_RENT, "list", None, (ONE_YEARS_RENT, "list")),
        (ONE_YEARS_RENT - 1, "list", None, (None, None)),
        (None, None, ONE_YEARS_RENT, (ONE_YEARS_RENT, "full_cash_value")),
        (None, None, ONE_YEARS_RENT - 1, (None, None)),
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


def test_without_a_price_and_a_valuation_there_is_no_value() -> None:
    assert market_value(house(), None) == (None, None)
