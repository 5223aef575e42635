"""What the provider tests ask: one small question, of each of the three vendors."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
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
PATIENT_S = 60.0
ANSWERED = {"description": "On record here: {{city}}."}
MODELS = {"openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5", "ollama": "llama3.2:latest"}
ALL = pytest.mark.parametrize("name", MODELS)
REMOTE = pytest.mark.parametrize("name", ["openai", "anthropic"])


def provider_at(vendors: VendorServer, name: str, key: str = KEY, timeout_s: float = PATIENT_S) -> Provider:
    secret = SecretStr(key)
    makers: dict[str, Callable[[], Provider]] = {
        "openai": lambda: OpenAI(secret, f"{vendors.url}/openai/v1", timeout_s),
        "anthropic": lambda: Anthropic(secret, f"{vendors.url}/anthropic", timeout_s),
        "ollama": lambda: Ollama(f"{vendors.url}/ollama", timeout_s),
    }
    return makers[name]()


@asynccontextmanager
async def opened(
    vendors: VendorServer, name: str, key: str = KEY, timeout_s: float = PATIENT_S
) -> AsyncIterator[Provider]:
    provider = provider_at(vendors, name, key, timeout_s)
    try:
        yield provider
    finally:
        await provider.close()


def ask(
    vendors: VendorServer, name: str, *, key: str = KEY, timeout_s: float = PATIENT_S, **changes: Any
) -> Completion:
    """One question put to one vendor, with its default model."""
    question = replace(QUESTION, **{"model": MODELS[name], **changes})

    async def asked() -> Completion:
        async with opened(vendors, name, key, timeout_s) as provider:
            return await provider.complete(question)

    return run(asked())


def check(vendors: VendorServer, name: str, models: list[str], *, key: str = KEY) -> dict[str, str]:
    """What one vendor cannot serve."""

    async def checked() -> dict[str, str]:
        async with opened(vendors, name, key) as provider:
            return await provider.check(models)

    return run(checked())


def served(vendors: VendorServer, name: str) -> Collection[str]:
    """The models that one vendor lists."""

    async def listed() -> Collection[str]:
        async with opened(vendors, name) as provider:
            return await provider.served()

    return run(listed())


def everything_said(error: BaseException) -> str:
    """The message, and those of all errors that a traceback would show with it."""
    said: list[str] = []
    shown: traceback.TracebackException | None = traceback.TracebackException.from_exception(error)
    while shown:
        said += shown.format_exception_only()
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
    return " ".join(said)
