"""RESO Web API listings: names, units, lookups and types of the Data Dictionary 2.0."""

import csv
from typing import Any

import pytest

from phoenix_real_estate.errors import UnsupportedProperty
from phoenix_real_estate.models import Property
from phoenix_real_estate.normalize import normalize
from tests.normalize.records import RESO_LISTING, SHARED, mls, needs_shared_data

PLAIN: dict[str, Any] = {"UnparsedAddress": "12 E Elm St, Tempe, AZ 85281"}


def test_a_listing_of_the_web_api_is_read() -> None:
    read = normalize(mls(RESO_LISTING))
    assert read.address.one_line == "1211 E Lemon Street # 106, Tempe, AZ 85281"
    assert (read.property_type, read.listing_status) == ("Single Family Residence", "Active Under Contract")
    assert (read.price, read.bedrooms, read.bathrooms, read.square_feet) == (379_900, 2, 2.5, 1288)
    assert (read.lot_size, read.pool_type, read.hoa_fee) == (4356, "community", 135.0)
    assert (read.garage_spaces, read.carport_spaces, read.annual_tax) == (2, 0, 1650)
    assert (read.cooling_type, read.roof_type, read.flood_zone) == ("Central Air", "Tile", "AE")
    assert (read.flood_irrigation_rights, read.irrigation_district) == (True, "SRP")
    assert (read.solar_panels, read.school_district) == ("leased", "Tempe Union")
    assert read.doubts == ()


def test_no_agent_or_office_of_a_listing_is_in_its_property() -> None:
    told = normalize(mls(RESO_LISTING)).model_dump_json().upper()
    assert [name for name in ("USHER", "RODERICK", "555-0142", "EXAMPLE.COM") if name in told] == []


def test_a_reso_address_in_parts_is_read() -> None:
    parts = {"StreetNumber": "12", "StreetName": "Elm", "City": "Tempe", "PostalCode": "85281"}
    assert normalize(mls(parts)).address.one_line == "12 Elm, Tempe, AZ 85281"


def test_numbers_of_a_table_are_written_without_a_fraction() -> None:
    parts = {"StreetNumberNumeric": 12.0, "StreetName": "Elm", "City": "Tempe", "PostalCode": 85281.0}
    read = normalize(mls({**parts, "ParcelNumber": 99910024.0}))
    assert (read.address.one_line, read.parcel_number) == ("12 Elm, Tempe, AZ 85281", "99910024")
    assert normalize(
        mls({**PLAIN, "UnparsedAddress": "12 Elm, Tempe", "PostalCode": "85281.0"})
    ).address.zip == ("85281")


@pytest.mark.parametrize(
    ("told", "bathrooms"),
    [
        ({"BathroomsFull": 2, "BathroomsHalf": 1}, 2.5),
        ({"BathroomsFull": 2, "BathroomsHalf": 1, "BathroomsTotalInteger": 3}, 2.5),
        ({"BathroomsFull": "1", "BathroomsThreeQuarter": "1", "BathroomsHalf": None}, 1.75),
        ({"BathroomsFull": 1, "BathroomsOneQuarter": 1}, 1.25),
        ({"BathroomsFull": 2, "BathroomsPartial": 1}, 2.5),
        ({"BathroomsFull": 2, "BathroomsHalf": 1, "BathroomsPartial": 1}, 2.5),
        ({"BathroomsTotalInteger": 3}, 3),
        # The third room is of a kind that nobody told.
        ({"BathroomsFull": 2, "BathroomsTotalInteger": 3}, 3),
        ({"BathroomsTotalDecimal": 2.75, "BathroomsFull": 2, "BathroomsTotalInteger": 3}, 2.75),
        ({"BathroomsFull": 0}, None),
        ({"BathroomsFull": 61}, None),
    ],
)
def test_bathrooms_keep_their_fraction_where_the_parts_are_told(
    told: dict[str, Any], bathrooms: float | None
) -> None:
    assert normalize(mls({**PLAIN, **told})).bathrooms == bathrooms


@pytest.mark.parametrize(
    ("told", "square_feet"),
    [
        ({"LivingArea": 1288}, 1288),
        ({"LivingArea": 1288, "LivingAreaUnits": "SquareFeet"}, 1288),
        ({"LivingArea": 120, "LivingAreaUnits": "Square Meters"}, 1292),
        ({"LivingArea": 1288, "LivingAreaUnits": "Furlongs"}, 1288),
    ],
)
def test_a_living_area_is_square_feet_whatever_its_unit(told: dict[str, Any], square_feet: int) -> None:
    assert normalize(mls({**PLAIN, **told})).square_feet == square_feet


@pytest.mark.parametrize(
    ("told", "lot_size"),
    [
        ({"LotSizeSquareFeet": 7405, "LotSizeAcres": 0.17}, 7405),
        ({"LotSizeAcres": 0.17}, 7405),
        ({"LotSizeArea": 0.17, "LotSizeUnits": "Acres"}, 7405),
        ({"LotSizeArea": 7405, "LotSizeUnits": "Square Feet"}, 7405),
        ({"LotSizeArea": 2, "LotSizeUnits": "Hectares"}, 215_278),
        ({"LotSizeArea": 7405, "LotSizeUnits": "Furlongs"}, None),
        ({"LotSizeArea": 7405, "LotSizeUnits": "Furlongs", "LotSizeAcres": 0.17}, 7405),
        ({"LotSizeArea": 7405}, None),
        ({"lot_size": 0.25, "lot_size_units": "acres"}, 10_890),
        ({"lot_size": "0.25 acres"}, 10_890),
    ],
)
def test_a_lot_is_square_feet_whatever_its_unit(told: dict[str, Any], lot_size: int | None) -> None:
    assert normalize(mls({**PLAIN, **told})).lot_size == lot_size


