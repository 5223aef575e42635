"""The ledger: what is spent and what is reserved, a day at a time.

In `llm_spend` there is one document a day: spent, reserved, the open reservations, and the settled ones that
are not yet on the invoice. It changes in one atomic step at a time, so no transactions are needed. What a
process reserves and settles at the same time goes into one step.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from phoenix_real_estate.budget.invoice import AWARE, Invoice
from phoenix_real_estate.budget.terms import (
    BudgetPolicy,
    BudgetTiedUp,
    Call,
    CallLabel,
    DaySpend,
    Reservation,
    RunSpend,
)
from phoenix_real_estate.budget.together import Together
from phoenix_real_estate.errors import BudgetExhausted, ConfigurationError
from phoenix_real_estate.money import dollars
from phoenix_real_estate.store.connection import Document, reachable, utc_now

# Far beyond any call's time limit: a reservation that is this old belongs to a process that died.
LEASE = timedelta(minutes=30)
EXPIRED = "expired"


class Ledger:
    """The day's money. Safe to share between threads; any number of processes may have one."""

    def __init__(
        self,
        database: Database[Document],
        policy: BudgetPolicy,
        *,
        clock: Callable[[], datetime] = utc_now,
        lease: timedelta = LEASE,
    ) -> None:
        self._days = database.get_collection("llm_spend", codec_options=AWARE)
        self._invoice = Invoice(database, self._days)
        self._limit = policy.daily_limit_micro_usd
        self._zone = _zone(policy.time_zone)
        self._now = clock
        self._lease = lease
        self._reserve_together = Together(self._put_aside_each)
        self._book_together = Together(self._book_each)

    @reachable()
    def reserve(self, amount_micro_usd: int, label: CallLabel) -> Reservation:
        """Puts the worst case of one attempt aside. A free attempt (0) always fits.

        Raises:
            BudgetExhausted: it does not fit into what is left of today's limit.
            BudgetTiedUp: it does not fit now, and may once the calls under way are settled.
        """
        reservation = Reservation(
            id=uuid.uuid4().hex, day=self._today(), amount_micro_usd=amount_micro_usd, label=label
        )
        if not self._reserve_together(reservation):
            raise self._refusal(reservation)
        return reservation

    @reachable()
    def settle(
        self,
        reservation: Reservation,
        *,
        cost_micro_usd: int,
        input_tokens: int,
        output_tokens: int,
        outcome: str,
    ) -> None:
        """Books what the attempt cost, all of it even above the reservation, and puts it on the invoice.

        Only the first settlement of a reservation counts, whether it comes from here or from `expire`.
        """
        self._book(
            reservation,
            outcome=outcome,
            cost_micro_usd=cost_micro_usd,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
        )

    @reachable()
    def cancel(self, reservation: Reservation) -> None:
        """Gives everything back: nothing was sent. Nothing happens when it is settled already."""
        given_back = {
            "$inc": {"reserved": -reservation.amount_micro_usd},
            "$unset": {f"open.{reservation.id}": ""},
        }
        self._days.update_one(_holding(reservation.day, [reservation.id]), given_back)

    @reachable()
    def expire(self) -> int:
        """Settles reservations past their lease at the worst case: their process died, the vendor may bill.

        Gives their number. Rows that a crash kept from the invoice are put on it as well.
        """
        self._invoice.complete()
        return sum(
            self._book(overdue, outcome=EXPIRED, cost_micro_usd=overdue.amount_micro_usd)
            for overdue in self._overdue()
        )

    @reachable()
    def today(self) -> DaySpend:
        return self._spend_of(self._read_today())

    @reachable()
    def limit_in_force(self) -> int:
        """The limit that today's last reservation was held to, by anyone; before that, this ledger's."""
        limit: int = self._read_today().get("limit", self._limit)
        return limit

    @reachable()
    def exhausted(self) -> bool:
        """What is not spent today is nothing, or less than the smallest amount that was refused for good.

        What is only reserved may come back and does not count.
        """
        day = self._read_today()
        unspent: int = self._limit - day["spent"]
        refused: int = day.get("refused", 0)
        return unspent <= 0 or unspent < refused

    @reachable()
    def spent_on(self, day: str) -> RunSpend:
        """What the calls of a day (YYYY-MM-DD) cost."""
        return self._invoice.total(day=day)

    @reachable()
    def spent_in(self, flow_run_id: str) -> RunSpend:
        """What the calls of a run cost."""
        return self._invoice.total(flow_run_id=flow_run_id)

    @reachable()
    def month(self) -> int:
        """Micro-USD spent in the month of today."""
        of_month = {"_id": {"$regex": f"^{self._today()[:7]}-"}}
        return sum(day["spent"] for day in self._days.find(of_month, {"spent": 1}))

    def _today(self) -> str:
        return self._now().astimezone(self._zone).date().isoformat()

    def _read_today(self) -> Document:
        today = {"_id": self._today()}
        return self._days.find_one(today) or today | _new_day()

    def _put_aside_each(self, reservations: Sequence[Reservation]) -> list[bool]:
        """All in one step when they fit together, else one by one in the order they came."""
        days = {reservation.day for reservation in reservations}
        if len(days) == 1 and self._put_aside(reservations):
            return [True] * len(reservations)
        for day in days:
            self._open_day(day)
        return [self._put_aside([reservation]) for reservation in reservations]

    def _put_aside(self, reservations: Sequence[Reservation]) -> bool:
        """True when they fit; they are of one day."""
        amount = sum(reservation.amount_micro_usd for reservation in reservations)
        used = {"$add": ["$spent", "$reserved", amount]}
        until = {"until": self._now() + self._lease}
        entries = {f"open.{reservation.id}": reservation.model_dump() | until for reservation in reservations}
        fits = {"_id": reservations[0].day} | ({"$expr": {"$lte": [used, self._limit]}} if amount else {})
        update = {"$inc": {"reserved": amount}, "$set": {"limit": self._limit, **entries}}
        return self._days.update_one(fits, update).modified_count == 1

    def _open_day(self, day: str) -> None:
        """The first call of a day finds no document; another process may open the day at the same time."""
        with suppress(DuplicateKeyError):
            self._days.update_one({"_id": day}, {"$setOnInsert": _new_day()}, upsert=True)

    def _refusal(self, reservation: Reservation) -> BudgetExhausted:
        amount, label = reservation.amount_micro_usd, reservation.label
        refused = (
            f"The budget of {reservation.day} has no {dollars(amount)} left for {label.operation} with "
            f"{label.model}: the limit is {dollars(self._limit)} a day"
        )
        if self._refused_for_good(reservation):
            return BudgetExhausted(f"{refused}. Raise the daily limit or wait for tomorrow.")
        return BudgetTiedUp(f"{refused}, and the rest is reserved for calls under way. Wait for their end.")

    def _refused_for_good(self, reservation: Reservation) -> bool:
        """True, and noted, when it does not even fit beside what is spent: that never gets less."""
        amount = reservation.amount_micro_usd
        gone = {"_id": reservation.day, "$expr": {"$gt": [{"$add": ["$spent", amount]}, self._limit]}}
        noted = {"$min": {"refused": amount}, "$set": {"limit": self._limit}}
        return self._days.update_one(gone, noted).matched_count == 1

    def _overdue(self) -> Iterator[Reservation]:
        for day in self._days.find({"open": {"$ne": {}}}):
            for entry in day["open"].values():
                if entry["until"] <= self._now():
                    yield Reservation.model_validate(entry)

    def _book(
        self,
        reservation: Reservation,
        *,
        outcome: str,
        cost_micro_usd: int,
        input_tokens: int = 0,
        output_tokens: int = 0,
    ) -> bool:
        """True for the one settlement that finds the reservation open."""
        call = Call(
            **reservation.label.model_dump(),
            day=reservation.day,
            outcome=outcome,
            cost_micro_usd=cost_micro_usd,
            reserved_micro_usd=reservation.amount_micro_usd,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            settled_at=self._now(),
        )
        return self._book_together((reservation.id, call))

    def _book_each(self, settlements: Sequence[tuple[str, Call]]) -> list[bool]:
        """All in one step when each is open, else one by one."""
        calls = dict(settlements)
        days = {call.day for call in calls.values()}
        if len(calls) == len(settlements) and len(days) == 1 and self._book_calls(calls):
            return [True] * len(settlements)
        return [self._book_calls({key: call}) for key, call in settlements]

    def _book_calls(self, calls: Mapping[str, Call]) -> bool:
        """True when every reservation was open; they are of one day."""
        rows = {key: call.model_dump() for key, call in calls.items()}
        day = next(iter(calls.values())).day
        update = {
            "$inc": {
                "reserved": -sum(call.reserved_micro_usd for call in calls.values()),
                "spent": sum(call.cost_micro_usd for call in calls.values()),
            },
            "$unset": {f"open.{key}": "" for key in rows},
            "$set": {f"settled.{key}": row for key, row in rows.items()},
        }
        if not self._days.update_one(_holding(day, rows), update).modified_count:
            return False
        self._invoice.take(day, rows)
        return True

    def _spend_of(self, day: Document) -> DaySpend:
        spent, reserved = day["spent"], day["reserved"]
        return DaySpend(
            day=day["_id"],
            limit_micro_usd=self._limit,
            spent_micro_usd=spent,
            reserved_micro_usd=reserved,
            remaining_micro_usd=max(0, self._limit - spent - reserved),
        )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigurationError(
            f"The budget's time zone {name!r} is not known here. Use a name like America/Phoenix; "
            "a machine without time zone data needs: pip install tzdata."
        ) from None


def _new_day() -> dict[str, Any]:
    return {"spent": 0, "reserved": 0, "open": {}, "settled": {}}


def _holding(day: str, reservation_ids: Iterable[str]) -> Document:
    return {"_id": day, **{f"open.{key}": {"$exists": True} for key in reservation_ids}}
