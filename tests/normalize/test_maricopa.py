from typing import Any

import pytest

from phoenix_real_estate.errors import UnsupportedProperty, UnusableRecord
from phoenix_real_estate.normalize import normalize
from tests.normalize.records import BUNDLE, DETAILS, PARCEL, SEARCH_ROW, VALUATIONS, changed, county, page


def test_the_sample_of_the_manual_is_read() -> None:
    read = normalize(
        county(
            {
                "parcel_number": "999-45-678",
                "situs_address": "123 MAIN ST PHOENIX AZ 85031",
                "sq_ft": 1850,
                "bedrooms": 3,
                "bathrooms": 2.5,
            }
        )
    )
    assert read.address.one_line == "123 Main St, Phoenix, AZ 85031"
    assert (read.parcel_number, read.square_feet, read.bedrooms, read.bathrooms) == ("99945678", 1850, 3, 2.5)
    assert read.provenance == dict.fromkeys(
        ["address", "parcel_number", "square_feet", "bedrooms", "bathrooms"], "maricopa_api"
    )


def test_a_search_row_gives_the_address_and_little_else() -> None:
    read = normalize(county(SEARCH_ROW))
    assert read.address.one_line == "4027 N 55th Ave, Phoenix, AZ 85031"
    assert read.parcel_number == "99906005"
    assert read.subdivision == "Maryvale Terrace 3 Amd"
    assert read.bedrooms is None
    assert read.property_type is None


def test_a_bundle_of_endpoints_is_one_property() -> None:
    read = normalize(county(BUNDLE))
    assert (read.year_built, read.lot_size, read.square_feet) == (1992, 7247, 1257)
    assert (read.garage_spaces, read.carport_spaces) == (2.0, 0.0)
    assert (read.roof_type, read.cooling_type) == ("Concrete Tile", "Refrigeration")
    assert read.property_type == "Single Family Residence"
    assert (read.price, read.value) == (None, 333_800)


@pytest.mark.parametrize(
    "nested",
    [
        {"result": {"parcel": BUNDLE}},
        {"search": [SEARCH_ROW], "residential_details": DETAILS, "valuations": VALUATIONS},
        {
            "TOTAL": 1,
            "Results": [SEARCH_ROW],
            "details": {"residential": [DETAILS]},
            "values": {"list": VALUATIONS},
        },
        {**SEARCH_ROW, **DETAILS, "Valuations": VALUATIONS},
    ],
)
def test_the_same_parcel_is_read_alike_however_it_is_nested(nested: dict[str, Any]) -> None:
    assert normalize(county(nested)) == normalize(county(BUNDLE))


def test_bath_fixtures_are_not_bathrooms() -> None:
    assert normalize(county(BUNDLE)).bathrooms is None


def test_valuations_are_read_out_of_padded_texts_newest_first() -> None:
    read = normalize(county(changed(BUNDLE, **{"parcel/{apn}/valuations": VALUATIONS[::-1]})))
    newest, older = read.valuations
    assert (newest.tax_year, newest.full_cash_value, newest.limited_property_value) == (
        2025,
        333_800,
        164_998,
    )
    assert (newest.assessed_limited_property_value, newest.legal_class) == (16_500, "4.1")
    assert older.tax_year == 2024


@pytest.mark.parametrize(
    ("pool", "pool_type"), [(False, "none"), ("382", "private"), ("0", "none"), (None, None)]
)
def test_the_county_knows_private_pools_only(pool: object, pool_type: str | None) -> None:
    record = county({**SEARCH_ROW, "ResidentialPropertyData": {**DETAILS, "Pool": pool}})
    assert normalize(record).pool_type == pool_type


def test_a_whole_parcel_answer_is_read_without_its_owner() -> None:
    read = normalize(county(PARCEL))
    assert read.address.one_line == "4600 N 68th St # 371, Scottsdale, AZ 85251"
    assert (read.parcel_number, read.square_feet) == ("99935524", 1257)
    assert read.property_type == "Condominium"
    assert read.school_district == "Scottsdale Unified #48"
    assert read.price is None


def test_a_survey_text_is_not_a_subdivision() -> None:
    row = changed(SEARCH_ROW, MCR="", SubdivisonName="PT SE4 SEC 23 DAF BEG AT SE COR OF SD SEC")
    assert normalize(county(row)).subdivision is None


