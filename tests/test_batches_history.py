"""The versions that publishing replaces are kept."""

from __future__ import annotations

from datetime import timedelta

from phoenix_real_estate.store import Store
from tests.flows.records import house
from tests.publishing import NOON, Claim, documents, listing, store

__all__ = ["store"]


def test_the_version_that_a_newer_one_replaces_is_kept_with_when_and_why(store: Store) -> None:
    Claim(store, house(1)).publish_all(flow_run_id="first")
    again = Claim(store, house(1).model_copy(update={"id": "again"}))
    later = NOON + timedelta(days=1)
    again.publish_all(at=later, flow_run_id="second", why="backfill b")
    [document] = documents(store)
    [kept] = store.history.of(document["_id"])
    assert (document["metadata"]["flow_run_id"], document["metadata"]["enriched_at"]) == ("second", later)
    assert (kept["replaced_by"], kept["replaced_at"], kept["why"]) == ("second", later, "backfill b")
    assert kept["version"]["metadata"]["enriched_at"] == NOON
    assert kept["version"]["llm_enrichment"] == document["llm_enrichment"]


def test_publishing_again_after_it_broke_off_keeps_nothing_of_its_own(store: Store) -> None:
    claim = Claim(store, house(1))
    claim.publish_all(flow_run_id="run")
    store.database.raw_properties.update_one(
        {"_id": "raw-1"}, {"$set": {"processing.status": "claimed", "processing.claim_id": claim.id}}
    )
    claim.publish_all(flow_run_id="run")
    assert store.database.processed_history.count_documents({}) == 0


def test_a_first_version_replaces_nothing(store: Store) -> None:
    Claim(store, house(1)).publish_all()
    assert store.database.processed_history.count_documents({}) == 0


def test_a_version_under_an_address_is_kept_when_the_parcel_becomes_known(store: Store) -> None:
    Claim(store, listing("mls-1")).publish_all(flow_run_id="first")
    [by_address] = documents(store)
    Claim(store, house(1)).publish_all(flow_run_id="second")
    [by_parcel] = documents(store)
    assert by_parcel["_id"] != by_address["_id"]
    [kept] = store.history.of(by_address["_id"])
    assert "parcel number" in kept["why"]
