"""What is under way at the vendors, in MongoDB: no batch is paid twice, and none forgotten.

    llm_batches           one document a batch: its model and where it stands
    llm_batch_requests    one a request: what it asks, its reservation, and what came of it

A batch is `planned`, then `sending`, then `submitted`, then `over`; one that is not sent is `dropped` and
then gone. Each step is one atomic write, taken before what it announces is done: so whoever comes after a
crash knows what may have happened. A request that is not over has no outcome.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from pymongo import ASCENDING, UpdateOne
from pymongo.database import Database

from phoenix_real_estate.answers import Answer
from phoenix_real_estate.budget import Reservation
from phoenix_real_estate.budget.days import durable
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.models import Frozen
from phoenix_real_estate.settings import ModelPrice, ProviderName
from phoenix_real_estate.store.connection import Document, reachable


class Stage(StrEnum):
    """How far a batch has come."""

    PLANNED = "planned"
    SENDING = "sending"
    SUBMITTED = "submitted"
    DROPPED = "dropped"
    OVER = "over"


class Outcome(StrEnum):
    """What came of a request."""

    ANSWERED = "answered"
    MALFORMED = "malformed"  # and paid
    ERRORED = "errored"  # not paid; asking again would not help
    UNDONE = "undone"  # not paid; the vendor did not come to it
    LOST = "lost"  # without a result, and perhaps paid


class Batch(Frozen):
    """A batch at one vendor; the model's price is the one it was submitted at."""

    id: str
    provider: ProviderName
    model: str
    setting: str
    price: ModelPrice | None = None
    attempt: int = 1
    stage: Stage = Stage.PLANNED
    since: datetime
    vendor_id: str | None = None

    @property
    def candidate(self) -> Candidate:
        return Candidate(self.provider, self.model, self.setting, self.price)


class Asked(Frozen):
    """A question in a batch; its id is that of its reservation and its number at the vendor.

    `seen` is what the answer depends on, as JSON; `key` the answer's in the cache.
    """

    id: str
    batch: str
    key: str
    seen: str
    reservation: Reservation
    outcome: Outcome | None = None
    answer: Answer | None = None


class Ending(Frozen):
    """What came of a question."""

    id: str
    key: str
    outcome: Outcome
    answer: Answer | None = None