@pytest.mark.parametrize(
    ("told", "monthly"),
    [
        ({"AssociationYN": False}, 0),
        ({"AssociationYN": "0", "AssociationFee": 12}, 0),
        ({"AssociationFee": 60, "AssociationFeeFrequency": "SemiAnnually"}, 10),
        ({"AssociationFee": 60, "AssociationFeeFrequency": "Bi-Monthly"}, 30),
        ({"AssociationFee": 60, "AssociationFeeFrequency": "One Time"}, None),
        ({"AssociationFee": 60, "AssociationFee2": 12, "AssociationFee2Frequency": "Annually"}, 61),
        ({"AssociationFee": 60, "AssociationFee2": 12, "AssociationFee2Frequency": "Seasonal"}, None),
        ({"AssociationFee2": 12}, None),
        # It has an association, so a fee of nothing is not told.
        ({"AssociationYN": True, "AssociationFee": 0}, None),
    ],
)
def test_association_fees_are_usd_a_month(told: dict[str, Any], monthly: float | None) -> None:
    assert normalize(mls({**PLAIN, **told})).hoa_fee == monthly


@pytest.mark.parametrize(
    ("told", "pool_type"),
    [
        ({"PoolPrivateYN": "1"}, "private"),
        ({"PoolPrivateYN": "true", "PoolFeatures": "Community,Heated"}, "both"),
        ({"PoolPrivateYN": "N", "PoolFeatures": ["Association"]}, "community"),
        ({"PoolFeatures": ["None"]}, "none"),
        ({"PoolFeatures": ["Heated", "Fenced"]}, None),
        ({"PoolFeatures": []}, None),
    ],
)
def test_a_pool_is_private_or_the_communitys(told: dict[str, Any], pool_type: str | None) -> None:
    assert normalize(mls({**PLAIN, **told})).pool_type == pool_type


@pytest.mark.parametrize("kind", ["ResidentialLease", "Residential Lease", "CommercialLease"])
def test_a_lease_is_a_rental_whether_its_type_is_a_code_or_a_name(kind: str) -> None:
    with pytest.raises(UnsupportedProperty, match="rental listing"):
        normalize(mls({**PLAIN, "PropertyType": kind}))


@pytest.mark.parametrize(
    "kind",
    [
        "ResidentialIncome",
        "CommercialSale",
        "Land",
        "BusinessOpportunity",
        "Farm",
        "ManufacturedInPark",
        "DeededParking",
        "BoatSlip",
        "UnimprovedLand",
        "MultiFamily",
        "Timeshare",
    ],
)
def test_types_that_are_no_dwelling_are_refused_as_codes(kind: str) -> None:
    with pytest.raises(UnsupportedProperty, match="only dwellings"):
        normalize(mls({**PLAIN, "PropertySubType": kind}))


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("ComingSoon", "Coming Soon"),
        ("Coming Soon", "Coming Soon"),
        ("Hold", "Hold"),
        ("Incomplete", "Incomplete"),
        ("Delete", "Delete"),
        ("Rumoured", None),
    ],
)
def test_statuses_are_those_of_the_data_dictionary(told: str, status: str | None) -> None:
    assert normalize(mls({**PLAIN, "StandardStatus": told})).listing_status == status


def test_a_closed_sale_keeps_what_was_asked_and_a_close_price_alone_is_a_sale() -> None:
    closed = {**PLAIN, "StandardStatus": "Closed", "ClosePrice": 290_000, "CloseDate": "2026-01-05"}
    assert normalize(mls({**closed, "ListPrice": 300_000})).price_kind == "list"
    assert (normalize(mls(closed)).price, normalize(mls(closed)).price_kind) == (290_000, "sale")


# Names that RESO's Property resource does not have: a decimal of bathrooms is said there to need a name of
# its own, panels belong to the resource PropertyPowerProduction, the others are ours.
OWN_NAMES = {
    "bathrooms": "BathroomsTotalDecimal",
    "solar_panels": "PowerProductionOwnership",
    "flood_zone": "FloodZone",
    "desert_landscaping_pct": "DesertLandscapingPercent",
}
TYPES = {"int": "Edm.Decimal", "float": "Edm.Decimal", "bool": "Edm.Boolean"}


def reso_names() -> dict[str, tuple[str, str]]:
    """Field -> RESO name and the kind of value it holds here."""
    return {
        field: (str(info.json_schema_extra["reso"]), str(info.annotation).removesuffix(" | None"))
        for field, info in Property.model_fields.items()
        if isinstance(info.json_schema_extra, dict) and "reso" in info.json_schema_extra
    }


@needs_shared_data
def test_every_field_has_an_official_name_of_its_type_or_one_known_to_be_ours() -> None:
    with (SHARED / "armls/reso_dd20_property_fields.csv").open(encoding="utf-8", newline="") as lines:
        official = {row["fieldName"]: row["type"] for row in csv.DictReader(lines)}
    named = reso_names()
    assert {field: name for field, (name, _) in named.items() if name not in official} == OWN_NAMES
    for field, (name, kind) in named.items():
        if field not in OWN_NAMES:
            told = official[name]
            assert told == TYPES.get(kind.removeprefix("<class '").removesuffix("'>"), told), field
            assert kind in TYPES or told == "Edm.String" or ".enums." in told, field
