"""Every environment name in one place. A `.env` file in the working directory is read too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from phoenix_real_estate.errors import ConfigurationError

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


OptionalText = Annotated[str | None, BeforeValidator(_blank_is_unset)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_blank_is_unset)]
OptionalAddress = Annotated[OptionalText, AfterValidator(_web_address)]


class Settings(BaseSettings):
    """The project's settings; each field is the environment variable of the same name in capitals."""

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

    daily_llm_budget: Decimal = Field(default=Decimal("0.63"), ge=0, description="USD a day")
    enable_caching: bool = True
    cache_ttl_hours: float = Field(default=24.0, gt=0)
    batch_size: int = Field(default=50, ge=1, le=1000)
    processing_interval_minutes: int = Field(default=30, ge=1)
    quality_threshold: float = Field(default=0.7, ge=0, le=1)
    enable_manual_review: bool = True
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
            f"{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}" for e in invalid.errors()
        )
        raise ConfigurationError(
            f"Settings are not usable: {problems}. Correct them in the environment or in .env."
        ) from None
