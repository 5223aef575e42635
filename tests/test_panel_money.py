"""What models cost, whatever happens to a call: paid exactly, never above the limit."""

from __future__ import annotations

import asyncio
import logging

import pytest

from phoenix_real_estate.budget import BudgetPolicy, BudgetTiedUp, CallLabel, Ledger
from phoenix_real_estate.errors import (
    BudgetExhausted,
    StoreUnavailable,
)
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.metered import Metered, Tally
from phoenix_real_estate.llm.providers import providers_of
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.models import EnrichedProperty, Operation
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prompts import prompt_for
from phoenix_real_estate.settings import Settings
from tests.panels import Documents, enrich, enriched_of, invoice, providers, spent, story
from tests.panels import here as here
from tests.panels import ledger as ledger
from tests.panels import vendors as vendors
from tests.sample import HOUSE, PLAIN
from tests.vendors import Fault, VendorServer


def test_the_ledger_holds_what_the_vendor_billed_for_three_labelled_calls(
    vendors: VendorServer, here: Settings, ledger: Ledger, database: Documents
) -> None:
    enriched = enrich(here, ledger, flow_run_id="run-1")

    rows = invoice(ledger, database)
    assert 0 <= ledger.today().spent_micro_usd - vendors.bill_micro_usd < 3
    assert ledger.today().spent_micro_usd == spent(enriched)
    assert sorted(row["operation"] for row in rows) == ["description", "features", "investment_analysis"]
    assert {row["property_id"] for row in rows} == {HOUSE.property_id}
    assert {row["flow_run_id"] for row in rows} == {"run-1"}
    assert ledger.today().reserved_micro_usd == 0


def test_forty_at_once_make_three_calls(vendors: VendorServer, here: Settings, ledger: Ledger) -> None:
    vendors.latency_s = 0.05

    async def tell(panel: Panel) -> list[EnrichedProperty]:
        return await enriched_of(panel, *[HOUSE] * 40)

    enriched = story(here, ledger, tell)

    assert len(vendors.calls) == 3
    assert len({one.enrichment.model_dump_json() for one in enriched}) == 1
    assert sum(spent(one) for one in enriched) == ledger.today().spent_micro_usd


def test_calls_wait_for_money_that_is_only_reserved(
    vendors: VendorServer, here: Settings, database: Documents
) -> None:
    """Thirty worst cases are over the limit ($0.0124), thirty bills are not ($0.0086)."""
    tight = Ledger(database, BudgetPolicy(daily_limit_micro_usd=9500))
    vendors.latency_s = 0.02
    houses = [
        HOUSE.model_copy(update={"lot_size": size, "bedrooms": size - 4990}) for size in range(5000, 5010)
    ]

    async def tell(panel: Panel) -> list[EnrichedProperty]:
        return await enriched_of(panel, *houses)

    enriched = story(here.model_copy(update={"enable_caching": False}), tight, tell)

    assert [providers(one) for one in enriched] == [["openai"] * 3] * 10
    assert vendors.bill_micro_usd <= tight.today().spent_micro_usd <= 9500
    assert not tight.exhausted()


def test_with_money_for_two_calls_at_a_time_the_third_waits(
    vendors: VendorServer, here: Settings, database: Documents
) -> None:
    double = Ledger(database, BudgetPolicy(daily_limit_micro_usd=1100))
    vendors.latency_s = 0.3

    enriched = enrich(here, double)

    assert providers(enriched) == ["openai"] * 3
    assert vendors.most_in_flight == 2
    assert double.today().spent_micro_usd <= 1000


def test_money_that_another_process_holds_is_not_waited_for(
    vendors: VendorServer, here: Settings, database: Documents
) -> None:
    tight = Ledger(database, BudgetPolicy(daily_limit_micro_usd=1000))
    label = CallLabel(operation="o", provider="openai", model="m", property_id="p")
    tight.reserve(1000, label)

    with pytest.raises(BudgetTiedUp, match="reserved for calls under way"):
        enrich(here, tight)

    assert not vendors.calls
    assert not tight.exhausted()


def test_closing_ends_the_wait_for_money(vendors: VendorServer, here: Settings, database: Documents) -> None:
    single = Ledger(database, BudgetPolicy(daily_limit_micro_usd=700))
    vendors.latency_s = 0.5

    async def tell(panel: Panel) -> BaseException:
        work = asyncio.create_task(enriched_of(panel, HOUSE))
        async with asyncio.timeout(30):
            while not vendors.calls:
                await asyncio.sleep(0.01)
            await panel.close()
        return (await asyncio.gather(work, return_exceptions=True))[0]  # type: ignore[return-value]

    assert isinstance(story(here, single, tell), BudgetExhausted)
    assert len(vendors.calls) == 1
    assert single.today().reserved_micro_usd == 0


