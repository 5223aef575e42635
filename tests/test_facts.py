import pytest

from phoenix_real_estate.errors import MalformedAnswer
from phoenix_real_estate.facts import common, facts_of, field_of, fill, money, number, proper, series
from phoenix_real_estate.models import Address, Property, Valuation

HOUSE = Property(
    address=Address(street="123 Main St", unit="4", city="Phoenix", state="AZ", zip="85031"),
    parcel_number="10229123",
    property_type="Single Family Residence",
    listing_status="Active",
    bedrooms=3,
    bathrooms=2.5,
    square_feet=1850,
    lot_size=7200,
    year_built=1974,
    price=425000,
    price_kind="list",
    valuations=(
        Valuation(tax_year=2026, limited_property_value=181000),
        Valuation(tax_year=2025, full_cash_value=361200, limited_property_value=172000),
    ),
    annual_tax=1234,
    garage_spaces=2,
    carport_spaces=1,
    pool_type="both",
    flood_irrigation_rights=True,
    irrigation_district="SALT RIVER PROJECT",
    flood_zone="X",
    hoa_name="MARYVALE HOA",
    hoa_fee=312.5,
    solar_panels="owned",
    desert_landscaping_pct=60,
    cooling_type="Central Air, Ceiling Fan(s)",
    roof_type="CONCRETE TILE",
    neighborhood="Maryvale",
    subdivision="MARYVALE TERRACE 5TH ADD II",
    school_district="Cartwright Elementary District",
    remarks="Owner says: call 602-555-0100",
)


def test_every_known_fact_comes_as_the_words_of_a_text_in_a_fixed_order() -> None:
    assert list(facts_of(HOUSE).items()) == [
        ("address", "123 Main St # 4, Phoenix, AZ 85031"),
        ("street", "123 Main St"),
        ("unit", "4"),
        ("city", "Phoenix"),
        ("state", "AZ"),
        ("zip", "85031"),
        ("parcel_number", "10229123"),
        ("property_type", "single-family home"),
        ("listing_status", "active"),
        ("bedrooms", "3"),
        ("bathrooms", "2.5"),
        ("square_feet", "1,850"),
        ("lot_size", "7,200"),
        ("year_built", "1974"),
        ("price", "$425,000"),
        ("price_words", "list price"),
        ("tax_year", "2026"),
        ("full_cash_value", "$361,200"),
        ("full_cash_value_year", "2025"),
        ("limited_property_value", "$181,000"),
        ("limited_property_value_year", "2026"),
        ("annual_tax", "$1,234"),
        ("garage_spaces", "2"),
        ("carport_spaces", "1"),
        ("pool", "private and community pools"),
        ("flood_irrigation_rights", "flood irrigation rights"),
        ("irrigation_district", "Salt River Project"),
        ("flood_zone", "X"),
        ("hoa_name", "Maryvale HOA"),
        ("hoa_fee", "$312.50"),
        ("solar_panels", "owned solar panels"),
        ("desert_landscaping_pct", "60"),
        ("cooling_type", "central air and ceiling fans"),
        ("roof_type", "concrete tile"),
        ("neighborhood", "Maryvale"),
        ("subdivision", "Maryvale Terrace 5th Add II"),
        ("school_district", "Cartwright Elementary District"),
    ]


def test_what_is_not_known_is_no_fact() -> None:
    assert facts_of(Property()) == {}


def test_remarks_are_untrusted_and_never_a_fact() -> None:
    assert not any("602" in words for words in facts_of(HOUSE).values())


def test_a_zero_that_means_something_stays_and_one_that_cannot_be_is_unknown() -> None:
    empty = Property(bedrooms=0, hoa_fee=0, square_feet=0, lot_size=0, year_built=0, price=0, bathrooms=0)
    assert facts_of(empty) == {"bedrooms": "0", "hoa_fee": "$0"}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("list", "list price"),
        ("sale", "last sale price"),
        ("full_cash_value", "full cash value"),
        (None, "price"),
    ],
)
def test_a_price_is_called_by_its_kind(kind: str | None, words: str) -> None:
    price = Property.model_validate({"price": 100, "price_kind": kind})
    assert facts_of(price)["price_words"] == words


