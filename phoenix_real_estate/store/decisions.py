"""What people decided in review: the collection `review_decisions`."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo.database import Database

from phoenix_real_estate.store.connection import Document, reachable


class ReviewDecisions:
    """One document per decision: noted before it takes effect, `applied` once it has."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["review_decisions"]

    @reachable()
    def note(self, decision: Document) -> None:
        """Keeps what is about to be decided."""
        self._documents.replace_one({"_id": decision["_id"]}, {**decision, "applied": False}, upsert=True)

    @reachable()
    def apply(self, decision_id: str) -> None:
        """The decision has taken effect."""
        self._documents.update_one({"_id": decision_id}, {"$set": {"applied": True}})

    @reachable()
    def forget(self, decision_id: str) -> None:
        """The decision came too late and took no effect."""
        self._documents.delete_one({"_id": decision_id, "applied": False})

    @reachable()
    def read(self, decision_id: str) -> Document | None:
        """One decision, whether it has taken effect or not."""
        return self._documents.find_one({"_id": decision_id})

    def find(self, *, applied: bool = True) -> Iterator[Document]:
        """The decisions that have taken effect, or those that have not, the oldest first."""
        with reachable():
            yield from self._documents.find({"applied": applied}).sort([("at", 1), ("_id", 1)])
