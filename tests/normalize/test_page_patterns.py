import pytest

from phoenix_real_estate.normalize.page import facts_of_lines
from phoenix_real_estate.normalize.page.expressions import NUMBER_WORDS
from phoenix_real_estate.normalize.page.prose import address_in
from phoenix_real_estate.normalize.page.sections import Line, own_positions

READINGS = [
    ("HOA of $90,000 is a misprint, it is $90 monthly HOA", {"hoa_fee": 90.0}),
    ("Bathrooms: 2 full, 1 half", {"bathrooms": 2.5}),
    ("Pool: No.", {"pool_type": "none"}),
    ("Seller gives $10,000 at closing, asking $389,000", {"price": 389000}),
    ("3 bds | 2 ba | 1,846 sqft - House for sale", {"bedrooms": 3, "bathrooms": 2, "square_feet": 1846}),
    ("4 BR / 3.5 BA / 2,950 SF", {"bedrooms": 4, "bathrooms": 3.5, "square_feet": 2950}),
    ("Beds 4 Baths 3 Sqft 2,100", {"bedrooms": 4, "bathrooms": 3, "square_feet": 2100}),
    ("5 Beds, 4 Baths (3 full, 1 half)", {"bedrooms": 5, "bathrooms": 3.5}),
    (
        "Welcome to this stunning 4 bedroom, 3 bathroom home with 2,450 sq ft of living space"
        " situated on a 10,200 sq ft lot in the desirable Elm Ranch subdivision, near parks and"
        " more.\nIt has a 3 car garage.",
        {
            "bedrooms": 4,
            "bathrooms": 3,
            "square_feet": 2450,
            "lot_size": 10200,
            "garage_spaces": 3,
            "subdivision": "Elm Ranch",
        },
    ),
    ("HOA: $150/quarter", {"hoa_fee": 50}),
    ("HOA dues: $75.00 Monthly", {"hoa_fee": 75}),
    ("Association fee\n$225 / mo", {"hoa_fee": 225}),
    ("HOA fees: $1,200/year", {"hoa_fee": 100}),
    ("$120 monthly HOA fee", {"hoa_fee": 120}),
    ("No HOA", {"hoa_fee": 0}),
    ("HOA: N/A", {}),
    ("HOA: Yes", {}),
    ("Price\n$499,999", {"price": 499999}),
    ("$499,999\nEst. $3,200/mo", {"price": 499999}),
    ("$615,000 Est. payment $3,890/mo", {"price": 615000}),
    ("$615,000 Estimated payment: $3,890", {"price": 615000}),
    ("$499,999 Est. $3,200/mo", {"price": 499999}),
    ("$615,000 est. value", {}),
    ("$615,000 estimated value", {}),
    ("Price reduced! Now $389,000 (was $405,000)", {"price": 389000}),
    ("$15K price cut Oct 3", {}),
    ("Rent Zestimate $2,400/mo\nZestimate $512,000", {}),
    ("Last sold for $400,000 in 2020", {}),
    ("Down payment $85,000", {}),
    ("For Sale: $615,000", {"price": 615000}),
    ("$1,050,000 USD", {"price": 1050000}),
    ("1.5 acres", {"lot_size": 65340}),
    ("Nestled on 1.25 acres with mountain views", {"lot_size": 54450}),
    ("Minutes from the 20 acre park and the lake", {}),
    ("Lot: 0.18 Acres (7,841 Sq. Ft.)", {"lot_size": 7841}),
    ("This two-story sits on almost a quarter acre (10,019 sq ft)", {"lot_size": 10019}),
    ("A home on a quarter acre with room for toys", {"lot_size": 10890}),
    ("Nearly a half acre of citrus", {}),
    ("Just under a quarter acre", {}),
    ("Charming cottage.\nAcross the street a new 5 bedroom home with 3,200 sq ft is going up.", {}),
    (
        "$410,000. Built in 1972. Next door home is 5 bedrooms and 3,000 sq ft. This one has two bedrooms.",
        {"price": 410000, "year_built": 1972, "bedrooms": 2},
    ),
    (
        "2 bedroom cottage. Approved plans for a 4 bedroom home with a pool and 3-car garage.",
        {"bedrooms": 2},
    ),
    ("Plans for a pool are included. Neighbors have a 3-car garage.", {}),
    ("No garage, but 2 car garage could be added.", {}),
    ("Across from the community center with a pool", {}),
    ("Lot dimensions: 80 x 120", {}),
    ("Lot size\n80 x 120", {}),
    ("Guest house: 650 sq ft, 1 bed, 1 bath", {}),
    ("Casita with 1 bedroom and 1 bath", {}),
    ("New roof in 2021. HVAC 2019. Kitchen remodeled 2018.", {}),
    ("Built in 2004 and remodeled in 2020", {"year_built": 2004}),
    ("Renovated in 2015", {}),
    ("Year built: 1958 (renovated 2015)", {"year_built": 1958}),
    ("3 car tandem garage", {"garage_spaces": 3}),
    ("Attached 2 car garage with RV gate", {"garage_spaces": 2}),
    ("2.5 car garage", {"garage_spaces": 2.5}),
    ("Parking: 2 Car Garage, RV Parking", {"garage_spaces": 2}),
    ("Parking\nAttached Garage, 2 spaces", {}),
    ("Garage: Attached", {}),
    ("Parking: 4 spaces", {}),
    ("Community pool and spa, tennis courts", {"pool_type": "community"}),
    ("Pool: Yes - Private", {"pool_type": "private"}),
    ("Pool\nCommunity", {"pool_type": "community"}),
    ("Pool: Community, Private", {"pool_type": "both"}),
    ("Backyard with pool and spa", {"pool_type": "private"}),
    ("Room for a pool", {}),
    ("Pool table stays", {}),
    ("Features: Pool, Fireplace, RV Gate", {}),
    ("Private pool: No", {"pool_type": "none"}),
    ("Swimming Pool: None", {"pool_type": "none"}),
    ("Solar: Leased", {"solar_panels": "leased"}),
    ("Solar panels owned outright", {"solar_panels": "owned"}),
    ("Pre-wired for solar", {}),
    ("Property tax: $1,850/yr", {"annual_tax": 1850}),
    ("Taxes (2024): $1,412", {"annual_tax": 1412}),
    ("Property Type: Townhouse", {"property_type": "Townhouse"}),
    ("Single Family Residence, Built 1999", {"property_type": "Single Family Residence", "year_built": 1999}),
    ("MLS # 6712345 | 3 days on market | 45 views", {}),
    ("Studio | 1 bath | 450 sqft", {"bedrooms": 0, "bathrooms": 1, "square_feet": 450}),
    ("2 bed 2 bath condo with mountain views", {"bedrooms": 2, "bathrooms": 2, "property_type": "condo"}),
    (
        "Roof: Tile; Cooling: Heat Pump; Pool: None",
        {"roof_type": "Tile", "cooling_type": "Heat Pump", "pool_type": "none"},
    ),
    ("APN: 123-45-678A", {"parcel_number": "12345678A"}),
    ("Assessor Parcel Number\n501-12-333", {"parcel_number": "50112333"}),
    ("12 E Elm St, Unit 4, Tempe, AZ 85281", {"address": "12 E Elm St, Unit 4, Tempe, AZ 85281"}),
    ("12 East Elm Street\nTempe, Arizona 85281", {"address": "12 East Elm Street, Tempe, Arizona 85281"}),
    ("2,100 sqft\n$238/sqft\n8,100 sqft lot", {"square_feet": 2100, "lot_size": 8100}),
    ("8,100 sqft lot\n2,100 sqft", {"square_feet": 2100, "lot_size": 8100}),
    ("Interior: 2,100 sq. ft. | Lot: 8,100 sq. ft.", {"square_feet": 2100, "lot_size": 8100}),
    (
        "Bedrooms 3 | Bathrooms 2 | Garage 2 | Sq Ft 1,900",
        {"bedrooms": 3, "bathrooms": 2, "garage_spaces": 2, "square_feet": 1900},
    ),
    (
        "Bedrooms\n3\nFull Baths\n2\nHalf Baths\n1\nSq. Ft.\n1,900",
        {"bedrooms": 3, "bathrooms": 2.5, "square_feet": 1900},
    ),
    ("Total bathrooms: 3\nFull bathrooms: 2\n1/2 bathrooms: 1", {"bathrooms": 2.5}),
    (
        "3 Bedrooms\n2 Bathrooms\n1 Half Bath\n1,900 SqFt",
        {"bedrooms": 3, "bathrooms": 2.5, "square_feet": 1900},
    ),
    ("2 Full Baths, 1 Half Bath", {"bathrooms": 2.5}),
    ("Ask about the 3.5% loan; $10,000 credit toward closing costs", {}),
    ("$415,000 - 3 Bed, 2 Bath in Phoenix", {"price": 415000, "bedrooms": 3, "bathrooms": 2}),
    ("Cooling\nCentral Air\nHeating\nElectric", {"cooling_type": "Central Air"}),
    ("Flood Zone: X", {"flood_zone": "X"}),
    ("Flood irrigation: Yes", {"flood_irrigation_rights": True}),
    ("Subdivision: LAS CASITAS UNIT 3 (LOTS 1-99)", {"subdivision": "LAS CASITAS UNIT 3 (LOTS 1-99)"}),
    ("Neighborhood: Arcadia Lite", {"neighborhood": "Arcadia Lite"}),
    (
        "Year Built\n1998\nLot Size\n7,405 sqft\nHOA\n$45/mo\nGarage\n2",
        {"year_built": 1998, "lot_size": 7405, "hoa_fee": 45, "garage_spaces": 2},
    ),
    (
        "1998\nYear Built\n7,405\nLot Sqft\n2\nGarage",
        {"year_built": 1998, "lot_size": 7405, "garage_spaces": 2},
    ),
    ("Precio: $350,000\nRecámaras: 3\nBaños: 2", {"price": 350000, "bedrooms": 3, "bathrooms": 2}),
    ("2024 taxes: $1,412", {"annual_tax": 1412}),
    ("Monthly payment: $2,400\nPrincipal & interest: $1,980\nProperty taxes: $180\nHOA: $45", {}),
    ("Studio: Yes\nBedrooms: Studio", {"bedrooms": 0}),
    ("Bedrooms: 3 < 4", {}),
    ("Bathrooms: 2/1", {"bathrooms": 2.5}),
    ("Bathrooms: two", {"bathrooms": 2}),
    ("Bathrooms: 2 1/2", {"bathrooms": 2.5}),
    ("Bathrooms: half", {}),
    ("Living area: 171 m2", {}),
    ("Square feet: 0.5 acres", {}),
    ("Square feet: 8,100 lot", {}),
    ("Lot size: quarter acre", {"lot_size": 10890}),
    ("Lot size: 0.25", {"lot_size": 10890}),
    ("Lot acres: 8,100 sq ft", {"lot_size": 8100}),
    ("Taxes: 2024", {}),
    ("HOA fee: call", {}),
    ("HOA fee: $600\nHOA fee frequency: annually", {"hoa_fee": 50}),
    ("Annual HOA fee: $600", {"hoa_fee": 50}),
    ("Garage: two car", {"garage_spaces": 2}),
    ("Garage: garage (3)", {"garage_spaces": 3}),
    ("Full baths: 2\nBathrooms: 4", {"bathrooms": 4}),
    ("Private pool: Yes\nCommunity pool: Yes", {"pool_type": "both"}),
    ("Pool: Private\nCommunity features: Pool, Spa", {"pool_type": "both"}),
    ("Community features: Tennis, Golf", {}),
    ("Parking: 1 carport space, RV gate", {"carport_spaces": 1}),
    ("Desert landscaping: 80%", {"desert_landscaping_pct": 80}),
    ("Irrigation district: SRP", {"irrigation_district": "SRP"}),
    ("Roof: lovely", {}),
    ("Roof: $9,000 new", {}),
    ("Subdivision: https://elm.example", {}),
    ("City: Mesa\nZip: 85201\nUnit: 4B", {"city": "Mesa", "zip": "85201", "unit": "4B"}),
    (
        "We moved to 12 E Elm St, Tempe because of the trees",
        {"address": "12 E Elm St", "city": "Tempe", "state": "AZ"},
    ),
    ("0.5 acre near the golf course", {}),
    ("two full and one half baths", {"bathrooms": 2.5}),
    ("Built 2004 by hand", {"year_built": 2004}),
    ("Pool built 2004", {}),
    ("Casita: 640 sqft", {}),
    ("Ownership: Fee Simple", {"ownership": "Fee Simple"}),
]


