"""The same address, spelled as people spell it: every spelling is read alike."""

import csv
import random
from collections.abc import Iterator

import pytest

from phoenix_real_estate.normalize.address import read_address
from phoenix_real_estate.postal import DIRECTIONS, SUFFIXES, abbreviated
from tests.normalize.records import SHARED, needs_shared_data

Parts = tuple[str, str, str, str, str]
"""Street, unit, city, state, ZIP."""

STREETS = [
    ("4022 N 43RD AVE", "PHOENIX", "85031"),
    ("815 W BRIDLE PATH", "WICKENBURG", "85390"),
    ("12 W RIDGE NORTH DR", "SUN CITY WEST", "85375"),
    ("9 E CALLE DE LAS FLORES", "QUEEN CREEK", "85142"),
    ("6901 E AVENIDA DEL SOL", "SCOTTSDALE", "85251"),
    ("77 W CAMINO DE LA MESA", "SUN CITY", "85351"),
    ("8787 E VIA DE VENTURA", "SCOTTSDALE", "85258"),
    ("7500 S PASEO DEL NORTE", "TEMPE", "85283"),
    ("5 W GLENDALE AVE", "PHOENIX", "85021"),
    ("5 E CHANDLER HEIGHTS RD", "GILBERT", "85298"),
    ("123 W SUN CITY BLVD", "SURPRISE", "85374"),
    ("38000 N CAVE CREEK RD", "CAVE CREEK", "85331"),
    ("100 N PARK LN", "TEMPE", "85281"),
    ("100 E AVENUE RD", "TEMPE", "85281"),
    ("1234 1/2 W ADAMS ST", "PHOENIX", "85007"),
    ("1234-1236 W ADAMS ST", "PHOENIX", "85007"),
    ("12345 US HWY 60", "MORRISTOWN", "85342"),
    ("12345 N STATE ROUTE 87", "FOUNTAIN HILLS", "85268"),
    ("29900 N I-17 FRONTAGE RD", "PHOENIX", "85085"),
    ("123 N FIRST ST", "PHOENIX", "85004"),
    ("123 E O'NEIL DR", "CASA GRANDE", "85122"),
    ("1 E MCDOWELL RD", "PARADISE VALLEY", "85253"),
    ("13229 W SURPRISE FARMS LOOP S", "SURPRISE", "85388"),
    ("20 S ELM ST", "SAN TAN VALLEY", "85140"),
    ("20 S OAK CT", "FORT MCDOWELL", "85264"),
    ("2300 S MARICOPA RD", "MARICOPA", "85139"),
    ("11 E IRONWOOD DR", "APACHE JUNCTION", "85120"),
    ("11 W FLORENCE BLVD", "FLORENCE", "85132"),
    ("3 W LUKE AVE", "LITCHFIELD PARK", "85340"),
]
UNITS = {
    "# {}": "{}",
    "#{}": "{}",
    "UNIT {}": "{}",
    "Unit: {}": "{}",
    "APT. {}": "{}",
    "APT #{}": "{}",
    "STE {}": "{}",
    "LOT {}": "{}",
    "SPC {}": "{}",
    "SPACE {}": "{}",
    "TRLR {}": "{}",
    "NO. {}": "{}",
    "UNIT NO {}": "{}",
    "BLDG 3 UNIT {}": "3 {}",
    "BLDG. B APT {}": "B {}",
}
IDENTIFIERS = ["5", "201", "1024", "A", "4B", "B4", "A-B", "12-A", "11L", "E"]
STATES = ["AZ", "az", "ARIZONA", "Arizona", "Ariz", "Ariz.", "AZ.", ""]
PLUS_FOUR = ["", "-1234", "1234", " 1234"]
SEPARATORS = [", ", " , ", "; ", "\n", " ", "\r\n", " | ", "\t"]
COUNTRIES = ["", "", "", ", USA", " United States", " US"]
LONG_DIRECTIONS = {"N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST"}
LONG_SUFFIXES = {
    "AVE": "AVENUE",
    "ST": "STREET",
    "RD": "ROAD",
    "DR": "DRIVE",
    "LN": "LANE",
    "BLVD": "BOULEVARD",
}


