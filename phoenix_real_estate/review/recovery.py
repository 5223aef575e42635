"""Finishes what a crash, or a later record of the same house, has left half done in review.

A decision takes effect in three writes: the property, its records, the note that it is applied. Everything
needed to finish stands in the property, so that nothing is asked of a person twice.
"""

from __future__ import annotations

from datetime import datetime

from phoenix_real_estate.review.cases import Document, decision_in, is_decided
from phoenix_real_estate.review.moves import move_records
from phoenix_real_estate.store import Store
from phoenix_real_estate.store.processing import Move

LATER = "a later record of this house has taken its place"


def put_in_order(store: Store, *, at: datetime) -> int:
    """Moves records that are in review although no property of theirs is; gives how many there were.

    Safe at any moment and beside any number of runs and reviewers.
    """
    # The records first: their property is stored before they are in review.
    resting = store.raw.ids_in("needs_review")
    documents = store.processed.of_records(resting)
    waiting = {raw_id for one in documents if _waits(one) for raw_id in one["metadata"]["raw_ids"]}
    stranded = resting - waiting
    for document in documents:
        mine = sorted(stranded.intersection(document["metadata"]["raw_ids"]))
        if mine and is_decided(document):
            move_records(store, document, mine)
    store.raw.move(stranded, Move(was="needs_review", to="processed", by="phoenix", at=at, why=LATER))
    _apply_decisions(store)
    return len(stranded)


def _waits(document: Document) -> bool:
    return document["status"] == "needs_review" and not is_decided(document)


def _apply_decisions(store: Store) -> None:
    for noted in store.decisions.find(applied=False):
        document = store.processed.read(noted["property_id"]) or {}
        if (decision_in(document) or {}).get("id") == noted["_id"]:
            move_records(store, document, noted["raw_ids"])
            store.decisions.apply(noted["_id"])
