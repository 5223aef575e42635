"""The invoice: one row per settled attempt in `llm_calls`.

A row waits in the day's document, written there in the step that changes the sum, until it is on the
invoice; only then is it removed there. A crash in between loses and doubles nothing, and whoever reads the
invoice next puts on it what waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from pymongo import UpdateOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from phoenix_real_estate.budget.days import Days, durable
from phoenix_real_estate.budget.terms import Call, CallAverage, RunSpend, SpendPoint, Usage
from phoenix_real_estate.store.connection import Document

DUPLICATE_KEY = 11000


class Invoice:
    """The collection `llm_calls`; `_id` is the reservation's id."""

    def __init__(self, database: Database[Document], days: Days) -> None:
        self._calls = durable(database, "llm_calls")
        self._days = days

    def take(self, day: str, rows: dict[str, Document]) -> None:
        """Puts a day's settled rows, by reservation id, on the invoice; those that are there stay."""
        try:
            self._calls.insert_many([{"_id": key, **row} for key, row in rows.items()], ordered=False)
        except BulkWriteError as problem:
            if any(error["code"] != DUPLICATE_KEY for error in problem.details["writeErrors"]):
                raise
        self._days.invoiced("settled", day, rows)

    def correct(self, day: str, rows: dict[str, Document]) -> None:
        """The same for rows that take the place of what is there."""
        self._calls.bulk_write(
            [UpdateOne({"_id": key}, {"$set": row}, upsert=True) for key, row in rows.items()]
        )
        self._days.invoiced("corrected", day, rows)

    def complete(self) -> None:
        """Takes the rows that a crash left waiting."""
        for day, rows in self._days.waiting("settled"):
            self.take(day, rows)
        for day, rows in self._days.waiting("corrected"):
            self.correct(day, rows)
        self._days.sweep()

    def total(self, **wanted: str) -> RunSpend:
        """What the calls with these fields cost."""
        self.complete()
        calls = [Call.model_validate(row) for row in self._calls.find(wanted)]
        return RunSpend(
            **_usage(calls).model_dump(),
            by_model=_usage_by(calls, lambda call: call.model),
            by_operation=_usage_by(calls, lambda call: call.operation),
            by_property=_usage_by(calls, lambda call: call.property_id),
        )

    def course(self, day: str) -> tuple[SpendPoint, ...]:
        """How a day's spending grew, at most once a minute: each point tells what it was by then."""
        self.complete()
        rows = self._calls.find({"day": day}, {"settled_at": 1, "cost_micro_usd": 1})
        spent, by_minute = 0, dict[datetime, SpendPoint]()
        for row in sorted(rows, key=lambda row: row["settled_at"]):
            spent += row["cost_micro_usd"]
            minute = row["settled_at"].replace(second=0, microsecond=0)
            by_minute[minute] = SpendPoint(at=row["settled_at"], spent_micro_usd=spent)
        return tuple(by_minute.values())

    def call_averages(self, since: str) -> dict[tuple[str, str], CallAverage]:
        """What calls were like from a day (YYYY-MM-DD) on, by operation and "provider/model"."""
        self.complete()
        model, sums = ("operation", "provider", "model"), ("calls", "answers", "tokens")
        answered = {"$eq": ["$outcome", "ok"]}
        by_property: Document = {
            "_id": {name: f"${name}" for name in (*model, "property_id", "flow_run_id")},
            "calls": {"$sum": 1},
            "answers": {"$sum": {"$cond": [answered, 1, 0]}},
            "tokens": {"$sum": {"$cond": [answered, "$output_tokens", 0]}},
        }
        by_model: Document = {
            "_id": {name: f"$_id.{name}" for name in model},
            "properties": {"$sum": 1},
            **{name: {"$sum": f"${name}"} for name in sums},
        }
        stages: list[Document] = [
            {"$match": {"day": {"$gte": since}}},
            {"$group": by_property},
            {"$group": by_model},
        ]
        return {
            (row["_id"]["operation"], f"{row['_id']['provider']}/{row['_id']['model']}"): CallAverage(
                answers=row["answers"],
                output_tokens=row["tokens"] / max(1, row["answers"]),
                per_property=row["calls"] / row["properties"],
            )
            for row in self._calls.aggregate(stages)
        }


def _usage(calls: Iterable[Call]) -> Usage:
    rows = list(calls)
    return Usage(
        calls=len(rows),
        cost_micro_usd=sum(row.cost_micro_usd for row in rows),
        input_tokens=sum(row.input_tokens for row in rows),
        output_tokens=sum(row.output_tokens for row in rows),
    )


def _usage_by(calls: Iterable[Call], group: Callable[[Call], str]) -> dict[str, Usage]:
    """Dearest first."""
    groups: dict[str, list[Call]] = {}
    for call in calls:
        groups.setdefault(group(call), []).append(call)
    usage = {name: _usage(rows) for name, rows in groups.items()}
    return dict(sorted(usage.items(), key=lambda one: (-one[1].cost_micro_usd, one[0])))
