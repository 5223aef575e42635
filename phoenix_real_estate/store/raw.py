"""Raw records and their way through the project: pending, claimed, then processed, in review or dead.

    {_id, source, collected_at, data | html,
     processing: {status, claim_id, lease_until, attempts, not_before, last_error, history,
                  finished_at, before, backfill}}

Collectors write the first line only; a document without `processing` is pending. A claim is a batch: two
claimers never get the same record, and the records of a claimer that died come back when its lease ends.
What a person moves out of review or out of the dead letters leaves an entry in `history`. `finished_at` is
when a record last came to rest; `before` and `backfill` are those of `reruns.py`. The statuses, and the
updates that move a record, are in `processing.py`.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import bson
from bson.errors import BSONError
from pydantic import Field
from pymongo import UpdateMany, UpdateOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError
from pymongo.results import BulkWriteResult

from phoenix_real_estate.models import Frozen, RawRecord
from phoenix_real_estate.store.connection import Document, reachable
from phoenix_real_estate.store.documents import raw_document, raw_record
from phoenix_real_estate.store.ids import record_id, stored_id
from phoenix_real_estate.store.processing import (
    STATUSES,
    FinalStatus,
    Move,
    Resting,
    held_by,
    in_processing,
    is_state,
    known_status,
    moved,
    moved_by_a_person,
    over,
    status_of,
)
from phoenix_real_estate.store.restoring import restore_held, restore_left_over

WRITE_BATCH = 500
# Every round that takes nothing means that another claimer took everything.
CLAIM_ROUNDS = 100
LARGEST_DOCUMENT = 16 * 1024 * 1024 - 4096
DUPLICATE_KEY = 11000


class Added(Frozen):
    """How many records were new, how many were there already, and why others cannot be stored."""

    new: int = 0
    known: int = 0
    refused: dict[str, str] = Field(default={}, description="record id -> why")


class RawOutcome(Frozen):
    """What became of a record, and why if it did not become a published property."""

    status: FinalStatus
    error: str | None = None


class RawRecords:
    """The collection `raw_properties`."""

    def __init__(self, database: Database[Document], clock: Callable[[], datetime]) -> None:
        self._documents = database["raw_properties"]
        self._now = clock

    def add(self, records: Iterable[RawRecord]) -> Added:
        """Stores what is not there yet. A known record stays as it is, with its processing state."""
        new = known = 0
        refused: dict[str, str] = {}
        remaining = iter(records)
        while batch := list(islice(remaining, WRITE_BATCH)):
            documents = list(_storable((raw_document(record) for record in batch), refused))
            inserted = self._insert_unknown(documents) if documents else 0
            new += inserted
            known += len(documents) - inserted
        return Added(new=new, known=known, refused=refused)

    @reachable()
    def claim(self, limit: int, *, lease: timedelta, sources: Collection[str] = ()) -> list[RawRecord]:
        """Up to `limit` records that nobody else holds, for as long as the lease lasts. Empty: none is left.

        Each counts one attempt more. What a dead backfill had taken from where it rested rests there again.
        """
        if limit > 0:
            restore_left_over(self._documents, self._now())
        for _ in range(CLAIM_ROUNDS if limit > 0 else 0):
            ids = self._claimable_ids(limit, sources)
            records = self._take(ids, lease, sources)
            if records or not ids:
                return records
        return []

    @reachable()
    def renew(self, claim_id: str, ids: Collection[str], *, lease: timedelta) -> set[str]:
        """Prolongs the lease; gives the ids that this claim still holds."""
        held = held_by(claim_id, ids)
        self._documents.update_many(held, {"$set": {"processing.lease_until": self._now() + lease}})
        return {record_id(document["_id"]) for document in self._documents.find(held, {"_id": 1})}

    @reachable()
    def finish(self, claim_id: str, outcomes: Mapping[str, RawOutcome]) -> int:
        """Ends the records' way; gives how many this claim still held. The others stay untouched."""
        by_outcome: defaultdict[RawOutcome, list[str]] = defaultdict(list)
        for record, outcome in outcomes.items():
            by_outcome[outcome].append(record)
        writes = [
            UpdateMany(held_by(claim_id, ids), _ended(outcome, self._now()))
            for outcome, ids in by_outcome.items()
        ]
        return self._documents.bulk_write(writes, ordered=False).modified_count if writes else 0

    @reachable()
    def release(
        self,
        claim_id: str,
        ids: Collection[str],
        *,
        count_attempt: bool,
        delay: timedelta = timedelta(0),
        error: str | None = None,
    ) -> int:
        """Back to pending, not to be claimed before `delay` has passed; gives how many were still held."""
        update = moved(to="pending", error=error)
        if delay:
            update["$set"]["processing.not_before"] = self._now() + delay
            del update["$unset"]["processing.not_before"]
        if not count_attempt:
            update["$inc"] = {"processing.attempts": -1}
        return self._documents.update_many(held_by(claim_id, ids), update).modified_count

    @reachable()
    def give_back(
        self, claim_id: str, ids: Collection[str], *, error: str | None = None, done: bool = False
    ) -> int:
        """Back to where they were before the claim, no attempt counted; gives how many were still held.

        `done`: what rests again has come to rest now, so that the same backfill does not take it up again.
        """
        finished_at = self._now() if done else None
        restored = restore_held(self._documents, claim_id, ids, finished_at=finished_at)
        return restored + self.release(claim_id, ids, count_attempt=False, error=error)

    @reachable()
    def move(self, ids: Collection[str], move: Move) -> int:
        """Moves those of the records that are still there; gives how many.

        What was known of each goes into its history. Moved to pending it has a fresh set of attempts.
        """
        wanted = {"_id": {"$in": [stored_id(one) for one in ids]}, "processing.status": {"$in": move.moves}}
        resting = self._documents.find(wanted, {"processing": 1})
        writes = [
            UpdateOne({"_id": one["_id"], "processing.status": status_of(one)}, moved_by_a_person(one, move))
            for one in resting
        ]
        return self._documents.bulk_write(writes, ordered=False).modified_count if writes else 0

    @reachable()
    def read(self, ids: Collection[str]) -> dict[str, tuple[RawRecord, str]]:
        """The records that are there, each with its status, by id."""
        found = self._documents.find({"_id": {"$in": [stored_id(one) for one in ids]}})
        return {record_id(one["_id"]): (raw_record(one), status_of(one)) for one in found}

    @reachable()
    def whereabouts(self, ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """Source and status of the records that are there, by id."""
        wanted = {"_id": {"$in": [stored_id(one) for one in ids]}}
        found = self._documents.find(wanted, {"source": 1, "processing.status": 1})
        return {record_id(one["_id"]): (str(one.get("source", "")), status_of(one)) for one in found}

    @reachable()
    def ids_in(self, status: Resting) -> set[str]:
        """The ids of all records that rest there."""
        found = self._documents.find({"processing.status": status}, {"_id": 1})
        return {record_id(one["_id"]) for one in found}

    @reachable()
    def counts(self) -> dict[str, int]:
        """The number of records in every status; one whose lease has ended still counts as claimed."""
        counts = dict.fromkeys(STATUSES, 0)
        for row in self._documents.aggregate([{"$group": {"_id": "$processing.status", "n": {"$sum": 1}}}]):
            counts[known_status(row["_id"])] += row["n"]
        return counts

    @reachable()
    def _insert_unknown(self, documents: list[Document]) -> int:
        writes = [UpdateOne({"_id": d["_id"]}, {"$setOnInsert": d}, upsert=True) for d in documents]
        return _upserted(lambda: self._documents.bulk_write(writes, ordered=False))

    def _take(self, ids: list[Any], lease: timedelta, sources: Collection[str]) -> list[RawRecord]:
        """Those of the records that no other claimer was quicker to take.

        One update for each kind of claimable record: with an `$or` in it, SecantusDB would not go by `_id`.
        """
        claim_id = uuid.uuid4().hex
        held = {"status": "claimed", "claim_id": claim_id, "lease_until": self._now() + lease}
        update = {
            "$set": in_processing(held),
            "$inc": {"processing.attempts": 1},
            "$unset": {"processing.backfill": ""},
        }
        for claimable in self._claimable(sources):
            self._documents.update_many({"_id": {"$in": ids}, **claimable}, update)
        mine = self._documents.find({"_id": {"$in": ids}, "processing.claim_id": claim_id})
        return [raw_record(document) for document in mine]

    def _claimable_ids(self, limit: int, sources: Collection[str]) -> list[Any]:
        claimable = {"$or": self._claimable(sources)}
        found = list(self._documents.find(claimable, {"processing": 1}, limit=limit))
        for document in found:
            if not is_state(document.get("processing", {})):
                self._start_over(document)
        return [document["_id"] for document in found]

    def _start_over(self, document: Document) -> None:
        """A `processing` that is none of ours holds no state to respect, and would break the claim."""
        self._documents.update_one(
            {"_id": document["_id"], "processing.claim_id": {"$exists": False}},
            {"$unset": {"processing": ""}},
        )

    def _claimable(self, sources: Collection[str]) -> list[Document]:
        """Filters for the pending, which is all that is in no other state of ours, and for the left over."""
        past = over(self._now())
        taken = [status for status in STATUSES if status != "pending"]
        wanted = {"source": {"$in": list(sources)}} if sources else {}
        return [
            {"processing.status": {"$nin": taken}, "processing.not_before": past, **wanted},
            {
                "processing.status": "claimed",
                "processing.lease_until": past,
                "processing.before": {"$exists": False},
                **wanted,
            },
        ]


def _storable(documents: Iterable[Document], refused: dict[str, str]) -> Iterator[Document]:
    for document in documents:
        try:
            size = len(bson.encode(document))
        except (BSONError, OverflowError, UnicodeEncodeError) as problem:
            refused[record_id(document["_id"])] = f"MongoDB cannot store it: {problem}"
            continue
        if size > LARGEST_DOCUMENT:
            refused[record_id(document["_id"])] = f"{size} bytes are more than MongoDB's 16 MB"
            continue
        yield document


def _upserted(write: Callable[[], BulkWriteResult]) -> int:
    """Two loaders that add the same record at once: the one that comes second finds it known."""
    try:
        return write().upserted_count
    except BulkWriteError as problem:
        if any(error["code"] != DUPLICATE_KEY for error in problem.details["writeErrors"]):
            raise
        return int(problem.details["nUpserted"])


def _ended(outcome: RawOutcome, at: datetime) -> Document:
    update = moved(to=outcome.status, error=outcome.error)
    update["$set"]["processing.finished_at"] = at
    return update
