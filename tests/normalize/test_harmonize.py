from datetime import UTC, datetime
from typing import Any

import pytest

from phoenix_real_estate.models import Address, Doubt, Property, Source
from phoenix_real_estate.normalize import Normalized, harmonize

ELM = Address(street="12 E Elm St", city="Tempe", state="AZ", zip="85281")
MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 3)  # noqa: DTZ001  a collector may store a moment without its zone


def said(source: Source, raw_id: str = "", **facts: Any) -> Normalized:
    address = facts.pop("address", ELM)
    provenance = dict.fromkeys(["address", *facts], source.value)
    read = Property(address=address, provenance=provenance, **facts)
    return Normalized(raw_id=raw_id or f"{source}:1", source=source, property=read)


def county(raw_id: str = "c1", **facts: Any) -> Normalized:
    return said(Source.MARICOPA, raw_id, **facts)


def mls(raw_id: str = "m1", **facts: Any) -> Normalized:
    return said(Source.MLS, raw_id, **facts)


def test_two_sources_of_one_parcel_are_one_house() -> None:
    (house,) = harmonize(
        [
            county(parcel_number="99910014", year_built=2006, lot_size=9148),
            mls(parcel_number="99910014", bedrooms=4, price=639_900, price_kind="list"),
        ]
    )
    assert house.raw_ids == ("c1", "m1")
    assert (house.property.year_built, house.property.bedrooms, house.property.price) == (2006, 4, 639_900)
    assert house.property.provenance["year_built"] == "maricopa_api"
    assert house.property.provenance["price_kind"] == "phoenix_mls"
    assert house.property.conflicts == ()
    assert set(house.facts_by_source) == {"maricopa_api", "phoenix_mls"}


def test_without_a_parcel_number_the_address_joins() -> None:
    spelled = Address(street="12 East Elm Street", city="Tempe", zip="85281")
    (house,) = harmonize([county(parcel_number="99910014"), mls(address=spelled, bedrooms=4)])
    assert house.property.property_id == "99910014"
    assert house.property.bedrooms == 4


def test_two_parcels_at_one_address_stay_two_houses() -> None:
    houses = harmonize([county("c1", parcel_number="99910014"), county("c2", parcel_number="99910015")])
    assert [house.raw_ids for house in houses] == [("c1",), ("c2",)]


def test_listings_without_a_parcel_number_at_an_address_that_two_parcels_share_are_one_house() -> None:
    one, two = county("c1", parcel_number="99910014"), county("c2", parcel_number="99910015")
    houses = harmonize([one, two, mls("m1", bedrooms=4), mls("m2", bedrooms=4)])
    assert [house.raw_ids for house in houses] == [("c1",), ("c2",), ("m1", "m2")]
    assert len({house.property.property_id for house in houses}) == 3


def test_an_address_that_two_parcels_share_joins_neither() -> None:
    one, two = county("c1", parcel_number="99910014"), county("c2", parcel_number="99910015")
    for records in ([one, two, mls(bedrooms=4)], [mls(bedrooms=4), one, two]):
        assert [house.raw_ids for house in harmonize(records)] == [("c1",), ("c2",), ("m1",)]


def test_a_parcel_with_a_unit_shares_its_building_with_a_record_without_one() -> None:
    flat = county("c1", parcel_number="99910014", address=ELM.model_copy(update={"unit": "4"}))
    bare = county("c2", parcel_number="99910015")
    for records in ([flat, bare, mls(bedrooms=4)], [mls(bedrooms=4), bare, flat]):
        assert [house.raw_ids for house in harmonize(records)][-1] == ("m1",)


def test_different_addresses_are_different_houses() -> None:
    other = ELM.model_copy(update={"street": "14 E Elm St"})
    assert len(harmonize([mls("m1"), mls("m2", address=other)])) == 2


def test_addresses_without_a_key_join_nothing() -> None:
    nowhere = Address(street="12 E Elm St")
    assert len(harmonize([mls("m1", address=nowhere), mls("m2", address=nowhere)])) == 2


