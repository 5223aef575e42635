"""What a person decides, with the gate's findings in front of everything that is published."""

from __future__ import annotations

from datetime import timedelta

import pytest

from phoenix_real_estate.errors import GateError, RecordError
from phoenix_real_estate.models import Enrichment, RawRecord, Severity, Verdict
from phoenix_real_estate.review import Answer, Choice, Texts, case_of, examples, rule, waiting
from phoenix_real_estate.review.texts import EditedFeature
from phoenix_real_estate.store import Store
from tests.deciding import HOUSE_1, LATER, counted, decide, document, store
from tests.flows.records import house
from tests.in_review import FALSE, LEASE, NOON, PRAISE, put_in_review

__all__ = ["store"]

PLAIN = "The figures beside this text say what to expect of the home."
BETTER = (
    "This home at 4001 N 55th Ave in Phoenix has 3 bedrooms, 2 bathrooms and 1,451 square feet of living "
    "area. It was built in 1955 and stands on a lot of 44,000 square feet. It has a private pool and a "
    "garage for two cars."
)


def test_properties_wait_the_oldest_first_with_everything_a_person_needs(store: Store) -> None:
    put_in_review(store, house(2), at=LATER)
    put_in_review(store, house(1))
    first, second = waiting(store)
    assert (first.property_id, second.property_id) == (HOUSE_1, "10306002")
    assert (first.name, first.version, first.raw_ids) == (
        "4001 N 55th Ave, Phoenix, AZ 85031",
        NOON,
        ("raw-1",),
    )
    assert (first.findings, first.quality_score, first.scores) == ((PRAISE,), 0.9, {"readability": 0.9})
    assert first.writers["description"].model == "gpt-4o-mini"
    assert first.enrichment.description


def test_the_remarks_are_there_again_for_the_gate(store: Store) -> None:
    data = {
        "UnparsedAddress": "4001 N 55th Ave, Phoenix, AZ 85031",
        "PublicRemarks": "New roof.",
        "ListPrice": 1,
    }
    put_in_review(store, RawRecord(id="m", source="phoenix_mls", data=data | {"ParcelNumber": HOUSE_1}))
    assert case_of(store, HOUSE_1).facts.remarks == "New roof."
    assert "remarks" not in document(store)["property"]


