"""Enriched properties with their verdict: what consumers read, by `status: "published"`."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from phoenix_real_estate.comparables import area_of, price_per_square_foot
from phoenix_real_estate.models import Address, Frozen, Property
from phoenix_real_estate.store.areas import MarketAreas, Member
from phoenix_real_estate.store.connection import Document, reachable
from phoenix_real_estate.store.raw import DUPLICATE_KEY

# Ours alone, not part of what consumers see through `find`: to find the same house again, and the properties
# that it can be compared with.
ADDRESS_KEY = "address_key"
MARKET_AREA = "market_area"
_OURS_ALONE = {ADDRESS_KEY: 0, MARKET_AREA: 0}

# Property ids are all like this; what else stands in the collection is not ours to compare with.
_NAMES_A_FIELD = re.compile(r"[\w-]+")

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

    def __init__(self, database: Database[Document], areas: MarketAreas) -> None:
        """`areas` are told of every property that is published, changed or removed."""
        self._documents = database["processed_properties"]
        self._areas = areas

    @reachable()
    def save(self, documents: Sequence[Document], *, over: Mapping[str, datetime | None] = {}) -> set[str]:
        """Stores the documents; gives the ids of those that were not, because something else stands there.

        `over` tells by id which documents may be replaced: only those that were written at that moment
        (`metadata.enriched_at`, None where a document does not tell). All others must be new.
        """
        members = {one["_id"]: member for one in documents if (member := _member(one))}
        keyed = [_with_keys(document, members) for document in documents]
        before = self._areas_of(over)
        new = [document for document in keyed if document["_id"] not in over]
        changed = {
            document["_id"]
            for document in keyed
            if document["_id"] in over and not self._replaces(document, over[document["_id"]])
        }
        refused = changed | (self._known_among(new) if new else set())
        saved = {document["_id"] for document in documents} - refused
        self._areas.follow(
            {key: area for key, area in before.items() if key in saved},
            {key: member for key, member in members.items() if key in saved},
        )
        return refused

    @reachable()
    def remove(self, written: Mapping[str, datetime | None]) -> int:
        """Forgets properties that are now known under another id: an address has got its parcel number.

        `written` tells by id when the document was written; what was written since stays.
        """
        before = self._areas_of(written)
        gone = {
            one
            for one, at in written.items()
            if self._documents.delete_one(_as_written(one, at)).deleted_count
        }
        self._areas.follow({key: area for key, area in before.items() if key in gone}, {})
        return len(gone)

    @reachable()
    def same_house(self, ids: Collection[str], address_keys: Collection[str]) -> list[Document]:
        """Stored documents with one of these ids or with one of these normalized addresses."""
        # One question for each index: with an `$or`, SecantusDB would read every document.
        at_address = self._documents.find({ADDRESS_KEY: {"$in": list(address_keys)}}, {"_id": 1})
        wanted = {*ids, *(one["_id"] for one in at_address)}
        return list(self._documents.find({"_id": {"$in": list(wanted)}}, _OURS_ALONE))

    def _areas_of(self, ids: Collection[str]) -> dict[str, str]:
        """The market areas that stored properties belong to, by id."""
        if not ids:
            return {}
        found = self._documents.find({"_id": {"$in": [*ids]}}, {MARKET_AREA: 1})
        return {one["_id"]: one[MARKET_AREA] for one in found if one.get(MARKET_AREA)}

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
            yield from self._documents.find(wanted, _OURS_ALONE).sort("_id", 1)

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
        return self._documents.find_one({"_id": property_id}, _OURS_ALONE)

    @reachable()
    def of_records(self, raw_ids: Collection[str]) -> list[Document]:
        """The documents that were made of any of these raw records."""
        made_of = {"metadata.raw_ids": {"$in": list(raw_ids)}}
        return list(self._documents.find(made_of, _OURS_ALONE)) if raw_ids else []

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


def _with_keys(document: Document, members: Mapping[str, Member]) -> Document:
    member = members.get(document["_id"])
    area = {MARKET_AREA: member.area} if member else {}
    return {**document, ADDRESS_KEY: address_of(document).key, **area}


def _member(document: Mapping[str, Any]) -> Member | None:
    """Where a published property is compared; None where it cannot be, or cannot be read."""
    if document.get("status") != "published" or not _NAMES_A_FIELD.fullmatch(document["_id"]):
        return None
    try:
        facts = Property.model_validate(document.get("property"))
    except ValidationError:
        return None
    area, on = area_of(facts), facts.collected_at or (document.get("metadata") or {}).get("enriched_at")
    if area is None or on is None:
        return None
    return Member(area.key, price_per_square_foot(facts), on if on.tzinfo else on.replace(tzinfo=UTC))


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
