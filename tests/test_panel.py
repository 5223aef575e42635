"""The models of a run: who is there, who is left out, and what that is called."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from phoenix_real_estate.budget import Ledger
from phoenix_real_estate.errors import (
    ConfigurationError,
    UnknownPrice,
)
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.settings import Settings
from tests.panels import enrich, providers, story
from tests.panels import here as here
from tests.panels import ledger as ledger
from tests.panels import vendors as vendors
from tests.sample import PLAIN
from tests.vendors import VendorServer, faults


def _notes(settings: Settings, ledger: Ledger, **options: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    async def tell(panel: Panel) -> tuple[tuple[str, ...], tuple[str, ...]]:
        before = panel.notes
        await panel.check()
        return before, panel.notes

    notes: tuple[tuple[str, ...], tuple[str, ...]] = story(settings, ledger, tell, **options)
    return notes


@pytest.mark.parametrize("name", ["openai", "anthropic"])
def test_a_wrong_key_stops_before_anything_is_claimed_and_is_not_shown(
    here: Settings, ledger: Ledger, name: str
) -> None:
    wrong = here.model_copy(update={f"{name}_api_key": SecretStr("sk-wrong-987654321")})

    with pytest.raises(ConfigurationError, match=f"Correct {name.upper()}_API_KEY") as raised:
        story(wrong, ledger, Panel.check)

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
    monkeypatch.setitem(faults.STATUS, "unauthorized", 403)
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
        story(unpriced, ledger, Panel.check)


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


def test_it_is_known_beforehand_whether_money_may_be_spent(here: Settings, ledger: Ledger) -> None:
    assert Panel.build(here, ledger).costs_money
    assert not Panel.build(here, ledger, free_only=True).costs_money
    assert not Panel.build(here, ledger, composer_only=True).costs_money


def test_an_answer_tells_how_long_it_took_and_one_out_of_the_cache_took_no_time(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.latency_s = 0.05
    asked, cached = (enrich(here, ledger).operations.values() for _ in range(2))
    assert all((one.seconds or 0) >= 0.05 for one in asked)
    assert {one.seconds for one in cached} == {None}
