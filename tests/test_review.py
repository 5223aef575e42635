"""What a person decides, with the gate's findings in front of everything that is published."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from expectations.frame import Candidate, judged
from phoenix_real_estate.errors import GateError, RecordError
from phoenix_real_estate.models import (
    Conflict,
    Decision,
    Enrichment,
    Finding,
    Property,
    RawRecord,
    Severity,
    Verdict,
)
from phoenix_real_estate.review import (
    Answer,
    Case,
    Choice,
    Ruling,
    Texts,
    case_of,
    examples,
    notes_of,
    published_case,
    put_in_order,
    rule,
    waiting,
)
from phoenix_real_estate.review.texts import EditedFeature
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.comparable_homes import TWELVE
from tests.flows.records import house
from tests.in_review import FALSE, LEASE, NOON, PRAISE, put_in_review

LATER = NOON + timedelta(hours=1)
HOUSE_1 = "10306001"
PLAIN = "The figures beside this text say what to expect of the home."
BETTER = (
    "This home at 4001 N 55th Ave in Phoenix has 3 bedrooms, 2 bathrooms and 1,451 square feet of living "
    "area. It was built in 1955 and stands on a lot of 44,000 square feet. It has a private pool and a "
    "garage for two cars."
)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.connect(settings) as store:
        yield store


def judge(property: Property, enrichment: Enrichment) -> Verdict:
    """What the gate finds, without the seconds that Great Expectations takes to say the same."""
    one = judged(Candidate(key="1", property=property, enrichment=enrichment))
    return Verdict(
        property_id=property.property_id,
        decision=Decision.REVIEW if one.findings else Decision.PUBLISH,
        quality_score=one.quality_score,
        scores=one.scores,
        reasons=one.findings,
    )


def decide(store: Store, choice: Choice, *, case: Case | None = None, **answer: Any) -> Ruling:
    shown = case or case_of(store, HOUSE_1)
    given = Answer(choice=choice, **{"by": "ann", "reason": "seen it", **answer})
    return rule(store, shown.property_id, shown.version, given, judge, at=LATER)


def document(store: Store) -> dict[str, Any]:
    found = store.processed.read(HOUSE_1)
    assert found
    return found


def counted(store: Store) -> dict[str, int]:
    return {status: count for status, count in store.raw.counts().items() if count}


# What waits


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


# Approving


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


# Rejecting, sending round again, skipping


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


# Withdrawing


def withdraw(store: Store, **answer: Any) -> Ruling:
    return decide(store, Choice.WITHDRAW, case=published_case(store, HOUSE_1), **answer)


def test_a_withdrawn_property_is_read_by_nobody_until_a_person_decides_anew(store: Store) -> None:
    put_in_review(store)
    decide(store, Choice.APPROVE)
    ruling = withdraw(store, reason="the pool is gone", by="bob")
    assert (ruling.outcome, ruling.told) == (
        "withdrawn",
        "4001 N 55th Ave, Phoenix, AZ 85031 is no longer published; it is in review.",
    )
    assert (store.processed.counts(), counted(store)) == (
        {"published": 0, "needs_review": 1},
        {"needs_review": 1},
    )
    [case] = waiting(store)
    assert case.findings[0].why == "withdrawn by bob: the pool is gone"
    assert "withdrawn by bob: the pool is gone" in notes_of(case).page
    assert {(one["decision"], one["by"]) for one in examples(store)} == {
        ("approve", "ann"),
        ("withdraw", "bob"),
    }
    put_in_order(store, at=LATER)
    assert counted(store) == {"needs_review": 1}
    assert decide(store, Choice.APPROVE).outcome == "published"
    assert (store.processed.counts()["published"], counted(store)) == (1, {"processed": 1})
    assert document(store)["quality"]["review_reasons"] != case.findings


def test_only_what_is_published_can_be_withdrawn_and_only_with_a_reason(store: Store) -> None:
    with pytest.raises(RecordError, match="10306001 is not there"):
        published_case(store, HOUSE_1)
    put_in_review(store)
    with pytest.raises(RecordError, match="is not published: it is in review"):
        published_case(store, HOUSE_1)
    shown = case_of(store, HOUSE_1)
    assert decide(store, Choice.WITHDRAW, case=shown).outcome == "overtaken"
    decide(store, Choice.APPROVE)
    refused = withdraw(store, reason=" ")
    assert (refused.outcome, refused.told) == (
        "refused",
        "Say why it is withdrawn: the reason is shown to whoever decides anew.",
    )
    withdraw(store)
    with pytest.raises(RecordError, match="is not published: it is in review, decided by ann"):
        published_case(store, HOUSE_1)
    decide(store, Choice.RE_ENRICH)
    with pytest.raises(RecordError, match="is not published: it is to be enriched again, decided by ann"):
        published_case(store, HOUSE_1)


def test_a_withdrawal_that_broke_off_is_carried_out_without_asking_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_review(store)
    decide(store, Choice.APPROVE)
    with monkeypatch.context() as crash:
        crash.setattr("phoenix_real_estate.review.rulings.move_records", _crash)
        with pytest.raises(KeyboardInterrupt):
            withdraw(store)
    assert counted(store) == {"processed": 1}
    put_in_order(store, at=LATER)
    assert counted(store) == {"needs_review": 1}
    assert len(waiting(store)) == 1
    assert len(list(examples(store))) == 2


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


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


# Two at once, and what happens meanwhile


def test_of_two_people_who_decide_at_once_one_is_told_that_the_other_was_first(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    choices = [(Choice.REJECT, "ann"), (Choice.APPROVE, "bob")]
    with ThreadPoolExecutor(2) as people:
        rulings = list(people.map(lambda one: decide(store, one[0], case=case, by=one[1]), choices))
    [late] = [one for one in rulings if one.outcome == "overtaken"]
    [first] = [one for one in rulings if one.outcome != "overtaken"]
    assert "has been decided by" in late.told
    assert document(store)["status"] == first.outcome
    assert len(list(examples(store))) == 1


def test_who_decides_while_the_gate_judges_anothers_answer_wins(store: Store) -> None:
    put_in_review(store)

    def slow(property: Property, enrichment: Enrichment) -> Verdict:
        decide(store, Choice.REJECT, by="bob")
        return judge(property, enrichment)

    late = rule(store, HOUSE_1, NOON, Answer(choice=Choice.APPROVE, by="ann"), slow, at=LATER)
    assert late.outcome == "overtaken"
    assert "has been decided by bob (reject)" in late.told
    assert document(store)["status"] == "rejected"
    assert list(store.decisions.find(applied=False)) == []


def test_a_property_that_was_written_again_is_left_alone(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    put_in_review(store, house(1, sq_ft=1500).model_copy(update={"id": "raw-1b"}), at=LATER)
    ruling = decide(store, Choice.APPROVE, case=case)
    assert (ruling.outcome, "was written again and is now in review" in ruling.told) == ("overtaken", True)
    assert document(store)["status"] == "needs_review"


def test_a_property_that_is_gone_is_told(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    store.processed.remove({HOUSE_1: NOON})
    assert "is gone since" in decide(store, Choice.APPROVE, case=case).told


def test_the_same_answer_given_twice_is_one_decision(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    rulings = [decide(store, Choice.APPROVE, case=case, id="run-1-0") for _ in range(2)]
    assert [one.outcome for one in rulings] == ["published", "published"]
    assert rulings[1].told.endswith("this was decided already.")
    assert len(list(examples(store))) == 1


# Crashes and later records


@pytest.mark.parametrize(
    ("choice", "ends_as"),
    [(Choice.APPROVE, "processed"), (Choice.REJECT, "dead_letter"), (Choice.RE_ENRICH, "pending")],
)
def test_a_decision_that_broke_off_is_carried_out_without_asking_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, choice: Choice, ends_as: str
) -> None:
    put_in_review(store)
    with monkeypatch.context() as broken:
        broken.setattr("phoenix_real_estate.review.rulings.move_records", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            decide(store, choice)
    assert counted(store) == {"needs_review": 1}
    assert put_in_order(store, at=LATER) == 1
    assert counted(store) == {ends_as: 1}
    assert [one["decision"] for one in examples(store)] == [choice.value]
    assert len(list(store.dead_letters.find())) == (choice is Choice.REJECT)
    assert put_in_order(store, at=LATER) == 0


def test_a_decision_that_took_no_effect_is_no_example(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_review(store)
    with monkeypatch.context() as broken:
        broken.setattr(store.processed, "save", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            decide(store, Choice.APPROVE)
    put_in_order(store, at=LATER)
    assert list(examples(store)) == []
    assert len(waiting(store)) == 1


def test_a_record_whose_house_a_later_record_took_over_does_not_stay_in_review(store: Store) -> None:
    put_in_review(store)
    put_in_review(store, house(1, sq_ft=1500).model_copy(update={"id": "raw-1b"}), at=LATER)
    assert counted(store) == {"needs_review": 2}
    assert put_in_order(store, at=LATER) == 1
    assert counted(store) == {"needs_review": 1, "processed": 1}


# What is learned from decisions


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


# The page


def test_the_page_shows_texts_findings_conflicts_scores_and_writers(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    conflict = Conflict(field="pool_type", kept="private", kept_source="a", other="none", other_source="b")
    facts = case.facts.model_copy(update={"conflicts": (conflict,)})
    page = notes_of(case.model_copy(update={"facts": facts})).page
    assert page.startswith("## 4001 N 55th Ave, Phoenix, AZ 85031")
    assert "- **warning** description “N 55th”: is it so? (grounding.praise)" in page
    assert "- pool\\_type: a says **private** (used here), b says **none**" in page
    assert "4001 **N 55th** Ave" in page
    assert "0.90 in all: readability 0.90" in page
    assert "description: gpt-4o-mini, prompt 1; features" in page
    assert "square feet **1,451**, lot size **44,000**" in page
    assert "year built **1955**" in page
    assert page.count("\n- maricopa\\_api: parcel number **10306001**") == 1


def test_the_page_tells_what_the_property_was_compared_with(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    for upper, told in ((2_000, "1,500 to below 2,000"), (None, "1,500")):
        others = TWELVE.model_copy(update={"size_below": upper})
        page = notes_of(
            case.model_copy(update={"facts": case.facts.model_copy(update={"comparables": others})})
        ).page
        assert (
            "- computed: median list price **$231** per square foot of **12** others "
            f"(single family residence, ZIP 85031, from {told} square feet), taken on 2026-03-14"
        ) in page


def test_the_notes_of_a_refused_edit_shows_the_edit_and_why_it_was_refused(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    refused = decide(store, Choice.EDIT, texts=Texts(description=FALSE))
    page = notes_of(case, texts=Texts(description=FALSE), refused=refused).page
    assert "### Your last answer was not accepted" in page
    assert "has **7 bedrooms**" in page
    incomplete = decide(store, Choice.REJECT, reason="")
    assert "Say why it is rejected" in notes_of(case, refused=incomplete).decision


def test_nothing_a_record_says_is_markup_on_the_page(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1)
    hostile = "<script>x</script>\n\n# Title [link](http://evil.example) | ``` `y` **bold** <img src=x>"
    finding = Finding(rule="<i>", severity=Severity.WARNING, field="[a](b)", span="Title [link]", why="<b>")
    analysis = case.enrichment.investment_analysis
    assert analysis
    texts = Enrichment(
        description=hostile,
        features=case.enrichment.features,
        investment_analysis=analysis.model_copy(update={"risks": (hostile,), "recommendation": hostile}),
    )
    facts = case.facts.model_copy(update={"subdivision": hostile, "address": case.facts.address})
    page = notes_of(
        case.model_copy(update={"enrichment": texts, "facts": facts, "findings": (finding,)})
    ).page
    for markup in ("<script", "<img", "<i>", "<b>", "[link](", "[a](", "`y`", " **bold", "\n# Title"):
        assert markup not in page.replace("\\" + markup[0], ""), markup
    assert "**Title \\[link\\]**" in page


def test_a_text_that_no_finding_points_into_is_shown_as_it_is(store: Store) -> None:
    put_in_review(store)
    case = case_of(store, HOUSE_1).model_copy(update={"findings": ()})
    assert f"> {case.enrichment.description}"[:40] in notes_of(case).description


def test_a_case_of_which_little_is_known_has_a_short_page(store: Store) -> None:
    put_in_review(store)
    bare = {"enrichment": Enrichment(), "scores": {}, "writers": {}, "findings": (), "facts": Property()}
    notes = notes_of(case_of(store, HOUSE_1).model_copy(update=bare))
    assert notes.model_dump() == {
        "decision": "## 10306001",
        "description": "",
        "features": "",
        "narrative": "",
    }
