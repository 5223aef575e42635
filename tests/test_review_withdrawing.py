"""A published property that a person withdraws."""

from __future__ import annotations

from typing import Any

import pytest

from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.review import (
    Choice,
    Ruling,
    case_of,
    examples,
    notes_of,
    published_case,
    put_in_order,
    waiting,
)
from phoenix_real_estate.store import Store
from tests.deciding import HOUSE_1, LATER, counted, decide, document, store
from tests.in_review import put_in_review

__all__ = ["store"]


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
