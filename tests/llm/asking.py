"""What the provider tests ask: one small question, of each of the three vendors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from phoenix_real_estate.llm.anthropic import Anthropic
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.ollama import Ollama
from phoenix_real_estate.llm.openai import OpenAI
from phoenix_real_estate.llm.provider import Completion, Provider, Request
from tests.vendors import VendorServer
from tests.vendors.server import KEY

QUESTION = Request(
    model="gpt-4o-mini",
    system='Answer with one JSON object: {"description": "..."}',
    user="{{city}} = Phoenix",
    schema={
        "type": "object",
        "properties": {"description": {"type": "string"}},
        "required": ["description"],
        "additionalProperties": False,
    },
    schema_name="description",
    max_output_tokens=100,
    temperature=0.3,
)
ANSWERED = {"description": "The record lists {{city}}."}
MODELS = {"openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5", "ollama": "llama3.2:latest"}


def provider_at(vendors: VendorServer, name: str, key: str = KEY) -> Provider:
    secret = SecretStr(key)
    makers: dict[str, Callable[[], Provider]] = {
        "openai": lambda: OpenAI(secret, f"{vendors.url}/openai/v1"),
        "anthropic": lambda: Anthropic(secret, f"{vendors.url}/anthropic"),
        "ollama": lambda: Ollama(f"{vendors.url}/ollama"),
    }
    return makers[name]()


@asynccontextmanager
async def opened(vendors: VendorServer, name: str, key: str = KEY) -> AsyncIterator[Provider]:
    provider = provider_at(vendors, name, key)
    try:
        yield provider
    finally:
        await provider.close()


def ask(vendors: VendorServer, name: str, *, key: str = KEY, **changes: Any) -> Completion:
    """One question put to one vendor, with its default model."""
    question = replace(QUESTION, **{"model": MODELS[name], **changes})

    async def asked() -> Completion:
        async with opened(vendors, name, key) as provider:
            return await provider.complete(question)

    return run(asked())


def check(vendors: VendorServer, name: str, models: list[str], *, key: str = KEY) -> dict[str, str]:
    """What one vendor cannot serve."""

    async def checked() -> dict[str, str]:
        async with opened(vendors, name, key) as provider:
            return await provider.check(models)

    return run(checked())
