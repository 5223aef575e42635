"""The batch endpoints that the settings give keys for."""

from __future__ import annotations

from phoenix_real_estate.llm.vendor_batches.anthropic import AnthropicBatches
from phoenix_real_estate.llm.vendor_batches.endpoint import BatchEndpoint
from phoenix_real_estate.llm.vendor_batches.openai import OpenAIBatches
from phoenix_real_estate.settings import Settings


def endpoints_of(settings: Settings) -> dict[str, BatchEndpoint]:
    """By provider."""
    endpoints: dict[str, BatchEndpoint] = {}
    if settings.openai_api_key:
        endpoints["openai"] = OpenAIBatches(settings.openai_api_key, settings.openai_base_url)
    if settings.anthropic_api_key:
        endpoints["anthropic"] = AnthropicBatches(settings.anthropic_api_key, settings.anthropic_base_url)
    return endpoints