@pytest.mark.parametrize(("text", "facts"), READINGS)
def test_a_text_is_read_as_its_visitor_reads_it(text: str, facts: dict[str, object]) -> None:
    lines = [Line(line) for line in text.split("\n")]
    found = facts_of_lines([lines[at] for at in own_positions(lines)])
    found.pop("remarks", None)
    assert found == facts


# What stands in remarks and is easily taken for a fact of the house.
FALSE_FRIENDS = [
    ("twelve bedrooms and eleven baths", {"bedrooms": 12, "bathrooms": 11}),
    ("Garage: twelve car", {"garage_spaces": 12}),
    ("3/2/1,850 sqft", {}),
    ("3BR/2BA/1,850 sq ft", {"bedrooms": 3, "square_feet": 1850}),
    ("2 bath-1,850 sq ft", {"bathrooms": 2}),
    ("$215/1,850 sq ft", {}),
    ("1,500-1,800 sqft", {}),
    ("1,500 to 1,800 sqft", {}),
    ("1 850 sq ft", {}),
    ("a 2022 HVAC", {}),
    ("a 2022 home warranty", {}),
    ("brand new 2023 roof", {}),
    ("beautiful 2021 remodel", {}),
    ("This 2020 Trane AC", {}),
    ("This 2004 home is bright", {"year_built": 2004}),
    ("A classic 1958 brick ranch house", {"year_built": 1958}),
    ("Pool built in 2015", {}),
    ("Garage built in 2015", {}),
    ("Built 2015 casita", {}),
    ("The subdivision was built in 1962", {}),
    ("There is a school built 2005 close by", {}),
    ("no pool", {"pool_type": "none"}),
    ("There is no pool fence", {}),
    ("The in-ground pool was removed", {}),
    ("Private pool was filled in", {}),
    ("The neighbor has a pool", {}),
    ("The sparkling pool is next door", {}),
    ("Sparkling pool, which was removed", {}),
    ("There is room for a private pool", {}),
    ("Pool: in-ground, removed", {}),
    ("Solar panels are not owned", {}),
    ("It has not paid off solar", {}),
    ("No solar lease", {}),
    ("No solar.", {"solar_panels": "none"}),
    ("Solar: not owned", {}),
    ("Flood irrigation rights have been sold", {}),
    ("flood irrigation not available", {}),
    ("Flood irrigated lot", {"flood_irrigation_rights": True}),
    ("No HOA fees until 2025", {}),
    ("No HOA restrictions", {}),
    ("No HOA, no city tax", {"hoa_fee": 0}),
    ("Lot size\nUnknown", {}),
    ("1980\nLot size\nSee plat", {}),
    ("3 Bed 2 Bath\nSubdivision\nNone", {"bedrooms": 3, "bathrooms": 2}),
    ("$399\nHOA\nAsk", {}),
    ("3\nBeds\n2\nBaths\n1,850\nSq Ft", {"bedrooms": 3, "bathrooms": 2, "square_feet": 1850}),
    ("4\nBeds\n3\nBaths\nUpon request", {}),
    (
        "3\nBeds\n2\nBaths\n1,850\nSq Ft\nGarage\n2",
        {"bedrooms": 3, "bathrooms": 2, "square_feet": 1850, "garage_spaces": 2},
    ),
    ("HOA fee $150 every six months", {}),
    ("HOA fee $150 twice a year", {}),
    ("HOA fee $150 semi annual", {"hoa_fee": 25}),
    ("HOA fee: $150\nHOA fee frequency: twice a year", {}),
    ("The garage, built in 2015", {}),
    ("Year Built: 2015 (garage)", {}),
    ("Price $20,000 below market", {}),
    ("Price: $2,400 a month", {}),
    ("$35,000 kitchen", {}),
    ("$25,000 price improvement", {}),
    ("Homes of 1,850 sqft to 2,100 sqft", {}),
    ("1,850 - 2,100 sqft", {}),
    ("$399,000 3 bed 2 bath", {"price": 399000, "bedrooms": 3, "bathrooms": 2}),
    ("Taxes: 50% off", {}),
    ("Taxes: call", {}),
    ("Taxes: $120 per month", {}),
    ("Price: $400/month", {}),
    ("The community has 8,100 sq ft lots", {}),
    ("HOA Dues\n2 car garage", {"garage_spaces": 2}),
    ("HOA dues: 45 per month", {"hoa_fee": 45}),
    ("HOA dues: 45 a quarter", {"hoa_fee": 15}),
    ("HOA: $99 transfer fee", {}),
    ("The HOA $400 transfer fee is the buyer's", {}),
    ("One-time HOA fee $400", {}),
    ("HOA dues $400 capital contribution", {}),
    ("HOA $45 per month plus $400 transfer fee", {"hoa_fee": 45}),
    ("HOA $45 per month\nHOA $300 quarterly for second association", {}),
    ("$20,000 toward closing costs\n$399,000", {"price": 399000}),
    ("$50,000 flooring upgrade", {}),
    ("$50,000 | flooring upgrade", {}),
    ("$399,000\n$455,000", {}),
    ("The community sits on 300 acres", {}),
    ("It backs to 40 acres", {}),
    ("Casita\n1 bath\n400 sq ft", {}),
    ("Casita\nBeds\n1\nBaths\n1\nThe house is lovely\n1,850 sq ft", {"square_feet": 1850}),
    ("Our home was built in 1998\nA house built in 2002", {}),
    ("Solar panels\nSolar is owned", {"solar_panels": "owned"}),
    ("A private pool in the back\nCommunity pool", {}),
]


