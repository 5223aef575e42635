"""Enriched properties with their verdict: what consumers read, by `status: "published"`."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from phoenix_real_estate.models import Address, Frozen
from phoenix_real_estate.store.connection import Document, reachable
from phoenix_real_estate.store.raw import DUPLICATE_KEY

# Ours alone, to find the same house again; not part of what consumers see through `find`.
ADDRESS_KEY = "address_key"

_log = logging.getLogger(__name__)


class Made(Frozen):
    """What was made of raw records: the property, where it stands, and what has written about it.

    `prompt_versions` are by operation; `decided` tells whether a person has decided on the texts.
    """

    property_id: str
    raw_ids: tuple[str, ...]
    zip: str | None
    prompt_versions: dict[str, str]
    decided: bool


class ProcessedProperties:
    """The collection `processed_properties`; `_id` is the property id."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["processed_properties"]

    @reachable()
    def save(self, documents: Sequence[Document], *, over: Mapping[str, datetime | None] = {}) -> set[str]:
        """Stores the documents; gives the ids of those that were not, because something else stands there.

        `over` tells by id which documents may be replaced: only those that were written at that moment
        (`metadata.enriched_at`, None where a document does not tell). All others must be new.
        """
        keyed = [_with_address_key(document) for document in documents]
        new = [document for document in keyed if document["_id"] not in over]
        changed = {
            document["_id"]
            for document in keyed
            if document["_id"] in over and not self._replaces(document, over[document["_id"]])
        }
        return changed | (self._known_among(new) if new else set())

    @reachable()
    def remove(self, written: Mapping[str, datetime | None]) -> int:
        """Forgets properties that are now known under another id: an address has got its parcel number.

        `written` tells by id when the document was written; what was written since stays.
        """
        gone = (self._documents.delete_one(_as_written(*one)).deleted_count for one in written.items())
        return sum(gone)

    @reachable()
    def same_house(self, ids: Collection[str], address_keys: Collection[str]) -> list[Document]:
        """Stored documents with one of these ids or with one of these normalized addresses."""
        # One question for each index: with an `$or`, SecantusDB would read every document.
        at_address = self._documents.find({ADDRESS_KEY: {"$in": list(address_keys)}}, {"_id": 1})
        wanted = {*ids, *(one["_id"] for one in at_address)}
        return list(self._documents.find({"_id": {"$in": list(wanted)}}, {ADDRESS_KEY: 0}))

    def _replaces(self, document: Document, written: datetime | None) -> bool:
        earlier = _as_written(document["_id"], written)
        return self._documents.replace_one(earlier, document).matched_count == 1

    def _known_among(self, new: Sequence[Document]) -> set[str]:
        """Stores the new documents; gives the ids of those that another run was quicker to store."""
        try:
            self._documents.insert_many(new, ordered=False)
        except BulkWriteError as problem:
            errors = problem.details["writeErrors"]
            if any(error["code"] != DUPLICATE_KEY for error in errors):
                raise
            return {new[error["index"]]["_id"] for error in errors}
        return set()

    def find(self, status: str | None = None) -> Iterator[Document]:
        """Documents of this status, or all, in the order of their ids."""
        wanted = {"status": status} if status else {}
        with reachable():
            yield from self._documents.find(wanted, {ADDRESS_KEY: 0}).sort("_id", 1)

    def made(self) -> Iterator[Made]:
        """What each property was made of, without its texts and facts."""
        fields = {
            "metadata.raw_ids": 1,
            "metadata.operations": 1,
            "metadata.review": 1,
            "property.address": 1,
        }
        with reachable():
            yield from map(_made, self._documents.find({}, fields))

    @reachable()
    def read(self, property_id: str) -> Document | None:
        """The document of one property."""
        return self._documents.find_one({"_id": property_id}, {ADDRESS_KEY: 0})

    @reachable()
    def of_records(self, raw_ids: Collection[str]) -> list[Document]:
        """The documents that were made of any of these raw records."""
        made_of = {"metadata.raw_ids": {"$in": list(raw_ids)}}
        return list(self._documents.find(made_of, {ADDRESS_KEY: 0})) if raw_ids else []

    @reachable()
    def counts(self) -> dict[str, int]:
        """The number of properties in each status."""
        counts = {"published": 0, "needs_review": 0}
        for row in self._documents.aggregate([{"$group": {"_id": "$status", "n": {"$sum": 1}}}]):
            counts[row["_id"]] = row["n"]
        return counts


def _made(document: Document) -> Made:
    metadata = document.get("metadata") or {}
    operations = metadata.get("operations") or {}
    return Made(
        property_id=document["_id"],
        raw_ids=tuple(metadata.get("raw_ids") or ()),
        zip=address_of(document).zip,
        prompt_versions={name: one.get("prompt_version", "") for name, one in operations.items()},
        decided=bool(metadata.get("review")),
    )


def _as_written(property_id: str, at: datetime | None) -> Document:
    return {"_id": property_id, "metadata.enriched_at": at}


def _with_address_key(document: Document) -> Document:
    return {**document, ADDRESS_KEY: address_of(document).key}


def address_of(document: Mapping[str, Any]) -> Address:
    """Where the house of a stored document stands; an address that cannot be read is an unknown one."""
    facts = document.get("property")
    try:
        return Address.model_validate((facts.get("address") if isinstance(facts, Mapping) else None) or {})
    except ValidationError as invalid:
        _log.warning(
            "The stored address of property %s cannot be read and is left out: %s",
            document["_id"],
            invalid.errors()[0]["msg"],
        )
        return Address()
