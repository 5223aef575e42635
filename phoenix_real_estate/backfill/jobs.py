"""What is kept of a backfill: `backfills`, one document each, and its records frozen in `backfill_chunks`.

    backfills        {_id, created_at, selection, chunk_size, engine, state, records, chunks, cursor, notes,
                      runs, runner, ended_at}
    backfill_chunks  {_id: "<backfill>:<number>", job, number, ids, left, counts}

The cursor counts the chunks that are through, in two laps: what another run held in the first is looked at
again in the second. A run works on a backfill while it holds its lease (`runner`); one that died gives way
when the lease ends.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from pymongo.database import Database

from phoenix_real_estate.backfill.selection import Selected, Selection
from phoenix_real_estate.models import Frozen
from phoenix_real_estate.store.connection import Document, reachable, utc_now
from phoenix_real_estate.store.reruns import Standing

LAPS = 2
# A run that was killed has it no longer than this, nor one that stands still; renewed many times meanwhile.
LEASE = timedelta(minutes=2)
WRITE_BATCH = 100

State = Literal["choosing", "open", "done"]
EngineName = Literal["live", "batch"]
"""How a backfill asks models: each question at once, or in the vendors' batches at half the price."""


class Job(Frozen):
    """A backfill: what was chosen, when, and how far it is. `records` are those chosen."""

    id: str
    created_at: datetime
    selection: Selection
    chunk_size: int
    engine: EngineName = "live"
    state: State
    records: int = 0
    chunks: int = 0
    cursor: int = 0
    notes: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    ended_at: datetime | None = None

    @property
    def steps(self) -> int:
        """The cursor's last value."""
        return LAPS * self.chunks


class Chunk(Frozen):
    """Some of a backfill's records. `left` are those that were not done when it was last looked at."""

    job: str
    number: int
    ids: tuple[str, ...]
    left: tuple[str, ...]


