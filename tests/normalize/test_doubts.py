"""What a source says and nobody can believe is told, and never as anybody's personal data."""

import math
from typing import Any

import pytest

from phoenix_real_estate.models import Doubt, Property
from phoenix_real_estate.normalize import normalize
from tests.normalize.records import ARMLS, BUNDLE, changed, county, mls, with_features

PLAIN: dict[str, Any] = {"address": "12 E Elm St, Tempe, AZ 85281"}


def doubts(told: dict[str, Any]) -> list[str]:
    return [str(doubt) for doubt in normalize(county({**PLAIN, **told})).doubts]


@pytest.mark.parametrize(
    ("told", "doubt"),
    [
        ({"bathrooms": 99}, "bathrooms: maricopa_api says 99, not a number from 0.25 to 60"),
        ({"bathrooms": "99 baths"}, "bathrooms: maricopa_api says 99, not a number from 0.25 to 60"),
        ({"bedrooms": "2.5"}, "bedrooms: maricopa_api says 2.5, not a whole number from 0 to 50"),
        ({"sq_ft": -5}, "square_feet: maricopa_api says -5, not a number from 100 to 100,000"),
        ({"sq_ft": "-5"}, "square_feet: maricopa_api says -5, not a number from 100 to 100,000"),
        ({"sq_ft": 1}, "square_feet: maricopa_api says 1, not a number from 100 to 100,000"),
        ({"year_built": 1066}, "year_built: maricopa_api says 1066, not a year since 1860"),
        ({"price": 7}, "price: maricopa_api says 7, not a number from 1,000 to 1,000,000,000"),
        (
            {"list_price": "$12.50"},
            "price: maricopa_api says $12.50, not a number from 1,000 to 1,000,000,000",
        ),
        ({"lot_size": "0.000001 acres"}, "lot_size: maricopa_api says something, not an area"),
        ({"hoa_fee": 999_999}, "hoa_fee: maricopa_api says 999999, not an association fee in USD"),
        (
            {"hoa_fee": 600, "hoa_frequency": "once"},
            "hoa_fee: maricopa_api says 600, not paid at a known rate",
        ),
        (
            {"LotSizeArea": 5, "LotSizeUnits": "rods"},
            "lot_size: maricopa_api says something, in no known unit",
        ),
        ({"parcel_number": "12-34"}, "parcel_number: maricopa_api says something, not a parcel number"),
        ({"bedrooms": "three"}, "bedrooms: maricopa_api says something, not a whole number from 0 to 50"),
        ({"bathrooms": ["2", "3"]}, "bathrooms: maricopa_api says something, not a number from 0.25 to 60"),
    ],
)
def test_what_cannot_be_so_is_told_with_its_bounds(told: dict[str, Any], doubt: str) -> None:
    (found,) = doubts(told)
    assert found.startswith(doubt)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"bathrooms": 2},
        {"bathrooms": None},
        {"bathrooms": ""},
        {"bathrooms": "--"},
        {"bathrooms": "n/a"},
        {"bathrooms": math.nan, "sq_ft": math.inf},
        # A zero is how tables say that nobody knows.
        {"bathrooms": 0, "sq_ft": "0.00", "year_built": "0", "price": 0, "lot_size": "0"},
        {"garage": "Yes", "garage_spaces": True, "bedrooms": False},
        # What one name cannot say, another does.
        {"sq_ft": 5, "square_feet": 1850},
        {"BathroomsTotalDecimal": 99, "BathroomsFull": 2},
        {"list_price": 7, "sale_price": 250_000},
    ],
)
def test_what_is_believed_or_not_told_is_no_doubt(told: dict[str, Any]) -> None:
    assert doubts(told) == []


@pytest.mark.parametrize(
    "personal",
    [
        "602-555-0142",
        "6025550142",
        6_025_550_142,
        "(602) 555-0142",
        "555-0142",
        5_550_142,
        "Edgar Poe",
        "Poe 12",
    ],
)
@pytest.mark.parametrize("field", ["bathrooms", "bedrooms", "sq_ft", "year_built", "hoa_fee", "parcel"])
def test_no_number_or_name_of_a_person_gets_into_a_doubt(field: str, personal: object) -> None:
    read = normalize(county({**PLAIN, field: personal})).model_dump_json()
    assert [part for part in ("0142", "602555", "Poe") if part in read] == []


def test_of_several_names_in_doubt_the_first_is_told() -> None:
    assert [doubt.split(",")[0] for doubt in doubts({"square_feet": 5, "sq_ft": 7})] == [
        "square_feet: maricopa_api says 5"
    ]


def test_a_broken_fee_of_an_export_is_told() -> None:
    fees = {"HOA Y/N": "Y", "HOA Fee": "600", "HOA Paid Frequency": "One Time"}
    (doubt,) = normalize(mls(with_features(**{"Association & Fees": fees}))).doubts
    assert doubt == Doubt(field="hoa_fee", source="phoenix_mls", told="600", why="not paid at a known rate")


def test_a_second_fee_at_an_unknown_rate_leaves_the_fee_unknown() -> None:
    fees = {"HOA Y/N": "Y", "HOA Fee": "60", "HOA Paid Frequency": "Monthly"}
    both = {**fees, "HOA 2 Fee": "600", "HOA Paid Frequency 2": "One Time"}
    assert normalize(mls(with_features(**{"Association & Fees": both}))).hoa_fee is None
    none = {**fees, "HOA 2 Fee": "0", "HOA Paid Frequency 2": "--"}
    assert normalize(mls(with_features(**{"Association & Fees": none}))).hoa_fee == 60


@pytest.mark.parametrize("record", [county(BUNDLE), mls(ARMLS)])
def test_a_sound_record_leaves_no_doubt(record: Any) -> None:
    assert normalize(record).doubts == ()


def test_a_doubt_keeps_its_column_and_loses_nothing_else() -> None:
    read = normalize(mls(changed(ARMLS, **{"Year Built": "1066"})))
    assert read.year_built is None
    assert [doubt.field for doubt in read.doubts] == ["year_built"]
    assert Property.model_validate_json(read.model_dump_json()) == read
