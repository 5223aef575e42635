"""The ledger: no call without a reservation of its worst case, no reservation beyond the day's limit.

    reserve the worst case -> call -> settle what it really cost

All money is integer micro-USD (1 USD = 1,000,000). One document a day in `llm_spend` holds what is spent
and reserved; every step is a single atomic update of it, so any number of threads, processes and machines
share one limit without transactions. At any moment: what vendors billed <= spent + reserved <= limit.

`llm_calls` is the invoice, one row per paid attempt. A settled row is first kept in the day's document, in
the same update that books its cost, and moved from there: a crash in between loses no row.
"""

from __future__ import annotations

import operator
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field
from pymongo import ReplaceOne
from pymongo.database import Database
from pymongo.errors import PyMongoError

from phoenix_real_estate.errors import BudgetExhausted, ConfigurationError, StoreUnavailable
from phoenix_real_estate.models import Frozen

Document = dict[str, Any]

# Longer than any call may take (Ollama's timeout is 5 minutes): a reservation older than this is of a
# process that died.
LEASE = timedelta(minutes=15)
FLUSH_EVERY = 20


class BudgetPolicy(Frozen):
    """What may be spent in a day, when a day begins, and what happens when the money is gone."""

    daily_limit_micro_usd: int = Field(ge=0)
    time_zone: str = "America/Phoenix"
    when_exhausted: Literal["stop", "local"] = "stop"


class CallLabel(Frozen):
    """What a paid attempt was for: the invoice's words."""

    operation: str
    provider: str
    model: str
    property_id: str
    flow_run_id: str | None = None


class Reservation(Frozen):
    """Money set aside for one attempt. It belongs to `day` even if the attempt ends after midnight."""

    id: str
    day: str
    amount_micro_usd: int
    label: CallLabel


class DaySpend(Frozen):
    """The state of one day's budget."""

    day: str
    limit_micro_usd: int
    spent_micro_usd: int = 0
    reserved_micro_usd: int = 0

    @property
    def remaining_micro_usd(self) -> int:
        """What a further reservation may take; 0 where a lowered limit is already passed."""
        return max(0, self.limit_micro_usd - self.spent_micro_usd - self.reserved_micro_usd)


class ModelSpend(Frozen):
    """What one model was asked and what it cost."""

    provider: str
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_micro_usd: int


class Spend(Frozen):
    """The sum of some rows of the invoice, the dearest model first."""

    by_model: tuple[ModelSpend, ...] = ()

    @property
    def cost_micro_usd(self) -> int:
        return sum(one.cost_micro_usd for one in self.by_model)

    @property
    def calls(self) -> int:
        return sum(one.calls for one in self.by_model)

    @property
    def input_tokens(self) -> int:
        return sum(one.input_tokens for one in self.by_model)

    @property
    def output_tokens(self) -> int:
        return sum(one.output_tokens for one in self.by_model)


def micro_usd(usd: Decimal) -> int:
    """USD as micro-USD, a fraction of one rounded up."""
    return int((usd * 1_000_000).to_integral_value(ROUND_CEILING))


def as_usd(amount_micro_usd: int) -> str:
    """Micro-USD as a person reads money: $0.63, $0.000142."""
    whole, _, cents = f"{Decimal(amount_micro_usd) / 1_000_000:.6f}".rstrip("0").partition(".")
    return f"${whole}.{cents.ljust(2, '0')}"