class Jobs:
    """The collections of backfills."""

    def __init__(self, database: Database[Document], clock: Callable[[], datetime] = utc_now) -> None:
        self._jobs = database["backfills"]
        self._chunks = database["backfill_chunks"]
        self._now = clock

    @reachable()
    def begin(self, selection: Selection, chunk_size: int, engine: EngineName = "live") -> Job:
        """A backfill without its records yet. What comes to rest from now on is done."""
        now = self._now()
        job: Document = {
            "_id": f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:4]}",
            "created_at": now,
            "selection": selection.model_dump(mode="json"),
            "chunk_size": chunk_size,
            "engine": engine,
            "state": "choosing",
        }
        self._jobs.insert_one(job)
        return self._known(job["_id"])

    @reachable()
    def engage(self, job: Job, engine: EngineName) -> Job:
        """From now on it goes by batches if it is to; one that has begun so never goes back to live.

        What such a run has left at a vendor is paid for already: asked live it would be paid twice.
        """
        if engine == "batch":
            self._jobs.update_one({"_id": job.id}, {"$set": {"engine": engine}})
        return self._known(job.id)

    @reachable()
    def freeze(self, job: Job, selected: Selected) -> Job:
        """Keeps the chosen records in chunks; a crash before the end makes the choice again."""
        self._chunks.delete_many({"job": job.id})
        parts = [
            selected.ids[start : start + job.chunk_size]
            for start in range(0, len(selected.ids), job.chunk_size)
        ]
        documents = [_chunk_document(job.id, number, ids) for number, ids in enumerate(parts)]
        for start in range(0, len(documents), WRITE_BATCH):
            self._chunks.insert_many(documents[start : start + WRITE_BATCH])
        chosen = {"records": len(selected.ids), "chunks": len(parts), "notes": selected.notes}
        self._jobs.update_one({"_id": job.id}, {"$set": {"state": "open", "cursor": 0, **chosen}})
        return self._known(job.id)

    @reachable()
    def read(self, job_id: str) -> Job | None:
        found = self._jobs.find_one({"_id": job_id})
        return _job(found) if found else None

    @reachable()
    def all(self) -> list[Job]:
        """The newest first."""
        return [_job(document) for document in self._jobs.find().sort("created_at", -1)]

    def latest_unfinished(self) -> Job | None:
        """The newest backfill that is not done."""
        return next((job for job in self.all() if job.state != "done"), None)

    @reachable()
    def take(self, job_id: str, run: str) -> datetime | None:
        """None when the backfill is this run's now; else until when another run has it."""
        now = self._now()
        free = [{"runner": None}, {"runner.until": {"$lte": now}}, {"runner.run": run}]
        mine = {
            "$set": {"runner": {"run": run, "until": now + LEASE}},
            "$addToSet": {"runs": run},
        }
        if self._jobs.update_one({"_id": job_id, "$or": free}, mine).matched_count:
            return None
        document = self._jobs.find_one({"_id": job_id}) or {}
        until: datetime = (document.get("runner") or {}).get("until", now)
        return until

    @reachable()
    def hold(self, job_id: str, run: str) -> bool:
        """Renews the lease; False when another run has the backfill by now."""
        renewed = {"$set": {"runner.until": self._now() + LEASE}}
        return self._jobs.update_one({"_id": job_id, "runner.run": run}, renewed).matched_count == 1

    @reachable()
    def let_go(self, job_id: str, run: str) -> None:
        self._jobs.update_one({"_id": job_id, "runner.run": run}, {"$set": {"runner": None}})

    @reachable()
    def chunk(self, job: Job, step: int) -> Chunk:
        """The chunk that is worked on at this step of the cursor."""
        document = self._chunks.find_one({"_id": _chunk_id(job.id, step % job.chunks)}) or {}
        return Chunk.model_validate(document)

    @reachable()
    def note(self, job: Job, chunk: Chunk, standings: Mapping[str, Standing], *, through: bool) -> None:
        """Notes where the chunk's records are; as long as it is not through, only those that are done."""
        places = {raw_id: standings[raw_id].where if raw_id in standings else "gone" for raw_id in chunk.ids}
        done = {raw_id: place for raw_id, place in places.items() if place not in _NOT_DONE}
        elsewhere = sum(not standings[raw_id].ours for raw_id in done if raw_id in standings)
        counts = dict(Counter((places if through else done).values()))
        if elsewhere:
            counts["done_elsewhere"] = elsewhere
        left = [raw_id for raw_id in chunk.ids if raw_id not in done]
        self._chunks.update_one(
            {"_id": _chunk_id(job.id, chunk.number)}, {"$set": {"left": left, "counts": counts}}
        )

    @reachable()
    def advance(self, job: Job, step: int) -> None:
        """Moves the cursor behind a step; it never goes back."""
        self._jobs.update_one({"_id": job.id}, {"$max": {"cursor": step + 1}})

    @reachable()
    def counts(self, job: Job) -> dict[str, int]:
        """Where the records of the chunks that were looked at are; the rest is missing."""
        counts: Counter[str] = Counter()
        for chunk in self._chunks.find({"job": job.id}, {"counts": 1}):
            counts.update(chunk.get("counts") or {})
        return dict(counts)

    @reachable()
    def finish(self, job: Job) -> None:
        self._jobs.update_one({"_id": job.id}, {"$set": {"state": "done", "ended_at": self._now()}})

    def remaining(self, job: Job) -> list[str]:
        """The records that the backfill still has to look at, in its order."""
        first = range(job.cursor, job.chunks)
        again = range(max(job.cursor, job.chunks), job.chunks + min(job.cursor, job.chunks))
        return [raw_id for step in (*first, *again) for raw_id in self.chunk(job, step).left]

    def _known(self, job_id: str) -> Job:
        return _job(self._jobs.find_one({"_id": job_id}) or {})


# At rest as before, or with another run: neither done nor gone.
_NOT_DONE = ("held", "untouched", "pending")


def _job(document: Mapping[str, Any]) -> Job:
    return Job.model_validate({**document, "id": document.get("_id")})


def _chunk_document(job_id: str, number: int, ids: Sequence[str]) -> Document:
    return {"_id": _chunk_id(job_id, number), "job": job_id, "number": number, "ids": ids, "left": ids}


def _chunk_id(job_id: str, number: int) -> str:
    return f"{job_id}:{number:06d}"
