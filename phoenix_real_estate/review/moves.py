"""Where a person's decision sends the records of its property."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from phoenix_real_estate.review.cases import WITHDRAW, Document
from phoenix_real_estate.store import DeadLetter, Store
from phoenix_real_estate.store.processing import IN_RUNS, Move

REJECTED = "RejectedByReviewer"
STAGE = "review"


def move_records(store: Store, document: Document, raw_ids: Sequence[str]) -> None:
    """Moves the records of a decided property where the decision that it carries sends them.

    A run that holds one loses it: what a person has decided is about what that run found.
    """
    decision = document["metadata"]["review"]
    by, at = decision["by"], decision["at"]
    if document["status"] == "published":
        store.raw.move(raw_ids, Move(was="needs_review", to="processed", by=by, at=at, from_runs=True))
    elif document["status"] == "rejected":
        why = f"rejected by {by}: {decision['reason']}"
        # The letters first: a record that is dead has one at any moment.
        store.dead_letters.add(_letters(store, raw_ids, why, at))
        dead = Move(was="needs_review", to="dead_letter", by=by, at=at, why=why, from_runs=True)
        store.raw.move(raw_ids, dead)
    elif decision["decision"] == WITHDRAW:
        why = f"withdrawn by {by}: {decision['reason']}"
        review = Move(was="processed", to="needs_review", by=by, at=at, why=why, from_runs=True)
        store.raw.move(raw_ids, review)
    else:
        store.raw.move(raw_ids, Move(was="needs_review", to="pending", by=by, at=at, from_runs=True))


def _letters(store: Store, raw_ids: Sequence[str], why: str, at: datetime) -> list[DeadLetter]:
    return [
        DeadLetter(
            raw_id=raw_id, stage=STAGE, error_class=REJECTED, message=why, attempts=record.attempts, at=at
        )
        for raw_id, (record, status) in store.raw.read(raw_ids).items()
        if status in ("needs_review", *IN_RUNS)
    ]