def test_a_free_model_leaves_a_row_of_nothing_in_the_invoice(
    here: Settings, ledger: Ledger, database: Documents
) -> None:
    enrich(here, ledger, PLAIN)

    rows = invoice(ledger, database)
    assert [row["provider"] for row in rows] == ["ollama"] * 3
    assert {row["cost_micro_usd"] for row in rows} == {0}
    assert min(row["input_tokens"] for row in rows) > 100


def test_with_too_small_a_limit_the_money_stops_before_it_is_overspent(
    vendors: VendorServer, here: Settings, database: Documents
) -> None:
    tiny = Ledger(database, BudgetPolicy(daily_limit_micro_usd=1000))

    with pytest.raises(BudgetExhausted):
        enrich(here.model_copy(update={"llm_model_high_value": "gpt-3.5-turbo"}), tiny)

    assert 0 < vendors.bill_micro_usd <= tiny.today().spent_micro_usd <= 1000
    assert tiny.today().reserved_micro_usd == 0


def test_free_models_go_on_when_the_money_is_gone_even_under_a_lowered_limit(
    vendors: VendorServer, here: Settings, ledger: Ledger, database: Documents
) -> None:
    enrich(here, ledger)
    lowered = Ledger(database, BudgetPolicy(daily_limit_micro_usd=1))
    vendors.calls.clear()
    vendors.fail("server_error")

    enriched = enrich(here, lowered, free_only=True, last_resort=True)

    assert sorted(providers(enriched)) == ["composer", "ollama", "ollama"]
    assert vendors.models_called() == ["llama3.2:latest"] * 3


def test_no_more_calls_are_in_flight_than_the_settings_allow(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.latency_s = 0.2
    houses = [HOUSE.model_copy(update={"lot_size": size}) for size in range(5000, 5006)]

    async def tell(panel: Panel) -> None:
        await enriched_of(panel, *houses)

    story(here.model_copy(update={"max_concurrency": 4}), ledger, tell)

    # Their analyses see the same facts, so that is one call for all.
    assert len(vendors.calls) == 13
    assert vendors.most_in_flight == 4


def test_an_interrupted_call_is_settled_at_its_worst_case(
    vendors: VendorServer, here: Settings, ledger: Ledger, database: Documents
) -> None:
    vendors.latency_s = 30.0
    candidate = Candidate("openai", "gpt-4o-mini", "LLM_MODEL_HIGH_VALUE")
    label = CallLabel(operation="features", provider="openai", model="gpt-4o-mini", property_id="p")
    prompt = prompt_for(Operation.FEATURES, HOUSE)
    assert prompt

    async def told() -> None:
        providers = providers_of(here, free_only=False)
        metered = Metered(ledger, providers, 1)
        call = metered.complete(candidate, prompt.request(candidate.model), label, prompt.read, Tally())
        work = asyncio.create_task(call)
        async with asyncio.timeout(30):
            while not vendors.calls:
                await asyncio.sleep(0.01)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        for provider in providers.values():
            await provider.close()

    run(told())

    assert ledger.today().spent_micro_usd >= vendors.bill_micro_usd > 0
    assert ledger.today().reserved_micro_usd == 0
    assert [row["outcome"] for row in invoice(ledger, database)] == ["interrupted"]


def test_an_answer_under_way_is_waited_for_when_nobody_wants_it_any_more(
    vendors: VendorServer, here: Settings, ledger: Ledger, database: Documents
) -> None:
    vendors.latency_s = 0.5

    async def tell(panel: Panel) -> None:
        work = asyncio.create_task(enriched_of(panel, HOUSE))
        async with asyncio.timeout(30):
            while len(vendors.calls) < 3:
                await asyncio.sleep(0.01)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    story(here, ledger, tell)

    assert [row["outcome"] for row in invoice(ledger, database)] == ["ok"] * 3
    assert ledger.today().reserved_micro_usd == 0


@pytest.mark.parametrize(("method", "fault"), [("settle", None), ("cancel", "server_error")])
def test_a_ledger_that_cannot_be_reached_afterwards_does_not_throw_an_answer_away(
    vendors: VendorServer,
    here: Settings,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    method: str,
    fault: Fault | None,
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise StoreUnavailable("MongoDB does not answer.")

    monkeypatch.setattr(ledger, method, unreachable)
    if fault:
        vendors.fail(fault, times=3, vendor="openai")

    with caplog.at_level(logging.WARNING):
        enriched = enrich(here, ledger)

    assert "{{" not in enriched.enrichment.model_dump_json()
    assert any("MongoDB does not answer." in record.message for record in caplog.records)
