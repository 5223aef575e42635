"""A panel of models against real servers: the vendors on the wire, the ledger in MongoDB, answers in Redis.

Import the fixtures `here` and `ledger` (and `vendors`) into a test module.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import redis
from pymongo.database import Database

from phoenix_real_estate.budget import BudgetPolicy, Ledger
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.models import EnrichedProperty, Operation, Property
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.settings import Settings
from tests.sample import HOUSE
from tests.vendors import VendorServer
from tests.vendors.fixtures import vendors

__all__ = ["here", "ledger", "vendors"]

Documents = Database[dict[str, Any]]


@pytest.fixture
def here(vendors: VendorServer, settings: Settings, redis_client: redis.Redis) -> Settings:
    """Settings with all three vendors on the test server and an empty answer cache."""
    return vendors.settings_of(settings)


@pytest.fixture
def ledger(database: Documents) -> Ledger:
    return Ledger(database, BudgetPolicy(daily_limit_micro_usd=630_000))


def story(settings: Settings, ledger: Ledger, tell: Callable[[Panel], Awaitable[Any]], **options: Any) -> Any:
    """What `tell` returns of a panel that is closed after."""

    async def told() -> Any:
        panel = Panel.build(settings, ledger, **options)
        try:
            return await tell(panel)
        finally:
            await panel.close()

    return run(told())


async def enriched_of(panel: Panel, *houses: Property, last_resort: bool = False) -> list[EnrichedProperty]:
    """The houses, enriched side by side."""
    enricher = Enricher(panel)
    return await asyncio.gather(*(enricher.enrich(house, last_resort=last_resort) for house in houses))


def enrich(
    settings: Settings,
    ledger: Ledger,
    property: Property = HOUSE,
    *,
    last_resort: bool = False,
    **options: Any,
) -> EnrichedProperty:
    """One house, enriched by a panel that was checked before."""

    async def tell(panel: Panel) -> EnrichedProperty:
        await panel.check()
        return await Enricher(panel).enrich(property, last_resort=last_resort)

    enriched = story(settings, ledger, tell, **options)
    assert isinstance(enriched, EnrichedProperty)
    return enriched


def providers(enriched: EnrichedProperty) -> list[str]:
    return [enriched.operations[operation].provider for operation in Operation]


def spent(enriched: EnrichedProperty) -> int:
    return sum(record.cost_micro_usd for record in enriched.operations.values())


def invoice(ledger: Ledger, database: Documents) -> list[dict[str, Any]]:
    """The rows of all calls so far; asking for the day's state brings the latest in."""
    ledger.today()
    return list(database.llm_calls.find())


class Sleeper:
    """Sleeps for nobody and takes note; `on_sleep` looks at the world meanwhile."""

    def __init__(self, on_sleep: Callable[[], Any] = lambda: None) -> None:
        self.pauses: list[float] = []
        self.seen: list[Any] = []
        self._on_sleep = on_sleep

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seen.append(await asyncio.to_thread(self._on_sleep))
