from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import PyMongoError

from phoenix_real_estate.models import Address
from phoenix_real_estate.store import Store

NOON = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
MAIN_ST = Address(street="123 Main St", city="Phoenix", state="AZ", zip="85031")
ELM_ST = Address(street="9 Elm St", city="Mesa", state="AZ", zip="85201")


def _document(property_id: str, status: str = "published", address: Address = MAIN_ST) -> dict[str, Any]:
    return {"_id": property_id, "status": status, "property": {"address": address.model_dump()}}


def _written(document: dict[str, Any], at: datetime | None) -> dict[str, Any]:
    return {**document, "metadata": {"enriched_at": at}} if at else document


def test_a_saved_document_is_found_as_it_was(store: Store) -> None:
    store.processed.save([_document("10213002")])
    assert list(store.processed.find()) == [_document("10213002")]


def test_saving_again_replaces_the_document_of_the_same_property(store: Store) -> None:
    for written in (None, NOON):
        old = _written(_document("10213002", "needs_review"), written)
        assert store.processed.save([old]) == set()
        new = _written(_document("10213002"), NOON + timedelta(days=1))
        assert store.processed.save([new], over={"10213002": written}) == set()
        assert store.processed.save([]) == set()
        assert list(store.processed.find()) == [new]
        store.processed.remove({"10213002": NOON + timedelta(days=1)})


def test_what_has_been_written_since_it_was_noted_stands(store: Store) -> None:
    mine = _written(_document("10213002", "needs_review"), NOON + timedelta(days=1))
    store.processed.save([_written(_document("10213002"), NOON)])
    assert store.processed.save([mine, _document("10213003")]) == {"10213002"}
    assert store.processed.save([mine], over={"10213002": None}) == {"10213002"}
    assert store.processed.save([mine], over={"10213002": NOON - timedelta(days=1)}) == {"10213002"}
    assert store.processed.save([_document("gone")], over={"gone": NOON}) == {"gone"}
    found = {document["_id"]: document["status"] for document in store.processed.find()}
    assert found == {"10213002": "published", "10213003": "published"}


def test_a_refusal_of_the_database_is_no_document_of_another(store: Store) -> None:
    too_large = {**_document("10213002"), "text": "x" * (16 * 1024 * 1024 + 1)}
    with pytest.raises(PyMongoError):
        store.processed.save([too_large])


def test_consumers_find_by_status(store: Store) -> None:
    store.processed.save([_document("2"), _document("3", "needs_review"), _document("1")])
    assert [document["_id"] for document in store.processed.find("published")] == ["1", "2"]
    assert [document["_id"] for document in store.processed.find("needs_review")] == ["3"]


def test_counts_know_both_statuses_even_when_there_is_nothing(store: Store) -> None:
    assert store.processed.counts() == {"published": 0, "needs_review": 0}
    store.processed.save([_document("1"), _document("2", "needs_review"), _document("3")])
    assert store.processed.counts() == {"published": 2, "needs_review": 1}


def test_the_same_house_is_found_by_its_id_or_by_its_address_however_it_is_spelt(store: Store) -> None:
    store.processed.save([_document("10213002"), _document("addr-1", address=ELM_ST), _document("other")])
    spelt = Address(street="9 ELM ST.", city="MESA", zip="85201")
    found = store.processed.same_house(["10213002"], [str(spelt.key)])
    assert sorted(document["_id"] for document in found) == ["10213002", "addr-1"]
    assert _document("addr-1", address=ELM_ST) in found
    assert store.processed.same_house([], []) == []


def test_documents_without_an_address_are_not_the_same_house(store: Store) -> None:
    store.processed.save([{"_id": "a", "status": "published"}, {"_id": "b", "property": {"address": None}}])
    assert store.processed.same_house(["a"], []) == [{"_id": "a", "status": "published"}]


def test_a_property_that_got_its_parcel_number_is_forgotten_under_its_old_id(store: Store) -> None:
    store.processed.save([_document("addr-1"), _document("10213002")])
    assert store.processed.remove({"addr-1": None, "unknown": None}) == 1
    assert [document["_id"] for document in store.processed.find()] == ["10213002"]


def test_a_property_that_was_written_again_is_not_forgotten(store: Store) -> None:
    store.processed.save([_written(_document("addr-1"), NOON)])
    assert store.processed.remove({"addr-1": None}) == 0
    assert store.processed.remove({"addr-1": NOON - timedelta(days=1)}) == 0
    assert store.processed.remove({"addr-1": NOON}) == 1


@pytest.mark.parametrize("property", [{"address": 7}, {"address": {"street": 7}}, 7])
def test_a_document_whose_address_cannot_be_read_has_none(store: Store, property: object) -> None:
    store.processed.save([{"_id": "a", "status": "published", "property": property}])
    assert store.processed.same_house(["a"], []) == [
        {"_id": "a", "status": "published", "property": property}
    ]


def test_a_property_is_read_by_its_id_and_by_the_records_it_was_made_of(store: Store) -> None:
    made = {**_document("10213002"), "metadata": {"raw_ids": ["a", "b"]}}
    store.processed.save([made, _document("10213003", address=ELM_ST)])
    assert store.processed.read("10213002") == made
    assert store.processed.read("nowhere") is None
    assert store.processed.of_records({"b", "x"}) == [made]
    assert store.processed.of_records([]) == []
