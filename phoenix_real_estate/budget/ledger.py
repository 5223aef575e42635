"""The ledger: what is spent and what is reserved, a day at a time.

The money is in MongoDB (`days.py`) and changes in one atomic step at a time; what a process reserves and
settles at the same time goes into one step. What is guaranteed, at any concurrency, number of processes and
crash: spent and reserved together never pass the limit, as long as no vendor counts more than the worst case
that was reserved; and nothing that may have been billed is missing from what is spent.
"""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial

from pymongo.database import Database

from phoenix_real_estate.budget.days import EXPIRED, Days
from phoenix_real_estate.budget.invoice import Invoice
from phoenix_real_estate.budget.steps import Steps
from phoenix_real_estate.budget.terms import (
    BudgetPolicy,
    BudgetTiedUp,
    Call,
    CallAverage,
    CallLabel,
    DaySpend,
    Mark,
    Reservation,
    RunSpend,
    SpendPoint,
)
from phoenix_real_estate.errors import BudgetExhausted
from phoenix_real_estate.money import dollars
from phoenix_real_estate.store.connection import OUT_OF_REACH, Document, reachable, utc_now

# Beyond the longest time limit of a call (600 s): a reservation this old belongs to a process that died, or
# stood still and is corrected when it goes on.
LEASE = timedelta(minutes=15)
CANCELLED = "cancelled"
# Reservations put aside in one step: where they do not fit together they are tried one by one.
TOGETHER = 100
REFUSED = "refused"
NEARLY_SPENT_PERCENT = 80


