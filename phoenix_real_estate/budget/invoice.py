"""The invoice: one row per settled attempt in `llm_calls`.

A row waits in the day's document until it is on the invoice, and only then is removed there: a crash in
between loses and doubles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bson.codec_options import CodecOptions
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from phoenix_real_estate.budget.terms import Call, RunSpend, Usage
from phoenix_real_estate.store.connection import Document

AWARE: CodecOptions[Document] = CodecOptions(tz_aware=True)


class Invoice:
    """The collection `llm_calls`; `_id` is the reservation's id."""

    def __init__(self, database: Database[Document], days: Collection[Document]) -> None:
        self._calls = database.get_collection("llm_calls", codec_options=AWARE)
        self._days = days

    def take(self, day: str, rows: dict[str, Document]) -> None:
        """Puts the waiting rows of a day, by reservation id, on the invoice."""
        self._calls.bulk_write(
            [UpdateOne({"_id": key}, {"$setOnInsert": row}, upsert=True) for key, row in rows.items()]
        )
        self._days.update_one({"_id": day}, {"$unset": {f"settled.{key}": "" for key in rows}})

    def complete(self) -> None:
        """Takes the rows that a crash left waiting."""
        for day in self._days.find({"settled": {"$ne": {}}}, {"settled": 1}):
            self.take(day["_id"], day["settled"])

    def total(self, **wanted: str) -> RunSpend:
        """What the calls with these fields cost."""
        self.complete()
        calls = [Call.model_validate(row) for row in self._calls.find(wanted)]
        return RunSpend(
            **_usage(calls).model_dump(),
            by_model=_usage_by(calls, lambda call: call.model),
            by_operation=_usage_by(calls, lambda call: call.operation),
        )


def _usage(calls: Iterable[Call]) -> Usage:
    rows = list(calls)
    return Usage(
        calls=len(rows),
        cost_micro_usd=sum(row.cost_micro_usd for row in rows),
        input_tokens=sum(row.input_tokens for row in rows),
        output_tokens=sum(row.output_tokens for row in rows),
    )


def _usage_by(calls: list[Call], group: Callable[[Call], str]) -> dict[str, Usage]:
    names = sorted({group(call) for call in calls})
    return {name: _usage(call for call in calls if group(call) == name) for name in names}
