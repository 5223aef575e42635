"""A call through everything that stands before it: limits, circuit, slots, money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from pymongo.database import Database

from phoenix_real_estate.budget import BudgetPolicy, CallLabel, Ledger
from phoenix_real_estate.errors import PhoenixError, ProviderUnavailable
from phoenix_real_estate.llm.circuit import LEAST_CALLS
from phoenix_real_estate.llm.guards import LOOK_S, Guards
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.metered import Metered, Paid, Tally
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.settings import Settings
from tests.llm.asking import QUESTION, opened
from tests.vendors import VendorServer

MINI = Candidate("openai", "gpt-4o-mini", "LLM_MODEL_HIGH_VALUE")
LABEL = CallLabel(operation="description", provider="openai", model="gpt-4o-mini", property_id="p")


@pytest.fixture
def ledger(database: Database[dict[str, Any]]) -> Iterator[Ledger]:
    return Ledger(database, BudgetPolicy(daily_limit_micro_usd=630_000))


async def complete(metered: Metered) -> Paid:
    return await metered.complete(MINI, QUESTION, LABEL, lambda content: content, Tally())


@pytest.mark.usefixtures("redis_client")
def test_a_call_beyond_the_operators_limit_waits_and_reserves_nothing_meanwhile(
    vendors: VendorServer, settings: Settings, ledger: Ledger, redis_client: redis.Redis
) -> None:
    reserved_while_waiting: list[int] = []

    async def sleep(seconds: float) -> None:
        assert seconds == LOOK_S
        reserved_while_waiting.append(ledger.today().reserved_micro_usd)
        redis_client.flushall()

    async def story() -> None:
        guards = Guards(settings.model_copy(update={"openai_requests_per_minute": 1}))
        async with opened(vendors, "openai") as provider:
            metered = Metered(ledger, {"openai": provider}, 4, sleep, guards)
            await complete(metered)
            await complete(metered)
        await guards.close()

    run(story())

    assert reserved_while_waiting == [0]
    assert len(vendors.calls) == 2


@pytest.mark.usefixtures("redis_client")
def test_what_failed_in_one_process_is_not_called_by_another(
    vendors: VendorServer, settings: Settings, ledger: Ledger
) -> None:
    vendors.fail("server_error", times=LEAST_CALLS)

    async def fails(metered: Metered) -> PhoenixError:
        with pytest.raises(ProviderUnavailable) as raised:
            await complete(metered)
        return raised.value

    async def story() -> str:
        one, other = Guards(settings), Guards(settings)
        async with opened(vendors, "openai") as provider:
            for _ in range(LEAST_CALLS):
                await fails(Metered(ledger, {"openai": provider}, 4, guards=one))
            refused = await fails(Metered(ledger, {"openai": provider}, 4, guards=other))
        await one.close()
        await other.close()
        return str(refused)

    assert run(story()).startswith("openai/gpt-4o-mini@openai failed too often")
    assert len(vendors.calls) == LEAST_CALLS
