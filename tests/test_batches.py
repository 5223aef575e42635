"""What publishing leaves behind in a real database, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from phoenix_real_estate.batches import normalize_batch, publish_batch
from phoenix_real_estate.errors import StoreUnavailable
from phoenix_real_estate.models import Decision, RawRecord
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Judged, NormalizedBatch, Published, Refused, Stage
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.flows.records import house, houses
from tests.judged import TOO_OLD, judged

LEASE = timedelta(minutes=1)
NOON = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
LISTING = {"UnparsedAddress": "4001 N 55th Ave, Phoenix, AZ 85031", "ListPrice": 312000}
BROKEN = RawRecord(id="broken", source="maricopa_api", data={"bedrooms": 3})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.connect(settings) as store:
        yield store


class Claim:
    """A claimed batch on its way to being published."""

    def __init__(self, store: Store, *records: RawRecord, lease: timedelta = LEASE) -> None:
        self.store = store
        store.raw.add(records)
        self.records = store.raw.claim(50, lease=lease)
        self.id = str(self.records[0].claim_id)
        self.batch: NormalizedBatch = normalize_batch(self.records, store)

    @property
    def houses(self) -> tuple[House, ...]:
        return self.batch.houses

    def publish(self, *verdicts: Judged, refused: Sequence[Refused] = (), **options: Any) -> Published:
        return publish_batch(
            self.id,
            verdicts,
            [*self.batch.refused, *refused],
            self.store,
            lease=LEASE,
            at=NOON,
            attempts={record.id: record.attempts for record in self.records},
            **options,
        )

    def publish_all(self) -> Published:
        return self.publish(*map(judged, self.houses))


def listing(name: str, **facts: Any) -> RawRecord:
    return RawRecord(id=name, source="phoenix_mls", data={**LISTING, **facts})


def documents(store: Store) -> list[dict[str, Any]]:
    return list(store.processed.find())


def dead(store: Store) -> list[str]:
    return [letter.raw_id for letter in store.dead_letters.find()]


def counted(store: Store) -> dict[str, int]:
    return {status: count for status, count in store.raw.counts().items() if count}


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


def test_publishing_twice_doubles_nothing(store: Store) -> None:
    claim = Claim(store, *houses(2), BROKEN)
    claim.publish_all()
    before = documents(store)
    assert claim.publish_all().statuses == {}
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


def test_a_house_that_was_published_meanwhile_goes_round_again_with_the_facts_of_both(store: Store) -> None:
    store.raw.add([house(1)])
    county = Claim(store)
    market = Claim(store, listing("listing-1", ParcelNumber="103-06-001"))
    county.publish_all()
    published = market.publish_all()
    assert published.statuses == {}
    assert counted(store) == {"processed": 1, "pending": 1}
    again = Claim(store)
    assert again.records[0].attempts == 1
    again.publish_all()
    [document] = documents(store)
    assert set(document["facts_by_source"]) == {"maricopa_api", "phoenix_mls"}
    assert counted(store) == {"processed": 2}


def test_publishing_again_after_a_crash_is_not_overtaken_by_itself(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = Claim(store, house(1))
    with monkeypatch.context() as crashing:
        crashing.setattr(store.raw, "finish", lambda *_: 0)
        claim.publish_all()
    assert counted(store) == {"claimed": 1}
    assert claim.publish_all().statuses == {"raw-1": "processed"}


def test_an_error_on_the_way_is_told_with_its_class_and_stage() -> None:
    refused = Refused.by("raw-1", Stage.ENRICH, StoreUnavailable("MongoDB does not answer"))
    assert (refused.error_class, refused.stage, refused.message) == (
        "StoreUnavailable",
        "enrich",
        "MongoDB does not answer",
    )
