from typing import Any

import pytest

from phoenix_real_estate.errors import UnsupportedProperty, UnusableRecord
from phoenix_real_estate.normalize import normalize
from tests.normalize.records import ARMLS, changed, mls, with_features

PLAIN: dict[str, Any] = {"address": "12 E Elm St, Tempe, AZ 85281"}


def test_an_export_row_is_read() -> None:
    read = normalize(mls(ARMLS))
    assert read.address.one_line == "4620 N 68th St # 155, Scottsdale, AZ 85251"
    assert (read.parcel_number, read.property_type, read.listing_status) == (
        "99935361A",
        "Condominium",
        "Active",
    )
    assert (read.bedrooms, read.bathrooms, read.square_feet, read.lot_size) == (1, 1.5, 702, 71)
    assert (read.price, read.price_kind, read.annual_tax, read.year_built) == (325_900, "list", 395, 1974)
    assert (read.garage_spaces, read.carport_spaces) == (0.0, 1.5)
    assert (read.cooling_type, read.roof_type) == ("Central Air", "Foam, Built-Up")
    assert (read.pool_type, read.hoa_name, read.subdivision) == ("community", "Casa Sombra", "Casa Sombra")


def test_an_electricity_utility_is_no_irrigation_right() -> None:
    read = normalize(mls(ARMLS))
    assert (read.flood_irrigation_rights, read.irrigation_district) == (None, None)


def test_a_school_is_no_district() -> None:
    assert normalize(mls(ARMLS)).school_district is None
    named = changed(ARMLS, **{"High School District": "SCOTTSDALE UNIFIED DISTRICT"})
    assert normalize(mls(named)).school_district == "Scottsdale Unified District"


def test_features_are_read_out_of_the_raw_text_too() -> None:
    text = ";".join(
        f"{category}|{name}|{value}"
        for category, names in ARMLS["Features"].items()
        for name, value in names.items()
    )
    assert normalize(mls(changed(ARMLS, Features=text + ";;|"))) == normalize(mls(ARMLS))


@pytest.mark.parametrize("features", [None, 12, ["x"], {"Cooling": "Yes"}])
def test_a_row_with_broken_features_keeps_its_columns(features: object) -> None:
    read = normalize(mls(changed(ARMLS, Features=features)))
    assert (read.square_feet, read.hoa_fee, read.cooling_type) == (702, None, None)


@pytest.mark.parametrize(
    ("fee", "frequency", "monthly"),
    [
        ("346.55", "Monthly", 346.55),
        ("696", "Quarterly", 232.0),
        ("590", "Annually", 49.17),
        ("600", "Semi-Annually", 100.0),
        ("600", "One Time", None),
        ("--", "Monthly", None),
    ],
)
def test_association_fees_become_usd_a_month(fee: str, frequency: str, monthly: float | None) -> None:
    fees = {"HOA Y/N": "Y", "HOA Fee": fee, "HOA Paid Frequency": frequency}
    assert normalize(mls(with_features(**{"Association & Fees": fees}))).hoa_fee == monthly


def test_two_associations_are_paid_together() -> None:
    fees = {
        "HOA Y/N": "Y",
        "HOA Fee": "183.53",
        "HOA Paid Frequency": "Monthly",
        "HOA 2 Fee": "414",
        "HOA Paid Frequency 2": "Quarterly",
    }
    assert normalize(mls(with_features(**{"Association & Fees": fees}))).hoa_fee == 321.53


def test_a_listing_without_association_pays_none() -> None:
    assert normalize(mls(with_features(**{"Association & Fees": {"HOA Y/N": "N"}}))).hoa_fee == 0


@pytest.mark.parametrize(
    ("private", "community", "pool_type"),
    [
        ("Y", "Y", "both"),
        ("Y", "N", "private"),
        ("N", "Y", "community"),
        ("N", "N", "none"),
        ("--", "--", None),
    ],
)
def test_private_and_community_pools_are_told_apart(
    private: str, community: str, pool_type: str | None
) -> None:
    row = changed(ARMLS, **{"Private Pool Y/N": private, "Community Pool Y/N": community})
    assert normalize(mls(row)).pool_type == pool_type


def test_a_community_pool_among_the_features_counts() -> None:
    row = {**with_features(Community_Features={"Community Pool": "Yes"}), "Community Pool Y/N": "--"}
    assert normalize(mls(row)).pool_type == "community"


@pytest.mark.parametrize(
    ("panels", "solar"),
    [
        ({"Ownership": "Leased", "Grid": "Yes"}, "leased"),
        ({"Ownership": "Owned"}, "owned"),
        ({"Owned Panels": "Yes"}, "owned"),
        ({"Grid": "Yes"}, "yes"),
    ],
)
def test_solar_panels_are_owned_or_leased_or_just_there(panels: dict[str, str], solar: str) -> None:
    assert normalize(mls(with_features(Solar_Panels=panels))).solar_panels == solar


