"""Enriched properties with their verdict: what consumers read, by `status: "published"`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pymongo import ReplaceOne
from pymongo.database import Database

from phoenix_real_estate.models import Address
from phoenix_real_estate.store.connection import Document, reachable

# Ours alone, to find the same house again; not part of what consumers see through `find`.
ADDRESS_KEY = "address_key"


class ProcessedProperties:
    """The collection `processed_properties`; `_id` is the property id."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["processed_properties"]

    @reachable()
    def save(self, documents: Sequence[Document]) -> None:
        """Stores each document, in place of an earlier one of the same property id."""
        writes = [ReplaceOne({"_id": d["_id"]}, _with_address_key(d), upsert=True) for d in documents]
        if writes:
            self._documents.bulk_write(writes, ordered=False)

    @reachable()
    def remove(self, ids: Collection[str]) -> int:
        """Forgets properties that are now known under another id: an address has got its parcel number."""
        return self._documents.delete_many({"_id": {"$in": list(ids)}}).deleted_count

    @reachable()
    def same_house(self, ids: Collection[str], address_keys: Collection[str]) -> list[Document]:
        """Stored documents with one of these ids or with one of these normalized addresses."""
        wanted = [{"_id": {"$in": list(ids)}}, {ADDRESS_KEY: {"$in": list(address_keys)}}]
        return list(self._documents.find({"$or": wanted}, {ADDRESS_KEY: 0}))

    def find(self, status: str | None = None) -> Iterator[Document]:
        """Documents of this status, or all, in the order of their ids."""
        wanted = {"status": status} if status else {}
        with reachable():
            yield from self._documents.find(wanted, {ADDRESS_KEY: 0}).sort("_id", 1)

    @reachable()
    def counts(self) -> dict[str, int]:
        """The number of properties in each status."""
        counts = {"published": 0, "needs_review": 0}
        for row in self._documents.aggregate([{"$group": {"_id": "$status", "n": {"$sum": 1}}}]):
            counts[row["_id"]] = row["n"]
        return counts


def _with_address_key(document: Document) -> Document:
    address = (document.get("property") or {}).get("address") or {}
    return {**document, ADDRESS_KEY: Address.model_validate(address).key}