def test_what_a_property_does_not_have_is_a_fact_too() -> None:
    without = Property(pool_type="none", solar_panels="none", flood_irrigation_rights=False)
    assert facts_of(without) == {
        "pool": "no private pool",
        "flood_irrigation_rights": "no flood irrigation rights",
        "solar_panels": "no solar panels",
    }


def test_a_property_type_without_a_plain_name_is_told_in_lower_case() -> None:
    assert facts_of(Property(property_type="Townhouse"))["property_type"] == "townhouse"


def test_each_fact_leads_back_to_the_field_it_comes_from() -> None:
    assert {
        name: field_of(name) for name in ("zip", "pool", "full_cash_value_year", "square_feet", "noi")
    } == {
        "zip": "address",
        "pool": "pool_type",
        "full_cash_value_year": "valuations",
        "square_feet": "square_feet",
        "noi": "noi",
    }
    assert {field_of(name) for name in facts_of(HOUSE)} <= set(Property.model_fields)


def test_placeholders_are_filled_and_spaces_within_their_braces_do_not_matter() -> None:
    text = fill("{{ bedrooms }} beds, {{square_feet}} square feet", facts_of(HOUSE))
    assert text == "3 beds, 1,850 square feet"


def test_a_sign_that_the_words_bring_already_is_written_once() -> None:
    words = {"price": "$425,000", "cap_rate": "5.4%", "cash_flow": "-$90", "square_feet": "1,850"}
    assert fill("${{price}} at {{cap_rate}}%, ${{cash_flow}}", words) == "$425,000 at 5.4%, -$90"
    assert fill("${{square_feet}} or {{square_feet}}%", words) == "$1,850 or 1,850%"


def test_an_unknown_placeholder_is_a_malformed_answer_that_names_it() -> None:
    with pytest.raises(MalformedAnswer, match=r"\{\{granite_counters\}\}, which is not a known fact"):
        fill("With {{granite_counters}}.", facts_of(HOUSE))


@pytest.mark.parametrize("text", ["{bedrooms}", "{{bedrooms}", "{{{bedrooms}}}", "{{bedrooms}} }", "{{a{b}}"])
def test_braces_that_are_no_placeholder_are_a_malformed_answer(text: str) -> None:
    with pytest.raises(MalformedAnswer, match=r"stray '[{}]'"):
        fill(text, facts_of(HOUSE))


def test_numbers_have_separators_and_no_idle_zeros() -> None:
    assert [number(n) for n in (0, 2.0, 2.5, 1.25, 1850, 100, None)] == [
        "0",
        "2",
        "2.5",
        "1.25",
        "1,850",
        "100",
        None,
    ]


def test_money_keeps_cents_only_where_there_are_some_and_its_sign_in_front() -> None:
    assert [money(n) for n in (425000, 312.5, -90, 0, None)] == ["$425,000", "$312.50", "-$90", "$0", None]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Built-Up; Foam", "built-up and foam"),
        ("ENERGY STAR Fan, Mini Split, Central Air", "ENERGY STAR fan, mini split and central air"),
        ("See Remarks", ""),
        ("Other (See Remarks), Central Air", "central air"),
        ("  ", ""),
        (None, ""),
    ],
)
def test_common_nouns_read_as_they_stand_in_a_sentence(text: str | None, words: str) -> None:
    assert common(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SALT RIVER  PROJECT", "Salt River Project"),
        ("DOBSON RANCH UNIT IV", "Dobson Ranch Unit IV"),
        ("McCormick Ranch", "McCormick Ranch"),
        ("GREY-HAWK", "Grey-Hawk"),
        (None, ""),
    ],
)
def test_shouted_names_get_title_case_and_others_keep_theirs(text: str | None, words: str) -> None:
    assert proper(text) == words


def test_a_series_joins_its_last_item_with_and() -> None:
    assert [series(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
