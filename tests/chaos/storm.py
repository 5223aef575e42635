"""One seed of the chaos: what is thrown at the processes, and the books that are compared afterwards."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from multiprocessing.context import ForkServerProcess
from typing import Any

from pymongo.database import Database

from phoenix_real_estate.budget import Ledger
from phoenix_real_estate.models import Property
from phoenix_real_estate.settings import Settings
from tests.chaos.worker import LEASE, Work, ledger_of, once, until_the_money_is_gone
from tests.sample import HOUSE
from tests.vendors import Fault, VendorServer
from tests.vendors.server import Vendor

LIMIT = 75_000
PROCESSES = 8
CALLS_AT_ONCE = 16
PROPERTIES = 320
REPLAYED = 8
FAILING = 0.3
TIMEOUT_S = 1.0
FAULTS: tuple[Fault, ...] = (
    *("rate_limited", "rate_limited", "server_error", "gateway_timeout"),
    *("too_slow", "disconnect", "malformed_body", "html"),
    *("malformed", "truncated", "empty", "refusal", "wrong_shape"),
    *("no_usage", "odd_usage", "overstated_usage"),
)
# 07:00 UTC is midnight in Phoenix, which keeps no daylight saving time.
MIDNIGHT_UTC_HOUR = 7
BEFORE_MIDNIGHT_S = 60.0

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.chaos.worker"])


@dataclass(frozen=True)
class Books:
    """What is left of a seed, in micro-USD: the vendors' bill, the ledger's days, the invoice."""

    seed: int
    calls: int
    faults: int
    killed: int
    days: int
    billed: Decimal
    spent: int
    limit: int
    highest_share: float
    last_day_spent: int
    invoiced: int
    stranded: int
    expired: int
    asked_again: int
    paid_twice: int
    seconds: float

    @property
    def overspent(self) -> Decimal:
        """What the vendors billed beyond the limit, or beyond what the ledger says."""
        return max(Decimal(0), self.billed - min(self.spent, self.limit))

    @property
    def usable(self) -> float:
        """The share of the day's limit that could be spent before a call was refused for good."""
        return self.last_day_spent / LIMIT

    def __str__(self) -> str:
        return (
            f"seed {self.seed:3}: overspend {self.overspent} micro-USD"
            f" | billed {self.billed:.0f} <= ledger {self.spent} <= limit {self.limit}"
            f" | invoice - ledger {self.invoiced - self.spent}"
            f" | usable {self.usable:.2%} | stranded {self.stranded} | cached, paid again {self.paid_twice}"
            f" | {self.calls} calls, {self.faults} faults, {self.killed} killed, {self.expired} expired,"
            f" {self.asked_again} asked again after a kill, {self.days} day(s), {self.seconds:.1f} s"
        )


