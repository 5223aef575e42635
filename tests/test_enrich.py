"""One property's story against real servers: the vendors on the wire, the ledger in MongoDB, Redis."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import redis
from pydantic import SecretStr
from pymongo.database import Database

from phoenix_real_estate.budget import BudgetPolicy, BudgetTiedUp, CallLabel, Ledger
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.errors import (
    BudgetExhausted,
    ConfigurationError,
    RetriableError,
    StoreUnavailable,
    UnknownPrice,
)
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.models import EnrichedProperty, InvestmentAnalysis, Operation, Property
from phoenix_real_estate.settings import Settings
from tests.sample import HOUSE
from tests.vendors import Fault, VendorServer, server
from tests.vendors.fixtures import vendors as vendors

PLAIN = Property(
    address=HOUSE.address,
    property_type="Single Family Residence",
    bedrooms=3,
    square_feet=1500,
    price=190_000,
)
MODERATE = PLAIN.model_copy(update={"pool_type": "private", "hoa_fee": 45.0, "price": 450_000})

Documents = Database[dict[str, Any]]


@pytest.fixture
def here(vendors: VendorServer, settings: Settings, redis_client: redis.Redis) -> Settings:
    """Settings with all three vendors on the test server and an empty answer cache."""
    return vendors.settings_of(settings)


@pytest.fixture
def ledger(database: Documents) -> Ledger:
    return Ledger(database, BudgetPolicy(daily_limit_micro_usd=630_000))


def story(
    settings: Settings, ledger: Ledger, tell: Callable[[Enricher], Awaitable[Any]], **options: Any
) -> Any:
    """What `tell` returns of an enricher that is checked before and closed after."""

    async def told() -> Any:
        enricher = Enricher.build(settings, ledger, **options)
        try:
            return await tell(enricher)
        finally:
            await enricher.close()

    return run(told())


def enrich(
    settings: Settings,
    ledger: Ledger,
    property: Property = HOUSE,
    *,
    last_resort: bool = False,
    **options: Any,
) -> EnrichedProperty:
    async def tell(enricher: Enricher) -> EnrichedProperty:
        await enricher.check()
        return await enricher.enrich(property, last_resort=last_resort)

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


@pytest.mark.parametrize(
    ("property", "tier", "model"),
    [
        (PLAIN, "low", "llama3.2:latest"),
        (MODERATE, "mid", "gpt-3.5-turbo"),
        (HOUSE, "high", "gpt-4o-mini"),
    ],
)
def test_each_tier_is_served_by_its_own_model(
    vendors: VendorServer, here: Settings, ledger: Ledger, property: Property, tier: str, model: str
) -> None:
    enriched = enrich(here, ledger, property)

    assert vendors.models_called() == [model] * 3
    assert {record.tier for record in enriched.operations.values()} == {tier}
    assert {record.model for record in enriched.operations.values()} == {model}


def test_the_texts_hold_the_facts_where_the_model_wrote_placeholders(here: Settings, ledger: Ledger) -> None:
    enrichment = enrich(here, ledger).enrichment

    assert enrichment.description
    assert "2,150 square feet" in enrichment.description
    assert "{{" not in enrichment.model_dump_json()
    assert enrichment.features
    assert enrichment.investment_analysis
    assert enrichment.investment_analysis.figures["value"] == 525_000


def test_every_part_tells_how_it_came_about(here: Settings, ledger: Ledger) -> None:
    record = enrich(here, ledger).operations[Operation.DESCRIPTION]

    assert record.provider == "openai"
    assert record.prompt_version == "v1"
    assert record.input_tokens > 300
    assert record.output_tokens > 30
    assert record.cost_micro_usd > 50
    assert not record.cached
    assert record.notes[0].startswith("high tier: value $525,000, complex (pool")


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


def test_the_second_run_over_the_same_facts_calls_nobody_and_costs_nothing(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    first = enrich(here, ledger)
    calls, paid = len(vendors.calls), ledger.today().spent_micro_usd

    second = enrich(here, ledger)

    assert len(vendors.calls) == calls == 3
    assert ledger.today().spent_micro_usd == paid
    assert second.enrichment == first.enrichment
    assert spent(second) == 0
    assert all(record.cached for record in second.operations.values())


def test_forty_at_once_make_three_calls(vendors: VendorServer, here: Settings, ledger: Ledger) -> None:
    vendors.latency_s = 0.05

    async def tell(enricher: Enricher) -> list[EnrichedProperty]:
        return await asyncio.gather(*(enricher.enrich(HOUSE, last_resort=False) for _ in range(40)))

    enriched = story(here, ledger, tell)

    assert len(vendors.calls) == 3
    assert len({one.enrichment.model_dump_json() for one in enriched}) == 1
    assert sum(spent(one) for one in enriched) == ledger.today().spent_micro_usd


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


class Sleeper:
    """Sleeps for nobody and takes note; `on_sleep` looks at the world meanwhile."""

    def __init__(self, on_sleep: Callable[[], Any] = lambda: None) -> None:
        self.pauses: list[float] = []
        self.seen: list[Any] = []
        self._on_sleep = on_sleep

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seen.append(await asyncio.to_thread(self._on_sleep))


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

    async def tell(enricher: Enricher) -> list[EnrichedProperty]:
        renovated = HOUSE.model_copy(update={"year_built": 2019})
        return [await enricher.enrich(house, last_resort=False) for house in (HOUSE, renovated)]

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

    async def tell(enricher: Enricher) -> list[EnrichedProperty]:
        return await asyncio.gather(*(enricher.enrich(house, last_resort=False) for house in houses))

    enriched = story(here, ledger, tell, sleep=Sleeper())

    assert [providers(one) for one in enriched] == [["openai"] * 3] * 20


def test_closing_ends_the_waits_for_a_busy_vendor(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.retry_after = "40"
    vendors.fail("rate_limited", times=100)

    async def tell(enricher: Enricher) -> None:
        work = asyncio.create_task(enricher.enrich(HOUSE, last_resort=False))
        async with asyncio.timeout(30):
            while len(vendors.calls) < 3:
                await asyncio.sleep(0.01)
            work.cancel()
            await enricher.close()

    story(here, ledger, tell)

    assert len(vendors.calls) == 3
    assert ledger.today().reserved_micro_usd == 0


def test_calls_wait_for_money_that_is_only_reserved(
    vendors: VendorServer, here: Settings, database: Documents
) -> None:
    """Thirty worst cases are over the limit ($0.0124), thirty bills are not ($0.0074)."""
    tight = Ledger(database, BudgetPolicy(daily_limit_micro_usd=8000))
    vendors.latency_s = 0.02
    houses = [
        HOUSE.model_copy(update={"lot_size": size, "bedrooms": size - 4990}) for size in range(5000, 5010)
    ]

    async def tell(enricher: Enricher) -> list[EnrichedProperty]:
        return await asyncio.gather(*(enricher.enrich(house, last_resort=False) for house in houses))

    enriched = story(here.model_copy(update={"enable_caching": False}), tight, tell)

    assert [providers(one) for one in enriched] == [["openai"] * 3] * 10
    assert vendors.bill_micro_usd <= tight.today().spent_micro_usd <= 8000
    assert not tight.exhausted()


def test_with_money_for_two_calls_at_a_time_the_third_waits(
    vendors: VendorServer, here: Settings, database: Documents
) -> None:
    double = Ledger(database, BudgetPolicy(daily_limit_micro_usd=1000))
    vendors.latency_s = 0.02

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

    async def tell(enricher: Enricher) -> BaseException:
        work = asyncio.create_task(enricher.enrich(HOUSE, last_resort=False))
        async with asyncio.timeout(30):
            while not vendors.calls:
                await asyncio.sleep(0.01)
            await enricher.close()
        return (await asyncio.gather(work, return_exceptions=True))[0]  # type: ignore[return-value]

    assert isinstance(story(here, single, tell), BudgetExhausted)
    assert len(vendors.calls) == 1
    assert single.today().reserved_micro_usd == 0


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


def test_when_all_models_fail_prefect_may_try_again(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("server_error", times=9)

    with pytest.raises(
        RetriableError, match=rf"{HOUSE.property_id}: no model answered: openai/gpt-4o-mini left"
    ):
        enrich(here, ledger)


def test_a_part_that_was_answered_is_not_paid_again_when_another_failed(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    alone = here.model_copy(update={"anthropic_api_key": None})
    vendors.pulled.clear()
    vendors.fail("server_error", vendor="openai")
    with pytest.raises(RetriableError):
        enrich(alone, ledger)

    enriched = enrich(alone, ledger)

    assert sorted(record.cached for record in enriched.operations.values()) == [False, True, True]
    assert len(vendors.calls) == 4


@pytest.mark.parametrize("away", [{"enable_caching": False}, {"redis_url": "redis://127.0.0.1:9/0"}])
def test_within_a_run_no_part_is_paid_twice_even_without_a_redis(
    vendors: VendorServer, here: Settings, ledger: Ledger, away: dict[str, Any]
) -> None:
    alone = here.model_copy(update={"anthropic_api_key": None, **away})
    vendors.pulled.clear()
    vendors.fail("server_error", vendor="openai")

    async def tell(enricher: Enricher) -> EnrichedProperty:
        await enricher.check()
        with pytest.raises(RetriableError):
            await enricher.enrich(HOUSE, last_resort=False)
        return await enricher.enrich(HOUSE, last_resort=False)

    enriched = story(alone, ledger, tell)

    assert sorted(record.cached for record in enriched.operations.values()) == [False, True, True]
    assert len(vendors.calls) == 4
    assert 0 <= ledger.today().spent_micro_usd - vendors.bill_micro_usd < 3


def test_as_a_last_resort_the_composer_writes(vendors: VendorServer, here: Settings, ledger: Ledger) -> None:
    vendors.fail("server_error", times=9)

    enriched = enrich(here, ledger, last_resort=True)

    assert providers(enriched) == ["composer"] * 3
    assert enriched.enrichment.description == compose(Operation.DESCRIPTION, HOUSE)
    assert enriched.operations[Operation.DESCRIPTION].notes[-1] == "composed: no model answered"


def test_without_any_model_the_composer_writes_at_once(
    vendors: VendorServer, settings: Settings, ledger: Ledger
) -> None:
    nobody = settings.model_copy(update={"ollama_host": "http://127.0.0.1:9"})

    enriched = enrich(nobody, ledger)

    assert providers(enriched) == ["composer"] * 3
    assert enriched.operations[Operation.FEATURES].notes[-1] == "composed: no model is set up"
    assert not vendors.calls


def test_an_analysis_without_figures_is_the_composers_and_costs_nothing(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    unpriced = PLAIN.model_copy(update={"price": None})

    enriched = enrich(here, ledger, unpriced)

    assert providers(enriched) == ["ollama", "ollama", "composer"]
    assert isinstance(enriched.enrichment.investment_analysis, InvestmentAnalysis)
    assert enriched.enrichment.investment_analysis.recommendation == "insufficient data"
    assert len(vendors.calls) == 2


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


def test_the_composer_alone_asks_nobody(vendors: VendorServer, here: Settings, ledger: Ledger) -> None:
    enriched = enrich(here, ledger, composer_only=True)

    assert providers(enriched) == ["composer"] * 3
    assert not vendors.calls


@pytest.mark.parametrize("name", ["openai", "anthropic"])
def test_a_wrong_key_stops_before_anything_is_claimed_and_is_not_shown(
    here: Settings, ledger: Ledger, name: str
) -> None:
    wrong = here.model_copy(update={f"{name}_api_key": SecretStr("sk-wrong-987654321")})

    with pytest.raises(ConfigurationError, match=f"Correct {name.upper()}_API_KEY") as raised:
        story(wrong, ledger, Enricher.check)

    assert "sk-wrong" not in str(raised.value)


def test_a_key_that_is_refused_midway_stops_and_gives_its_reservation_back(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("unauthorized", times=3, vendor="openai")

    with pytest.raises(ConfigurationError, match="refused the key"):
        enrich(here, ledger)

    assert ledger.today().remaining_micro_usd == 630_000


def test_a_key_without_access_to_a_model_names_the_models_setting(
    vendors: VendorServer, here: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server._STATUS, "unauthorized", 403)
    vendors.fail("unauthorized", times=3, vendor="openai")

    with pytest.raises(ConfigurationError, match="LLM_MODEL_HIGH_VALUE") as raised:
        enrich(here, ledger)

    assert "refused" not in str(raised.value)
    assert ledger.today().remaining_micro_usd == 630_000


def test_a_key_that_may_not_list_models_still_serves(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.models_status = 403
    remote = here.model_copy(update={"llm_model_low_value": "gpt-4o-mini"})

    assert _notes(remote, ledger)[1] == (
        "openai could not be checked: OpenAI does not let this key list models (HTTP 403).",
        "anthropic could not be checked: Anthropic does not let this key list models (HTTP 403).",
    )
    assert providers(enrich(remote, ledger)) == ["openai"] * 3


def test_a_password_in_ollamas_address_is_in_no_note(here: Settings, ledger: Ledger) -> None:
    secret = here.model_copy(update={"ollama_host": "http://bob:s3cret@127.0.0.1:9"})

    [note] = _notes(secret, ledger)[1]

    assert "http://127.0.0.1:9" in note
    assert "s3cret" not in note


def test_a_paid_model_without_a_price_stops_before_anything_is_claimed(
    here: Settings, ledger: Ledger
) -> None:
    unpriced = here.model_copy(update={"llm_model_mid_value": "gpt-99-ultra"})

    with pytest.raises(UnknownPrice, match="LLM_MODEL_MID_VALUE"):
        story(unpriced, ledger, Enricher.check)


def _notes(settings: Settings, ledger: Ledger, **options: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    async def tell(enricher: Enricher) -> tuple[tuple[str, ...], tuple[str, ...]]:
        before = enricher.notes
        await enricher.check()
        return before, enricher.notes

    notes: tuple[tuple[str, ...], tuple[str, ...]] = story(settings, ledger, tell, **options)
    return notes


def test_when_all_is_well_there_is_nothing_to_note(here: Settings, ledger: Ledger) -> None:
    assert _notes(here, ledger) == ((), ())


def test_a_model_that_is_not_pulled_is_left_out_with_the_command(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.pulled = ["qwen3:4b"]

    assert _notes(here, ledger)[1] == (
        "ollama/llama3.2:latest is left out: Ollama does not have the model llama3.2:latest: "
        "run `ollama pull llama3.2:latest`.",
    )
    assert providers(enrich(here, ledger, PLAIN)) == ["openai"] * 3


def test_a_provider_that_no_tier_names_is_not_asked(here: Settings, ledger: Ledger) -> None:
    no_ollama = here.model_copy(
        update={"llm_model_low_value": "gpt-4o-mini", "ollama_host": "http://127.0.0.1:9"}
    )

    assert _notes(no_ollama, ledger) == ((), ())


def test_a_missing_key_is_noted_where_a_tier_wants_it(here: Settings, ledger: Ledger) -> None:
    keyless = here.model_copy(update={"openai_api_key": None, "anthropic_api_key": None})

    assert _notes(keyless, ledger)[0] == ("openai is left out: OPENAI_API_KEY is not set.",)
    assert _notes(keyless, ledger, free_only=True) == ((), ())


def test_a_vendor_that_cannot_be_checked_stays_in_with_a_note(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.models_status = 429

    assert _notes(here, ledger)[1] == (
        "ollama could not be checked: Ollama asks to slow down (HTTP 429).",
        "openai could not be checked: OpenAI asks to slow down (HTTP 429).",
        "anthropic could not be checked: Anthropic asks to slow down (HTTP 429).",
    )


def test_the_fingerprint_changes_with_the_models_that_write(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    async def tell(enricher: Enricher) -> tuple[str, str]:
        before = enricher.fingerprint
        await enricher.check()
        return before, enricher.fingerprint

    first, checked = story(here, ledger, tell)
    vendors.pulled.clear()
    _, without_ollama = story(here, ledger, tell)

    assert first == checked
    assert without_ollama != first


def test_the_fingerprint_changes_with_the_tables_and_the_code_that_write_without_a_model(
    here: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tell(enricher: Enricher) -> str:
        return enricher.fingerprint

    before = story(here, ledger, tell)
    monkeypatch.setattr("phoenix_real_estate.enrich.writers_fingerprint", lambda: "another mortgage rate")

    assert story(here, ledger, tell) != before


def test_a_model_that_keeps_failing_is_left_alone(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("server_error", times=100, vendor="openai")
    houses = [HOUSE.model_copy(update={"lot_size": size}) for size in range(5000, 5010)]

    async def tell(enricher: Enricher) -> list[EnrichedProperty]:
        return [await enricher.enrich(house, last_resort=False) for house in houses]

    enriched = story(here, ledger, tell)

    assert [providers(one) for one in enriched] == [["ollama"] * 3] * 10
    assert vendors.models_called().count("gpt-4o-mini") == 6
    assert any("left alone" in note for note in enriched[-1].operations[Operation.FEATURES].notes)


def test_no_more_calls_are_in_flight_than_the_settings_allow(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.latency_s = 0.02
    houses = [HOUSE.model_copy(update={"lot_size": size}) for size in range(5000, 5006)]

    async def tell(enricher: Enricher) -> None:
        await asyncio.gather(*(enricher.enrich(house, last_resort=False) for house in houses))

    story(here.model_copy(update={"max_concurrency": 4}), ledger, tell)

    # Their analyses see the same facts, so that is one call for all.
    assert len(vendors.calls) == 13
    assert vendors.most_in_flight == 4


def test_an_interrupted_call_is_settled_at_its_worst_case(
    vendors: VendorServer, here: Settings, ledger: Ledger, database: Documents
) -> None:
    vendors.latency_s = 30.0

    async def tell(enricher: Enricher) -> None:
        work = asyncio.create_task(enricher.enrich(HOUSE, last_resort=False))
        async with asyncio.timeout(30):
            while len(vendors.calls) < 3:
                await asyncio.sleep(0.01)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    story(here.model_copy(update={"enable_caching": False}), ledger, tell)

    assert ledger.today().spent_micro_usd >= vendors.bill_micro_usd > 0
    assert ledger.today().reserved_micro_usd == 0
    assert [row["outcome"] for row in invoice(ledger, database)] == ["interrupted"] * 3


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


def test_a_defect_of_ours_is_raised_as_it_is(
    here: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("phoenix_real_estate.enrich.prompt_for", broken)

    with pytest.raises(ZeroDivisionError):
        enrich(here, ledger)


def test_it_is_known_beforehand_whether_money_may_be_spent(here: Settings, ledger: Ledger) -> None:
    assert Enricher.build(here, ledger).costs_money
    assert not Enricher.build(here, ledger, free_only=True).costs_money
    assert not Enricher.build(here, ledger, composer_only=True).costs_money


def test_models_that_answer_badly_are_not_paid_again_later_but_give_way_to_the_composer(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("wrong_shape", times=1000)

    enriched = enrich(here, ledger, last_resort=False)

    assert providers(enriched) == ["composer"] * 3
