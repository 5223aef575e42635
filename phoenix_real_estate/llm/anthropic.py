"""Anthropic's Messages API."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Annotated

import aiohttp
import anthropic
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from pydantic import BaseModel, NonNegativeInt, SecretStr, ValidationError, WrapValidator

from phoenix_real_estate.errors import ProviderUnavailable
from phoenix_real_estate.llm.failures import Vendor
from phoenix_real_estate.llm.provider import (
    CONNECT_TIMEOUT_S,
    Completion,
    NoAccess,
    Request,
    UnknownModel,
    UnusableAnswer,
    Usage,
    vendor_address,
)
from phoenix_real_estate.llm.reply import json_object, listed_models, readable

VENDOR = Vendor("Anthropic", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")
# As many as the vendor lists at once.
_LIST_LIMIT = 1000


class Anthropic:
    """Messages with the vendor's structured output, which every model that is still served has.

    The vendor no longer takes a temperature, so the request's is not sent.
    """

    name = "anthropic"

    def __init__(self, key: SecretStr, base_url: str | None = None, timeout_s: float = 60.0) -> None:
        self._timeout_s = timeout_s
        self._client = client_of(key, base_url, timeout_s)

    async def complete(self, request: Request) -> Completion:
        with translated(request.model):
            # The client's timeout is that of one read; a server that trickles would never reach it.
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.messages.with_raw_response.create(**params_of(request))
                body = await response.read()
        return completion_of(body, request.model)

    async def served(self) -> Collection[str]:
        try:
            with translated("(list)"):
                async with asyncio.timeout(self._timeout_s):
                    response = await self._client.models.with_raw_response.list(limit=_LIST_LIMIT)
                    body = await response.read()
        except NoAccess:
            raise VENDOR.may_not_list() from None
        except UnknownModel:
            return frozenset()
        return listed_models(body)

    async def check(self, models: Collection[str]) -> dict[str, str]:  # noqa: ARG002
        # Gateways in front of the vendor may list none, or under other names; only a refused key counts.
        await self.served()
        return {}

    async def close(self) -> None:
        await self._client.close()


def client_of(key: SecretStr, base_url: str | None, timeout_s: float) -> anthropic.AsyncAnthropic:
    """The SDK's client over aiohttp, which repeats nothing by itself."""
    return anthropic.AsyncAnthropic(
        api_key=key.get_secret_value(),
        base_url=vendor_address("ANTHROPIC_BASE_URL", base_url),
        max_retries=0,
        timeout=anthropic.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
        http_client=anthropic.DefaultAioHttpClient(),
    )


_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class _Block(BaseModel):
    text: str | None = None


class _Usage(BaseModel):
    input_tokens: NonNegativeInt
    output_tokens: NonNegativeInt
    cache_read_input_tokens: NonNegativeInt | None = None
    cache_creation_input_tokens: NonNegativeInt | None = None


class _Body(BaseModel):
    content: list[_Block]
    stop_reason: str | None = None
    # An answer whose usage cannot be read is an answer; it is paid at its worst case.
    usage: Annotated[_Usage | None, WrapValidator(readable)] = None
    model: str | None = None


def params_of(request: Request) -> MessageCreateParamsNonStreaming:
    """What is sent for the request, alone or as one of a batch."""
    return {
        "model": request.model,
        "system": request.system,
        "messages": [{"role": "user", "content": request.user}],
        "max_tokens": request.max_output_tokens,
        "output_config": {"format": {"type": "json_schema", "schema": dict(request.schema)}},
    }


def completion_of(body: bytes, model: str) -> Completion:
    """What a message's body answers to a request of `model`.

    Raises:
        UnusableAnswer: it is none, or not the JSON object asked for.
    """
    try:
        answer = _Body.model_validate_json(body)
    except ValidationError:
        raise UnusableAnswer("Anthropic sent a body that is not a message.") from None
    usage = _used(answer.usage)
    if answer.stop_reason == "refusal":
        raise UnusableAnswer("Anthropic's model refused to answer.", usage)
    if answer.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        raise UnusableAnswer("Anthropic's answer was cut off at its token limit.", usage)
    text = "".join(block.text or "" for block in answer.content)
    return Completion(json_object(text, usage, "Anthropic"), usage, answer.model or model)


def _used(usage: _Usage | None) -> Usage | None:
    """Anthropic counts cached tokens beside `input_tokens`, we count them within."""
    if usage is None:
        return None
    read = usage.cache_read_input_tokens or 0
    written = usage.cache_creation_input_tokens or 0
    return Usage(usage.input_tokens + read + written, usage.output_tokens, read, written)


@contextmanager
def translated(model: str) -> Iterator[None]:
    """The SDK's errors in the project's words."""
    try:
        yield
    except anthropic.APIStatusError as error:
        raise VENDOR.status_error(
            error.status_code, error.response.headers, model, error.type or ""
        ) from None
    except anthropic.APIConnectionError as error:
        raise VENDOR.unreachable(error, _NOT_SENT) from None
    except TimeoutError as error:
        raise VENDOR.unreachable(error, ()) from None
    except anthropic.AnthropicError as error:
        raise ProviderUnavailable(f"Anthropic's client failed: {type(error).__name__}.") from None
