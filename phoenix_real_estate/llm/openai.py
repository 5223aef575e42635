"""OpenAI, or a server that speaks its chat completions (OPENAI_BASE_URL)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import aiohttp
import openai
from openai.types.chat import ChatCompletionMessageParam
from openai.types.chat.completion_create_params import ResponseFormat
from pydantic import BaseModel, Field, NonNegativeInt, SecretStr, ValidationError

from phoenix_real_estate.errors import ProviderUnavailable
from phoenix_real_estate.llm.provider import (
    CONNECT_TIMEOUT_S,
    REMOTE_TIMEOUT_S,
    Completion,
    NoAccess,
    Request,
    UnknownModel,
    UnusableAnswer,
    Usage,
    json_object,
    may_not_list,
    no_access,
    refused_key,
    status_error,
    unreachable,
    vendor_address,
)


class OpenAI:
    """Chat completions with a strict JSON schema, over aiohttp, without the SDK's own retries."""

    name = "openai"

    def __init__(self, key: SecretStr, base_url: str | None = None) -> None:
        self._client = openai.AsyncOpenAI(
            api_key=key.get_secret_value(),
            base_url=vendor_address("OPENAI_BASE_URL", base_url),
            max_retries=0,
            timeout=openai.Timeout(REMOTE_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            http_client=openai.DefaultAioHttpClient(),
        )

    async def complete(self, request: Request) -> Completion:
        with _translated(request.model):
            response = await self._client.chat.completions.with_raw_response.create(
                model=request.model,
                messages=_messages(request),
                response_format=_response_format(request),
                max_completion_tokens=request.max_output_tokens,
                temperature=openai.omit if _REASONING.match(request.model) else request.temperature,
            )
        return _completion(response.content, request.model)

    async def check(self, models: Collection[str]) -> dict[str, str]:  # noqa: ARG002
        # Gateways in front of the vendor may not list models; only a refused key counts here.
        try:
            with _translated("(list)"):
                await self._client.models.with_raw_response.list()
        except NoAccess:
            raise may_not_list("OpenAI") from None
        except UnknownModel:
            pass
        return {}

    async def close(self) -> None:
        await self._client.close()


# These models know no json_schema, only "some JSON object"; the answer is validated by us all the same.
_JSON_MODE_ONLY = re.compile(r"gpt-3\.5|gpt-4(-turbo|-\d{4}|$)")
# These refuse any temperature but their own.
_REASONING = re.compile(r"o\d|gpt-5")


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
    usage: _Usage | None = None
    model: str | None = None


def _messages(request: Request) -> list[ChatCompletionMessageParam]:
    return [{"role": "system", "content": request.system}, {"role": "user", "content": request.user}]


def _response_format(request: Request) -> ResponseFormat:
    if _JSON_MODE_ONLY.match(request.model):
        return {"type": "json_object"}
    schema = {"name": request.schema_name, "strict": True, "schema": dict(request.schema)}
    return {"type": "json_schema", "json_schema": schema}  # type: ignore[typeddict-item]


def _completion(body: bytes, model: str) -> Completion:
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
def _translated(model: str) -> Iterator[None]:
    try:
        yield
    except openai.AuthenticationError as error:
        raise refused_key("OpenAI", error.status_code, "OPENAI_API_KEY") from None
    except openai.PermissionDeniedError as error:
        raise no_access("OpenAI", error.status_code, model) from None
    except openai.NotFoundError:
        raise UnknownModel(
            f"OpenAI does not know the model {model} (HTTP 404). Correct the LLM_MODEL_... setting "
            f"that names it, or OPENAI_BASE_URL."
        ) from None
    except openai.APIStatusError as error:
        raise status_error("OpenAI", error.status_code, error.response.headers, error.code or "") from None
    except openai.APIConnectionError as error:
        raise unreachable("OpenAI", error, (aiohttp.ClientConnectorError,)) from None
    except openai.OpenAIError as error:
        raise ProviderUnavailable(f"OpenAI's client failed: {type(error).__name__}.") from None