def test_the_county_wins_what_it_measures_and_the_mls_what_it_sees() -> None:
    (house,) = harmonize(
        [
            county(square_feet=1850, bathrooms=1.0, pool_type="none"),
            mls(square_feet=1990, bathrooms=2.5, pool_type="private"),
        ]
    )
    assert (house.property.square_feet, house.property.bathrooms) == (1850, 2.5)
    assert [str(conflict) for conflict in house.property.conflicts] == [
        "bathrooms: phoenix_mls says 2.5, maricopa_api says 1.0",
        "square_feet: maricopa_api says 1850, phoenix_mls says 1990",
        "pool_type: phoenix_mls says private, maricopa_api says none",
    ]


@pytest.mark.parametrize(
    ("counted", "listed"),
    [
        ({"pool_type": "none"}, {"pool_type": "community"}),
        ({"pool_type": "private"}, {"pool_type": "both"}),
        ({"square_feet": 1850}, {"square_feet": 1885}),
        ({"year_built": 1974}, {"year_built": 1975}),
        ({"roof_type": "Concrete Tile"}, {"roof_type": "Tile"}),
        ({"roof_type": "Asphalt"}, {"roof_type": "Composition"}),
        ({"cooling_type": "Refrigeration"}, {"cooling_type": "Central Air"}),
        ({"subdivision": "Deer Village Unit 2"}, {"subdivision": "DEER VILLAGE"}),
        ({"price": 215_000, "price_kind": "sale"}, {"price": 325_000, "price_kind": "list"}),
        ({"annual_tax": 395}, {"annual_tax": 460}),
        ({"flood_irrigation_rights": True}, {"flood_irrigation_rights": True}),
    ],
)
def test_values_that_mean_the_same_are_no_conflict(counted: dict[str, Any], listed: dict[str, Any]) -> None:
    (house,) = harmonize([county(**counted), mls(**listed)])
    assert house.property.conflicts == ()


@pytest.mark.parametrize(
    ("counted", "listed"),
    [
        ({"pool_type": "private"}, {"pool_type": "community"}),
        ({"square_feet": 1850}, {"square_feet": 1900}),
        ({"year_built": 1974}, {"year_built": 1976}),
        ({"roof_type": "Concrete Tile"}, {"roof_type": "Foam"}),
        ({"cooling_type": "Refrigeration"}, {"cooling_type": "Evaporative Cooling"}),
        ({"property_type": "Condominium"}, {"property_type": "Townhouse"}),
        ({"price": 215_000, "price_kind": "sale"}, {"price": 325_000, "price_kind": "sale"}),
        ({"flood_irrigation_rights": True}, {"flood_irrigation_rights": False}),
        ({"bedrooms": 3}, {"bedrooms": 4}),
    ],
)
def test_values_that_contradict_each_other_are_a_conflict(
    counted: dict[str, Any], listed: dict[str, Any]
) -> None:
    (house,) = harmonize([county(**counted), mls(**listed)])
    assert [conflict.field for conflict in house.property.conflicts] == [next(iter(counted))]


@pytest.mark.parametrize("kind", ["Condominium", "Townhouse"])
def test_a_flats_lot_and_garage_may_be_the_buildings(kind: str) -> None:
    counted = county(garage_spaces=120.0, carport_spaces=40.0, lot_size=250_000)
    listed = mls(garage_spaces=1.0, carport_spaces=0.0, lot_size=71, property_type=kind)
    (house,) = harmonize([counted, listed])
    assert house.property.conflicts == ()
    (detached,) = harmonize([counted, mls(garage_spaces=1.0, property_type="Single Family Residence")])
    assert [conflict.field for conflict in detached.property.conflicts] == ["garage_spaces"]


def test_what_one_source_says_and_nobody_believes_is_told_of_the_house() -> None:
    doubt = Doubt(field="bathrooms", source="phoenix_mls", told="99", why="not a number from 0.25 to 60")
    (house,) = harmonize([county(bathrooms=2.5), mls(doubts=(doubt,))])
    assert (house.property.bathrooms, house.property.doubts) == (2.5, (doubt,))


def test_a_price_keeps_its_own_kind() -> None:
    (house,) = harmonize([county(price=215_000, price_kind="sale"), mls(price_kind="list", bedrooms=3)])
    assert (house.property.price, house.property.price_kind) == (215_000, "sale")