class Storm:
    """Two overlapping runs of four processes each, on vendors that fail and a machine that kills."""

    def __init__(self, seed: int, vendors: VendorServer, settings: Settings, database: Database[Any]) -> None:
        self._seed = seed
        self._dice = random.Random(seed)  # noqa: S311 - not for secrets
        self._vendors = vendors
        self._database = database
        self._settings = settings_of(vendors, settings)
        self._faults = 0
        self._killed = 0
        self._highest_share = 0.0
        self._houses = houses(PROPERTIES)
        self._ahead = processes.Value("d", 0.0)

    def blows(self) -> Books:
        """Runs until the money is gone, lets what is left over run out, and looks at the books."""
        began = time.monotonic()
        self._vendors.latency_s = 0.01
        self._vendors.too_slow_s = 2 * TIMEOUT_S
        self._vendors.mischief = self._mischief
        self._work()
        self._vendors.mischief = None
        billed, calls = self._vendors.bill_micro_usd, len(self._vendors.calls)
        self._ahead.value += 2 * LEASE.total_seconds()
        with ledger_of(self._of_run("later")) as later:
            return self._books(later, billed, calls, began)

    def _work(self) -> None:
        finish(start(_come_to_life, self._of_run("nothing")))
        midnight = self._shortly_before_midnight()
        works = [self._of_run(run, part) for run in ("one", "two") for part in self._parts()]
        running = {start(until_the_money_is_gone, work): work for work in works}
        kills = sorted(self._dice.random() * LIMIT for _ in range(self._dice.choice((0, 2, 3, 4))))
        try:
            while any(process.is_alive() for process in running):
                self._watch()
                if kills and self._vendors.bill_micro_usd > kills[0]:
                    kills.pop(0)
                    self._kill_one(running)
                if midnight and self._vendors.bill_micro_usd > midnight:
                    midnight = None
                    self._ahead.value += BEFORE_MIDNIGHT_S
                time.sleep(0.02)
        finally:
            for process in running:
                process.kill()
                process.join()
        failed = [process.exitcode for process in running if process.exitcode]
        assert not failed, f"processes ended with {failed}"

    def _kill_one(self, running: dict[ForkServerProcess, Work]) -> None:
        """Another one goes on with its work."""
        alive = [process for process in running if process.is_alive()]
        if not alive:
            return
        victim = self._dice.choice(alive)
        victim.kill()
        victim.join()
        self._killed += 1
        work = running.pop(victim)
        running[start(until_the_money_is_gone, work)] = work

    def _watch(self) -> None:
        """At no moment may more be spent and reserved than the limit."""
        for day in self._database.llm_spend.find({}, {"spent": 1, "reserved": 1}):
            self._highest_share = max(self._highest_share, (day["spent"] + day["reserved"]) / LIMIT)

    def _books(self, later: Ledger, billed: Decimal, calls: int, began: float) -> Books:
        later.expire()
        days = list(self._database.llm_spend.find().sort("_id"))
        rows = list(self._database.llm_calls.find())
        return Books(
            seed=self._seed,
            calls=calls,
            faults=self._faults,
            killed=self._killed,
            days=len(days),
            billed=billed,
            spent=sum(day["spent"] for day in days),
            limit=len(days) * LIMIT,
            highest_share=self._highest_share,
            last_day_spent=days[-1]["spent"],
            invoiced=sum(row["cost_micro_usd"] for row in rows),
            stranded=sum(len(day["open"]) + bool(day["reserved"]) for day in days),
            expired=sum(row["outcome"] == "expired" for row in rows),
            asked_again=_asked_again(rows),
            paid_twice=self._paid_twice(),
            seconds=time.monotonic() - began,
        )

    def _paid_twice(self) -> int:
        """Answers that were paid for though they were kept a moment before.

        The first replay closes the circuits that the storm left open, so that the second asks the models of
        the third; what a killed process paid for and could not keep is asked again in these two.
        """
        for flow_run_id in ("first", "second", "and again"):
            finish(start(once, self._of_run(flow_run_id, self._houses[:REPLAYED], limit=10 * LIMIT)))
        rows = list(self._database.llm_calls.find({"outcome": "ok"}))
        known = {_question(row) for row in rows if row["flow_run_id"] != "and again"}
        return sum(row["flow_run_id"] == "and again" and _question(row) in known for row in rows)

    def _mischief(self, _vendor: Vendor) -> Fault | None:
        if self._dice.random() >= FAILING:
            return None
        self._faults += 1
        self._vendors.retry_after = self._dice.choice((None, "1"))
        return self._dice.choice(FAULTS)

    def _of_run(
        self,
        flow_run_id: str,
        properties: Sequence[Property] = (),
        limit: int = LIMIT,
    ) -> Work:
        return Work(
            settings=self._settings,
            limit_micro_usd=limit,
            flow_run_id=flow_run_id,
            properties=tuple(properties),
            ahead=self._ahead,
        )

    def _parts(self) -> list[list[Property]]:
        """Every property once, in an order of this run's own, dealt to its processes."""
        shuffled = self._dice.sample(self._houses, len(self._houses))
        each = PROCESSES // 2
        return [shuffled[nth::each] for nth in range(each)]

    def _shortly_before_midnight(self) -> float | None:
        """In every fourth seed a new day begins, once this much of the first one's money is billed."""
        if self._seed % 4:
            return None
        now = datetime.now(UTC)
        midnight = now.replace(hour=MIDNIGHT_UTC_HOUR, minute=0, second=0) + timedelta(days=1)
        self._ahead.value = (midnight - now).total_seconds() - BEFORE_MIDNIGHT_S
        return self._dice.uniform(0.2, 0.7) * LIMIT


def settings_of(vendors: VendorServer, settings: Settings, **changes: Any) -> Settings:
    """The settings of the processes: a paid model for every property, and a paid one behind it."""
    models = dict.fromkeys(
        ("llm_model_low_value", "llm_model_mid_value", "llm_model_high_value"), "gpt-4o-mini"
    )
    here = {
        **models,
        "anthropic_model": "claude-3-haiku-20240307",
        "max_concurrency": CALLS_AT_ONCE,
        "llm_timeout_seconds": TIMEOUT_S,
    }
    return vendors.settings_of(settings, **here | changes)


def houses(number: int) -> list[Property]:
    """No two have a prompt in common."""
    return [
        HOUSE.model_copy(update={"parcel_number": f"{nth:08}", "square_feet": nth, "lot_size": 8 * nth})
        for nth in range(1000, 1000 + number)
    ]


def start(target: Callable[[Work], None], work: Work) -> ForkServerProcess:
    process = processes.Process(target=target, args=(work,), daemon=True)
    process.start()
    return process


def finish(*started: ForkServerProcess) -> None:
    """Waits for processes, which must end well."""
    for process in started:
        process.join()
    assert not any(process.exitcode for process in started)


def _come_to_life(_work: Work) -> None:
    """The first process waits for the imports of the server that all are forked from."""


def _asked_again(rows: Sequence[dict[str, Any]]) -> int:
    """Good answers to the same question beyond the first."""
    good = [_question(row) for row in rows if row["outcome"] == "ok"]
    return len(good) - len(set(good))


def _question(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["property_id"], row["operation"], row["model"]
