from decimal import Decimal
from pathlib import Path

import pytest

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.settings import Settings, load_settings, using


def test_every_setting_has_a_default() -> None:
    settings = load_settings()
    assert settings.daily_llm_budget == Decimal("0.63")
    assert settings.mongodb_uri is None
    assert settings.batch_size == 50


def test_the_environment_wins_and_blank_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAILY_LLM_BUDGET", "0.001")
    monkeypatch.setenv("OPENAI_API_KEY", "  ")
    monkeypatch.setenv("BATCH_SIZE", "")
    settings = load_settings()
    assert settings.daily_llm_budget == Decimal("0.001")
    assert settings.openai_api_key is None
    assert settings.batch_size == 50


def test_a_value_out_of_range_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATCH_SIZE", "0")
    monkeypatch.setenv("LLM_PRIMARY_PROVIDER", "skynet")
    with pytest.raises(
        ConfigurationError, match=r"BATCH_SIZE: .*LLM_PRIMARY_PROVIDER: |LLM_PRIMARY_PROVIDER"
    ):
        load_settings()


@pytest.mark.parametrize("url", ["localhost:6379", "http://user:hunter2@localhost"])
def test_a_malformed_redis_url_says_what_it_must_be_and_shows_no_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    assert str(refused.value) == (
        "Settings are not usable: REDIS_URL: it must begin with redis://, rediss:// or unix://. "
        "Correct them in the environment or in .env."
    )


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert "sk-secret" not in repr(load_settings())


def test_settings_in_force_are_those_of_using() -> None:
    other = Settings(batch_size=7)
    with using(other):
        assert load_settings() is other
    assert load_settings().batch_size == 50


def test_an_address_that_is_none_says_how_one_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "not-a-url")
    with pytest.raises(ConfigurationError, match="OPENAI_BASE_URL: it must begin with http"):
        load_settings()


def test_ones_own_prices_are_json_or_a_file_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    prices = '{"gpt-4o-mini": {"input": 0.10, "output": 0.4, "cached_input": 0.05}}'
    (tmp_path / "prices.json").write_text(prices)
    for given in (prices, str(tmp_path / "prices.json")):
        monkeypatch.setenv("LLM_PRICES", given)
        price = load_settings().llm_prices["gpt-4o-mini"]
        assert (price.input, price.cached_input, price.cache_write) == (
            Decimal("0.10"),
            Decimal("0.05"),
            None,
        )


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (
            '{"gpt-4o-mini": {"input": -1, "output": 1}}',
            "LLM_PRICES gpt-4o-mini.input: Input should be greater",
        ),
        ('{"gpt-4o-mini": {"input": 1}}', "LLM_PRICES gpt-4o-mini.output: Field required"),
        (
            '{"gpt-4o-mini": {"input": 1, "output": 1, "batch": 50}}',
            "LLM_PRICES gpt-4o-mini.batch: Input should be less",
        ),
        ('{"gpt-4o-mini": {"input": 1, "output": 1, "inptu": 1}}', "LLM_PRICES gpt-4o-mini.inptu: Extra"),
        ('{"gpt-4o-mini": ', "LLM_PRICES: it is not JSON"),
        ("nowhere.json", "LLM_PRICES: it is no JSON object, and no file that can be read"),
    ],
)
def test_prices_that_cannot_be_read_say_where(monkeypatch: pytest.MonkeyPatch, given: str, why: str) -> None:
    monkeypatch.setenv("LLM_PRICES", given)
    with pytest.raises(ConfigurationError, match=why):
        load_settings()