def test_the_listing_completes_the_countys_address() -> None:
    bare = Address(street="12 E Elm St", city="Tempe", state="AZ")
    listed = Address(street="12 East Elm St", unit="4", zip="85281")
    (house,) = harmonize([county(parcel_number="1", address=bare), mls(parcel_number="1", address=listed)])
    assert house.property.address.one_line == "12 E Elm St # 4, Tempe, AZ 85281"
    assert house.property.provenance["address"] == "maricopa_api"


def test_the_address_of_another_street_completes_nothing() -> None:
    bare = Address(street="12 E Elm St", city="Tempe")
    listed = Address(street="99 W Oak St", unit="4", city="Tempe", zip="85281")
    (house,) = harmonize([county(parcel_number="1", address=bare), mls(parcel_number="1", address=listed)])
    assert house.property.address == bare


def test_of_two_records_of_one_source_the_newer_wins_and_the_older_fills_gaps() -> None:
    older = mls("m1", price=325_000, price_kind="list", bedrooms=3, collected_at=MONDAY)
    newer = mls("m2", price=299_000, price_kind="list", collected_at=TUESDAY)
    undated = mls("m3", price=1_000_000, price_kind="list", year_built=1974)
    for records in ([older, newer, undated], [undated, newer, older]):
        (house,) = harmonize(records)
        assert (house.property.price, house.property.bedrooms, house.property.year_built) == (
            299_000,
            3,
            1974,
        )
        assert house.property.provenance["bedrooms"] == "phoenix_mls"
        assert house.property.collected_at == TUESDAY


def test_stored_facts_join_the_house_they_belong_to() -> None:
    stored = {"maricopa_api": county(parcel_number="99910014", year_built=2006).property}
    (house,) = harmonize([mls(parcel_number="99910014", bedrooms=4)], [stored])
    assert (house.property.year_built, house.property.bedrooms, house.raw_ids) == (2006, 4, ("m1",))


def test_stored_facts_of_another_house_are_left_alone() -> None:
    other = ELM.model_copy(update={"street": "14 E Elm St"})
    stored = {"maricopa_api": county(address=other, year_built=2006).property}
    (house,) = harmonize([mls(bedrooms=4)], [stored])
    assert house.property.year_built is None


def test_a_listing_without_a_parcel_number_joins_none_of_two_stored_parcels_at_its_address() -> None:
    one = {"maricopa_api": county(parcel_number="99910014", square_feet=800).property}
    two = {"maricopa_api": county(parcel_number="99910015", square_feet=1600).property}
    for earlier in ([one, two], [two, one]):
        (house,) = harmonize([mls(bedrooms=4)], earlier)
        assert house.property.property_id.startswith("addr-")
        assert (house.property.square_feet, house.property.bedrooms) == (None, 4)


def test_a_parcel_stored_and_a_parcel_of_the_batch_at_one_address_leave_a_listing_alone() -> None:
    stored = {"maricopa_api": county(parcel_number="99910014", square_feet=800).property}
    arriving = [county(parcel_number="99910015", square_feet=1600), mls(bedrooms=4)]
    for batch in (arriving, arriving[::-1]):
        assert [house.raw_ids for house in harmonize(batch, [stored])] == [("c1",), ("m1",)]
        assert [set(house.facts_by_source) for house in harmonize(batch, [stored])] == [
            {"maricopa_api"},
            {"phoenix_mls"},
        ]


def test_a_stored_parcel_does_not_lend_its_facts_by_way_of_a_listing_it_once_took_in() -> None:
    one = {
        "maricopa_api": county(parcel_number="99910014", square_feet=800).property,
        "phoenix_mls": mls(price=410_000).property,
    }
    two = {"maricopa_api": county(parcel_number="99910015", square_feet=1600).property}
    (listed,) = harmonize([mls(bedrooms=4)], [one, two])
    assert (listed.property.square_feet, listed.property.parcel_number) == (None, None)
    (counted,) = harmonize([county(parcel_number="99910014", square_feet=810)], [one, two])
    assert (counted.property.square_feet, counted.property.price) == (810, None)


def test_what_was_stored_under_an_address_that_two_parcels_share_joins_the_listings_there() -> None:
    known = [
        {"maricopa_api": county(parcel_number="99910014").property},
        {"maricopa_api": county(parcel_number="99910015").property},
        {"phoenix_mls": mls(price=410_000).property},
    ]
    (house,) = harmonize([mls(bedrooms=4)], known)
    assert (house.property.price, house.property.bedrooms) == (410_000, 4)
