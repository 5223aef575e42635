"""The state of a raw record, kept in its `processing`: what it can be, and the updates that move it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

from phoenix_real_estate.models import Frozen
from phoenix_real_estate.store.connection import Document
from phoenix_real_estate.store.ids import stored_id

FinalStatus = Literal["processed", "needs_review", "dead_letter"]
Resting = Literal["processed", "needs_review", "dead_letter"]
IN_RUNS = ("pending", "claimed")
RESTING = ("processed", "needs_review", "dead_letter")
STATUSES = (*IN_RUNS, *RESTING)


class Move(Frozen):
    """A person's move of records from where they rest: where to, why, by whom and when (UTC).

    `from_runs`: also of those that a run holds, which loses them, or that wait for one.
    """

    was: Resting
    to: Literal["pending", "processed", "needs_review", "dead_letter"]
    by: str
    at: datetime
    why: str | None = None
    from_runs: bool = False

    @property
    def moves(self) -> list[str]:
        """The statuses of the records that it moves."""
        return [one for one in (self.was, *(IN_RUNS if self.from_runs else ())) if one != self.to]


def status_of(document: Document) -> str:
    """The document's status; one that is none of ours is pending."""
    processing = document.get("processing")
    return known_status(processing.get("status") if isinstance(processing, dict) else None)


def known_status(status: Any) -> str:
    """The status; one that is none of ours is pending."""
    return status if isinstance(status, str) and status in STATUSES else "pending"


def is_state(processing: Any) -> bool:
    """Whether `processing` is of our making."""
    return isinstance(processing, dict) and isinstance(processing.get("attempts", 0), int)


def held_by(claim_id: str, ids: Collection[str]) -> Document:
    """A filter for those of the records that the claim still holds."""
    return {"_id": {"$in": [stored_id(i) for i in ids]}, "processing.claim_id": claim_id}


def in_processing(fields: Document) -> Document:
    """The fields as MongoDB's updates name them."""
    return {f"processing.{name}": value for name, value in fields.items()}


def over(now: datetime) -> Document:
    """A condition on a moment: it is over, or there is none."""
    return {"$not": {"$gt": now}}


def moved(*, to: str, error: str | None) -> Document:
    """An update to another status, out of any claim."""
    gone = ("claim_id", "lease_until", "not_before", "before")
    return {
        "$set": in_processing({"status": to, "last_error": error}),
        "$unset": in_processing(dict.fromkeys(gone, "")),
    }


def moved_by_a_person(document: Document, move: Move) -> Document:
    """An update by which the record also remembers where it was."""
    processing = document["processing"]
    past = {
        "status": status_of(document),
        "attempts": processing.get("attempts"),
        "error": processing.get("last_error"),
    }
    update = moved(to=move.to, error=move.why)
    update["$unset"]["processing.backfill"] = ""
    update["$push"] = {"processing.history": past | {"by": move.by, "at": move.at}}
    update["$set"] |= (
        {"processing.attempts": 0} if move.to == "pending" else {"processing.finished_at": move.at}
    )
    return update
