import csv
import re
from collections.abc import Callable

import pytest

from phoenix_real_estate.models import Address
from phoenix_real_estate.normalize.address import city_name, five_digits, read_address
from phoenix_real_estate.normalize.spelling import ordinal, title_case
from tests.normalize.records import SHARED, needs_shared_data

Parts = tuple[str | None, str | None, str | None, str | None, str | None]


def parts(address: Address) -> Parts:
    return address.street, address.unit, address.city, address.state, address.zip


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("123 MAIN ST PHOENIX AZ 85031", ("123 Main St", None, "Phoenix", "AZ", "85031")),
        ("4022 n 43RD ave, phoenix, az 85031-1234", ("4022 N 43rd Ave", None, "Phoenix", "AZ", "85031")),
        ("1 E MCDOWELL RD PHOENIX AZ 85031 1234", ("1 E McDowell Rd", None, "Phoenix", "AZ", "85031")),
        ("1 E MCDOWELL RD, PHOENIX, AZ, 85031, USA", ("1 E McDowell Rd", None, "Phoenix", "AZ", "85031")),
        (
            "815 W Bridle Path\nWickenburg, Arizona 85390",
            ("815 W Bridle Path", None, "Wickenburg", "AZ", "85390"),
        ),
        (
            "12 W RIDGE NORTH DR SUN CITY WEST ARIZONA",
            ("12 W Ridge North Dr", None, "Sun City West", "AZ", None),
        ),
        ("1043 N CHERRY MESA AZ", ("1043 N Cherry", None, "Mesa", "AZ", None)),
        ("9 E CALLE DE FLORES QUEEN CREEK", ("9 E Calle De Flores", None, "Queen Creek", None, None)),
        ("4600 N 68TH ST 371 SCOTTSDALE, AZ 85251", ("4600 N 68th St", "371", "Scottsdale", "AZ", "85251")),
        ("12 Cactus Ln S 4, Sun Lakes, AZ 85248", ("12 Cactus Ln S", "4", "Sun Lakes", "AZ", "85248")),
        ("12 E Elm St, Unit 4b, Tempe, AZ 85281", ("12 E Elm St", "4B", "Tempe", "AZ", "85281")),
        ("12 E Elm St #A-B, Tempe, AZ 85281", ("12 E Elm St", "A-B", "Tempe", "AZ", "85281")),
        ("12 E Elm St Apt # 5 Tempe AZ 85281", ("12 E Elm St", "5", "Tempe", "AZ", "85281")),
        ("12 E Elm St LOT C TEMPE AZ 85281", ("12 E Elm St", "C", "Tempe", "AZ", "85281")),
        ("12 E Elm St BLDG 2 UNIT 11L PHOENIX AZ 85012", ("12 E Elm St", "2 11L", "Phoenix", "AZ", "85012")),
        ("LOT 12 1234 W Main St, Wittmann AZ", ("1234 W Main St", "12", "Wittmann", "AZ", None)),
        ("Casa Sombra, 4600 N 68th St, Scottsdale AZ", ("4600 N 68th St", None, "Scottsdale", "AZ", None)),
        ("100 E Main St Flagstaff AZ 86001", ("100 E Main St", None, "Flagstaff", "AZ", "86001")),
        ("100 E Main St, Denver, CO 80202", ("100 E Main St", None, "Denver", "CO", "80202")),
        ("100 E Main St, Denver CO 80202", ("100 E Main St", None, "Denver", "CO", "80202")),
        ("12 W COUNTY ROAD 12", ("12 W County Road 12", None, None, None, None)),
        ("1234 US HIGHWAY 60 MORRISTOWN AZ 85342", ("1234 US Highway 60", None, "Morristown", "AZ", "85342")),
        ("1234 W AVENUE 5", ("1234 W Avenue 5", None, None, None, None)),
        ("123 W VISTA CT", ("123 W Vista Ct", None, None, None, None)),
        ("123 E LOT RD", ("123 E Lot Rd", None, None, None, None)),
        ("123 W ARIZONA AVE MESA 85204", ("123 W Arizona Ave", None, "Mesa", "AZ", "85204")),
        ("123 W MESA", ("123 W Mesa", None, None, None, None)),
        ("123 E ARIZONA", ("123 E Arizona", None, None, None, None)),
        ("123 Main St 12345", ("123 Main St", "12345", None, None, None)),
        ("123 MAIN ST XANADU AZ 85031", ("123 Main St", None, "Xanadu", "AZ", "85031")),
        ("123 Main St, Rear House, Phoenix AZ", ("123 Main St", None, "Phoenix", "AZ", None)),
        ("123 MAIN ST AZ 85031", ("123 Main St", None, None, "AZ", "85031")),
        ("85031", ("85031", None, None, None, None)),
        ("", (None, None, None, None, None)),
    ],
)
def test_an_address_falls_into_its_parts(raw: str, expected: Parts) -> None:
    assert parts(read_address(raw)) == expected


