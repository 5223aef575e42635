"""Every environment name in one place. A `.env` file in the working directory is read too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from phoenix_real_estate.assumptions import Assumptions
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.prompt_versions import checked_shares

ProviderName = Literal["openai", "ollama", "anthropic"]


def _blank_is_unset(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _redis_url(value: str | None) -> str | None:
    if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("it must begin with redis://, rediss:// or unix://")
    return value


def _web_address(value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    return value


def _json_or_file(value: object) -> object:
    """What JSON text says, or that of the file it names."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    try:
        return json.loads(text if text.startswith("{") else Path(text).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"it is no JSON object, and no file that can be read ({error.strerror})") from None
    except ValueError as error:
        raise ValueError(f"it is not JSON: {error}") from None


OptionalText = Annotated[str | None, BeforeValidator(_blank_is_unset)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_blank_is_unset)]
OptionalAddress = Annotated[OptionalText, AfterValidator(_web_address)]
PerMinute = Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(_blank_is_unset)]
Usd = Annotated[Decimal, Field(ge=0)]


class ModelPrice(BaseModel):
    """What a model costs by one's own contract: USD per million tokens.

    Input that is read from the vendor's prompt cache, and input that is written to it, cost as other
    input where their price is not given. `batch` is the share of all these that a vendor's batch costs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Usd
    output: Usd
    cached_input: Usd | None = None
    cache_write: Usd | None = None
    batch: Annotated[Decimal, Field(ge=0, le=1)] = Decimal("0.5")


class Settings(Assumptions, BaseSettings):
    """The project's settings; each field is the environment variable of the same name in capitals.

    The assumptions of the investment analysis are among them.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, env_ignore_empty=True
    )

    mongodb_uri: OptionalText = Field(default=None, description="unset: an embedded server is started")
    mongodb_database: str = Field(default="phoenix_real_estate", min_length=1)
    redis_url: Annotated[OptionalText, AfterValidator(_redis_url)] = Field(
        default=None, description="unset: an embedded server is started"
    )
    phoenix_home: Path = Field(default=Path(".phoenix"), description="embedded data, Data Docs, reports")

    llm_primary_provider: ProviderName = "openai"
    llm_fallback_provider: ProviderName = "ollama"
    openai_api_key: OptionalSecret = None
    openai_base_url: OptionalAddress = None
    anthropic_api_key: OptionalSecret = None
    anthropic_base_url: OptionalAddress = None
    anthropic_model: str = Field(default="claude-haiku-4-5", description="the fallback behind both")
    ollama_host: str = "http://127.0.0.1:11434"
    llm_model_low_value: str = "llama3.2:latest"
    llm_model_mid_value: str = "gpt-3.5-turbo"
    llm_model_high_value: str = "gpt-4o-mini"
    prompt_versions: Annotated[
        dict[str, dict[str, int]], NoDecode, BeforeValidator(_json_or_file), AfterValidator(checked_shares)
    ] = Field(default={}, description="a trial of prompts, shares in percent: JSON, or a file of it")

    daily_llm_budget: Decimal = Field(default=Decimal("0.63"), ge=0, description="USD a day")
    enable_caching: bool = True
    cache_ttl_hours: float = Field(default=24.0, gt=0)
    batch_size: int = Field(default=50, ge=1, le=1000)
    processing_interval_minutes: int = Field(default=30, ge=1)
    enrich_on_arrival: bool = Field(default=False, description="loading records starts a run, too")
    quality_threshold: float = Field(default=0.7, ge=0, le=1)
    enable_manual_review: bool = True
    llm_timeout_seconds: float = Field(default=60.0, gt=0, le=600, description="a vendor's whole answer")
    ollama_timeout_seconds: float = Field(default=300.0, gt=0, le=900, description="the same of Ollama")
    llm_prices: Annotated[dict[str, ModelPrice], NoDecode, BeforeValidator(_json_or_file)] = Field(
        default={}, description="one's own contracts, by model: JSON, or a file of it"
    )
    openai_requests_per_minute: PerMinute = None
    openai_tokens_per_minute: PerMinute = None
    anthropic_requests_per_minute: PerMinute = None
    anthropic_tokens_per_minute: PerMinute = None
    max_concurrency: int = Field(default=32, ge=1, le=1000, description="LLM calls in flight per process")


_in_force: ContextVar[Settings | None] = ContextVar("settings", default=None)


def load_settings() -> Settings:
    """The settings in force: those of `using`, else the environment's.

    Raises:
        ConfigurationError: a value is out of its range; the message names the variable.
    """
    return _in_force.get() or _from_environment()


@contextmanager
def using(settings: Settings) -> Iterator[None]:
    """Puts these settings in force for what runs in this context."""
    token = _in_force.set(settings)
    try:
        yield
    finally:
        _in_force.reset(token)


def _from_environment() -> Settings:
    try:
        return Settings()
    except ValidationError as invalid:
        problems = "; ".join(
            f"{_where(e['loc'])}: {e['msg'].removeprefix('Value error, ')}" for e in invalid.errors()
        )
        raise ConfigurationError(
            f"Settings are not usable: {problems}. Correct them in the environment or in .env."
        ) from None


def _where(loc: tuple[int | str, ...]) -> str:
    """The variable, and what is wrong within it: LLM_PRICES gpt-4o-mini.input."""
    name, *within = (str(step) for step in loc)
    return " ".join([name.upper(), ".".join(within)]).strip()