def spellings(street: str, city: str, zip_five: str, rng: random.Random) -> Iterator[tuple[str, Parts]]:
    """Spellings of one address at random, each with what it says."""
    while True:
        wording, identifier = rng.choice([*UNITS, "", ""]), rng.choice(IDENTIFIERS)
        unit = UNITS[wording].format(identifier).upper() if wording else ""
        state, has_zip = rng.choice(STATES), rng.random() < 0.8
        line = " ".join(part for part in (_respelled(street, rng), wording.format(identifier)) if part)
        region = " ".join(
            part for part in (state, zip_five + rng.choice(PLUS_FOUR) if has_zip else "") if part
        )
        pieces = rng.choice([[line, city, region], [line, f"{city} {region}"], [f"{line} {city}", region]])
        raw = rng.choice(SEPARATORS).join(piece for piece in pieces if piece) + rng.choice(COUNTRIES)
        cased = rng.choice([str.upper, str.lower, str.title, str])(raw)
        known_state = "AZ" if state or has_zip else ""
        yield cased, (abbreviated(street), unit, city, known_state, zip_five if has_zip else "")


def _respelled(street: str, rng: random.Random) -> str:
    """North for N, Avenue for Ave."""
    if rng.random() < 0.6:
        return street
    number, *words = street.split()
    return " ".join([number, *(LONG_DIRECTIONS.get(word, LONG_SUFFIXES.get(word, word)) for word in words)])


def read(raw: str) -> Parts:
    address = read_address(raw)
    street, unit, city = abbreviated(address.street or ""), address.unit or "", (address.city or "").upper()
    return street, unit, city, address.state or "", address.zip or ""


@pytest.mark.parametrize(("street", "city", "zip_five"), STREETS)
def test_every_spelling_of_an_address_is_read_alike(street: str, city: str, zip_five: str) -> None:
    rng = random.Random(street)  # noqa: S311
    told = [told for told, _ in zip(spellings(street, city, zip_five, rng), range(150), strict=False)]
    assert [(raw, read(raw), expected) for raw, expected in told if read(raw) != expected] == []


