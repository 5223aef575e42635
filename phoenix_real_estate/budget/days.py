"""The days' accounts in MongoDB: `llm_spend`, one document a day.

    spent, reserved, limit    micro-USD; the limit is the one the last reservation was held to
    open                      the reservations of calls under way, by id
    settled, corrected        rows that are not yet on the invoice, by reservation id
    expired                   reservations that ran out, by id, and what they count as: the worst case
    refused                   the smallest amount that did not fit beside what is spent
    refused_backfill          the same under the backfills' share of the limit
    told                      the marks of the day that somebody was told about

Each function is one atomic step on one document, so no transactions are needed: a crash comes before a
step or after it. A step is repeated safely, as each asks for the entry that it removes.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from bson.codec_options import CodecOptions
from pymongo import ReadPreference, WriteConcern
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from phoenix_real_estate.budget.terms import Call, Reservation
from phoenix_real_estate.store.connection import Document

EXPIRED = "expired"


def durable(database: Database[Document], name: str) -> Collection[Document]:
    """The collection with writes that survive the loss of a server, whatever MONGODB_URI asks for."""
    return database.get_collection(
        name,
        codec_options=CodecOptions(tz_aware=True),
        read_preference=ReadPreference.PRIMARY,
        write_concern=WriteConcern(w="majority", j=True),
    )


class Days:
    """The steps that a day's account goes through. Days are YYYY-MM-DD."""

    def __init__(self, database: Database[Document]) -> None:
        self._days = durable(database, "llm_spend")
        self._invoiced: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._noting = threading.Lock()

    def read(self, day: str) -> Document:
        """The day's document; one of zeros where nothing was reserved yet."""
        return self._days.find_one({"_id": day}) or {"_id": day} | _new_day()

    def spent_in_month(self, month: str) -> int:
        """Micro-USD spent in a month (YYYY-MM)."""
        days = self._days.find({"_id": {"$regex": f"^{month}-"}}, {"spent": 1})
        return sum(day["spent"] for day in days)

    def open_day(self, day: str) -> None:
        """The first call of a day finds no document; another process may open the day at the same time."""
        with suppress(DuplicateKeyError):
            self._days.update_one({"_id": day}, {"$setOnInsert": _new_day()}, upsert=True)

    def put_aside(
        self,
        reservations: Sequence[Reservation],
        *,
        ceiling: int,
        limit: int,
        until: datetime,
        calls: Mapping[str, Call] = {},
    ) -> bool:
        """True when all of them, which are of one day, fit under the ceiling. Free ones (0) always do.

        `calls` of the same day are booked in the same step, and make room first.
        """
        amount = sum(reservation.amount_micro_usd for reservation in reservations)
        when, update = _booking(reservations[0].day, calls)
        update["$inc"]["reserved"] += amount
        update["$set"] |= {"limit": limit}
        update["$set"] |= {f"open.{one.id}": one.model_dump() | {"until": until} for one in reservations}
        if amount:
            used = {"$add": ["$spent", "$reserved", sum(update["$inc"].values())]}
            when |= {"$expr": {"$lte": [used, ceiling]}}
        return self._step(when, update)

    def refuse(self, reservation: Reservation, *, ceiling: int, limit: int, noted_as: str) -> bool:
        """True, and noted, when it does not even fit beside what is spent: there is no use in waiting."""
        amount = reservation.amount_micro_usd
        gone = {"$expr": {"$gt": [{"$add": ["$spent", amount]}, ceiling]}}
        noted = {"$min": {noted_as: amount}, "$set": {"limit": limit}}
        return self._days.update_one({"_id": reservation.day} | gone, noted).matched_count == 1

    def give_back(self, reservations: Sequence[Reservation]) -> bool:
        """True when all of them, which are of one day, were open; else nothing happens."""
        ids = [reservation.id for reservation in reservations]
        amount = sum(reservation.amount_micro_usd for reservation in reservations)
        back = {"$inc": {"reserved": -amount}, "$unset": _names("open", ids)}
        return self._step(_holding("open", reservations[0].day, ids), back)

    def book(self, calls: Mapping[str, Call]) -> bool:
        """True when every reservation was open; the calls, by reservation id, are of one day."""
        return self._step(*_booking(next(iter(calls.values())).day, calls))

    def correct(self, key: str, call: Call) -> bool:
        """True when the reservation had run out: it counts as this call from now on."""
        update = {
            "$inc": {"spent": call.cost_micro_usd - call.reserved_micro_usd},
            "$unset": _names(EXPIRED, [key]),
            "$set": {f"corrected.{key}": call.model_dump()},
        }
        return self._step(_holding(EXPIRED, call.day, [key]), update)

    def tell(self, day: str, mark: str, at: datetime) -> bool:
        """True for the one who is first to tell this of the day."""
        return self._step({"_id": day, f"told.{mark}": {"$exists": False}}, {"$set": {f"told.{mark}": at}})

    def overdue(self, now: datetime) -> Iterator[Reservation]:
        """The open reservations, of any day, whose lease ran out."""
        for day in self._days.find({"open": {"$ne": {}}}, {"open": 1}):
            for entry in day["open"].values():
                if entry["until"] <= now:
                    yield Reservation.model_validate(entry)

    def waiting(self, kind: str) -> Iterator[tuple[str, dict[str, Document]]]:
        """Days with rows of this kind (settled, corrected) that are not on the invoice, with the rows."""
        for day in self._days.find({kind: {"$exists": True, "$ne": {}}}, {kind: 1}):
            yield day["_id"], day[kind]

    def invoiced(self, kind: str, day: str, keys: Iterable[str]) -> None:
        """Rows that are on the invoice now: they leave with the day's next step, or with `sweep`."""
        self._note(day, _names(kind, keys))

    def sweep(self) -> None:
        """Removes the rows that are on the invoice and wait for a step to leave with."""
        for day in tuple(self._invoiced):
            if names := self._noted(day):
                self._days.update_one({"_id": day}, {"$unset": names})

    def _step(self, when: Document, update: Document) -> bool:
        day, set_now = when["_id"], update.get("$set", {})
        leaving = {name: "" for name in self._noted(day) if name not in set_now}
        update = update | {"$unset": update.get("$unset", {}) | leaving}
        done = self._days.update_one(when, {name: one for name, one in update.items() if one})
        if not done.modified_count:
            self._note(day, leaving)
        return done.modified_count == 1

    def _note(self, day: str, names: Mapping[str, str]) -> None:
        with self._noting:
            self._invoiced[day] |= names

    def _noted(self, day: str) -> dict[str, str]:
        with self._noting:
            return self._invoiced.pop(day, {})


def _booking(day: str, calls: Mapping[str, Call]) -> tuple[Document, Document]:
    """When every reservation is open, and the update that books the calls; none at all are booked always."""
    expired = {key: call for key, call in calls.items() if call.outcome == EXPIRED}
    update = {
        "$inc": {
            "reserved": -sum(call.reserved_micro_usd for call in calls.values()),
            "spent": sum(call.cost_micro_usd for call in calls.values()),
        },
        "$unset": _names("open", calls),
        "$set": {
            **{f"settled.{key}": call.model_dump() for key, call in calls.items()},
            **{f"expired.{key}": call.cost_micro_usd for key, call in expired.items()},
        },
    }
    return _holding("open", day, calls), update


def _new_day() -> Document:
    return {"spent": 0, "reserved": 0, "open": {}, "settled": {}}


def _holding(kind: str, day: str, keys: Iterable[str]) -> Document:
    return {"_id": day, **{f"{kind}.{key}": {"$exists": True} for key in keys}}


def _names(kind: str, keys: Iterable[str]) -> dict[str, str]:
    return {f"{kind}.{key}": "" for key in keys}
