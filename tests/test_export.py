from datetime import UTC, datetime

from phoenix_real_estate.export import Names, exported, reso_names
from phoenix_real_estate.models import Address, Property

FACTS = Property(
    address=Address(street="123 Main St", city="Phoenix", state="AZ", zip="85031", raw="123 MAIN ST"),
    parcel_number="10306005",
    bedrooms=3,
    square_feet=1850,
    price=315000,
    price_kind="list",
)


def document() -> dict[str, object]:
    return {
        "_id": "10306005",
        "status": "published",
        "property": FACTS.model_dump(mode="json"),
        "metadata": {"enriched_at": datetime(2026, 11, 21, tzinfo=UTC), "raw_ids": ["a"]},
    }


def test_an_exported_property_is_plain_json_under_its_id() -> None:
    plain = exported(document())
    assert plain["property_id"] == "10306005"
    assert "_id" not in plain
    assert plain["metadata"] == {"enriched_at": "2026-11-21T00:00:00+00:00", "raw_ids": ["a"]}
    assert plain["property"]["square_feet"] == 1850


def test_reso_names_are_those_of_the_data_dictionary() -> None:
    assert exported(document(), Names.RESO)["property"] == {
        "UnparsedAddress": "123 Main St",
        "City": "Phoenix",
        "StateOrProvince": "AZ",
        "PostalCode": "85031",
        "ParcelNumber": "10306005",
        "BedroomsTotal": 3,
        "LivingArea": 1850,
        "ListPrice": 315000,
    }


def test_a_price_goes_by_what_it_is() -> None:
    told = {
        kind: reso_names({"price": 250000, "price_kind": kind}) for kind in ("sale", "full_cash_value", None)
    }
    assert told == {"sale": {"ClosePrice": 250000}, "full_cash_value": {}, None: {}}


def test_unknown_facts_have_no_name_in_reso() -> None:
    assert reso_names({"bedrooms": None, "address": None, "price_kind": "list"}) == {}


def test_what_each_source_says_has_the_same_names_as_the_property() -> None:
    sources = {"facts_by_source": {"phoenix_mls": FACTS.model_dump(mode="json")}}
    plain = exported(document() | sources, Names.RESO)
    assert plain["facts_by_source"] == {"phoenix_mls": plain["property"]}