@pytest.mark.parametrize(("text", "facts"), FALSE_FRIENDS)
def test_what_is_not_sure_of_the_house_is_not_told(text: str, facts: dict[str, object]) -> None:
    lines = [Line(line) for line in text.split("\n")]
    found = facts_of_lines([lines[at] for at in own_positions(lines)])
    found.pop("remarks", None)
    assert found == facts


BROKER = [Line("Acme Homes"), Line("4455 W Camelback Rd, Phoenix, AZ 85031")]


def test_the_heading_and_the_line_after_it_come_before_a_brokers_address() -> None:
    house = [Line("4118 N 57th Dr", level=1), Line("Phoenix, AZ 85033")]
    assert address_in([*BROKER, *house], "") == {"address": "4118 N 57th Dr, Phoenix, AZ 85033"}


def test_an_address_with_another_house_number_than_the_headings_is_not_the_houses() -> None:
    header = [Line("4455 W Camelback Rd, Phoenix, AZ 85031"), Line("Tempe, AZ 85281")]
    heading = Line("4118 N 57th Dr", level=1)
    assert address_in([*header, heading], "") == {"address": "4118 N 57th Dr"}
    assert address_in(header, "4118 N 57th Dr | Acme Homes") == {}
    visit = Line("Come to 4455 W Camelback Rd, Phoenix, AZ 85031.")
    assert address_in([heading, visit], "") == {"address": "4118 N 57th Dr"}
    assert address_in([Line("3 Bed Ranch", level=1), *header], "") == {
        "address": "4455 W Camelback Rd, Phoenix, AZ 85031"
    }


