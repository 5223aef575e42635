"""A batch engine against real servers, on a clock that its own sleep moves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING
from typing import Any

import pytest
from pymongo.database import Database

from phoenix_real_estate.budget import BudgetPolicy, Ledger
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.models import EnrichedProperty, Operation, Property
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prefetch import BatchEngine, BatchShelf, Prefetched
from phoenix_real_estate.prefetch.journal import Journal
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store.connection import utc_now
from tests.sample import HOUSE
from tests.vendors import VendorServer

Documents = Database[dict[str, Any]]
SECOND = HOUSE.model_copy(update={"parcel_number": "10230002", "bedrooms": 5})
THIRD = HOUSE.model_copy(update={"parcel_number": "10230003", "bedrooms": 6})
HOUSES = (HOUSE, SECOND, THIRD)
QUESTIONS = len(HOUSES) * len(Operation)
CLAUDE = {"llm_model_high_value": "claude-haiku-4-5"}
BOTH = pytest.mark.parametrize("changes", [{}, CLAUDE], ids=["openai", "anthropic"])


class Time:
    """Goes on by itself, and by as much as is slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._ahead = timedelta(0)
        self.most = 2000

    def __call__(self) -> datetime:
        return utc_now() + self._ahead

    def pass_by(self, **by: float) -> None:
        self._ahead += timedelta(**by)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        assert len(self.slept) < self.most
        self.pass_by(seconds=seconds)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def ledger(database: Documents, time: Time) -> Ledger:
    return Ledger(database, BudgetPolicy(daily_limit_micro_usd=630_000), clock=time)


@dataclass
class Desk:
    """A process with a panel and an engine, opened anew for every order."""

    settings: Settings
    ledger: Ledger
    database: Documents
    time: Time
    vendors: VendorServer

    def told(self, tell: Callable[[BatchEngine, Panel], Awaitable[Any]], **changes: Any) -> Any:
        settings = self.settings.model_copy(update=changes)

        async def story() -> Any:
            panel = Panel.build(settings, self.ledger)
            engine = BatchEngine.build(
                settings,
                panel,
                self.ledger,
                self.database,
                flow_run_id="run",
                sleep=self.time.sleep,
                clock=self.time,
            )
            panel.answers.stand_before(BatchShelf(Journal(self.database), self.time).answer)
            try:
                return await tell(engine, panel)
            finally:
                await engine.close()
                await panel.close()

        return run(story())

    def prefetch(self, *houses: Property, **changes: Any) -> Prefetched:
        done: Prefetched = self.told(lambda engine, _: engine.prefetch(houses or HOUSES), **changes)
        return done

    def look(self, **changes: Any) -> Prefetched:
        done: Prefetched = self.told(lambda engine, _: engine.look(), **changes)
        return done

    def resume(self, **changes: Any) -> Prefetched:
        done: Prefetched = self.told(lambda engine, _: engine.resume(), **changes)
        return done

    def enrich(self, house: Property = HOUSE, **changes: Any) -> EnrichedProperty:
        async def tell(_engine: BatchEngine, panel: Panel) -> EnrichedProperty:
            return await Enricher(panel).enrich(house, last_resort=False)

        enriched: EnrichedProperty = self.told(tell, **changes)
        return enriched

    @property
    def spent(self) -> int:
        """Over all days: whoever waits for hours may come out on the next one."""
        return sum(day["spent"] for day in self._days)

    @property
    def nothing_open(self) -> bool:
        """No reservation is left, here or in the journal."""
        open_ = self.database.llm_batches.count_documents({"stage": {"$ne": "over"}})
        unended = self.database.llm_batch_requests.count_documents({"outcome": None})
        held = [day["_id"] for day in self._days if day["reserved"] or day["open"]]
        return (held, open_, unended) == ([], 0, 0)

    @property
    def _days(self) -> list[dict[str, Any]]:
        return list(self.database.llm_spend.find())

    def is_square(self) -> bool:
        """The ledger says what the vendors bill, rounded up call by call, and not a reservation is left."""
        bill = int(self.vendors.bill_micro_usd.to_integral_value(ROUND_CEILING))
        return self.nothing_open and bill <= self.spent < bill + max(1, self.vendors.batches.billed)

    def outcomes(self) -> dict[str, int]:
        """The invoice's rows by what came of the calls."""
        self.ledger.expire()
        rows = [row["outcome"] for row in self.database.llm_calls.find()]
        return {outcome: rows.count(outcome) for outcome in rows}


@pytest.fixture
def desk(here: Settings, ledger: Ledger, database: Documents, time: Time, vendors: VendorServer) -> Desk:
    return Desk(here, ledger, database, time, vendors)
