"""What publishing leaves behind in a real database, whatever happens on the way."""

from __future__ import annotations

import pytest

from phoenix_real_estate.errors import StoreUnavailable
from phoenix_real_estate.models import Decision, Property, RawRecord
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.outcomes import Published, Refused, Stage
from phoenix_real_estate.store import Store
from tests.flows.records import house
from tests.judged import TOO_OLD, judged
from tests.publishing import BROKEN, NOON, Claim, counted, dead, documents, listing, store

__all__ = ["store"]


def test_a_judged_house_is_stored_and_its_record_is_processed(store: Store) -> None:
    claim = Claim(store, house(1))
    published = claim.publish(judged(claim.houses[0]), flow_run_id="run-1")
    [document] = documents(store)
    assert (document["_id"], document["status"]) == ("10306001", "published")
    assert document["metadata"] == {
        "llm_model": "gpt-4o-mini",
        "tokens_used": 360,
        "processing_cost": 0.000081,
        "operations": document["metadata"]["operations"],
        "raw_ids": ["raw-1"],
        "flow_run_id": "run-1",
        "enriched_at": NOON,
    }
    assert document["metadata"]["operations"]["features"]["cost_usd"] == 0.000027
    assert "cost_micro_usd" not in document["metadata"]["operations"]["features"]
    assert document["quality"]["passed"]
    assert published == Published(statuses={"raw-1": "processed"})
    assert counted(store) == {"processed": 1}


def test_a_record_without_a_house_becomes_a_dead_letter_beside_the_others(store: Store) -> None:
    claim = Claim(store, house(1), BROKEN)
    claim.publish_all()
    [letter] = store.dead_letters.find()
    assert (letter.raw_id, letter.stage, letter.attempts, letter.at) == ("broken", "normalize", 1, NOON)
    assert letter.error_class == "UnusableRecord"
    assert "broken" in letter.message
    assert counted(store) == {"processed": 1, "dead_letter": 1}


def test_a_house_of_two_records_marks_both(store: Store) -> None:
    claim = Claim(store, house(1), listing("listing-1", ParcelNumber="103-06-001"))
    published = claim.publish_all()
    [document] = documents(store)
    assert sorted(document["metadata"]["raw_ids"]) == ["listing-1", "raw-1"]
    assert published.statuses == {"raw-1": "processed", "listing-1": "processed"}
    assert counted(store) == {"processed": 2}


def test_a_house_in_review_keeps_its_reasons_in_both_places(store: Store) -> None:
    claim = Claim(store, house(1))
    claim.publish(judged(claim.houses[0], Decision.REVIEW, (TOO_OLD,)))
    [document] = documents(store)
    assert document["status"] == "needs_review"
    assert document["quality"]["needs_review"]
    assert not document["quality"]["passed"]
    assert [reason["rule"] for reason in document["quality"]["review_reasons"]] == ["facts.year_built"]
    raw = store.database["raw_properties"].find_one({"_id": "raw-1"})
    assert raw
    assert raw["processing"]["status"] == "needs_review"
    assert raw["processing"]["last_error"] == "property.year_built: 1850 is too early (facts.year_built)"


def test_without_manual_review_a_doubtful_house_is_a_dead_letter_with_the_reasons(store: Store) -> None:
    claim = Claim(store, house(1))
    published = claim.publish(judged(claim.houses[0], Decision.REVIEW, (TOO_OLD,)), manual_review=False)
    assert documents(store) == []
    assert published == Published(statuses={"raw-1": "dead_letter"})
    [letter] = store.dead_letters.find()
    assert (letter.stage, letter.error_class) == ("gate", "GateRejected")
    assert letter.message == "property.year_built: 1850 is too early (facts.year_built)"


def test_facts_that_the_gate_rejects_make_a_dead_letter_of_every_record(store: Store) -> None:
    claim = Claim(store, house(1), listing("listing-1", ParcelNumber="103-06-001"))
    claim.publish(judged(claim.houses[0], Decision.REJECT, (TOO_OLD,)))
    assert documents(store) == []
    assert dead(store) == ["listing-1", "raw-1"]
    assert counted(store) == {"dead_letter": 2}


def test_an_error_on_the_way_is_told_with_its_class_and_stage() -> None:
    refused = Refused.by("raw-1", Stage.ENRICH, StoreUnavailable("MongoDB does not answer"))
    assert (refused.error_class, refused.stage, refused.message) == (
        "StoreUnavailable",
        "enrich",
        "MongoDB does not answer",
    )


def test_a_record_the_normalizer_breaks_on_is_a_dead_letter_and_the_others_go_on(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(record: RawRecord) -> Property:
        if record.id == "raw-1":
            raise ValueError("not enough values\nto unpack, call 602-555-1234 " + "x" * 999)
        return normalize(record)

    monkeypatch.setattr("phoenix_real_estate.batches.normalize", broken)
    claim = Claim(store, house(1), house(2))
    [refused] = claim.batch.refused
    assert (refused.raw_id, refused.stage, refused.error_class) == ("raw-1", Stage.NORMALIZE, "ValueError")
    assert "this is a defect of the normalizer (ValueError: not enough values to unpack" in refused.message
    assert "replay the dead letter" in refused.message
    assert "602" not in refused.message
    assert len(refused.message) < 450
    assert any(entry.exc_info and "raw-1" in entry.getMessage() for entry in caplog.records)
    claim.publish_all()
    assert counted(store) == {"dead_letter": 1, "processed": 1}
    assert dead(store) == ["raw-1"]
