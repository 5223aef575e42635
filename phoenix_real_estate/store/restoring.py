"""Records that a backfill had taken from where they rested rest there again, as if it had not been.

What a record was before stands in `processing.before` (`reruns.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from pymongo import UpdateOne
from pymongo.collection import Collection as Documents

from phoenix_real_estate.store.connection import Document
from phoenix_real_estate.store.processing import held_by, moved, over


def restore_left_over(documents: Documents[Document], now: datetime) -> None:
    """What dead backfills held. A backfill finds its records again; a run of the day asked for none."""
    left_over = {"processing.status": "claimed", "processing.lease_until": over(now)}
    _restore(documents, left_over, left_over, {})


def restore_held(
    documents: Documents[Document], claim_id: str, ids: Collection[str], *, finished_at: datetime | None
) -> int:
    """What the claim still holds; gives how many. `finished_at`: and this is when they came to rest."""
    finished = {"processing.finished_at": finished_at} if finished_at else {}
    return _restore(documents, held_by(claim_id, ids), {"processing.claim_id": claim_id}, finished)


def _restore(documents: Documents[Document], which: Document, still: Document, further: Document) -> int:
    """Puts those to rest that are `still` as they were read."""
    rested = {**which, "processing.before": {"$exists": True}}
    taken: Iterable[Document] = documents.find(rested, {"processing.before": 1})
    writes = [
        UpdateOne({"_id": one["_id"], **still}, _restored(**one["processing"]["before"], further=further))
        for one in taken
    ]
    return documents.bulk_write(writes, ordered=False).modified_count if writes else 0


def _restored(status: str, last_error: str | None, attempts: int, further: Document) -> Document:
    update = moved(to=status, error=last_error)
    update["$set"] |= {"processing.attempts": attempts, **further}
    return update