@needs_shared_data
def test_every_spelling_of_a_real_address_is_read_alike() -> None:
    with (SHARED / "addresses/maricopa_structured.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if not row["unit"] and row["zip"]]
    rng = random.Random(85031)  # noqa: S311
    told = [next(spellings(row["street"], row["city"].upper(), row["zip"], rng)) for row in rows * 3]
    wrong = [(raw, read(raw), expected) for raw, expected in told if read(raw) != expected]
    assert len(wrong) <= len(told) * 0.002, wrong[:5]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        # Directions of the grid after the street, and a city that begins with one.
        ("4022 43RD AVE N PHOENIX AZ", ("4022 43RD AVE N", "", "PHOENIX", "AZ", "")),
        ("4022 43RD AVENUE NORTH PHOENIX", ("4022 43RD AVE N", "", "PHOENIX", "", "")),
        ("4022 N 43 AVE PHOENIX", ("4022 N 43RD AVE", "", "PHOENIX", "", "")),
        # No suffix.
        ("123 W PEORIA PEORIA AZ", ("123 W PEORIA", "", "PEORIA", "AZ", "")),
        ("123 E CAVE CREEK PHOENIX", ("123 E CAVE CRK", "", "PHOENIX", "", "")),
        ("123 N VIA DE MESA", ("123 N VIA DE MESA", "", "", "", "")),
        ("123 N VIA MESA", ("123 N VIA MESA", "", "", "", "")),
        ("123 W CAMINO PALO VERDE", ("123 W CAMINO PALO VERDE", "", "", "", "")),
        ("123 W ELM ST PALO VERDE", ("123 W ELM ST", "", "PALO VERDE", "", "")),
        ("123 W 5 PALO VERDE", ("123 W 5", "", "PALO VERDE", "", "")),
        # Units before the street, behind everything, and without a number.
        ("LOT 5 1234 W MAIN ST MESA AZ", ("1234 W MAIN ST", "5", "MESA", "AZ", "")),
        ("LOT 5, 1234 W MAIN ST, MESA AZ", ("1234 W MAIN ST", "5", "MESA", "AZ", "")),
        ("#12 4600 N 68TH ST SCOTTSDALE AZ 85251", ("4600 N 68TH ST", "12", "SCOTTSDALE", "AZ", "85251")),
        ("1 N ELM ST PHOENIX AZ 85031 UNIT 5", ("1 N ELM ST", "5", "PHOENIX", "AZ", "85031")),
        ("1 N ELM ST, PHOENIX, AZ 85031-1234 UNIT 5", ("1 N ELM ST", "5", "PHOENIX", "AZ", "85031")),
        ("1 N ELM ST, PHOENIX, AZ 85031, APT 5", ("1 N ELM ST", "5", "PHOENIX", "AZ", "85031")),
        ("1 N ELM ST REAR PHOENIX AZ", ("1 N ELM ST", "REAR", "PHOENIX", "AZ", "")),
        ("1 N ELM ST, CASITA, PHOENIX AZ", ("1 N ELM ST", "CASITA", "PHOENIX", "AZ", "")),
        ("1 N ELM ST PENTHOUSE 2 PHOENIX AZ", ("1 N ELM ST", "PENTHOUSE 2", "PHOENIX", "AZ", "")),
        ("1 N ELM ST FL 2 PHOENIX AZ", ("1 N ELM ST", "FL 2", "PHOENIX", "AZ", "")),
        ("UNIT 5", ("UNIT 5", "", "", "", "")),
        # States and ZIP codes.
        ("1 N Elm St. Phoenix, A.Z. 85031", ("1 N ELM ST", "", "PHOENIX", "AZ", "85031")),
        ("1 N ELM ST PHOENIX AZ85031", ("1 N ELM ST", "", "PHOENIX", "AZ", "85031")),
        ("1 N ELM ST GLENDALE CA 91203", ("1 N ELM ST", "", "GLENDALE", "CA", "91203")),
        # The county among the parts.
        ("1 N ELM ST PHOENIX MARICOPA COUNTY AZ 85031", ("1 N ELM ST", "", "PHOENIX", "AZ", "85031")),
        ("1 N ELM ST, PHOENIX, Maricopa County, AZ", ("1 N ELM ST", "", "PHOENIX", "AZ", "")),
        ("1 N ELM ST PHOENIX MARICOPA AZ 85031", ("1 N ELM ST", "", "PHOENIX", "AZ", "85031")),
        ("1 N ELM ST MARICOPA AZ 85031", ("1 N ELM ST", "", "MARICOPA", "AZ", "85031")),
        # Cities in USPS abbreviations, and some that no gazetteer has.
        ("1 N ELM ST SAN TAN VLY AZ", ("1 N ELM ST", "", "SAN TAN VALLEY", "AZ", "")),
        ("1 N ELM ST FT MCDOWELL", ("1 N ELM ST", "", "FORT MCDOWELL", "", "")),
        ("1 N ELM ST GOLD CYN AZ", ("1 N ELM ST", "", "GOLD CANYON", "AZ", "")),
        ("1 N ELM ST TARTESSO NORTE AZ", ("1 N ELM ST", "", "TARTESSO NORTE", "AZ", "")),
        ("1 N ELM ST THE VERY LONG NAME AZ", ("1 N ELM ST THE VERY LONG NAME", "", "", "AZ", "")),
        # What only looks like a part.
        ("1 E THE STATES", ("1 E THE STATES", "", "", "", "")),
        ("XANADU", ("XANADU", "", "", "", "")),
        ("1 N ELM ST, UNIT B", ("1 N ELM ST", "B", "", "", "")),
        ("1 N ELM ST, PHOENIX AZ 85031, 2 N OAK ST", ("1 N ELM ST", "", "", "", "")),
        # Other orders and labels.
        ("PHOENIX, AZ 85031, 1 N ELM ST", ("1 N ELM ST", "", "PHOENIX", "AZ", "85031")),
        ("Address: 1 N ELM ST PHOENIX AZ", ("1 N ELM ST", "", "PHOENIX", "AZ", "")),
        ("1 - 3 N ELM ST PHOENIX", ("13 N ELM ST", "", "PHOENIX", "", "")),
        ("1 N ELM ST – PHOENIX, AZ", ("1 N ELM ST", "", "PHOENIX", "AZ", "")),
    ],
)
def test_an_unusual_spelling_is_read(raw: str, expected: Parts) -> None:
    street, *others = expected
    assert read(raw) == (abbreviated(street), *others)


@pytest.mark.parametrize("city", ["QueenCreek", "QUEEN CREEK", "Queen Crk", "queen creek"])
def test_a_city_may_be_a_code_of_its_name(city: str) -> None:
    assert read_address("12 E Elm St", city=city).city == "Queen Creek"


def test_contacts_are_not_kept_in_the_text_an_address_was_read_from() -> None:
    assert "555" not in (read_address("12 E Elm St, Tempe, call 602-555-0142").raw or "")


def test_the_words_of_directions_and_suffixes_do_not_overlap() -> None:
    assert not set(DIRECTIONS) & set(SUFFIXES)