def test_a_full_cash_value_without_a_list_is_a_valuation_if_its_year_is_told() -> None:
    flat = {"situs_address": "123 Main St Phoenix AZ", "full_cash_value": "231,400"}
    undated = normalize(county(flat))
    dated = normalize(county({**flat, "tax_year": 2026}))
    listed = normalize(county({**flat, "sale_price": 199_000}))
    assert (undated.price, undated.price_kind, undated.valuations) == (231_400, "full_cash_value", ())
    assert (dated.price, dated.valuations[0].tax_year, dated.value) == (None, 2026, 231_400)
    assert (listed.price, listed.price_kind) == (199_000, "sale")


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("VACANT LAND RESIDENTIAL", "vacant land"),
        ("VACANT LAND COMMERCIAL ", "vacant land"),
        ("COMMERCIAL", "commercial"),
        ("WAREHOUSE", "a warehouse"),
        ("AGRICULTURAL", "agricultural land"),
        ("APARTMENTS", "a multi-family building"),
    ],
)
def test_a_parcel_that_is_no_dwelling_is_refused_by_its_kind(kind: str, named: str) -> None:
    with pytest.raises(UnsupportedProperty, match=f"parcel 99906005 is {named}"):
        normalize(county(changed(SEARCH_ROW, PropertyType=kind)))


def test_the_newest_valuation_tells_the_land_use_too() -> None:
    use = [{**VALUATIONS[0], "PEPropUseDesc": "Multiple Family Residential"}, VALUATIONS[1]]
    with pytest.raises(UnsupportedProperty, match="multi-family"):
        normalize(county({"ResidentialPropertyData": DETAILS, "valuations": use}))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"url": "u", "status_code": 404, "body": {"raw_text": ""}}, "answered 404"),
        ({"url": "u", "status_code": 200, "body": []}, "is empty"),
        ({"url": "u", "status_code": 200, "body": {"TOTAL": 0, "Results": []}}, "is empty"),
        ({"url": "u", "status_code": 200, "body": {"raw_text": "<html"}}, "HTML page"),
        ({"TOTAL": 2, "Results": [SEARCH_ROW, SEARCH_ROW]}, "a page of several parcels"),
        ({}, "is empty"),
        ({"valuations": []}, "is empty"),
        ({"APN": "99906005"}, r"\(parcel 99906005\) has no usable address: there is no street"),
        ({"SitusAddress": "N CENTRAL AVE", "SitusCity": "PHOENIX"}, "no house number in 'N Central Ave'"),
        ({"SitusAddress": "1200 34", "SitusCity": "PHOENIX"}, "no street name in '1200 34'"),
        ({"SitusAddress": "12 N CENTRAL AVE"}, "neither city nor ZIP beside '12 N Central Ave'"),
    ],
)
def test_an_answer_without_a_usable_parcel_is_refused_with_its_reason(
    data: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UnusableRecord, match=reason):
        normalize(county(data))


def test_an_html_page_is_no_assessor_record() -> None:
    with pytest.raises(UnusableRecord, match="the Assessor's records are JSON"):
        normalize(page("<html></html>").model_copy(update={"source": "maricopa_api"}))


def test_the_columns_of_a_table_of_residential_details_are_read() -> None:
    row = {"lot_size_sf": "11634", "build_yr": "1988", "build_size_sf": "3558", "bath_fixtures_ct": "10"}
    read = normalize(
        county({**row, "situs_address": "12 E ELM ST", "city": "SCOTTSDALE", "roof_type": "Tile"})
    )
    assert (read.lot_size, read.year_built, read.square_feet, read.bathrooms) == (11_634, 1988, 3558, None)


def test_a_street_without_a_house_number_is_no_address() -> None:
    with pytest.raises(UnusableRecord, match=r"no house number in '43rd Ave N'"):
        normalize(county({"situs_address": "43RD AVE N, PHOENIX, AZ 85031"}))


def test_the_newest_valuation_names_the_land_use() -> None:
    rows = [VALUATIONS[0], {**VALUATIONS[1], "PEPropUseDesc": "Vacant Land"}]
    assert normalize(county(changed(BUNDLE, **{"parcel/{apn}/valuations": rows}))).property_type == (
        "Single Family Residence"
    )
    alone = changed(BUNDLE, **{"parcel/{apn}/valuations": VALUATIONS[:1]})
    assert normalize(county(alone)).property_type == "Single Family Residence"
