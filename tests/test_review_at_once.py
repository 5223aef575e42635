"""Decisions of two people at once, decisions that broke off, and records that came meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from phoenix_real_estate.models import Enrichment, Property, Verdict
from phoenix_real_estate.review import Answer, Choice, case_of, examples, put_in_order, rule, waiting
from phoenix_real_estate.store import Store
from tests.deciding import HOUSE_1, LATER, counted, decide, document, judge, store
from tests.flows.records import house
from tests.in_review import NOON, put_in_review

__all__ = ["store"]


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