class Ledger:
    """The day's money. Safe to share between threads; any number of processes may have one."""

    def __init__(
        self,
        database: Database[Document],
        policy: BudgetPolicy,
        *,
        clock: Callable[[], datetime] = utc_now,
        lease: timedelta = LEASE,
        for_backfill: bool = False,
    ) -> None:
        """`for_backfill` holds this ledger's reservations to the backfills' share of the limit."""
        self._for_backfill = for_backfill
        self._days = Days(database)
        self._invoice = Invoice(database, self._days)
        self._now = clock
        self._lease = lease
        self._owed: deque[Callable[[], object]] = deque()
        self._telling = threading.Lock()
        self._steps = Steps(self._days, self._invoice, self._put_aside)
        self.hold_to(policy)

    def hold_to(self, policy: BudgetPolicy) -> None:
        """From the next reservation on this policy is in force here.

        Raises:
            ConfigurationError: its time zone is not known; the policy before stays.
        """
        self._zone = policy.zone
        self.policy = policy

    @reachable()
    def reserve(self, amount_micro_usd: int, label: CallLabel) -> Reservation:
        """Puts the worst case of one attempt aside. A free attempt (0) always fits.

        Raises:
            BudgetExhausted: it does not fit into what is left of today's limit.
            BudgetTiedUp: it does not fit now, and may once the calls under way are settled.
        """
        reservation = self.drafted(amount_micro_usd, label)
        with self._made_good(partial(self._give_back, reservation)):
            fits = self._steps.put_aside(reservation)
        if not fits:
            raise self._refusal(reservation)
        return reservation

    def drafted(self, amount_micro_usd: int, label: CallLabel) -> Reservation:
        """A reservation of today for which nothing is put aside yet."""
        return Reservation(
            id=uuid.uuid4().hex, day=self._today(), amount_micro_usd=amount_micro_usd, label=label
        )

    @reachable()
    def put_aside(self, drafts: Sequence[Reservation], *, lease: timedelta) -> list[Reservation]:
        """Puts the worst cases of attempts aside that are sent together; gives those that fit.

        They are tried in their order, and not beyond the first hundred in which some do not fit. After
        `lease` one that is not settled counts at its worst case.
        """
        fitting: list[Reservation] = []
        for day in {draft.day for draft in drafts}:
            self._days.open_day(day)
        with self._made_good(partial(self._give_all_back, drafts)):
            for start in range(0, len(drafts), TOGETHER):
                some = drafts[start : start + TOGETHER]
                fits = self._steps.put_aside_each(some, lease)
                fitting += [one for one, fit in zip(some, fits, strict=True) if fit]
                if not all(fits):
                    break
        return fitting

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

        Only the first settlement counts. A reservation that had run out meanwhile, and counts at its worst
        case, is corrected.
        """
        call = reservation.spent_as(
            outcome, cost_micro_usd, self._now(), input_tokens=input_tokens, output_tokens=output_tokens
        )
        book = partial(self._book_or_correct, reservation.id, call)
        with self._made_good(book):
            book()

    @reachable()
    def cancel(self, reservation: Reservation) -> None:
        """Gives everything back: nothing was sent. Nothing happens when it is settled already."""
        self.cancel_all([reservation])

    @reachable()
    def cancel_all(self, reservations: Sequence[Reservation]) -> None:
        """The same for calls that were to be sent together."""
        give_back = partial(self._give_all_back, reservations)
        with self._made_good(give_back):
            give_back()

    @reachable()
    def expire(self) -> int:
        """Settles reservations past their lease at the worst case: their process died, the vendor may bill.

        Gives their number. Rows that a crash kept from the invoice are put on it as well, and what this
        process could not tell the database, because it was away, is told first.
        """
        self._tell_owed()
        self._invoice.complete()
        now = self._now()
        overdue = [
            (one.id, one.spent_as(EXPIRED, one.amount_micro_usd, now)) for one in self._days.overdue(now)
        ]
        return sum(self._steps.book(key, call) for key, call in overdue)

    @reachable()
    def today(self) -> DaySpend:
        return DaySpend.of(self._read_today(), self._limit)

    @reachable()
    def limit_in_force(self) -> int:
        """The limit that today's last reservation was held to, by anyone; before that, this ledger's."""
        limit: int = self._read_today().get("limit", self._limit)
        return limit

    @reachable()
    def exhausted(self) -> bool:
        """What is not spent today is nothing, or less than the smallest amount that was refused for good.

        What is only reserved may come back and does not count. A backfill's is its share of the limit.
        """
        return self._is_gone(self._read_today(), self._ceiling, self._refused)

    @reachable()
    def newly_reached(self) -> list[Mark]:
        """What today's spending has reached and nobody was told of: each mark once a day, to one caller."""
        day = self._read_today()
        gone = self._is_gone(day, self._limit, REFUSED)
        nearly = gone or day["spent"] * 100 >= self._limit * NEARLY_SPENT_PERCENT
        reached = [mark for mark, so in ((Mark.NEARLY_SPENT, nearly), (Mark.EXHAUSTED, gone)) if so]
        if reached:
            self._days.open_day(day["_id"])
        return [mark for mark in reached if self._days.tell(day["_id"], mark, self._now())]

    @reachable()
    def spent_on(self, day: str) -> RunSpend:
        """What the calls of a day (YYYY-MM-DD) cost."""
        return self._invoice.total(day=day)

    @reachable()
    def spent_in(self, flow_run_id: str) -> RunSpend:
        """What the calls of a run cost."""
        return self._invoice.total(flow_run_id=flow_run_id)

    @reachable()
    def course(self) -> tuple[SpendPoint, ...]:
        """How today's spending grew, whichever run spent it."""
        return self._invoice.course(self._today())

    @reachable()
    def call_averages(self, days: int) -> dict[tuple[str, str], CallAverage]:
        """What calls were like in the last so many days, by operation and "provider/model"."""
        since = date.fromisoformat(self._today()) - timedelta(days=days)
        return self._invoice.call_averages(since.isoformat())

    @reachable()
    def month(self) -> int:
        """Micro-USD spent in the month of today."""
        return self._days.spent_in_month(self._today()[:7])

    @contextmanager
    def _made_good(self, step: Callable[[], object]) -> Iterator[None]:
        """A step that a lost connection leaves in doubt is made again by `expire`; each counts once."""
        try:
            yield
        except OUT_OF_REACH:
            self._owed.append(step)
            raise

    def _tell_owed(self) -> None:
        with self._telling:
            while self._owed:
                step = self._owed.popleft()
                with self._made_good(step):
                    step()

    @property
    def _limit(self) -> int:
        return self.policy.daily_limit_micro_usd

    def _today(self) -> str:
        return self._now().astimezone(self._zone).date().isoformat()

    def _read_today(self) -> Document:
        return self._days.read(self._today())

    @property
    def _ceiling(self) -> int:
        """What today's reservations of this ledger may reach: the limit, or a backfill's share of it."""
        return self.policy.backfill_limit_micro_usd if self._for_backfill else self._limit

    @property
    def _refused(self) -> str:
        """Where the day keeps what did not fit: a backfill's end is not the day's."""
        return f"{REFUSED}_backfill" if self._for_backfill else REFUSED

    def _is_gone(self, day: Document, ceiling: int, refused_as: str) -> bool:
        unspent: int = ceiling - day["spent"]
        refused: int = day.get(refused_as, 0)
        return unspent <= 0 or unspent < refused

    def _put_aside(
        self, reservations: Sequence[Reservation], lease: timedelta | None, calls: Mapping[str, Call] = {}
    ) -> bool:
        until = self._now() + (lease or self._lease)
        return self._days.put_aside(
            reservations, ceiling=self._ceiling, limit=self._limit, until=until, calls=calls
        )

    def _refusal(self, reservation: Reservation) -> BudgetExhausted:
        ceiling, label = self._ceiling, reservation.label
        limit = f"{dollars(self._limit)} a day"
        if self._for_backfill:
            limit = f"{dollars(ceiling)}, the backfills' {self.policy.backfill_share_percent} % of {limit}"
        refused = (
            f"The budget of {reservation.day} has no {dollars(reservation.amount_micro_usd)} left for "
            f"{label.operation} with {label.model}: the limit is {limit}"
        )
        if self._days.refuse(reservation, ceiling=ceiling, limit=self._limit, noted_as=self._refused):
            return BudgetExhausted(f"{refused}. Raise the daily limit or wait for tomorrow.")
        return BudgetTiedUp(f"{refused}, and the rest is reserved for calls under way. Wait for their end.")

    def _give_all_back(self, reservations: Sequence[Reservation]) -> None:
        for start in range(0, len(reservations), TOGETHER):
            some = reservations[start : start + TOGETHER]
            if not self._days.give_back(some):
                for reservation in some:
                    self._give_back(reservation)

    def _give_back(self, reservation: Reservation) -> None:
        if not self._days.give_back([reservation]):
            self._correct(reservation.id, reservation.spent_as(CANCELLED, 0, self._now()))

    def _book_or_correct(self, key: str, call: Call) -> None:
        if not self._steps.book(key, call):
            self._correct(key, call)

    def _correct(self, key: str, call: Call) -> None:
        if self._days.correct(key, call):
            self._invoice.correct(call.day, {key: call.model_dump()})
