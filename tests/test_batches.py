"""What publishing leaves behind in a real database, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from phoenix_real_estate.batches import normalize_batch, publish_batch
from phoenix_real_estate.errors import StoreUnavailable
from phoenix_real_estate.models import Decision, ExtractedRecord, OperationRecord, Property, RawRecord
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Judged, NormalizedBatch, Published, Refused, Stage
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import RawOutcome, Store
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
            attempts={record.id: record.attempts for record in self.records},
            **{"at": NOON, **options},
        )

    def publish_all(self, **options: Any) -> Published:
        return self.publish(*map(judged, self.houses), **options)


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


SURE = {"price": 0.9, "roof_type": 0.8, "year_built": 0.7}


def extracted(name: str, cost: int = 40, **data: Any) -> ExtractedRecord:
    """A listing whose page a model has read."""
    by = OperationRecord(
        provider="ollama",
        model="llama3.2",
        prompt_version="phoenix_mls/v1",
        tier="low",
        input_tokens=900,
        output_tokens=100,
        cost_micro_usd=cost,
        notes=("low tier",),
    )
    record = listing(name, **data)
    return ExtractedRecord(**record.model_dump(), confidence=SURE, extraction=by)


def with_pages(store: Store, *records: RawRecord) -> dict[str, Any]:
    """The document of one house, after its records, pages among them, are published."""
    claim = Claim(store, *(RawRecord.model_validate(one.model_dump()) for one in records))
    by_id = {one.id: one for one in records}
    claim.batch = normalize_batch([by_id[one.id] for one in claim.records], store)
    claim.publish_all()
    [document] = documents(store)
    return document


def test_what_a_model_read_from_a_page_is_marked_with_how_sure_and_who(store: Store) -> None:
    facts = with_pages(store, extracted("page-1"))["property"]
    assert facts["confidence"] == {"price": 0.9}
    assert facts["read_by"] == {"price": "ollama/llama3.2, extraction phoenix_mls/v1"}
    assert facts["provenance"]["price"] == "phoenix_mls"


def test_what_reading_pages_cost_is_in_the_documents_metadata(store: Store) -> None:
    metadata = with_pages(store, extracted("page-1"), extracted("page-2", cost=2), house(1))["metadata"]
    reading = metadata["operations"]["extraction"]
    assert (reading["model"], reading["prompt_version"], reading["tier"]) == (
        "llama3.2",
        "phoenix_mls/v1",
        "low",
    )
    assert (reading["cost_usd"], reading["input_tokens"], reading["output_tokens"]) == (0.000042, 1800, 200)
    assert metadata["processing_cost"] == 0.000123
    assert metadata["tokens_used"] == 2360
    assert metadata["llm_model"] == "gpt-4o-mini"


def test_a_house_of_two_sources_keeps_the_marks_of_the_facts_it_took(store: Store) -> None:
    facts = with_pages(store, extracted("page-1", YearBuilt=1955), house(1))["property"]
    assert facts["provenance"]["year_built"] == "maricopa_api"
    assert facts["confidence"].keys() == facts["read_by"].keys() == {"price"}


def test_a_fact_that_an_older_page_fills_in_keeps_its_mark_and_a_newer_one_has_none(store: Store) -> None:
    older = extracted("page-1", Roof="Tile").model_copy(update={"collected_at": NOON - timedelta(days=1)})
    newer = listing("row-1", ListPrice=299_000).model_copy(update={"collected_at": NOON})
    facts = with_pages(store, older, newer)["property"]
    assert (facts["price"], facts["roof_type"]) == (299_000, "Tile")
    assert facts["confidence"] == {"roof_type": 0.8}


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


def meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch, other: Callable[[], object], *, after: bool = False
) -> None:
    """Lets another process do something right before (or right after) the next save."""
    save = store.processed.save

    def interleaved(*arguments: Any, **options: Any) -> set[str]:
        monkeypatch.undo()
        if not after:
            other()
        refused = save(*arguments, **options)
        if after:
            other()
        return refused

    monkeypatch.setattr(store.processed, "save", interleaved)


def goes_round(store: Store, *sources: str) -> None:
    """What was overtaken comes again, and leaves one document with the facts of all."""
    Claim(store).publish_all()
    [document] = documents(store)
    assert set(document["facts_by_source"]) == set(sources)
    assert set(store.raw.counts().items()) >= {("pending", 0), ("claimed", 0)}


@pytest.mark.parametrize("parcel", [{"ParcelNumber": "103-06-001"}, {}])
def test_of_two_runs_that_save_one_house_at_once_the_later_gives_way(
    store: Store, monkeypatch: pytest.MonkeyPatch, parcel: dict[str, str]
) -> None:
    county = Claim(store, house(1))
    market = Claim(store, listing("listing-1", **parcel))
    meanwhile(store, monkeypatch, county.publish_all)
    published = market.publish_all()
    assert (published.statuses, len(published.overtaken)) == ({}, 1)
    [document] = documents(store)
    assert (document["_id"], set(document["facts_by_source"])) == ("10306001", {"maricopa_api"})
    assert counted(store) == {"processed": 1, "pending": 1}
    goes_round(store, "maricopa_api", "phoenix_mls")


def test_a_listing_saved_first_is_kept_and_the_parcel_comes_round_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = Claim(store, house(1))
    market = Claim(store, listing("listing-1"))
    meanwhile(store, monkeypatch, market.publish_all)
    assert county.publish_all().overtaken == ("10306001",)
    [document] = documents(store)
    assert document["_id"].startswith("addr-")
    goes_round(store, "maricopa_api", "phoenix_mls")


def test_a_house_that_another_run_replaces_at_the_same_time_keeps_the_facts_of_the_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Claim(store, house(1)).publish_all()
    dearer = Claim(store, listing("listing-1", ParcelNumber="103-06-001"))
    newer = Claim(store, house(1).model_copy(update={"id": "raw-again", "collected_at": NOON}))
    later = NOON + timedelta(hours=1)
    meanwhile(store, monkeypatch, lambda: newer.publish_all(at=later))
    assert dearer.publish_all(at=later + timedelta(hours=1)).overtaken == ("10306001",)
    [document] = documents(store)
    assert document["metadata"]["raw_ids"] == ["raw-again"]
    goes_round(store, "maricopa_api", "phoenix_mls")


def test_what_gives_way_puts_back_what_it_has_replaced(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    Claim(store, house(1)).publish_all()
    [before] = documents(store)
    newer = Claim(store, house(1).model_copy(update={"id": "raw-again", "collected_at": NOON}))
    foreign = {**before, "_id": "addr-1", "metadata": {"raw_ids": ["m"], "enriched_at": NOON}}
    meanwhile(store, monkeypatch, lambda: store.processed.save([foreign]), after=True)
    assert newer.publish_all(at=NOON + timedelta(hours=1)).overtaken == ("10306001",)
    assert documents(store) == [before, foreign]


def test_another_parcel_saved_at_the_same_address_is_another_house(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Claim(store, house(1)).publish_all()
    [one] = documents(store)
    store.processed.remove({"10306001": NOON})
    twin = Claim(store, house(1, parcel_number="103-06-777").model_copy(update={"id": "raw-777"}))
    meanwhile(store, monkeypatch, lambda: store.processed.save([one]), after=True)
    assert twin.publish_all().statuses == {"raw-777": "processed"}
    assert [document["_id"] for document in documents(store)] == ["10306001", "10306777"]


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