@pytest.mark.parametrize(
    ("yards", "percent"),
    [
        ({"Desert Front": "Yes", "Desert Back": "Yes"}, 100),
        ({"Natural Desert Front": "Yes", "Desert Back": "Yes"}, 100),
        ({"Grass Front": "Yes", "Grass Back": "Yes"}, 0),
        ({"Desert Front": "Yes", "Grass Back": "Yes"}, None),
        ({"Desert Front": "Yes"}, None),
        ({"None": "Yes"}, None),
    ],
)
def test_desert_landscaping_is_a_share_only_where_it_is_all_or_nothing(
    yards: dict[str, str], percent: float | None
) -> None:
    assert normalize(mls(with_features(Landscaping=yards))).desert_landscaping_pct == percent


def test_flood_irrigation_is_read_from_its_own_category() -> None:
    named = normalize(
        mls(with_features(Irrigation={"Flood Irrigation": "Yes", "Irrigation District": "RID"}))
    )
    ticked = normalize(mls(with_features(Irrigation={"SRP": "Yes"})))
    assert (named.flood_irrigation_rights, named.irrigation_district) == (True, "RID")
    assert (ticked.flood_irrigation_rights, ticked.irrigation_district) == (None, "SRP")


@pytest.mark.parametrize(
    ("letter", "under_contract", "status"),
    [
        ("A", "--", "Active"),
        ("A", "Y", "Active Under Contract"),
        ("A", "N", "Active"),
        ("C", "Y", "Closed"),
        ("L", "", "Canceled"),
        ("E", "", "Expired"),
        ("?", "", None),
    ],
)
def test_status_letters_become_standard_statuses(
    letter: str, under_contract: str, status: str | None
) -> None:
    row = changed(ARMLS, Status=letter, **{"UCB or CCBS": under_contract})
    assert normalize(mls(row)).listing_status == status


