"""Who of the models is there, asked of the vendors' server."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.roster import ModelStatus, Roster, call_roll
from phoenix_real_estate.settings import ModelPrice, Settings
from tests.vendors import VendorServer
from tests.vendors.server import KEY


@pytest.fixture
def bare() -> Settings:
    return Settings(_env_file=None)


def roster(vendors: VendorServer, bare: Settings, **changes: Any) -> Roster:
    return run(call_roll(vendors.settings_of(bare, **changes)))


def one(roster: Roster, model: str) -> ModelStatus:
    return next(status for chain in roster.tiers.values() for status in chain if status.model == model)


def test_each_tier_names_its_models_in_order_with_prices(vendors: VendorServer, bare: Settings) -> None:
    tiers = roster(vendors, bare).tiers

    assert [status.model for status in tiers["low"]] == [
        "llama3.2:latest",
        "gpt-3.5-turbo",
        "claude-haiku-4-5",
    ]
    assert tiers["mid"][0].model == "gpt-3.5-turbo"
    assert tiers["high"][0].model == "gpt-4o-mini"
    llama, turbo, _ = tiers["low"]
    assert (llama.input_usd, llama.output_usd) == (0, 0)
    assert (turbo.input_usd, turbo.output_usd) == (Decimal("0.5"), Decimal("1.5"))
    assert all(status.ready and not status.note for chain in tiers.values() for status in chain)
    assert not vendors.calls


def test_a_model_that_is_not_pulled_says_how_to_pull_it(vendors: VendorServer, bare: Settings) -> None:
    vendors.pulled = ["qwen3:4b"]

    llama = one(roster(vendors, bare, llm_model_low_value="llama3.2"), "llama3.2")

    assert not llama.ready
    assert llama.note == "It is not pulled: run `ollama pull llama3.2`."


def test_an_ollama_that_is_not_there_says_what_to_do(vendors: VendorServer, bare: Settings) -> None:
    llama = one(roster(vendors, bare, ollama_host="http://127.0.0.1:9"), "llama3.2:latest")

    assert (llama.ready, llama.note) == (
        False,
        "no Ollama answers at http://127.0.0.1:9: start it or set OLLAMA_HOST.",
    )


def test_a_provider_without_a_key_says_which_setting_it_is(vendors: VendorServer, bare: Settings) -> None:
    told = roster(vendors, bare, openai_api_key=None)

    assert one(told, "gpt-4o-mini").note == "OPENAI_API_KEY is not set: set it."
    assert not told.providers["openai"].reachable


def test_a_refused_key_is_told_and_not_shown(vendors: VendorServer, bare: Settings) -> None:
    told = roster(vendors, bare, openai_api_key=SecretStr("sk-wrong-key-987654321"))

    assert one(told, "gpt-4o-mini").note == "OpenAI refused the key (HTTP 401). Correct OPENAI_API_KEY."
    assert "sk-wrong" not in told.model_dump_json()
    assert KEY not in told.model_dump_json()


def test_a_model_that_the_key_does_not_list_names_its_setting(vendors: VendorServer, bare: Settings) -> None:
    vendors.offered = ["gpt-3.5-turbo", "claude-haiku-4-5-20251001"]

    told = roster(vendors, bare)

    assert told.providers["openai"].models == ("claude-haiku-4-5-20251001", "gpt-3.5-turbo")
    assert one(told, "claude-haiku-4-5").ready
    assert one(told, "gpt-3.5-turbo").ready
    assert one(told, "gpt-4o-mini").note == (
        "It is not among the models of this key: correct LLM_MODEL_HIGH_VALUE, or allow it to the key."
    )


def test_a_price_that_nobody_knows_is_told_with_the_way_to_name_it(
    vendors: VendorServer, bare: Settings
) -> None:
    unknown = one(roster(vendors, bare, llm_model_high_value="gpt-99"), "gpt-99")
    price = {"gpt-99": ModelPrice(input=Decimal(1), output=Decimal(2))}
    named = one(roster(vendors, bare, llm_model_high_value="gpt-99", llm_prices=price), "gpt-99")

    assert unknown.input_usd is None
    assert not unknown.ready
    assert "LLM_PRICES" in unknown.note
    assert (named.input_usd, named.output_usd, named.ready) == (1, 2, True)
