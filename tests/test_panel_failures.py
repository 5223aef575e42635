"""Models that fail, are busy or answer badly: asked again, waited for, or left for the next one."""

from __future__ import annotations

import asyncio
import time

import pytest

from phoenix_real_estate.budget import Ledger
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.errors import (
    RetriableError,
)
from phoenix_real_estate.llm import circuit
from phoenix_real_estate.models import EnrichedProperty, Operation
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.settings import Settings
from tests.panels import Documents, Sleeper, enrich, enriched_of, invoice, providers, spent, story
from tests.panels import here as here
from tests.panels import ledger as ledger
from tests.panels import vendors as vendors
from tests.sample import HOUSE
from tests.vendors import Fault, VendorServer


@pytest.mark.parametrize("fault", ["server_error", "disconnect", "html"])
def test_a_failing_primary_falls_back(
    vendors: VendorServer, here: Settings, ledger: Ledger, fault: Fault
) -> None:
    vendors.fail(fault, times=6, vendor="openai")

    enriched = enrich(here, ledger)

    assert providers(enriched) == ["ollama"] * 3
    assert any("openai/gpt-4o-mini left" in note for note in enriched.operations[Operation.FEATURES].notes)
    assert ledger.today().spent_micro_usd >= vendors.bill_micro_usd
    assert ledger.today().reserved_micro_usd == 0


