"""Earlier versions of processed properties, kept when a newer one takes their place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pymongo import ReplaceOne
from pymongo.database import Database

from phoenix_real_estate.store.connection import Document, reachable


class ProcessedHistory:
    """The collection `processed_history`.

        {_id, property_id, version, replaced_at, replaced_by, why}

    `version` is the document as it stood, `replaced_by` the flow run, times are UTC. A version is kept before
    it is replaced: after a crash in between it is in both places, and is kept once however often that is.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["processed_history"]

    @reachable()
    def keep(self, versions: Sequence[Document], *, at: datetime, by: str | None, why: str) -> None:
        """Keeps these documents of `processed_properties`, which are about to be replaced."""
        replaced = {"replaced_at": at, "replaced_by": by, "why": why}
        writes = [
            ReplaceOne(
                {"_id": _version_id(one)},
                {"property_id": one["_id"], "version": one, **replaced},
                upsert=True,
            )
            for one in versions
        ]
        if writes:
            self._documents.bulk_write(writes, ordered=False)

    @reachable()
    def of(self, property_id: str) -> list[Document]:
        """The earlier versions of one property, the oldest first."""
        return list(self._documents.find({"property_id": property_id}).sort("replaced_at", 1))


def _version_id(document: Document) -> str:
    """Names one version: a property, and when it was written."""
    written = (document.get("metadata") or {}).get("enriched_at")
    return f"{document['_id']}@{written.isoformat() if isinstance(written, datetime) else ''}"
