"""The ledger against a simple model of it, through any order of events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pymongo.errors import AutoReconnect

from phoenix_real_estate.budget import BudgetPolicy, BudgetTiedUp, Ledger, Reservation
from phoenix_real_estate.errors import BudgetExhausted, StoreUnavailable
from tests.ledgers import LABEL, Clock, Documents
from tests.ledgers import settle as settle_in

LEASE = timedelta(minutes=10)
FIRST_LIMIT = 1000

processes = strategies.integers(0, 1)
amounts = strategies.integers(0, 400)
costs = strategies.integers(0, 450)
limits = strategies.integers(0, 2000)


class Crash(Exception):
    """A process dies between two steps."""


@dataclass
class Day:
    """What the model knows of a day, in micro-USD."""

    open: dict[str, int] = field(default_factory=dict)
    expired: dict[str, int] = field(default_factory=dict)
    costs: dict[str, int] = field(default_factory=dict)
    highest_limit: int = 0
    above_worst_case: int = 0

    @property
    def spent(self) -> int:
        return sum(self.costs.values())

    @property
    def reserved(self) -> int:
        return sum(self.open.values())


@dataclass
class Promise:
    """What the process will tell the database once it is back."""

    reservation: Reservation
    cost: int | None


class Budget(RuleBasedStateMachine):
    """Two processes with ledgers of their own on one database."""

    reservations: Bundle[Reservation] = Bundle("reservations")

    def __init__(self, database: Documents) -> None:
        super().__init__()
        self.database = database
        database.llm_spend.delete_many({})
        database.llm_calls.delete_many({})
        self.clock = Clock()
        self.limit = FIRST_LIMIT
        self.ledgers = [self._ledger(), self._ledger()]
        self.promised: list[list[Promise]] = [[], []]
        self.days: dict[str, Day] = defaultdict(Day)
        self.until: dict[str, Any] = {}

    @rule(target=reservations, process=processes, amount=amounts)
    def reserve(self, process: int, amount: int) -> Any:
        day = self.days[self.today]
        free = self.limit - day.spent - day.reserved
        if amount > max(free, 0):
            for_good = day.spent + amount > self.limit
            with pytest.raises(BudgetExhausted) as refused:
                self.ledgers[process].reserve(amount, LABEL)
            assert isinstance(refused.value, BudgetTiedUp) != for_good
            return multiple()
        made = self.ledgers[process].reserve(amount, LABEL)
        self._opened(made)
        return made

    @rule(process=processes, reservation=reservations, cost=costs)
    def settle(self, process: int, reservation: Reservation, cost: int) -> None:
        settle_in(self.ledgers[process], reservation, cost)
        self._ended(reservation, cost)

    @rule(process=processes, reservation=reservations)
    def cancel(self, process: int, reservation: Reservation) -> None:
        self.ledgers[process].cancel(reservation)
        self._ended(reservation, None)

    @rule(process=processes, reservation=consumes(reservations), cost=costs)
    def crash_between_the_sum_and_the_invoice(
        self, process: int, reservation: Reservation, cost: int
    ) -> None:
        def crash(_day: str, _rows: object) -> None:
            raise Crash

        ledger = self.ledgers[process]
        with pytest.MonkeyPatch.context() as dying:
            dying.setattr(ledger._invoice, "take", crash)
            dying.setattr(ledger._invoice, "correct", crash)
            try:
                settle_in(ledger, reservation, cost)
            except Crash:
                self._restart(process)
        self._ended(reservation, cost)

    @rule(process=processes)
    def crash(self, process: int) -> None:
        self._restart(process)

    @rule(process=processes, reservation=reservations, cost=costs, made=strategies.booleans())
    def settle_while_the_database_goes_away(
        self, process: int, reservation: Reservation, cost: int, made: bool
    ) -> None:
        is_open = reservation.id in self.days[reservation.day].open
        self._lose(process, "book", made, lambda ledger: settle_in(ledger, reservation, cost))
        if made and is_open:
            self._ended(reservation, cost)
        self.promised[process].append(Promise(reservation, cost))

    @rule(process=processes, reservation=reservations, made=strategies.booleans())
    def cancel_while_the_database_goes_away(self, process: int, reservation: Reservation, made: bool) -> None:
        is_open = reservation.id in self.days[reservation.day].open
        self._lose(process, "give_back", made, lambda ledger: ledger.cancel(reservation))
        if made and is_open:
            self._ended(reservation, None)
        self.promised[process].append(Promise(reservation, None))

    @rule(minutes=strategies.sampled_from([1, 5, 6, 11, 60, 12 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.clock.now += timedelta(minutes=minutes)

    @rule(process=processes)
    def expire(self, process: int) -> None:
        expired = self.ledgers[process].expire()
        for promise in self.promised[process]:
            self._ended(promise.reservation, promise.cost)
        self.promised[process] = []
        overdue = [
            (day, key) for day in self.days.values() for key in day.open if self.until[key] <= self.clock.now
        ]
        for day, key in overdue:
            day.expired[key] = day.costs[key] = day.open.pop(key)
        assert expired == len(overdue)

    @rule(limit=limits)
    def change_the_limit(self, limit: int) -> None:
        self.limit = limit
        for ledger in self.ledgers:
            ledger.hold_to(BudgetPolicy(daily_limit_micro_usd=limit))

    @precondition(lambda self: self.days)
    @rule(process=processes, data=strategies.data())
    def read_the_invoice(self, process: int, data: strategies.DataObject) -> None:
        name = data.draw(strategies.sampled_from(sorted(self.days)))
        total = self.ledgers[process].spent_on(name)
        assert (total.calls, total.cost_micro_usd) == (len(self.days[name].costs), self.days[name].spent)
        rows = {row["_id"]: row["cost_micro_usd"] for row in self.database.llm_calls.find({"day": name})}
        assert rows == self.days[name].costs

    @invariant()
    def the_ledger_says_what_the_model_says(self) -> None:
        for day in self.database.llm_spend.find():
            model = self.days[day["_id"]]
            assert (day["spent"], day["reserved"]) == (model.spent, model.reserved)
            assert set(day["open"]) == set(model.open)
        seen = {day["_id"] for day in self.database.llm_spend.find({}, {"_id": 1})}
        assert not any(model.open or model.costs for name, model in self.days.items() if name not in seen)

    @invariant()
    def no_day_passes_the_highest_limit_it_had(self) -> None:
        for model in self.days.values():
            assert min(model.spent, model.reserved) >= 0
            assert model.spent + model.reserved <= model.highest_limit + model.above_worst_case

    @invariant()
    def every_cent_is_on_the_invoice_or_waits_for_it(self) -> None:
        invoice = {row["_id"]: row for row in self.database.llm_calls.find()}
        for day in self.database.llm_spend.find():
            on_it = {key: row for key, row in invoice.items() if row["day"] == day["_id"]}
            rows = day["settled"] | on_it | day.get("corrected", {})
            assert sum(row["cost_micro_usd"] for row in rows.values()) == day["spent"]

    @property
    def today(self) -> str:
        return self.ledgers[0].today().day

    def _ledger(self) -> Ledger:
        policy = BudgetPolicy(daily_limit_micro_usd=self.limit)
        return Ledger(self.database, policy, clock=self.clock, lease=LEASE)

    def _restart(self, process: int) -> None:
        self.ledgers[process] = self._ledger()
        self.promised[process] = []

    def _lose(self, process: int, step: str, made: bool, work: Any) -> None:
        ledger = self.ledgers[process]
        really = getattr(ledger._days, step)

        def lost(*arguments: Any) -> None:
            if made:
                really(*arguments)
            raise AutoReconnect("connection closed")

        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(ledger._days, step, lost)
            with pytest.raises(StoreUnavailable):
                work(ledger)

    def _opened(self, made: Reservation) -> None:
        day = self.days[made.day]
        day.open[made.id] = made.amount_micro_usd
        if made.amount_micro_usd:
            day.highest_limit = max(day.highest_limit, self.limit)
        self.until[made.id] = self.clock.now + LEASE

    def _ended(self, reservation: Reservation, cost: int | None) -> None:
        """The first end counts, and one that comes after the expiry; None is an attempt that was not sent."""
        day, key = self.days[reservation.day], reservation.id
        was_open = day.open.pop(key, None) is not None
        if not was_open and day.expired.pop(key, None) is None:
            return
        if cost is not None or not was_open:
            day.costs[key] = cost or 0
            day.above_worst_case += max(0, (cost or 0) - reservation.amount_micro_usd)


def test_the_ledger_holds_through_any_order_of_events(database: Documents) -> None:
    run_state_machine_as_test(
        lambda: Budget(database),
        settings=settings(
            max_examples=80,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