def test_a_vendor_that_asks_to_slow_down_is_waited_for_and_nothing_is_held_meanwhile(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.retry_after = "3"
    vendors.fail("rate_limited", times=9, vendor="openai")

    def others_are_served_and_nothing_is_reserved() -> bool:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if len(vendors.calls) >= 3 and ledger.today().reserved_micro_usd == 0:
                return True
        return False

    sleeper = Sleeper(others_are_served_and_nothing_is_reserved)
    alone = here.model_copy(update={"max_concurrency": 1})

    enriched = enrich(alone, ledger, sleep=sleeper)

    assert providers(enriched) == ["openai"] * 3
    assert len(sleeper.pauses) == 9
    assert all(3.0 <= pause <= 4.5 for pause in sleeper.pauses)
    assert sleeper.seen == [True] * 9
    assert ledger.today().spent_micro_usd == spent(enriched)


def test_a_vendor_that_stays_busy_falls_back_after_a_while_and_its_circuit_stays_closed(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.retry_after = "20"
    vendors.fail("rate_limited", times=9, vendor="openai")
    sleeper = Sleeper()

    async def tell(panel: Panel) -> list[EnrichedProperty]:
        renovated = HOUSE.model_copy(update={"year_built": 2019})
        return [await Enricher(panel).enrich(house, last_resort=False) for house in (HOUSE, renovated)]

    first, second = story(here, ledger, tell, sleep=sleeper)

    assert providers(first) == ["ollama"] * 3
    assert any("asks to slow down" in note for note in first.operations[Operation.FEATURES].notes)
    assert sum(sleeper.pauses) <= 3 * 60
    assert providers(second) == ["openai"] * 3


def test_twenty_houses_at_a_vendor_that_takes_a_third_are_all_written_about_by_it(
    vendors: VendorServer, here: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = iter(range(100_000))
    monkeypatch.setattr(vendors, "_next_fault", lambda _: None if next(asked) % 3 == 0 else "rate_limited")
    houses = [HOUSE.model_copy(update={"lot_size": size}) for size in range(5000, 5020)]
    vendors.retry_after = "1"

    async def tell(panel: Panel) -> list[EnrichedProperty]:
        return await enriched_of(panel, *houses)

    enriched = story(here, ledger, tell, sleep=Sleeper())

    assert [providers(one) for one in enriched] == [["openai"] * 3] * 20


def test_closing_ends_the_waits_for_a_busy_vendor(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.retry_after = "40"
    vendors.fail("rate_limited", times=100)

    async def tell(panel: Panel) -> None:
        work = asyncio.create_task(enriched_of(panel, HOUSE))
        async with asyncio.timeout(30):
            while len(vendors.calls) < 3:
                await asyncio.sleep(0.01)
            work.cancel()
            await panel.close()

    story(here, ledger, tell)

    assert len(vendors.calls) == 3
    assert ledger.today().reserved_micro_usd == 0


def test_behind_both_stands_anthropic(vendors: VendorServer, here: Settings, ledger: Ledger) -> None:
    vendors.fail("server_error", times=3, vendor="openai")
    vendors.fail("server_error", times=3, vendor="ollama")

    assert providers(enrich(here, ledger)) == ["anthropic"] * 3


@pytest.mark.parametrize("fault", ["malformed", "wrong_shape", "unknown_placeholder", "malformed_body"])
def test_a_malformed_answer_is_asked_for_once_more(
    vendors: VendorServer, here: Settings, ledger: Ledger, database: Documents, fault: Fault
) -> None:
    vendors.fail(fault, vendor="openai")

    enriched = enrich(here, ledger)

    assert providers(enriched) == ["openai"] * 3
    assert vendors.models_called() == ["gpt-4o-mini"] * 4
    assert [row["outcome"] for row in invoice(ledger, database)].count("malformed") == 1
    assert ledger.today().spent_micro_usd == spent(enriched) >= vendors.bill_micro_usd


def test_what_stays_malformed_falls_back_and_is_paid_exactly(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("malformed", times=6, vendor="openai")

    enriched = enrich(here, ledger)

    assert vendors.models_called().count("gpt-4o-mini") == 6
    assert providers(enriched) == ["ollama"] * 3
    assert 0 <= ledger.today().spent_micro_usd - vendors.bill_micro_usd < 6
    assert spent(enriched) == ledger.today().spent_micro_usd


def test_what_a_model_has_answered_badly_it_is_not_asked_again_in_this_run(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("wrong_shape", times=1000)

    async def twice(panel: Panel) -> tuple[int, int, EnrichedProperty]:
        await enriched_of(panel, HOUSE)
        first = len(vendors.calls)
        [again] = await enriched_of(panel, HOUSE)
        return first, len(vendors.calls), again

    first, both, again = story(here, ledger, twice)

    assert both == first > 0
    assert providers(again) == ["composer"] * 3
    assert "openai/gpt-4o-mini left: " in " ".join(again.operations[Operation.FEATURES].notes)


def test_a_second_try_tells_what_the_first_has_paid_in_this_run(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    alone = here.model_copy(update={"max_concurrency": 1})

    async def twice(panel: Panel) -> EnrichedProperty:
        await enriched_of(panel, HOUSE)
        [again] = await enriched_of(panel, HOUSE)
        return again

    vendors.fail("malformed")
    again = story(alone, ledger, twice)

    assert all(record.cached for record in again.operations.values())
    assert spent(again) == ledger.today().spent_micro_usd > 0


def test_when_all_models_fail_prefect_may_try_again(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("server_error", times=9)

    with pytest.raises(
        RetriableError, match=rf"{HOUSE.property_id}: no model answered: openai/gpt-4o-mini left"
    ):
        enrich(here, ledger)


def test_a_model_that_keeps_failing_is_left_alone(
    vendors: VendorServer, here: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circuit, "COOL_DOWN_S", 3600.0)
    vendors.fail("server_error", times=100, vendor="openai")
    houses = [HOUSE.model_copy(update={"lot_size": size}) for size in range(5000, 5010)]

    async def tell(panel: Panel) -> list[EnrichedProperty]:
        return [await Enricher(panel).enrich(house, last_resort=False) for house in houses]

    enriched = story(here, ledger, tell)

    assert [providers(one) for one in enriched] == [["ollama"] * 3] * 10
    assert vendors.models_called().count("gpt-4o-mini") == 6
    assert any("left alone" in note for note in enriched[-1].operations[Operation.FEATURES].notes)
