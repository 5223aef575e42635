"""Records that could not become a property, each with its reason; the raw record stays untouched.

A letter is open until a person replays its record or drops it. What was settled stays as a trace, and goes
into the history of the next letter should the record die again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Literal

from pymongo import ReplaceOne
from pymongo.database import Database

from phoenix_real_estate.models import Frozen
from phoenix_real_estate.store.connection import Document, reachable

LetterState = Literal["open", "replayed", "dropped"]


class Settled(Frozen):
    """Who replayed or dropped a letter, when (UTC) and why."""

    state: Literal["replayed", "dropped"]
    by: str
    at: datetime
    why: str = ""


class DeadLetter(Frozen):
    """Why a record was given up: at which stage, after how many attempts, with which error.

    `settled` tells what people did about it, `history` holds the record's earlier letters, the oldest first.
    """

    raw_id: str
    stage: str
    error_class: str
    message: str
    attempts: int
    at: datetime
    state: LetterState = "open"
    settled: tuple[Settled, ...] = ()
    history: tuple[DeadLetter, ...] = ()


class DeadLetters:
    """The collection `dead_letters`: one letter per raw record, the newest."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["dead_letters"]

    @reachable()
    def add(self, letters: Sequence[DeadLetter]) -> None:
        """Stores the letters; an earlier one about the same record gives way, into the history if settled."""
        known = {one.raw_id: one for one in self._read({"_id": {"$in": [one.raw_id for one in letters]}})}
        kept = [_with_history(letter, known.get(letter.raw_id)) for letter in letters]
        writes = [ReplaceOne({"_id": letter.raw_id}, letter.model_dump(), upsert=True) for letter in kept]
        if writes:
            self._documents.bulk_write(writes, ordered=False)

    def find(
        self, state: LetterState | None = "open", *, ids: Collection[str] | None = None
    ) -> Iterator[DeadLetter]:
        """The letters of this state (None: all), in the order of their raw ids; `ids` bounds them."""
        wanted: Document = {} if ids is None else {"_id": {"$in": list(ids)}}
        for letter in self._read(wanted):
            if state in (None, letter.state):
                yield letter

    @reachable()
    def settle(self, letters: Sequence[DeadLetter], settled: Settled) -> int:
        """Closes the letters as they were read; one that has changed since stays as it is."""
        closed = {"$set": {"state": settled.state}, "$push": {"settled": settled.model_dump()}}
        # The moment of the letter tells it from a later one; a letter of an older version has no state.
        changed = (
            self._documents.update_one(
                {"_id": letter.raw_id, "at": letter.at, "state": {"$in": _stored_as(letter.state)}},
                closed,
            ).modified_count
            for letter in letters
        )
        return sum(changed)

    def _read(self, wanted: Document) -> Iterator[DeadLetter]:
        with reachable():
            for document in self._documents.find(wanted).sort("_id", 1):
                yield DeadLetter.model_validate(document)


def _with_history(letter: DeadLetter, earlier: DeadLetter | None) -> DeadLetter:
    if earlier is None:
        return letter
    past = () if earlier.state == "open" else (earlier.model_copy(update={"history": ()}),)
    return letter.model_copy(update={"history": (*earlier.history, *past)})


def _stored_as(state: LetterState) -> list[str | None]:
    return ["open", None] if state == "open" else [state]
