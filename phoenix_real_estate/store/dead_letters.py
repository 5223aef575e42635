"""Records that could not become a property, each with its reason; the raw record stays untouched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pymongo import ReplaceOne
from pymongo.database import Database

from phoenix_real_estate.models import Frozen
from phoenix_real_estate.store.connection import Document, reachable


class DeadLetter(Frozen):
    """Why a record was given up: at which stage, after how many attempts, with which error."""

    raw_id: str
    stage: str
    error_class: str
    message: str
    attempts: int
    at: datetime


class DeadLetters:
    """The collection `dead_letters`: one letter per raw record, the newest."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["dead_letters"]

    @reachable()
    def add(self, letters: Sequence[DeadLetter]) -> None:
        """Stores the letters; an earlier one about the same record gives way."""
        writes = [ReplaceOne({"_id": letter.raw_id}, letter.model_dump(), upsert=True) for letter in letters]
        if writes:
            self._documents.bulk_write(writes, ordered=False)

    def find(self) -> Iterator[DeadLetter]:
        """All letters, in the order of their raw ids."""
        with reachable():
            for document in self._documents.find().sort("_id", 1):
                yield DeadLetter.model_validate(document)