class Ledger:
    """One day's money, shared by everyone who uses the same database. Safe to use from any thread."""

    def __init__(
        self,
        database: Database[Document],
        policy: BudgetPolicy,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        lease: timedelta = LEASE,
    ) -> None:
        self._days = database["llm_spend"]
        self._calls = database["llm_calls"]
        self._policy = policy
        self._zone = _zone(policy.time_zone)
        self._clock = clock
        self._lease = lease
        self._unflushed = 0

    def reserve(self, amount_micro_usd: int, label: CallLabel) -> Reservation:
        """Sets aside the worst case of one attempt. A free attempt (0) is only given its id.

        Raises:
            BudgetExhausted: it does not fit into what is left today. Nothing was set aside.
            StoreUnavailable: MongoDB does not answer.
        """
        reservation = Reservation(
            id=uuid.uuid4().hex, day=self._today(), amount_micro_usd=amount_micro_usd, label=label
        )
        if amount_micro_usd == 0 or self._set_aside(reservation):
            return reservation
        raise self._refusal(reservation)

    def settle(
        self,
        reservation: Reservation,
        *,
        cost_micro_usd: int,
        input_tokens: int,
        output_tokens: int,
        outcome: str,
    ) -> None:
        """Books what the attempt really cost and ends its reservation. Doing it again changes nothing."""
        row = {
            **reservation.label.model_dump(),
            "day": reservation.day,
            "at": self._clock(),
            "outcome": outcome,
            "input_tokens": input_tokens,
            "output_tokens": output_tokens,
            "cost_micro_usd": cost_micro_usd,
            "reserved_micro_usd": reservation.amount_micro_usd,
        }
        with _answering():
            if reservation.amount_micro_usd == 0:
                self._calls.replace_one({"_id": reservation.id}, row, upsert=True)
            elif self._book(reservation.day, reservation.id, reservation.amount_micro_usd, row):
                self._unflushed += 1
                if self._unflushed >= FLUSH_EVERY:
                    self._flush()

    def cancel(self, reservation: Reservation) -> None:
        """Gives the reservation back: nothing was sent."""
        _, open_key = _keys(reservation.id)
        with _answering():
            self._days.update_one(
                {"_id": reservation.day, open_key: {"$exists": True}},
                {"$unset": {open_key: ""}, "$inc": {"reserved": -reservation.amount_micro_usd}},
            )

    def expire(self) -> int:
        """Settles reservations past their lease at the worst case, and says how many there were."""
        now, expired = self._clock(), 0
        with _answering():
            for day in self._days.find({"reserved": {"$gt": 0}}):
                expired += sum(self._expire_one(day["_id"], *one, now) for one in day["open"].items())
            self._flush()
        return expired

    def today(self) -> DaySpend:
        """The state of today's budget under this ledger's limit, ended leases settled."""
        day = self._today()
        self.expire()
        with _answering():
            found = self._days.find_one({"_id": day}, {"spent": 1, "reserved": 1}) or {}
        return DaySpend(
            day=day,
            limit_micro_usd=self._policy.daily_limit_micro_usd,
            spent_micro_usd=found.get("spent", 0),
            reserved_micro_usd=found.get("reserved", 0),
        )

    def exhausted(self) -> bool:
        """Whether nothing is left, or less than the smallest reservation that was refused today."""
        today = self.today()
        with _answering():
            found = self._days.find_one({"_id": today.day}, {"smallest_refused": 1}) or {}
        return today.remaining_micro_usd < max(1, found.get("smallest_refused", 1))

    def spent_in(self, flow_run_id: str) -> Spend:
        """What one run of the flow has paid for."""
        with _answering():
            self._flush()
            return _summed(self._calls.find({"flow_run_id": flow_run_id}))

    def spent_on(self, day: str) -> Spend:
        """What was paid for on a day (YYYY-MM-DD in the policy's time zone)."""
        with _answering():
            self._flush()
            return _summed(self._calls.find({"day": day}))

    def month(self) -> int:
        """What was spent in the current month, in micro-USD."""
        days = {"_id": {"$gte": self._today()[:7], "$lt": self._today()[:7] + "~"}}
        with _answering():
            return sum(day["spent"] for day in self._days.find(days, {"spent": 1}))

    def _today(self) -> str:
        return self._clock().astimezone(self._zone).date().isoformat()

    def _set_aside(self, reservation: Reservation) -> bool:
        """One atomic update: it fits and is set aside, or nothing happens."""
        amount, limit = reservation.amount_micro_usd, self._policy.daily_limit_micro_usd
        _, open_key = _keys(reservation.id)
        fits = {"$lte": [{"$add": ["$spent", "$reserved", amount]}, limit]}
        lease = {"amount": amount, "until": self._clock() + self._lease, **reservation.label.model_dump()}
        with _answering():
            self._begin(reservation.day)
            updated = self._days.update_one(
                {"_id": reservation.day, "$expr": fits},
                {"$inc": {"reserved": amount}, "$set": {"limit": limit, open_key: lease}},
            )
        return updated.modified_count == 1

    def _begin(self, day: str) -> None:
        empty = {"spent": 0, "reserved": 0, "open": {}, "settled": {}}
        self._days.update_one({"_id": day}, {"$setOnInsert": empty}, upsert=True)

    def _refusal(self, refused: Reservation) -> BudgetExhausted:
        with _answering():
            self._days.update_one(
                {"_id": refused.day}, {"$min": {"smallest_refused": refused.amount_micro_usd}}
            )
        today = self.today()
        return BudgetExhausted(
            f"The next call may cost up to {as_usd(refused.amount_micro_usd)} and "
            f"{as_usd(today.remaining_micro_usd)} of {as_usd(today.limit_micro_usd)} are left for "
            f"{today.day}. It goes on tomorrow, or raise the daily limit."
        )

    def _book(self, day: str, reservation_id: str, amount: int, row: Document) -> bool:
        settled_key, open_key = _keys(reservation_id)
        updated = self._days.update_one(
            {"_id": day, open_key: {"$exists": True}},
            {
                "$unset": {open_key: ""},
                "$inc": {"reserved": -amount, "spent": row["cost_micro_usd"]},
                "$set": {settled_key: row},
            },
        )
        return updated.modified_count == 1

    def _expire_one(self, day: str, reservation_id: str, lease: Document, now: datetime) -> bool:
        until: datetime = lease["until"]
        if until.replace(tzinfo=UTC) > now:
            return False
        row = {name: lease[name] for name in CallLabel.model_fields} | {
            "day": day,
            "at": now,
            "outcome": "expired",
            "input_tokens": 0,
            "output_tokens": 0,
            "cost_micro_usd": lease["amount"],
            "reserved_micro_usd": lease["amount"],
        }
        return self._book(day, reservation_id, lease["amount"], row)

    def _flush(self) -> None:
        """Moves settled rows into the invoice. Any number may do it at once: a row keeps its id."""
        self._unflushed = 0
        for day in self._days.find({"settled": {"$ne": {}}}, {"settled": 1}):
            rows: dict[str, Document] = day["settled"]
            self._calls.bulk_write(
                [ReplaceOne({"_id": one}, row, upsert=True) for one, row in rows.items()], ordered=False
            )
            self._days.update_one({"_id": day["_id"]}, {"$unset": {f"settled.{one}": "" for one in rows}})


def _keys(reservation_id: str) -> tuple[str, str]:
    return f"settled.{reservation_id}", f"open.{reservation_id}"


def _summed(rows: Iterable[Document]) -> Spend:
    totals: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        sums = totals.setdefault((row["provider"], row["model"]), [0, 0, 0, 0])
        counted = (1, row["input_tokens"], row["output_tokens"], row["cost_micro_usd"])
        sums[:] = map(operator.add, sums, counted)
    by_model = [
        ModelSpend(
            provider=provider,
            model=model,
            calls=calls,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost_micro_usd=cost,
        )
        for (provider, model), (calls, input_tokens, output_tokens, cost) in totals.items()
    ]
    return Spend(by_model=tuple(sorted(by_model, key=lambda one: (-one.cost_micro_usd, one.model))))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigurationError(
            f"The budget's time zone {name!r} is unknown. Use an IANA name such as America/Phoenix."
        ) from None


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except PyMongoError as problem:
        raise StoreUnavailable(
            f"MongoDB did not answer the ledger ({type(problem).__name__}); no call is made without it."
        ) from problem
