from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pymongo.database import Database

from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import DeadLetter, Store
from phoenix_real_estate.store.dead_letters import LetterState, Settled

AT = datetime(2026, 3, 14, 19, tzinfo=UTC)
STATES: tuple[LetterState | None, ...] = ("open", "replayed", "dropped", None)


def _letter(raw_id: str, attempts: int = 1) -> DeadLetter:
    return DeadLetter(
        raw_id=raw_id,
        stage="normalize",
        error_class="UnusableRecord",
        message="no address",
        attempts=attempts,
        at=AT,
    )


def test_letters_come_back_as_they_were_in_the_order_of_their_records(settings: Settings) -> None:
    with Store.connect(settings) as store:
        store.dead_letters.add([_letter("b"), _letter("a")])
        store.dead_letters.add([])
        assert list(store.dead_letters.find()) == [_letter("a"), _letter("b")]


def test_a_record_that_died_again_has_one_letter_the_newest(store: Store) -> None:
    store.dead_letters.add([_letter("a")])
    store.dead_letters.add([_letter("a", attempts=2)])
    assert [letter.attempts for letter in store.dead_letters.find()] == [2]


def _settled(state: Literal["replayed", "dropped"] = "replayed") -> Settled:
    return Settled(state=state, by="ann", at=AT + timedelta(days=1), why="fixed")


def test_open_letters_are_found_unless_others_are_asked_for(store: Store) -> None:
    store.dead_letters.add([_letter("a"), _letter("b"), _letter("c")])
    assert store.dead_letters.settle([_letter("a")], _settled()) == 1
    assert store.dead_letters.settle([_letter("b")], _settled("dropped")) == 1
    found = {state: [one.raw_id for one in store.dead_letters.find(state)] for state in STATES}
    assert found == {"open": ["c"], "replayed": ["a"], "dropped": ["b"], None: ["a", "b", "c"]}
    assert [one.raw_id for one in store.dead_letters.find(None, ids=["b", "x"])] == ["b"]


def test_a_letter_that_has_changed_since_it_was_read_is_not_settled(store: Store) -> None:
    read = _letter("a")
    store.dead_letters.add([read.model_copy(update={"at": AT + timedelta(hours=1)})])
    assert store.dead_letters.settle([read], _settled()) == 0
    assert [one.state for one in store.dead_letters.find()] == ["open"]


def test_a_settled_letter_is_settled_once(store: Store) -> None:
    store.dead_letters.add([_letter("a")])
    assert [store.dead_letters.settle([_letter("a")], _settled()) for _ in range(2)] == [1, 0]


def test_a_letter_of_an_older_version_is_open_and_can_be_settled(
    store: Store, database: Database[dict[str, Any]]
) -> None:
    old = _letter("a").model_dump(exclude={"state", "settled", "history"})
    database["dead_letters"].insert_one({"_id": "a", **old})
    assert list(store.dead_letters.find()) == [_letter("a")]
    assert store.dead_letters.settle([_letter("a")], _settled()) == 1


def test_what_was_done_about_a_letter_is_kept_when_something_else_is_done(store: Store) -> None:
    store.dead_letters.add([_letter("a")])
    store.dead_letters.settle([_letter("a")], _settled("dropped"))
    store.dead_letters.settle(list(store.dead_letters.find("dropped")), _settled())
    [letter] = store.dead_letters.find("replayed")
    assert [one.state for one in letter.settled] == ["dropped", "replayed"]


def test_a_replayed_record_that_dies_again_keeps_its_earlier_letters(store: Store) -> None:
    for attempts in (1, 2, 3):
        store.dead_letters.add([_letter("a", attempts)])
        # Publishing may be repeated after a crash: the same letter is no history.
        store.dead_letters.add([_letter("a", attempts)])
        store.dead_letters.settle([_letter("a", attempts)], _settled())
    [letter] = store.dead_letters.find("replayed")
    assert letter.attempts == 3
    assert [(one.attempts, one.state) for one in letter.history] == [(1, "replayed"), (2, "replayed")]
