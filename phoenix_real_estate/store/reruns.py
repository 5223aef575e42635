"""Raw records of any status, taken up again by a backfill: found by `_id`, claimed, and looked after.

A record that has come to rest since the backfill began (`processing.finished_at`) is done, whoever did it: it
is not taken a second time, however often the backfill is killed. What a record was before it was taken stands
in `processing.before`, so that it can be given back as it was; `processing.backfill` names the backfill.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from pymongo.database import Database

from phoenix_real_estate.models import Frozen, RawRecord
from phoenix_real_estate.store.connection import Document, reachable
from phoenix_real_estate.store.documents import raw_record, time_of
from phoenix_real_estate.store.ids import record_id, stored_id
from phoenix_real_estate.store.processing import RESTING, STATUSES, in_processing, is_state, over, status_of

Whereabouts = Literal["processed", "needs_review", "dead_letter", "pending", "held", "untouched"]


class Surveyed(Frozen):
    """What a backfill chooses records by."""

    id: str
    source: str
    collected_at: datetime | None
    status: str


class Standing(Frozen):
    """Where a record of a backfill is: at rest since it began, or one of these.

    pending: it waits for the next run. held: another run has it. untouched: it rests as it did before.
    `ours` tells whether it was this backfill that brought it there.
    """

    where: Whereabouts
    ours: bool = False


class Reruns:
    """The collection `raw_properties`, as backfills work on it."""

    def __init__(self, database: Database[Document], clock: Callable[[], datetime]) -> None:
        self._documents = database["raw_properties"]
        self._now = clock

    def survey(self) -> Iterator[Surveyed]:
        """All records, without their payloads."""
        fields = {"source": 1, "collected_at": 1, "processing.status": 1}
        with reachable():
            for document in self._documents.find({}, fields):
                yield Surveyed(
                    id=record_id(document["_id"]),
                    source=str(document.get("source", "")),
                    collected_at=time_of(document.get("collected_at")),
                    status=status_of(document),
                )

    @reachable()
    def claim(
        self, ids: Collection[str], *, backfill: str, since: datetime, lease: timedelta
    ) -> list[RawRecord]:
        """Those of the records that are not done since then and that no other run holds.

        What a run of the same backfill held that is over is taken over at once: of one backfill one run works
        at a time. A record at rest begins with a fresh set of attempts.
        """
        claim_id = uuid.uuid4().hex
        held = {
            "status": "claimed",
            "claim_id": claim_id,
            "lease_until": self._now() + lease,
            "backfill": backfill,
        }
        stored = [stored_id(one) for one in ids]
        for take, group in self._takeable(stored, backfill, since).items():
            update: Document = {"$set": in_processing({**held, **take.fields})}
            if take.counts:
                update["$inc"] = {"processing.attempts": 1}
            self._documents.update_many({"_id": {"$in": group}, **self._unchanged(take, since)}, update)
        mine = self._documents.find({"_id": {"$in": stored}, "processing.claim_id": claim_id})
        return [raw_record(document) for document in mine]

    @reachable()
    def standings(self, ids: Collection[str], *, backfill: str, since: datetime) -> dict[str, Standing]:
        """Where the records are now, by id; one that is gone is missing."""
        found = self._documents.find({"_id": {"$in": [stored_id(one) for one in ids]}}, {"processing": 1})
        return {record_id(one["_id"]): _standing(one, backfill, since) for one in found}

    def _takeable(self, stored: list[Any], backfill: str, since: datetime) -> dict[_Take, list[Any]]:
        """The records' ids by how they are to be taken."""
        groups: defaultdict[_Take, list[Any]] = defaultdict(list)
        for document in self._documents.find({"_id": {"$in": stored}}, {"processing": 1}):
            if take := self._take(document, backfill, since):
                groups[take].append(document["_id"])
        return groups

    def _take(self, document: Document, backfill: str, since: datetime) -> _Take | None:
        processing = document.get("processing", {})
        if not is_state(processing) or _is_done(processing, since):
            return None
        status = status_of(document)
        if status in RESTING:
            return _Take(status, processing.get("last_error"), processing.get("attempts", 0))
        if status == "pending":
            return _Take(status) if _is_past(processing.get("not_before"), self._now()) else None
        if processing.get("backfill") == backfill:
            return _Take("ours", of=backfill)
        return _Take("left over") if _is_past(processing.get("lease_until"), self._now()) else None

    def _unchanged(self, take: _Take, since: datetime) -> Document:
        """Only those that are still as they were read; another claimer may have been quicker."""
        past = over(self._now())
        same: dict[str, Document] = {
            "pending": {
                "processing.status": {"$nin": [one for one in STATUSES if one != "pending"]},
                "processing.not_before": past,
            },
            "ours": {"processing.status": "claimed", "processing.backfill": take.of},
            "left over": {"processing.status": "claimed", "processing.lease_until": past},
        }
        unchanged = same.get(take.kind, {"processing.status": take.kind})
        return {**unchanged, "processing.finished_at": {"$not": {"$gte": since}}}


class _Take(NamedTuple):
    """How records are taken: what they were before, as far as it matters."""

    kind: str
    error: str | None = None
    attempts: int = 0
    of: str = ""

    @property
    def fields(self) -> Document:
        if self.kind not in RESTING:
            return {}
        before = {"status": self.kind, "last_error": self.error, "attempts": self.attempts}
        return {"before": before, "attempts": 1}

    @property
    def counts(self) -> bool:
        """Whether it is one attempt more; that of a killed run goes on."""
        return self.kind in ("pending", "left over")


def _standing(document: Document, backfill: str, since: datetime) -> Standing:
    processing = document.get("processing")
    known = processing if isinstance(processing, dict) else {}
    status = status_of(document)
    if status == "claimed":
        return Standing(where="held")
    if status == "pending":
        return Standing(where="pending")
    if not _is_done(known, since):
        return Standing(where="untouched")
    return Standing.model_validate({"where": status, "ours": known.get("backfill") == backfill})


def _is_done(processing: Document, since: datetime) -> bool:
    finished = processing.get("finished_at")
    return isinstance(finished, datetime) and finished >= since


def _is_past(moment: Any, now: datetime) -> bool:
    return not isinstance(moment, datetime) or moment <= now