class Journal:
    """Safe to share between threads; any number of processes may have one."""

    def __init__(self, database: Database[Document]) -> None:
        self._batches = durable(database, "llm_batches")
        self._asked = durable(database, "llm_batch_requests")

    @reachable()
    def prepare(self) -> None:
        """Creates the indexes that are missing."""
        self._asked.create_index([("batch", ASCENDING)])
        self._asked.create_index([("key", ASCENDING)])

    @reachable()
    def plan(self, batch: Batch, questions: Sequence[Asked]) -> None:
        """Announces a batch that nothing is put aside for yet."""
        self._batches.insert_one(_stored(batch))
        self._asked.insert_many([_stored(question) for question in questions])

    @reachable()
    def elsewhere(self, batch_id: str, keys: Collection[str]) -> dict[str, Answer | None]:
        """Those of the keys that another batch asks, or has answered: with the answer."""
        wanted = {
            "key": {"$in": list(keys)},
            "batch": {"$ne": batch_id},
            "outcome": {"$in": [None, Outcome.ANSWERED]},
        }
        found = [_asked(document) for document in self._asked.find(wanted)]
        return {one.key: one.answer for one in sorted(found, key=lambda one: one.answer is not None)}

    @reachable()
    def answer(self, key: str) -> Answer | None:
        """The answer that a batch gave."""
        document = self._asked.find_one({"key": key, "outcome": Outcome.ANSWERED})
        return _asked(document).answer if document else None

    @reachable()
    def knows_any(self) -> bool:
        """Whether there is a batch at all, under way or over for no more than a few days."""
        return self._batches.find_one({}, {"_id": 1}) is not None

    @reachable()
    def is_under_way(self, key: str, *, since: datetime) -> bool:
        """Whether a batch asks it that has not ended and has moved since then."""
        open_ = self._asked.find({"key": key, "outcome": None}, {"batch": 1})
        on_the_way = {
            "_id": {"$in": [document["batch"] for document in open_]},
            "stage": {"$nin": [Stage.DROPPED, Stage.OVER]},
            "since": {"$gte": since},
        }
        return self._batches.find_one(on_the_way, {"_id": 1}) is not None

    @reachable()
    def leave_out(self, ids: Collection[str]) -> None:
        """Questions that are not asked after all."""
        self._asked.delete_many({"_id": {"$in": list(ids)}})

    @reachable()
    def step(self, batch: Batch, to: Stage, *, since: datetime, vendor_id: str | None = None) -> Batch | None:
        """The batch one step further; None when somebody else has moved it meanwhile."""
        moved = batch.model_copy(
            update={"stage": to, "since": since, "vendor_id": vendor_id or batch.vendor_id}
        )
        here = {"_id": batch.id, "stage": batch.stage}
        update = {"$set": {"stage": to, "since": since, "vendor_id": moved.vendor_id}}
        return moved if self._batches.update_one(here, update).matched_count == 1 else None

    @reachable()
    def remove(self, batch: Batch) -> None:
        """A dropped batch, once nothing is put aside for it any more."""
        self._batches.delete_one({"_id": batch.id})

    @reachable()
    def open(self) -> list[Batch]:
        """The batches that are not over, oldest first."""
        found = self._batches.find({"stage": {"$ne": Stage.OVER}})
        return sorted(map(_batch, found), key=lambda batch: batch.since)

    @reachable()
    def batch(self, batch_id: str) -> Batch | None:
        """Where the batch stands now; None when it is gone."""
        document = self._batches.find_one({"_id": batch_id})
        return _batch(document) if document else None

    @reachable()
    def vendor_ids(self, provider: str) -> frozenset[str]:
        """What the vendor calls the batches that are known to be submitted."""
        found = self._batches.find({"provider": provider, "vendor_id": {"$ne": None}}, {"vendor_id": 1})
        return frozenset(document["vendor_id"] for document in found)

    @reachable()
    def questions(self, batch: Batch) -> list[Asked]:
        """All questions of the batch."""
        return list(map(_asked, self._asked.find({"batch": batch.id})))

    @reachable()
    def record(self, endings: Iterable[Ending]) -> None:
        """What came of questions; what is recorded already stays."""
        self._asked.bulk_write([_ended(ending) for ending in endings], ordered=False)

    @reachable()
    def forget(self, before: datetime) -> None:
        """Removes batches that were over before then, with their questions and answers.

        And questions without a batch: it was taken for dead, and dropped, while they were written down.
        """
        asked = set(self._asked.distinct("batch"))
        stage_and_since = self._batches.find({}, {"stage": 1, "since": 1})
        kept = {one["_id"] for one in stage_and_since if one["stage"] != Stage.OVER or one["since"] >= before}
        self._asked.delete_many({"batch": {"$in": list(asked - kept)}})
        self._batches.delete_many({"stage": Stage.OVER, "since": {"$lt": before}})


def _ended(ending: Ending) -> UpdateOne:
    answer = ending.answer.model_dump(mode="json") if ending.answer else None
    update = {"$set": {"outcome": ending.outcome, "answer": answer}}
    return UpdateOne({"_id": ending.id, "outcome": None}, update)


def _stored(thing: Batch | Asked) -> Document:
    """As JSON, so that prices stay exact, but for times."""
    document = thing.model_dump(mode="json", exclude={"id"}) | {"_id": thing.id}
    return document | ({"since": thing.since} if isinstance(thing, Batch) else {})


def _batch(document: Mapping[str, object]) -> Batch:
    return Batch.model_validate({**document, "id": document["_id"]})


def _asked(document: Mapping[str, object]) -> Asked:
    return Asked.model_validate({**document, "id": document["_id"]})