def test_the_text_an_address_was_read_from_is_kept() -> None:
    assert read_address("123 MAIN ST\nPHOENIX").raw == "123 MAIN ST\nPHOENIX"


def test_what_the_record_says_beside_the_street_completes_the_address() -> None:
    read = read_address("9049 W ADAM AVE", city="PEORIA", state="Arizona", zip_code="85382-1234")
    assert parts(read) == ("9049 W Adam Ave", None, "Peoria", "AZ", "85382")


def test_a_street_that_ends_like_a_city_stays_whole_beside_the_real_city() -> None:
    assert parts(read_address("9049 W ROCK MESA", city="PEORIA"))[:3] == ("9049 W Rock Mesa", None, "Peoria")
    assert parts(read_address("9049 W ROCK PEORIA", city="PEORIA"))[:3] == ("9049 W Rock", None, "Peoria")


def test_an_arizona_zip_implies_the_state_and_another_does_not() -> None:
    assert read_address("12 Elm St", city="Tempe", zip_code="85281").state == "AZ"
    assert read_address("12 Elm St", city="Denver", zip_code="80202").state is None
    assert read_address("12 Elm St", city="Denver", state="CO").state == "CO"
    assert read_address("12 Elm St", city="Denver", state="Atlantis").state is None


@pytest.mark.parametrize(
    "spelling",
    [
        "815 W Bridle Trl Apt 4, Phoenix, AZ 85031",
        "815 WEST BRIDLE TRAIL # 4 PHOENIX ARIZONA 85031-1111",
        "815 w. bridle tr unit 4\nphoenix az 85031",
    ],
)
def test_two_spellings_of_one_address_have_one_key(spelling: str) -> None:
    assert read_address(spelling).key == "815WBRIDLETRL|4|85031"


def test_an_endless_address_is_cut_and_read_without_trouble() -> None:
    assert read_address("1 Elm St " * 1_000).raw == ("1 Elm St " * 1_000)[:400]
    assert len(read_address("9" * 1_000_000).street or "") <= 200


@pytest.mark.parametrize("nothing", ["NO CITY/TOWN", "Unincorporated", "Maricopa County", "Other"])
def test_what_says_that_there_is_no_city_is_none(nothing: str) -> None:
    assert city_name(nothing) is None
    assert read_address("12 E Elm St", city=nothing, zip_code="85331").one_line == "12 E Elm St, AZ 85331"


@pytest.mark.parametrize("nothing", ["", None, "85031", "UNIT 5", "..."])
def test_a_city_has_no_digits(nothing: str | None) -> None:
    assert city_name(nothing) is None


def test_a_city_is_written_as_the_gazetteer_does() -> None:
    assert city_name("PHX") == "Phoenix"
    assert city_name("SCOTTSDALE") == "Scottsdale"
    assert city_name("st. johns") == "St Johns"


def test_a_zip_has_five_digits() -> None:
    assert five_digits("85031 - 1234") == "85031"
    assert five_digits("850311234") == "85031"
    assert five_digits("00000") is None
    assert five_digits("8503") is None


def test_title_case_knows_the_names_of_the_valley() -> None:
    shouted = "N 43RD AVE MCDOWELL O'NEIL TWENTY-FIRST US 4B II deAnza MCC MCGE MACARTHUR MACE"
    assert (
        title_case(shouted)
        == "N 43rd Ave McDowell O'Neil Twenty-First US 4B II deAnza Mcc Mcge MacArthur Mace"
    )


def test_numbered_streets_get_their_ending_back() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 68, 111)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "68th", "111th"]
    )


def _same(text: str, _state: str = "") -> str:
    return text


def _capitals(text: str) -> str:
    return " ".join(text.upper().replace(",", " ").split())


def _spelled(text: str) -> str:
    return re.sub(r" AZ\b", " ARIZONA", _capitals(text))


def _without_zip(text: str) -> str:
    return re.sub(r" \d{5}$", "", _spelled(text))


@needs_shared_data
@pytest.mark.parametrize("name", ["maricopa_structured.csv", "phoenix_edge_cases_derived.csv"])
def test_real_addresses_are_read_as_they_are_given(name: str) -> None:
    assert _share_right(name, _same) >= 0.999


@needs_shared_data
@pytest.mark.parametrize("rewritten", [_capitals, _spelled, _without_zip])
def test_real_addresses_are_read_in_capitals_without_commas(rewritten: Callable[[str], str]) -> None:
    assert _share_right("maricopa_structured.csv", rewritten) >= 0.997


def _share_right(name: str, rewritten: Callable[[str], str]) -> float:
    with (SHARED / "addresses" / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return sum(_is_right(row, rewritten(row["raw"])) for row in rows) / len(rows)


def _is_right(row: dict[str, str], raw: str) -> bool:
    unit = re.sub(r"^(UNIT|APT|LOT|STE|#) ?", "", row["unit"].upper())
    zip_five = row["zip"] if row["zip"] in raw else ""
    expected = (row["street"].upper(), unit, row["city"].upper(), row["state"], zip_five)
    return tuple((part or "").upper() for part in parts(read_address(raw))) == expected
