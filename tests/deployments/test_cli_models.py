"""`phoenix models`, and the cache's part of `phoenix status`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from phoenix_real_estate.answers import PREFIX, Answer, Answers
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.settings import Settings
from tests.deployments.command_line import Run, phoenix
from tests.vendors import VendorServer
from tests.vendors.fixtures import vendors
from tests.vendors.server import KEY

__all__ = ["phoenix", "vendors"]


@pytest.fixture
def settings(
    mongodb_uri: str,
    redis_url: str,
    database: Database[dict[str, Any]],
    tmp_path: Path,
    vendors: VendorServer,
) -> Settings:
    """With the vendors' server, which has pulled nothing."""
    vendors.pulled.clear()
    vendors.offered = ["gpt-4o-mini", "gpt-3.5-turbo"]
    bare = Settings(
        _env_file=None,
        mongodb_uri=mongodb_uri,
        mongodb_database=database.name,
        redis_url=redis_url,
        phoenix_home=tmp_path / "home",
    )
    return vendors.settings_of(bare, anthropic_api_key=None, llm_model_high_value="gpt-99")


def test_the_models_of_each_tier_are_told_with_prices_and_what_to_do(
    phoenix: Run, vendors: VendorServer
) -> None:
    ran = phoenix("models")

    assert ran.code == 0
    assert ["mid", "openai/gpt-3.5-turbo", "0.5", "1.5", "yes"] in [
        line.split() for line in ran.out.splitlines()
    ]
    assert "ollama/llama3.2:latest: It is not pulled: run `ollama pull llama3.2:latest`." in ran.out
    assert "anthropic/claude-haiku-4-5: ANTHROPIC_API_KEY is not set: set it." in ran.out
    assert "unknown" in ran.out
    assert "LLM_PRICES" in ran.out
    assert KEY not in ran.out + ran.err
    assert not vendors.calls


def test_programs_get_the_same_as_json(phoenix: Run) -> None:
    told = json.loads(phoenix("models", "--json").out)

    assert [model["model"] for model in told["tiers"]["low"]] == [
        "llama3.2:latest",
        "gpt-3.5-turbo",
        "claude-haiku-4-5",
    ]
    assert told["tiers"]["low"][1]["input_usd"] == "0.5000"
    assert told["providers"]["anthropic"] == {
        "reachable": False,
        "note": "ANTHROPIC_API_KEY is not set: set it.",
        "models": [],
    }


def test_the_models_that_a_provider_offers_are_listed(phoenix: Run) -> None:
    assert "gpt-4o-mini" in phoenix("models", "--list").out


@pytest.mark.usefixtures("redis_client")
def test_the_status_tells_what_the_answer_cache_saved(phoenix: Run, settings: Settings) -> None:
    async def answered() -> None:
        async def make() -> Answer:
            return Answer(content={}, model="m", cost_micro_usd=200)

        answers = Answers.of(settings)
        for _ in range(4):
            await answers.get_or_make(f"{PREFIX}{'a' * 64}", make)
        await answers.close()

    before = json.loads(phoenix("status", "--json").out)["answer_cache"]
    run(answered())
    after = json.loads(phoenix("status", "--json").out)["answer_cache"]

    assert before == {"answers": 0, "hits": 0, "misses": 0, "hit_rate": None, "saved_usd": 0.0}
    assert after == {"answers": 1, "hits": 3, "misses": 1, "hit_rate": 0.75, "saved_usd": 0.0006}
    assert "75%" in phoenix("status").out
