"""The providers that the settings give keys for."""

from __future__ import annotations

from phoenix_real_estate.llm.anthropic import Anthropic
from phoenix_real_estate.llm.ollama import Ollama
from phoenix_real_estate.llm.openai import OpenAI
from phoenix_real_estate.llm.provider import Provider
from phoenix_real_estate.settings import Settings


def providers_of(settings: Settings, *, free_only: bool = False) -> dict[str, Provider]:
    """By name. Ollama is always there, and answers or not; the others need their key."""
    providers: dict[str, Provider] = {"ollama": Ollama(settings.ollama_host, settings.ollama_timeout_seconds)}
    timeout_s = settings.llm_timeout_seconds
    if settings.openai_api_key and not free_only:
        providers["openai"] = OpenAI(settings.openai_api_key, settings.openai_base_url, timeout_s)
    if settings.anthropic_api_key and not free_only:
        providers["anthropic"] = Anthropic(settings.anthropic_api_key, settings.anthropic_base_url, timeout_s)
    return providers
