"""OpenAI, or a server that speaks its chat completions (OPENAI_BASE_URL)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Annotated

import aiohttp
import openai
from openai.types.chat import ChatCompletionMessageParam
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming, ResponseFormat
from pydantic import BaseModel, Field, NonNegativeInt, SecretStr, ValidationError, WrapValidator

from phoenix_real_estate.errors import ProviderUnavailable
from phoenix_real_estate.llm.dialect import answer_format, takes_temperature
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

VENDOR = Vendor("OpenAI", "OPENAI_API_KEY", "OPENAI_BASE_URL")


class OpenAI:
    """Chat completions with a strict JSON schema, over aiohttp, without the SDK's own retries."""

    name = "openai"

    def __init__(self, key: SecretStr, base_url: str | None = None, timeout_s: float = 60.0) -> None:
        self._timeout_s = timeout_s
        self._client = client_of(key, base_url, timeout_s)

    async def complete(self, request: Request) -> Completion:
        with translated(request.model):
            # The client's timeout is that of one read; a server that trickles would never reach it.
            async with asyncio.timeout(self._timeout_s):
                # `chat.completions.create` would look at every value's type first: a quarter of a call's CPU.
                answer = await self._client.post("/chat/completions", cast_to=bytes, body=body_of(request))
        return completion_of(answer, request.model)

    async def served(self) -> Collection[str]:
        try:
            with translated("(list)"):
                async with asyncio.timeout(self._timeout_s):
                    response = await self._client.models.with_raw_response.list()
        except NoAccess:
            raise VENDOR.may_not_list() from None
        except UnknownModel:
            return frozenset()
        return listed_models(response.content)

    async def check(self, models: Collection[str]) -> dict[str, str]:  # noqa: ARG002
        # Gateways in front of the vendor may list none, or under other names; only a refused key counts.
        await self.served()
        return {}

    async def close(self) -> None:
        await self._client.close()


def client_of(key: SecretStr, base_url: str | None, timeout_s: float) -> openai.AsyncOpenAI:
    """The SDK's client over aiohttp, which repeats nothing by itself."""
    return openai.AsyncOpenAI(
        api_key=key.get_secret_value(),
        base_url=vendor_address("OPENAI_BASE_URL", base_url),
        max_retries=0,
        timeout=openai.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
        http_client=openai.DefaultAioHttpClient(),
    )


_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _PromptDetails(BaseModel):
    cached_tokens: NonNegativeInt | None = None


class _Usage(BaseModel):
    prompt_tokens: NonNegativeInt
    completion_tokens: NonNegativeInt
    prompt_tokens_details: _PromptDetails | None = None


class _Body(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    # An answer whose usage cannot be read is an answer; it is paid at its worst case.
    usage: Annotated[_Usage | None, WrapValidator(readable)] = None
    model: str | None = None


def body_of(request: Request) -> CompletionCreateParamsNonStreaming:
    """What is sent for the request, alone or as one of a batch."""
    body: CompletionCreateParamsNonStreaming = {
        "model": request.model,
        "messages": _messages(request),
        "response_format": _response_format(request),
        "max_completion_tokens": request.max_output_tokens,
    }
    if takes_temperature(request.model):
        body["temperature"] = request.temperature
    return body


def _messages(request: Request) -> list[ChatCompletionMessageParam]:
    return [{"role": "system", "content": request.system}, {"role": "user", "content": request.user}]


def _response_format(request: Request) -> ResponseFormat:
    form = answer_format(request.model)
    if form == "text":
        return {"type": "text"}
    if form == "json_object":
        return {"type": "json_object"}
    schema = {"name": request.schema_name, "strict": True, "schema": dict(request.schema)}
    return {"type": "json_schema", "json_schema": schema}  # type: ignore[typeddict-item]


def completion_of(body: bytes, model: str) -> Completion:
    """What a chat completion's body answers to a request of `model`.

    Raises:
        UnusableAnswer: it is none, or not the JSON object asked for.
    """
    try:
        answer = _Body.model_validate_json(body)
    except ValidationError:
        raise UnusableAnswer("OpenAI sent a body that is not a chat completion.") from None
    usage = _used(answer.usage)
    choice = answer.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise UnusableAnswer("OpenAI's model refused to answer.", usage)
    if choice.finish_reason == "length":
        raise UnusableAnswer("OpenAI's answer was cut off at its token limit.", usage)
    return Completion(json_object(choice.message.content, usage, "OpenAI"), usage, answer.model or model)


def _used(usage: _Usage | None) -> Usage | None:
    if usage is None:
        return None
    details = usage.prompt_tokens_details
    cached = min((details.cached_tokens if details else None) or 0, usage.prompt_tokens)
    return Usage(usage.prompt_tokens, usage.completion_tokens, cached)


@contextmanager
def translated(model: str) -> Iterator[None]:
    """The SDK's errors in the project's words."""
    try:
        yield
    except openai.APIStatusError as error:
        raise VENDOR.status_error(
            error.status_code, error.response.headers, model, error.code or ""
        ) from None
    except openai.APIConnectionError as error:
        raise VENDOR.unreachable(error, _NOT_SENT) from None
    except TimeoutError as error:
        raise VENDOR.unreachable(error, ()) from None
    except openai.OpenAIError as error:
        raise ProviderUnavailable(f"OpenAI's client failed: {type(error).__name__}.") from None
