"""One property's story: which model writes, and when the composer does."""

from __future__ import annotations

from typing import Any

import pytest

from phoenix_real_estate.budget import Ledger
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.errors import (
    RetriableError,
)
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import EnrichedProperty, InvestmentAnalysis, Operation, Property
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.settings import Settings
from tests.panels import enrich, providers, spent, story
from tests.panels import here as here
from tests.panels import ledger as ledger
from tests.panels import vendors as vendors
from tests.sample import HOUSE, MODERATE, PLAIN
from tests.vendors import VendorServer


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

    async def tell(panel: Panel) -> EnrichedProperty:
        await panel.check()
        with pytest.raises(RetriableError):
            await Enricher(panel).enrich(HOUSE, last_resort=False)
        return await Enricher(panel).enrich(HOUSE, last_resort=False)

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


def test_the_composer_alone_asks_nobody(vendors: VendorServer, here: Settings, ledger: Ledger) -> None:
    enriched = enrich(here, ledger, composer_only=True)

    assert providers(enriched) == ["composer"] * 3
    assert not vendors.calls


def test_the_fingerprint_changes_with_the_models_that_write(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    async def tell(panel: Panel) -> tuple[str, str]:
        before = Enricher(panel).fingerprint
        await panel.check()
        return before, Enricher(panel).fingerprint

    first, checked = story(here, ledger, tell)
    vendors.pulled.clear()
    _, without_ollama = story(here, ledger, tell)

    assert first == checked
    assert without_ollama != first


def test_the_fingerprint_changes_with_the_tables_and_the_code_that_write_without_a_model(
    here: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tell(panel: Panel) -> str:
        return Enricher(panel).fingerprint

    before = story(here, ledger, tell)
    monkeypatch.setattr("phoenix_real_estate.enrich.writers_fingerprint", lambda: "another mortgage rate")

    assert story(here, ledger, tell) != before


def test_the_fingerprint_changes_with_what_the_investment_analysis_assumes(
    here: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tell(panel: Panel) -> str:
        return Enricher(panel).fingerprint

    before = story(here, ledger, tell)
    monkeypatch.setenv("INSURANCE_PCT", "0.5")

    assert story(here, ledger, tell) != before


def test_a_defect_of_ours_is_raised_as_it_is(
    here: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("phoenix_real_estate.enrich.prompt_for", broken)

    with pytest.raises(ZeroDivisionError):
        enrich(here, ledger)


def test_models_that_answer_badly_are_not_paid_again_later_but_give_way_to_the_composer(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("wrong_shape", times=1000)

    enriched = enrich(here, ledger, last_resort=False)

    assert providers(enriched) == ["composer"] * 3
