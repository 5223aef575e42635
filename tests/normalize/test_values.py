import math

import pytest

from phoenix_real_estate.normalize import values


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("164998      ", 164_998),
        ("$1,850", 1_850),
        ("1,850 sq ft", 1_850),
        ("$450K", 450_000),
        ("1.2 million", 1_200_000),
        ("325900.00", 325_900),
        (".5m", 500_000),
        (702.4, 702),
        (1850, 1_850),
    ],
)
def test_a_number_is_read_whatever_stands_around_it(written: object, read: int) -> None:
    assert values.whole(written, 1, 10_000_000) == read


@pytest.mark.parametrize(
    "written",
    [
        "",
        "--",
        "na",
        "3-4",
        "2 or 3",
        "-5",
        "1e5",
        "twelve",
        "1,23",
        "9" * 400,
        "5" + "x" * 99,
        True,
        None,
        [],
        {},
    ],
)
def test_what_is_no_number_is_unknown(written: object) -> None:
    assert values.whole(written, 1, 10_000_000) is None


@pytest.mark.parametrize("absurd", [math.nan, math.inf, -1, 10**400, 11, "11"])
def test_a_number_out_of_its_bounds_is_unknown(absurd: object) -> None:
    assert values.number(absurd, 0, 10) is None


def test_a_broken_number_is_not_a_count() -> None:
    assert values.count("2.5", 0, 50) is None
    assert values.count("2.0", 0, 50) == 2
    assert values.count("0", 0, 50) == 0


def test_a_year_lies_between_the_founding_of_phoenix_and_the_houses_being_built() -> None:
    assert values.year("1974") == 1974
    assert values.year("1066") is None
    assert values.year(2999) is None


def test_a_lot_may_be_told_in_acres() -> None:
    assert values.area("0.25 acres", 1, 10**8) == 10_890
    assert values.area("7,247 sq ft", 1, 10**8) == 7_247
    assert values.area(7247, 1, 10**8) == 7_247
    assert values.area("0.25acres", 1, 10**8) == 10_890
    assert values.area("1.5 AC", 1, 10**8) == 65_340
    assert values.area("many acres", 1, 10**8) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [("Y", True), ("no", False), (True, True), ("1", True), (0, False), ("perhaps", None), ([], None)],
)
def test_yes_and_no_are_read_in_every_spelling(written: object, read: bool | None) -> None:
    assert values.yes_no(written) is read


@pytest.mark.parametrize("written", ["103-06-005", "10306005", " 103.06.005 ", 10306005])
def test_a_parcel_number_loses_its_dashes(written: object) -> None:
    assert values.parcel_number(written) == "10306005"


def test_a_parcel_number_keeps_its_letter() -> None:
    assert values.parcel_number("173-42-331-a") == "17342331A"


@pytest.mark.parametrize(
    "written", ["INVALID-APN", "123-abc-xyz", "", "000-00-000", "1" * 5_000, True, None, 10**200]
)
def test_what_cannot_be_a_parcel_number_is_unknown(written: object) -> None:
    assert values.parcel_number(written) is None


@pytest.mark.parametrize("nothing", ["", "  ", "--", "N/A", "none", "Unknown", True, None, {}, [], ["--"]])
def test_a_text_that_says_nothing_is_unknown(nothing: object) -> None:
    assert values.text(nothing) is None


def test_a_text_is_one_line_and_a_list_is_one_text() -> None:
    assert values.text("  Casa\n  Sombra ") == "Casa Sombra"
    assert values.text(["Tile", "--", "Foam"]) == "Tile, Foam"
    assert values.text(12) == "12"
    assert values.text("Ni\u00f1a \ud800") == "Ni\u00f1a ?"
    assert values.text("x" * 1_000, 10) == "x" * 10


def test_remarks_lose_the_phones_and_addresses_of_persons() -> None:
    told = values.remarks("Pool! Call (602) 555-0142 or 602.555.0143, raven@example.com. Built 1974.")
    assert told == "Pool! Call [removed] or [removed], [removed]. Built 1974."
    assert values.remarks("6025550142 +16025550143 APN 10306005") == "[removed] [removed] APN 10306005"
    assert values.remarks("--") is None


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("Great home. Call Jane Doe today!", "Great home. Call [removed] today!"),
        ("call Jane McDoe or text John Q. Poe.", "call [removed] or text [removed]."),
        ("Listing agent: Jane Doe. Pool.", "Listing agent: [removed]. Pool."),
        ("Realtor: Jane. Pool.", "Realtor: [removed]. Pool."),
        ("Call Jane at 602-555-0142.", "Call [removed] at [removed]."),
        ("Listed by Jane Doe, Usher Realty", "Listed by [removed], Usher Realty"),
    ],
)
def test_remarks_lose_the_names_one_is_told_to_turn_to(told: str, read: str) -> None:
    assert values.remarks(told) == read


@pytest.mark.parametrize(
    "told",
    [
        "Call Today For Details!",
        "Contact Listing Agent for the code.",
        "Owner Will Carry. Seller: motivated.",
        "CALL NOW FOR A SHOWING",
        "Near Papago Park and Salt River.",
        "Text The Office.",
    ],
)
def test_remarks_keep_what_is_no_name(told: str) -> None:
    assert values.remarks(told) == told