@pytest.mark.parametrize("name", ["Acme Homes", "Elm Realty LLC", "Elm Properties Group", "Our office"])
def test_an_address_under_a_companys_name_is_the_companys(name: str) -> None:
    assert address_in([Line(name), BROKER[1]], "") == {}
    assert address_in([Line(name), Line("12 E Elm St"), Line("Tempe, AZ 85281")], "") == {}
    assert address_in([Line(f"{name}, 12 E Elm St, Tempe, AZ 85281")], "") == {}


def test_homes_for_sale_is_no_companys_name() -> None:
    lines = [Line("Homes for sale"), Line("12 E Elm St, Tempe, AZ 85281")]
    assert address_in(lines, "") == {"address": "12 E Elm St, Tempe, AZ 85281"}


def test_two_sentences_that_disagree_tell_nothing() -> None:
    padding = "The kitchen is bright and the rooms are wide, and whoever comes to see it stays for longer. "
    text = padding * 2 + "The solar panels are leased. The solar panels are owned. Flood irrigated lot."
    found = facts_of_lines([Line(text)])
    assert "solar_panels" not in found
    assert found["flood_irrigation_rights"] is True


def test_every_number_word_that_is_found_is_understood() -> None:
    for word, number in list(NUMBER_WORDS.items())[1:]:
        assert facts_of_lines([Line(f"{word} bedrooms"), Line(f"{word} car garage")]) == {
            "bedrooms": number,
            "garage_spaces": number,
        }