@pytest.mark.parametrize(
    ("dwelling", "property_type"),
    [
        ("Single Family - Detached", "Single Family Residence"),
        ("Patio Home", "Single Family Residence"),
        ("Townhouse", "Townhouse"),
        ("Loft Style", "Condominium"),
        ("Mfg/Mobile Housing", "Manufactured Home"),
        ("Gemini/Twin Home", None),
    ],
)
def test_dwelling_types_become_property_sub_types(dwelling: str, property_type: str | None) -> None:
    assert normalize(mls(changed(ARMLS, **{"Dwelling Type": dwelling}))).property_type == property_type


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Property Type": "Residential Rental"}, "rental listing"),
        ({"Property Type": "Land"}, "vacant land"),
        ({"Property Type": "Commercial Sale"}, "commercial"),
        ({"Ownership": "Timeshare"}, "share of a property"),
        ({"Co-Ownership (Fractional) Agreement YN": "Y"}, "share of a property"),
    ],
)
def test_listings_of_other_kinds_are_refused_by_their_kind(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(UnsupportedProperty, match=reason):
        normalize(mls(changed(ARMLS, **changes)))


@pytest.mark.parametrize("missing", ["House Number", "Street Name"])
def test_a_row_without_an_address_is_refused(missing: str) -> None:
    with pytest.raises(UnusableRecord, match="no usable address"):
        normalize(mls(changed(ARMLS, **{missing: "--"})))


def test_an_empty_row_is_refused() -> None:
    with pytest.raises(UnusableRecord, match="record m1 is empty"):
        normalize(mls({}))


def test_reso_names_are_read() -> None:
    read = normalize(
        mls(
            {
                "ListingId": "7900106",
                "StandardStatus": "ActiveUnderContract",
                "PropertyType": "Residential",
                "PropertySubType": "SingleFamilyResidence",
                "ListPrice": 379900,
                "UnparsedAddress": "1211 E Lemon St #106, Tempe, Arizona 85281-4120",
                "BedroomsTotal": 2,
                "BathroomsTotalDecimal": 2.5,
                "LivingArea": 1288,
                "LotSizeAcres": 0.1,
                "YearBuilt": 2004,
                "ParcelNumber": "999-10-024",
                "PoolPrivateYN": False,
                "PoolFeatures": ["Community"],
                "AssociationFee": 255,
                "AssociationFeeFrequency": "Quarterly",
                "Cooling": ["Central Air", "Ceiling Fan(s)"],
                "Roof": ["Tile"],
                "FloodZone": "Zone AE",
                "IrrigationWaterRightsYN": True,
                "IrrigationSource": "SRP",
                "PowerProductionOwnership": "Third Party",
                "HighSchoolDistrict": "TEMPE UNION",
                "ListAgentFullName": "Roderick Usher",
            }
        )
    )
    assert read.address.one_line == "1211 E Lemon St # 106, Tempe, AZ 85281"
    assert (read.property_type, read.listing_status) == ("Single Family Residence", "Active Under Contract")
    assert (read.price, read.bedrooms, read.bathrooms, read.square_feet) == (379_900, 2, 2.5, 1288)
    assert (read.lot_size, read.pool_type, read.hoa_fee) == (4356, "community", 85.0)
    assert (read.cooling_type, read.roof_type, read.flood_zone) == ("Central Air", "Tile", "AE")
    assert (read.flood_irrigation_rights, read.irrigation_district) == (True, "SRP")
    assert (read.solar_panels, read.school_district) == ("leased", "Tempe Union")


def test_a_reso_address_in_parts_is_read() -> None:
    parts = {"StreetNumber": "12", "StreetName": "Elm", "City": "Tempe", "PostalCode": "85281"}
    assert normalize(mls(parts)).address.one_line == "12 Elm, Tempe, AZ 85281"


def test_reso_without_an_association_pays_none() -> None:
    assert normalize(mls({**PLAIN, "AssociationYN": False})).hoa_fee == 0


def test_the_projects_own_field_names_are_read() -> None:
    read = normalize(
        mls(
            {
                "address": {"street": "12 E ELM ST", "unit": "4", "city": "Tempe", "zip": "85281"},
                "price": "$450K",
                "price_kind": "sale",
                "garage": "2-car",
                "pool": "In ground",
                "solar": True,
                "flood_zone": "No",
                "remarks": "Call 602-555-0142.",
            }
        )
    )
    assert read.address.one_line == "12 E Elm St # 4, Tempe, AZ 85281"
    assert (read.price, read.price_kind, read.garage_spaces) == (450_000, "sale", 2)
    assert (read.pool_type, read.solar_panels, read.flood_zone) == ("private", "yes", None)
    assert read.remarks == "Call [removed]."


@pytest.mark.parametrize(
    ("told", "pool_type"),
    [
        ("both", "both"),
        ("private and community", "both"),
        ("no pool", "none"),
        ("Community", "community"),
        (True, "private"),
        ("lovely", None),
    ],
)
def test_a_pool_in_words_is_understood(told: object, pool_type: str | None) -> None:
    assert normalize(mls({**PLAIN, "pool": told})).pool_type == pool_type


@pytest.mark.parametrize(
    ("told", "solar"),
    [
        ("leased", "leased"),
        ("seller owned", "owned"),
        ("Photovoltaics", "yes"),
        ("no", "none"),
        ("sunny", None),
    ],
)
def test_solar_in_words_is_understood(told: str, solar: str | None) -> None:
    assert normalize(mls({**PLAIN, "solar": told})).solar_panels == solar


@pytest.mark.parametrize(
    ("told", "monthly"),
    [
        ({"hoa_fee": 95}, 95),
        ({"hoa_fee": "$98 / month"}, 98),
        ({"hoa_fee": "$300/quarter"}, 100),
        ({"hoa_fee": "$1,200 per yr"}, 100),
        ({"hoa_fee": "$50 weird"}, None),
        ({"hoa_fee": 300, "hoa_frequency": "annually"}, 25),
        ({"hoa_fee_monthly": "88"}, 88),
        ({"hoa": False}, 0),
        ({"hoa": "No"}, 0),
        ({"hoa": True}, None),
        ({"hoa_fee": None}, None),
    ],
)
def test_a_plain_association_fee_is_usd_a_month(told: dict[str, Any], monthly: float | None) -> None:
    assert normalize(mls({**PLAIN, **told})).hoa_fee == monthly


@pytest.mark.parametrize(
    ("told", "price", "kind"),
    [
        ({"price": 300_000}, 300_000, "list"),
        ({"price": 300_000, "price_kind": "gift"}, 300_000, "list"),
        ({"list_price": 310_000, "sold_price": 300_000}, 310_000, "list"),
        ({"sold_price": 300_000}, 300_000, "sale"),
        ({"price": 12}, None, None),
    ],
)
def test_a_price_says_what_kind_it_is(told: dict[str, Any], price: int | None, kind: str | None) -> None:
    read = normalize(mls({**PLAIN, **told}))
    assert (read.price, read.price_kind) == (price, kind)


def test_an_unknown_cooling_or_roof_is_kept_as_named() -> None:
    read = normalize(mls({**PLAIN, "cooling": "XX - Ice blocks", "roof": "Bu - Built Up"}))
    assert (read.cooling_type, read.roof_type) == ("Ice blocks", "Built Up")
