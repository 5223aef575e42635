"""Publishing again, after a lost lease, a partial end or a crash: nothing is doubled or overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from phoenix_real_estate.errors import StoreUnavailable
from phoenix_real_estate.models import Decision
from phoenix_real_estate.outcomes import Published
from phoenix_real_estate.store import RawOutcome, Store
from tests.flows.records import house, houses
from tests.judged import TOO_OLD, judged
from tests.publishing import BROKEN, NOON, Claim, counted, dead, documents, listing, store

__all__ = ["store"]


def test_a_lost_lease_publishes_nothing_and_leaves_the_records_to_the_new_holder(store: Store) -> None:
    slow = Claim(store, house(1), BROKEN, lease=timedelta(seconds=-1))
    quick = Claim(store)
    assert slow.id != quick.id
    published = slow.publish_all()
    assert published == Published(statuses={}, lost=("10306001",))
    assert documents(store) == []
    assert dead(store) == []
    assert counted(store) == {"claimed": 2}
    assert quick.publish_all().statuses == {"raw-1": "processed", "broken": "dead_letter"}


def test_a_house_that_lost_one_of_its_records_is_lost_and_the_others_go_out(store: Store) -> None:
    claim = Claim(store, house(1), listing("listing-1", ParcelNumber="103-06-001"), house(2))
    other = {"$set": {"processing.claim_id": "another"}}
    store.database["raw_properties"].update_one({"_id": "listing-1"}, other)
    published = claim.publish_all()
    assert published.lost == ("10306001",)
    assert published.statuses == {"raw-2": "processed"}
    assert [document["_id"] for document in documents(store)] == ["10306002"]
    county = store.database["raw_properties"].find_one({"_id": "raw-1"})
    assert county
    assert (county["processing"]["status"], county["processing"]["attempts"]) == ("pending", 0)
    assert counted(store) == {"processed": 1, "pending": 1, "claimed": 1}


def test_a_retry_after_a_partial_end_tells_what_this_claim_has_finished_already(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = Claim(store, *houses(3), BROKEN)
    finish = store.raw.finish
    verdicts = [
        judged(claim.houses[0]),
        judged(claim.houses[1], Decision.REVIEW, (TOO_OLD,)),
        judged(claim.houses[2]),
    ]

    def break_off(claim_id: str, outcomes: Mapping[str, RawOutcome]) -> int:
        finish(claim_id, {raw_id: outcomes[raw_id] for raw_id in ("raw-0", "raw-1", "broken")})
        raise StoreUnavailable("MongoDB does not answer")

    with monkeypatch.context() as breaking:
        breaking.setattr(store.raw, "finish", break_off)
        with pytest.raises(StoreUnavailable):
            claim.publish(*verdicts, flow_run_id="run-1")
    again = claim.publish(*verdicts, flow_run_id="run-1")
    assert again == Published(
        statuses={
            "raw-0": "processed",
            "raw-1": "needs_review",
            "raw-2": "processed",
            "broken": "dead_letter",
        }
    )
    assert counted(store) == {"processed": 2, "needs_review": 1, "dead_letter": 1}


def test_a_house_of_which_one_record_is_finished_is_finished_by_the_retry(store: Store) -> None:
    claim = Claim(store, house(1), listing("listing-1", ParcelNumber="103-06-001"))
    claim.publish_all(flow_run_id="run-1")
    still = {"$set": {"processing.status": "claimed", "processing.claim_id": claim.id}}
    store.database["raw_properties"].update_one({"_id": "listing-1"}, still)
    published = claim.publish_all(flow_run_id="run-1")
    assert published == Published(statuses={"raw-1": "processed", "listing-1": "processed"})
    assert counted(store) == {"processed": 2}


def test_what_another_run_has_finished_meanwhile_is_lost(store: Store) -> None:
    slow = Claim(store, house(1), BROKEN, lease=timedelta(seconds=-1))
    quick = Claim(store)
    quick.publish(*map(judged, quick.houses), flow_run_id="quick")
    published = slow.publish(*map(judged, slow.houses), flow_run_id="slow")
    assert published == Published(statuses={}, lost=("10306001",))


def test_publishing_twice_doubles_nothing(store: Store) -> None:
    claim = Claim(store, *houses(2), BROKEN)
    published = claim.publish_all()
    before = documents(store)
    assert claim.publish_all() == published
    assert documents(store) == before
    assert dead(store) == ["broken"]
    assert counted(store) == {"processed": 2, "dead_letter": 1}


def test_a_crash_between_saving_and_finishing_repeats_the_work_without_doubling_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_args: object) -> int:
        raise StoreUnavailable("MongoDB does not answer")

    claim = Claim(store, *houses(2), BROKEN)
    with monkeypatch.context() as crashing:
        crashing.setattr(store.raw, "finish", crash)
        with pytest.raises(StoreUnavailable):
            claim.publish_all()
    assert (len(documents(store)), counted(store)) == (2, {"claimed": 3})
    gone = {"$set": {"processing.lease_until": NOON - timedelta(days=365)}}
    store.database["raw_properties"].update_many({}, gone)
    Claim(store).publish_all()
    assert [document["_id"] for document in documents(store)] == ["10306000", "10306001"]
    assert [(letter.raw_id, letter.attempts) for letter in store.dead_letters.find()] == [("broken", 2)]
    assert counted(store) == {"processed": 2, "dead_letter": 1}


def test_publishing_again_after_a_crash_is_not_overtaken_by_itself(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = Claim(store, house(1))
    with monkeypatch.context() as crashing:
        crashing.setattr(store.raw, "finish", lambda *_: 0)
        claim.publish_all()
    assert counted(store) == {"claimed": 1}
    assert claim.publish_all().statuses == {"raw-1": "processed"}
