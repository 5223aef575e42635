"""Files as HUD and Zillow publish them, with rents of our own."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.published_rents import read_hud, read_zori

PAYMENT_STANDARDS = ",".join(
    f'"SAFMR\n{n}BR","SAFMR\n{n}BR -\n90%\nPayment\nStandard","SAFMR\n{n}BR -\n110%\nPayment\nStandard"'
    for n in range(5)
)
HUD_HEAD = f'"ZIP\nCode","HUD Area Code","HUD Fair Market Rent Area Name",{PAYMENT_STANDARDS}'
HUD_ROWS = (
    '85004,METRO38060M38060,"Phoenix-Mesa-Chandler, AZ MSA",'
    '"$1,000","$900","$1,100","$1,100",,,"$1,300",,,"$1,800",,,"$2,050","$1,845","$2,255"',
    '85009,METRO38060M38060,"Phoenix-Mesa-Chandler, AZ MSA",900,810,990,980,,,1160.5,,,1600,,,1830,,',
    '1001,METRO44140M44140,"Springfield, MA MSA",1100,,,1200,,,1500,,,1900,,,2200,,',
)
ZORI_HEAD = "RegionID,SizeRank,RegionName,RegionType,StateName,State,City,Metro,CountyName"
PHOENIX = '{zip},zip,AZ,AZ,Phoenix,"Phoenix-Mesa-Chandler, AZ",Maricopa County'


def in_file(path: Path, head: str, rows: Sequence[str], start: str = "") -> Path:
    path.write_text(start + "\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def hud(
    folder: Path, head: str = HUD_HEAD, rows: Sequence[str] = HUD_ROWS, name: str = "fy2027_safmrs.csv"
) -> Path:
    return in_file(folder / name, head, rows)


def zori(folder: Path, months: str, *rents: tuple[str, str]) -> Path:
    rows = [f"{n},{n},{PHOENIX.format(zip=code)},{told}" for n, (code, told) in enumerate(rents)]
    elsewhere = '9,9,10025,zip,NY,NY,New York,"New York-Newark, NY",New York County,4100.5,4200.5'
    return in_file(folder / "Zip_zori.csv", f"{ZORI_HEAD},{months}", [*rows, elsewhere])


def test_huds_rents_are_those_of_the_phoenix_area_by_zip_and_bedrooms(tmp_path: Path) -> None:
    read = read_hud(hud(tmp_path))
    assert read.area == "Phoenix-Mesa-Chandler, AZ MSA"
    assert read.percentile == 40
    assert read.rents == {"85004": (1000, 1100, 1300, 1800, 2050), "85009": (900, 980, 1161, 1600, 1830)}


def test_a_file_from_a_spreadsheet_begins_with_a_mark(tmp_path: Path) -> None:
    path = in_file(tmp_path / "fy2027.csv", HUD_HEAD, HUD_ROWS, start="\ufeff")
    assert len(read_hud(path).rents) == 2


def test_a_spreadsheets_own_encoding_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "fy2027.csv"
    added = '602,MAYAGUEZ,"Mayagüez, PR MSA",500,,,500,,,600,,,700,,,800,,'
    path.write_text("\n".join([HUD_HEAD, added, *HUD_ROWS]), encoding="cp1252")
    assert set(read_hud(path).rents) == {"85004", "85009"}


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("fy2027_safmrs.csv", 2027),
        ("FY27_safmrs_revised.csv", 2027),
        ("HUD_FY-2026.csv", 2026),
    ],
)
def test_the_fiscal_year_stands_in_the_files_name(tmp_path: Path, name: str, year: int) -> None:
    assert read_hud(hud(tmp_path, name=name)).fiscal_year == year


def test_the_fiscal_year_can_be_told(tmp_path: Path) -> None:
    assert read_hud(hud(tmp_path, name="safmrs.csv"), fiscal_year=2025).fiscal_year == 2025
    assert read_hud(hud(tmp_path), fiscal_year=2025).fiscal_year == 2025


def test_an_unknown_fiscal_year_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"safmrs\.csv: neither .* tells the year\. Add --fiscal-year\."
    ):
        read_hud(hud(tmp_path, name="safmrs.csv"))


SEVERAL_YEARS = (
    "85004,2026,1700,1850,2150,2870,3180,Phoenix-Mesa-Chandler",
    "85004,2021,900,1000,1200,1700,1900,Phoenix-Mesa-Scottsdale",
    "85004,,1,1,1,1,1,Phoenix-Mesa-Scottsdale",
    "1001,2027,1,1,1,1,1,Springfield",
)
YEARLY_HEAD = "zip_code,fiscal_year,safmr_0br,safmr_1br,safmr_2br,safmr_3br,safmr_4br,hud_area_name"


def test_of_a_file_of_several_years_the_newest_of_phoenix_is_taken_or_the_one_asked_for(
    tmp_path: Path,
) -> None:
    several = hud(tmp_path, YEARLY_HEAD, SEVERAL_YEARS, name="fy1999.csv")
    newest = read_hud(several)
    assert (newest.fiscal_year, newest.rents) == (2026, {"85004": (1700, 1850, 2150, 2870, 3180)})
    older = read_hud(several, fiscal_year=2021)
    assert (older.area, older.rents) == ("Phoenix-Mesa-Scottsdale", {"85004": (900, 1000, 1200, 1700, 1900)})


def test_a_year_that_the_file_does_not_hold_is_named(tmp_path: Path) -> None:
    several = hud(tmp_path, YEARLY_HEAD, SEVERAL_YEARS)
    with pytest.raises(ConfigurationError, match=r"no row of Phoenix-Mesa for fiscal year 2024"):
        read_hud(several, fiscal_year=2024)


@pytest.mark.parametrize("name", ["HUD Metro Fair Market Rent Area Name", "HUD Area Name"])
def test_the_area_was_called_otherwise_before(tmp_path: Path, name: str) -> None:
    head = HUD_HEAD.replace("HUD Fair Market Rent Area Name", name)
    assert read_hud(hud(tmp_path, head)).area == "Phoenix-Mesa-Chandler, AZ MSA"


@pytest.mark.parametrize(
    ("gone", "named"),
    [
        ('"ZIP\nCode"', "ZIP Code"),
        ("HUD Fair Market Rent Area Name", "HUD Fair Market Rent Area Name"),
        ('"SAFMR\n0BR"', "SAFMR 0BR"),
        ('"SAFMR\n4BR"', "SAFMR 4BR"),
    ],
)
def test_a_missing_column_is_named_beside_those_that_are_there(tmp_path: Path, gone: str, named: str) -> None:
    path = hud(tmp_path, HUD_HEAD.replace(gone, "else"))
    with pytest.raises(ConfigurationError, match=f"has no column '{named}'; it has: .*HUD Area Code, "):
        read_hud(path)


def test_an_empty_file_is_not_what_hud_publishes(tmp_path: Path) -> None:
    path = tmp_path / "fy2027.csv"
    path.touch()
    with pytest.raises(ConfigurationError, match="has no column 'ZIP Code'; it has: nothing"):
        read_hud(path)


def test_blank_lines_say_nothing(tmp_path: Path) -> None:
    assert len(read_hud(hud(tmp_path, rows=["", *HUD_ROWS, ""])).rents) == 2


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("n/a", "'n/a'"),
        ("", "''"),
        ("0", "'0'"),
        ("-900", "'-900'"),
        ("NaN", "'NaN'"),
        ("7", "'7'"),
        ("12345678", "'12345678'"),
        ("1.2.3", "'1.2.3'"),
        ("Infinity", "'Infinity'"),
    ],
)
def test_what_is_no_rent_is_told_with_its_column(tmp_path: Path, cell: str, told: str) -> None:
    path = hud(tmp_path, rows=[HUD_ROWS[1].replace("1160.5", cell)])
    with pytest.raises(ConfigurationError, match=f"{told} under 'SAFMR 2BR' is no rent"):
        read_hud(path)


def test_a_row_that_breaks_off_is_not_passed_over(tmp_path: Path) -> None:
    path = hud(tmp_path, rows=[HUD_ROWS[1].removesuffix(",1830,,")])
    with pytest.raises(ConfigurationError, match="'' under 'SAFMR 4BR' is no rent"):
        read_hud(path)


@pytest.mark.parametrize("code", ["850O9", "850091", ""])
def test_what_is_no_zip_code_is_told(tmp_path: Path, code: str) -> None:
    path = hud(tmp_path, rows=[HUD_ROWS[1].replace("85009", code, 1)])
    with pytest.raises(ConfigurationError, match=f"'{code}' under 'ZIP Code' is no ZIP code"):
        read_hud(path)


def test_a_workbook_is_to_be_saved_as_csv_first(tmp_path: Path) -> None:
    path = tmp_path / "fy2027_safmrs.xlsx"
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(
        ConfigurationError, match=r"fy2027_safmrs\.xlsx is an Excel workbook\. Save .* as CSV"
    ):
        read_hud(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.csv cannot be read: No such file"):
        read_zori(tmp_path / "none.csv")


def test_zillows_rents_are_those_of_the_newest_month_in_the_phoenix_area(tmp_path: Path) -> None:
    path = zori(tmp_path, "2026-08-31,2026-09-30", ("85004", "1850.25,1869.5"), ("85009", "1480,1495.49"))
    read = read_zori(path)
    assert (read.area, read.month) == ("Phoenix-Mesa-Chandler, AZ", "2026-09")
    assert read.rents == {"85004": 1870, "85009": 1495}


def test_a_month_can_be_asked_for_also_as_spreadsheets_write_it(tmp_path: Path) -> None:
    path = zori(tmp_path, "9/30/2026,10/31/2026", ("85004", "1850,1870"))
    assert read_zori(path).month == "2026-10"
    september = read_zori(path, "2026-09")
    assert (september.month, september.rents) == ("2026-09", {"85004": 1850})


def test_a_zip_without_a_rent_in_the_month_is_left_out(tmp_path: Path) -> None:
    path = zori(
        tmp_path, "2026-08-31,2026-09-30", ("85004", "1850,"), ("85009", "1480,1495"), ("85007", "1400")
    )
    assert read_zori(path).rents == {"85009": 1495}


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (ZORI_HEAD.replace("RegionName", "Region"), "has no column 'RegionName'"),
        (ZORI_HEAD.replace("Metro", "Area"), "has no column 'Metro'"),
        (ZORI_HEAD, "has no column for any month. Take Zillow's ZORI by ZIP."),
    ],
)
def test_a_file_that_is_not_zori_says_what_it_lacks(tmp_path: Path, head: str, told: str) -> None:
    path = in_file(tmp_path / "zori.csv", head, [])
    with pytest.raises(ConfigurationError, match=told):
        read_zori(path)


def test_a_month_that_zillow_does_not_list_is_named(tmp_path: Path) -> None:
    path = zori(tmp_path, "2026-08-31,2026-09-30", ("85004", "1850,1870"))
    with pytest.raises(ConfigurationError, match="has no column for 2027-01"):
        read_zori(path, "2027-01")


def test_a_file_without_a_rent_in_phoenix_is_refused(tmp_path: Path) -> None:
    path = zori(tmp_path, "2026-08-31,2026-09-30", ("85004", "1850,"))
    with pytest.raises(ConfigurationError, match="has no ZIP of Phoenix-Mesa with a rent"):
        read_zori(path)
