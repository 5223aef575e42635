import pytest

from phoenix_real_estate.errors import UnsupportedProperty, UnusableRecord
from phoenix_real_estate.normalize import normalize
from tests.normalize.records import ARMLS, changed, mls, with_features


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


@pytest.mark.parametrize(
    ("columns", "street"),
    [
        ({"Street Name": "68TH ST", "St Suffix": "ST"}, "4620 N 68th St"),
        ({"Street Name": "N 68TH", "St Suffix": "Street"}, "4620 N 68th Street"),
        ({"Street Name": "VISTA", "St Suffix": "VIS"}, "4620 N Vista Vis"),
        ({"Street Name": "N", "St Suffix": "AVE"}, "4620 N N Ave"),
        ({"Street Name": "INDIAN SCHOOL", "St Suffix": "RD", "St Dir Sfx": "W"}, "4620 N Indian School Rd W"),
    ],
)
def test_columns_that_repeat_each_other_are_one_street(columns: dict[str, str], street: str) -> None:
    assert normalize(mls(changed(ARMLS, **columns))).address.street == street


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
        ({"Leased Panels": "No", "Owned Panels": "Yes"}, "owned"),
        ({"None": "Yes"}, "none"),
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
        ({"Desert Front": "Yes", "Desert Back": "Yes", "Gravel/Stone Back": "Yes"}, None),
        ({"Grass Front": "Yes", "Grass Back": "Yes", "Synthetic Grass Frnt": "Yes"}, 0),
        ({"Synthetic Grass Frnt": "Yes", "Synthetic Grass Back": "Yes"}, None),
        ({"Grass Front": "Yes", "Grass Back": "Yes", "Gravel/Stone Side": "Yes"}, None),
    ],
)
def test_desert_landscaping_is_a_share_only_where_it_is_all_or_nothing(
    yards: dict[str, str], percent: float | None
) -> None:
    assert normalize(mls(with_features(Landscaping=yards))).desert_landscaping_pct == percent


@pytest.mark.parametrize(
    ("category", "names", "pool_type"),
    [
        ("Private Pool Features", {"Play Pool": "Yes", "Heated": "Yes"}, "private"),
        ("Private Pool Features", {"No Pool": "Yes"}, "none"),
        ("Community Pool Features", {"Heated": "Yes"}, "community"),
        ("Community Pool Features", {"None": "Yes"}, None),
        ("Community Features", {"Community Pool": "No"}, None),
        ("Spa", {"Private": "Yes", "Heated": "Yes"}, None),
    ],
)
def test_without_the_columns_the_features_tell_the_pool(
    category: str, names: dict[str, str], pool_type: str | None
) -> None:
    row = {**ARMLS, "Features": {category: names}, "Private Pool Y/N": "--", "Community Pool Y/N": "--"}
    assert normalize(mls(row)).pool_type == pool_type


def test_what_a_listing_denies_is_not_there() -> None:
    told = with_features(Cooling={"Central Air": "No", "Evaporative Cooling": "Yes"}, Roofing={"Tile": False})
    read = normalize(mls(told))
    assert (read.cooling_type, read.roof_type) == ("Evaporative Cooling", None)


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("Window Features", {"Solar Screens": "Yes"}),
        ("Energy/Green Feature", {"Solar Tubes": "Yes"}),
        ("Landscaping", {"Irrigation Front": "Yes", "Yrd Wtring Sys Front": "Yes"}),
        ("Water Source", {"City Water": "Yes"}),
        ("Association Fee Incl", {"Roof Repair": "Yes", "Electricity": "Yes"}),
        (
            "Association & Fees",
            {"HOA Y/N": "Y", "Land Lease Fee": "135", "PAD Fee": "20", "Rec Center Fee": "9"},
        ),
    ],
)
def test_features_that_only_sound_like_a_fact_are_none(name: str, names: dict[str, str]) -> None:
    read = normalize(mls({**ARMLS, "Features": {name: names}}))
    assert (read.solar_panels, read.flood_irrigation_rights, read.irrigation_district) == (None, None, None)
    assert (read.desert_landscaping_pct, read.roof_type, read.hoa_fee) == (None, None, None)


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
