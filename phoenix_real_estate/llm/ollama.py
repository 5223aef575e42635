"""Ollama: models on one's own machine, which cost nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import httpx
import ollama

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
    checked_address,
)
from phoenix_real_estate.llm.reply import json_object
from phoenix_real_estate.store.connection import without_credentials

VENDOR = Vendor("Ollama", "OLLAMA_HOST or OLLAMA_API_KEY", "OLLAMA_HOST")
# Room for the longest prompt, its remarks and the answer; Ollama cuts a longer one off without a word.
_CONTEXT_TOKENS = 8192


class Ollama:
    """Chat with the answer's schema as `format`; thinking is off, it would use up the answer's tokens."""

    name = "ollama"

    def __init__(self, host: str, timeout_s: float = 300.0) -> None:
        self._host = without_credentials(host)
        self._timeout_s = timeout_s
        self._client = ollama.AsyncClient(
            host=checked_address("OLLAMA_HOST", host),
            timeout=httpx.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
        )

    async def complete(self, request: Request) -> Completion:
        with _translated(self._host, request.model):
            async with asyncio.timeout(self._timeout_s):
                answer = await self._client.chat(
                    model=request.model,
                    messages=_messages(request),
                    format=dict(request.schema),
                    think=False,
                    options={
                        "temperature": request.temperature,
                        "num_predict": request.max_output_tokens,
                        "num_ctx": _CONTEXT_TOKENS,
                    },
                )
        return _completion(answer, request.model)

    async def served(self) -> Collection[str]:
        try:
            return await self._pulled()
        except NoAccess:
            raise VENDOR.may_not_list() from None
        except (ProviderUnavailable, UnknownModel, UnusableAnswer):
            raise ProviderUnavailable(f"{self._absent}.", maybe_billed=False) from None

    async def check(self, models: Collection[str]) -> dict[str, str]:
        try:
            pulled = await self._pulled()
        except NoAccess:
            raise VENDOR.may_not_list() from None
        except (ProviderUnavailable, UnknownModel, UnusableAnswer):
            return dict.fromkeys(models, self._absent)
        return {model: _pull(model) for model in models if _full_name(model) not in pulled}

    async def close(self) -> None:
        await self._client.close()  # type: ignore[no-untyped-call]

    async def _pulled(self) -> Collection[str]:
        with _translated(self._host, "(list)"):
            async with asyncio.timeout(self._timeout_s):
                listed = await self._client.list()
        return frozenset(model.model for model in listed.models if model.model)

    @property
    def _absent(self) -> str:
        return f"no Ollama answers at {self._host}: start it or set OLLAMA_HOST"


def _messages(request: Request) -> list[dict[str, str]]:
    return [{"role": "system", "content": request.system}, {"role": "user", "content": request.user}]


def _full_name(model: str) -> str:
    return model if ":" in model else f"{model}:latest"


def _pull(model: str) -> str:
    return f"Ollama does not have the model {model}: run `ollama pull {model}`"


def _completion(answer: ollama.ChatResponse, model: str) -> Completion:
    usage = Usage(answer.prompt_eval_count or 0, answer.eval_count or 0)
    if answer.done_reason == "length":
        raise UnusableAnswer("Ollama's answer was cut off at its token limit.", usage)
    return Completion(json_object(answer.message.content, usage, "Ollama"), usage, answer.model or model)


@contextmanager
def _translated(host: str, model: str) -> Iterator[None]:
    try:
        yield
    except ollama.ResponseError as error:
        if error.status_code == 404:
            raise UnknownModel(f"{_pull(model)}.") from None
        raise VENDOR.status_error(error.status_code, {}, model) from None
    except ConnectionError:
        raise ProviderUnavailable(f"Ollama cannot be reached at {host}.", maybe_billed=False) from None
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise ProviderUnavailable(f"The connection to Ollama was lost: {type(error).__name__}.") from None
    except (ValueError, TypeError):
        raise UnusableAnswer("Ollama sent a body that is not a chat answer.") from None
