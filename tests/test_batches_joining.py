"""A house and what is stored of it already: which document it becomes, and with which facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from phoenix_real_estate.models import Property
from phoenix_real_estate.store import Store
from tests.flows.records import house
from tests.publishing import NOON, Claim, documents, listing, store

__all__ = ["store"]


def test_facts_stored_earlier_from_another_source_join_in(store: Store) -> None:
    Claim(store, house(1)).publish_all()
    [joined] = Claim(store, listing("listing-1")).houses
    assert joined.raw_ids == ("listing-1",)
    assert joined.property.parcel_number == "10306001"
    assert (joined.property.price, joined.property.square_feet) == (312000, 1451)


def test_a_newer_listing_that_leaves_the_parcel_number_out_stays_the_same_property(store: Store) -> None:
    Claim(store, listing("listing-1", ParcelNumber="103-06-001")).publish_all()
    Claim(
        store, listing("listing-2", ListPrice=299000).model_copy(update={"collected_at": NOON})
    ).publish_all()
    [document] = documents(store)
    assert document["_id"] == "10306001"
    assert document["property"]["price"] == 299000


def test_a_document_under_the_address_goes_when_the_parcel_becomes_known(store: Store) -> None:
    Claim(store, listing("listing-1")).publish_all()
    [by_address] = documents(store)
    assert by_address["_id"].startswith("addr-")
    Claim(store, house(1)).publish_all()
    [by_parcel] = documents(store)
    assert by_parcel["_id"] == "10306001"
    assert set(by_parcel["facts_by_source"]) == {"maricopa_api", "phoenix_mls"}


def test_a_document_under_an_address_that_two_parcels_share_stays(store: Store) -> None:
    Claim(store, listing("listing-1")).publish_all()
    Claim(
        store,
        house(1),
        house(1, parcel_number="103-06-777").model_copy(update={"id": "raw-777"}),
    ).publish_all()
    assert len(documents(store)) == 3


def test_a_stored_document_that_todays_model_cannot_read_costs_its_own_facts_only(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    Claim(store, house(1), listing("listing-1", ParcelNumber="103-06-001", BedroomsTotal=7)).publish_all()
    odd = {"$set": {"facts_by_source.maricopa_api.pool_type": "indoor", "property.address": {"street": 7}}}
    store.database["processed_properties"].update_one({"_id": "10306001"}, odd)
    with caplog.at_level("WARNING"):
        claim = Claim(store, house(1).model_copy(update={"id": "raw-again"}))
    [again] = claim.houses
    assert (again.property.bedrooms, again.property.pool_type) == (7, "private")
    assert "10306001" in caplog.text
    assert "maricopa_api" in caplog.text
    assert claim.publish_all().statuses == {"raw-again": "processed"}
    [document] = documents(store)
    assert set(document["facts_by_source"]) == {"maricopa_api", "phoenix_mls"}


@pytest.mark.parametrize(
    "odd", [{"facts_by_source": [7]}, {"facts_by_source": {"maricopa_api": 7}}, {"property": 7}]
)
def test_a_stored_document_of_another_shape_breaks_nothing(store: Store, odd: dict[str, Any]) -> None:
    store.database["processed_properties"].insert_one({"_id": "10306001", "status": "published", **odd})
    assert Claim(store, house(1)).publish_all().statuses == {"raw-1": "processed"}


def test_a_listing_at_the_address_of_two_stored_parcels_is_a_house_of_its_own(store: Store) -> None:
    twin = house(1, parcel_number="103-06-777").model_copy(update={"id": "raw-777"})
    Claim(store, house(1), twin).publish_all()
    Claim(store, listing("listing-1")).publish_all()
    assert [set(document["facts_by_source"]) for document in documents(store)] == [
        {"maricopa_api"},
        {"maricopa_api"},
        {"phoenix_mls"},
    ]
    Claim(store, house(1).model_copy(update={"id": "raw-again", "collected_at": NOON})).publish_all()
    assert [set(document["facts_by_source"]) for document in documents(store)] == [
        {"maricopa_api"},
        {"maricopa_api"},
        {"phoenix_mls"},
    ]


def test_what_is_stored_under_an_address_of_two_parcels_stays_when_one_of_them_is_listed(
    store: Store,
) -> None:
    twin = house(1, parcel_number="103-06-777").model_copy(update={"id": "raw-777"})
    Claim(store, house(1), twin, listing("listing-1")).publish_all()
    Claim(store, listing("listing-2", ParcelNumber="103-06-001", ListPrice=299000)).publish_all()
    assert [document["property"]["price"] for document in documents(store)] == [299000, 800000, 312000]


def test_a_stored_property_that_breaks_its_reader_does_not_stop_the_batch(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Claim(store, house(1)).publish_all()

    def broken(document: Mapping[str, Any]) -> dict[str, Property]:
        raise TypeError(f"{len(document)} is no date")

    monkeypatch.setattr("phoenix_real_estate.batches.earlier_facts", broken)
    assert len(Claim(store, listing("again")).houses) == 1
    assert "property 10306001 cannot be read and is left out" in caplog.text


def test_a_house_is_compared_with_what_is_published_and_never_with_itself(store: Store) -> None:
    listed = [
        house(number, price_kind="list", property_type="Single Family Residence") for number in range(6)
    ]
    Claim(store, *listed[:5]).publish_all()
    newcomer = Claim(store, listed[5])
    [facts] = [one.property for one in newcomer.houses]
    assert facts.comparables is not None
    assert (facts.comparables.count, facts.comparables.size_from) == (5, 1_000)
    newcomer.publish_all()
    [stored] = [one for one in documents(store) if one["_id"] == facts.property_id]
    assert stored["property"]["comparables"]["snapshot"] == facts.comparables.snapshot
    assert stored["llm_enrichment"]["investment_analysis"]["figures"]["comparables_count"] == 5
    assert all(known["comparables"] is None for known in stored["facts_by_source"].values())
    again = listed[0].model_copy(update={"id": "again"})
    [first] = Claim(store, again).houses
    assert first.property.comparables is None, "four others were there when the snapshot was taken"