def test_what_cannot_be_read_is_told_and_does_not_hide_the_others(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    put_in_review(store)
    store.processed.save([{"_id": "odd", "status": "needs_review", "property": {"bedrooms": "many"}}])
    assert [case.property_id for case in waiting(store)] == [HOUSE_1]
    with pytest.raises(RecordError, match=r"property odd is stored in a form .*bedrooms.* Load its records"):
        case_of(store, "odd")
    assert "property odd" in caplog.text


def test_only_a_property_in_review_can_be_decided(store: Store) -> None:
    put_in_review(store)
    decide(store, Choice.APPROVE)
    with pytest.raises(RecordError, match="not in review: it is published, decided by ann"):
        case_of(store, HOUSE_1)
    with pytest.raises(RecordError, match="nowhere is not there"):
        case_of(store, "nowhere")


def test_an_approved_property_is_published_and_its_records_are_processed(store: Store) -> None:
    put_in_review(store)
    before = document(store)
    ruling = decide(store, Choice.APPROVE)
    assert (ruling.outcome, ruling.told) == (
        "published",
        "4001 N 55th Ave, Phoenix, AZ 85031 is published as it was.",
    )
    after = document(store)
    assert after["status"] == "published"
    assert (after["quality"]["passed"], after["quality"]["needs_review"]) == (True, False)
    assert after["llm_enrichment"] == before["llm_enrichment"]
    assert after["metadata"]["operations"] == before["metadata"]["operations"]
    mark = after["metadata"]["review"]
    assert (mark["by"], mark["decision"], mark["at"]) == ("ann", "approve", LATER)
    assert after["metadata"]["enriched_at"] == LATER
    assert counted(store) == {"processed": 1}
    assert waiting(store) == []


def test_an_edited_property_is_published_with_the_persons_words_marked_as_theirs(store: Store) -> None:
    put_in_review(store)
    features = (EditedFeature(feature="Private pool", category="exterior", appeal="Cools hot days"),)
    texts = Texts(description=BETTER, features=features, narrative=PLAIN)
    ruling = decide(store, Choice.EDIT, texts=texts)
    assert ruling.told.endswith("is published; description, features, investment analysis edited.")
    after = document(store)
    assert after["llm_enrichment"]["description"] == BETTER
    assert after["llm_enrichment"]["features"] == [features[0].model_dump()]
    assert after["llm_enrichment"]["investment_analysis"]["narrative"] == PLAIN
    assert after["llm_enrichment"]["investment_analysis"]["recommendation"]
    operations = after["metadata"]["operations"]
    assert {one["model"] for one in operations.values()} == {"person"}
    assert operations["description"]["cost_usd"] == 0.000027
    assert operations["description"]["notes"][-1] == "edited by ann, written by gpt-4o-mini"
    assert after["metadata"]["llm_model"] == "person"
    traced = [one["sentence"] for one in after["provenance"] if one["field"] == "description"]
    assert traced
    assert all(sentence in BETTER for sentence in traced)


def test_an_edit_of_one_part_leaves_the_others_as_they_were(store: Store) -> None:
    put_in_review(store)
    before = case_of(store, HOUSE_1)
    decide(store, Choice.EDIT, texts=Texts(narrative=PLAIN))
    after = document(store)
    assert after["llm_enrichment"]["description"] == before.enrichment.description
    assert after["metadata"]["llm_model"] == "gpt-4o-mini + person"


def test_a_part_that_was_never_written_may_be_added(store: Store) -> None:
    empty = Enrichment()
    assert Texts.of(empty) == Texts()
    added = Texts(narrative=PLAIN).put_into(empty).investment_analysis
    assert added
    assert added.narrative == PLAIN


def test_a_false_text_cannot_be_approved_and_the_person_is_told_why(store: Store) -> None:
    put_in_review(store)
    ruling = decide(store, Choice.EDIT, texts=Texts(description=FALSE))
    assert ruling.outcome == "refused"
    assert "nobody can overrule it" in ruling.told
    assert "7 bedrooms" in {finding.span for finding in ruling.findings}
    assert document(store)["status"] == "needs_review"
    assert counted(store) == {"needs_review": 1}
    assert list(store.decisions.find(applied=False)) == []


def test_a_text_of_the_model_that_the_gate_rejects_by_now_cannot_be_approved_either(store: Store) -> None:
    put_in_review(store)
    false = document(store)
    false["llm_enrichment"]["description"] = FALSE
    store.processed.save([false], over={HOUSE_1: NOON})
    assert decide(store, Choice.APPROVE).outcome == "refused"


def test_a_person_may_decide_over_a_warning(store: Store) -> None:
    put_in_review(store)
    praise = f"{BETTER} It is a stunning home."
    ruling = decide(store, Choice.EDIT, texts=Texts(description=praise))
    assert ruling.outcome == "published"
    assert {finding.severity for finding in ruling.findings} == {Severity.WARNING}
    assert document(store)["quality"]["review_reasons"]


def test_a_property_of_which_nobody_tells_how_it_came_about_can_be_decided_too(store: Store) -> None:
    put_in_review(store)
    bare = {name: document(store)[name] for name in ("_id", "status", "property", "llm_enrichment")}
    store.database["processed_properties"].replace_one({"_id": HOUSE_1}, bare)
    assert decide(store, Choice.REJECT).outcome == "rejected"
    assert document(store)["metadata"]["review"]["enriched_at"] is None


def test_a_gate_that_cannot_run_publishes_nothing(store: Store) -> None:
    def broken(*_: object) -> Verdict:
        raise GateError("expectation expect_x could not run")

    put_in_review(store)
    with pytest.raises(GateError):
        rule(store, HOUSE_1, NOON, Answer(choice=Choice.APPROVE, by="ann"), broken, at=LATER)
    assert document(store)["status"] == "needs_review"


def test_a_rejected_property_is_kept_from_consumers_and_its_records_are_dead_letters(store: Store) -> None:
    put_in_review(store)
    ruling = decide(store, Choice.REJECT, reason="the pool is the neighbour's")
    assert ruling.outcome == "rejected"
    assert document(store)["status"] == "rejected"
    assert counted(store) == {"dead_letter": 1}
    [letter] = store.dead_letters.find()
    assert (letter.stage, letter.error_class, letter.attempts) == ("review", "RejectedByReviewer", 1)
    assert letter.message == "rejected by ann: the pool is the neighbour's"


def test_a_property_to_be_enriched_again_is_pending_with_all_its_attempts_and_waits_for_nobody(
    store: Store,
) -> None:
    put_in_review(store)
    assert decide(store, Choice.RE_ENRICH).outcome == "re-enriched"
    assert waiting(store) == []
    with pytest.raises(RecordError, match="it is to be enriched again, decided by ann"):
        case_of(store, HOUSE_1)
    [record] = store.raw.claim(5, lease=LEASE)
    assert (record.id, record.attempts) == ("raw-1", 1)


def test_a_property_that_was_enriched_again_waits_for_a_person_again(store: Store) -> None:
    put_in_review(store)
    decide(store, Choice.RE_ENRICH)
    put_in_review(store, at=LATER + timedelta(hours=1))
    assert [case.property_id for case in waiting(store)] == [HOUSE_1]


def test_a_property_whose_records_are_gone_cannot_be_enriched_again(store: Store) -> None:
    put_in_review(store)
    store.database["raw_properties"].delete_many({})
    ruling = decide(store, Choice.RE_ENRICH)
    assert (ruling.outcome, waiting(store) != []) == ("refused", True)
    assert ruling.told.endswith("no record left that could be enriched again. Load it again.")


def test_a_skipped_property_stays_in_review(store: Store) -> None:
    put_in_review(store)
    assert decide(store, Choice.SKIP).outcome == "skipped"
    assert len(waiting(store)) == 1
    assert list(examples(store)) == []


@pytest.mark.parametrize(
    ("choice", "answer", "told"),
    [
        (Choice.APPROVE, {"by": " "}, "Say who decides"),
        (Choice.REJECT, {"reason": ""}, "Say why it is rejected"),
    ],
)
def test_a_decision_needs_a_name_and_a_rejection_a_reason(
    store: Store, choice: Choice, answer: dict[str, str], told: str
) -> None:
    put_in_review(store)
    ruling = decide(store, choice, **answer)
    assert (ruling.outcome, ruling.told[: len(told)]) == ("refused", told)
    assert len(waiting(store)) == 1


def test_a_decision_is_an_example_with_the_facts_the_texts_and_who_wrote_them(store: Store) -> None:
    put_in_review(store)
    shown = case_of(store, HOUSE_1)
    decide(store, Choice.EDIT, texts=Texts(description=BETTER), reason="too long")
    [example] = examples(store)
    assert example["property_id"] == HOUSE_1
    assert (example["decision"], example["by"], example["reason"]) == ("edit and approve", "ann", "too long")
    assert example["at"] == "2026-11-21T20:00:00+00:00"
    assert example["changed"] == ["description"]
    assert example["before"]["description"] == shown.enrichment.description
    assert example["after"]["description"] == BETTER
    assert example["findings"] == [PRAISE.model_dump(mode="json")]
    assert example["writers"]["description"] == {
        "provider": "openai",
        "model": "gpt-4o-mini",
        "prompt_version": "1",
    }
    assert example["property"]["square_feet"] == 1451
