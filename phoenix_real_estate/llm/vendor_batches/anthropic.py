"""Anthropic's Message Batches.

https://platform.claude.com/docs/en/build-with-claude/batch-processing: at most 100,000 requests and 256 MB;
what is not done after 24 hours has expired; only what succeeded is billed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime

import anthropic
from anthropic import omit
from pydantic import BaseModel, JsonValue, SecretStr, ValidationError

from phoenix_real_estate.errors import PhoenixError
from phoenix_real_estate.llm.anthropic import VENDOR, client_of, completion_of, params_of, translated
from phoenix_real_estate.llm.provider import Completion, Request, UnusableAnswer
from phoenix_real_estate.llm.vendor_batches.endpoint import (
    TIMEOUT_S,
    TRANSFER_TIMEOUT_S,
    BatchState,
    Limits,
    Numbered,
    Result,
    Sent,
    Unclear,
    Undone,
)
from phoenix_real_estate.llm.vendor_batches.wire import asked, failed, lines, parsed, perhaps_made

_LIST_LIMIT = 100
# Beside the number of a request and its parameters.
_FRAME = 128


class AnthropicBatches:
    """Batches of messages. They carry no name: a batch is recognized by the numbers in its results."""

    name = "anthropic"
    limits = Limits(requests=100_000, size=256_000_000)

    def __init__(self, key: SecretStr, base_url: str | None = None) -> None:
        self._client = client_of(key, base_url, TIMEOUT_S)

    def size(self, request: Request) -> int:
        return len(json.dumps(params_of(request))) + _FRAME

    async def submit(self, label: str, requests: Sequence[Numbered]) -> str:  # noqa: ARG002
        batches = self._client.messages.batches.with_raw_response
        with asked(VENDOR, translated), perhaps_made(VENDOR, anthropic.InternalServerError):
            async with asyncio.timeout(TRANSFER_TIMEOUT_S):
                created = await batches.create(
                    requests=[
                        {"custom_id": one.number, "params": params_of(one.request)} for one in requests
                    ],
                    timeout=TRANSFER_TIMEOUT_S,
                )
                return parsed(VENDOR, _Thing, await created.read()).id

    async def find(self, sent: Sent) -> str | None:
        undecided = False
        async for batch in self._listed(sent.since):
            if batch.id in sent.others or batch.request_counts.total != len(sent.numbers):
                continue
            if not batch.ended:
                undecided = True
            elif await self._holds(batch.id, sent.numbers):
                return batch.id
        if undecided:
            raise Unclear("Anthropic works on a batch that may be ours; its results will tell.")
        return None

    async def state(self, batch_id: str) -> BatchState:
        with asked(VENDOR, translated):
            answer = await self._client.messages.batches.with_raw_response.retrieve(batch_id)
            batch = parsed(VENDOR, _Batch, await answer.read())
        return BatchState(
            ended=batch.ended,
            answered=batch.request_counts.succeeded,
            cancelled=batch.cancel_initiated_at is not None,
        )

    async def results(self, batch_id: str, model: str) -> AsyncGenerator[Result | None, None]:
        with asked(VENDOR, translated):
            batches = self._client.messages.batches.with_streaming_response
            async with batches.results(batch_id) as response:
                async for line in lines(response.iter_bytes()):
                    yield _result(line, model)

    async def cancel(self, batch_id: str) -> None:
        with asked(VENDOR, translated):
            await self._client.messages.batches.with_raw_response.cancel(batch_id)

    async def close(self) -> None:
        await self._client.close()

    async def _listed(self, since: datetime) -> AsyncIterator[_Batch]:
        """Newest first."""
        after: str | anthropic.Omit = omit
        while True:
            with asked(VENDOR, translated):
                batches = self._client.messages.batches.with_raw_response
                answer = await batches.list(limit=_LIST_LIMIT, after_id=after)
                page = parsed(VENDOR, _Page, await answer.read())
            for batch in page.data:
                if batch.created_at < since:
                    return
                yield batch
            if not page.has_more or not page.data:
                return
            after = page.data[-1].id

    async def _holds(self, batch_id: str, numbers: frozenset[str]) -> bool:
        """Whether its first result is one of ours."""
        async with aclosing(self.results(batch_id, "")) as results:
            async for result in results:
                if result:
                    return result.number in numbers
        return False


class _Thing(BaseModel):
    id: str


class _Counts(BaseModel):
    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0

    @property
    def total(self) -> int:
        return self.processing + self.succeeded + self.errored + self.canceled + self.expired


class _Batch(_Thing):
    processing_status: str
    created_at: datetime = datetime.max.replace(tzinfo=UTC)
    cancel_initiated_at: datetime | None = None
    request_counts: _Counts = _Counts()

    @property
    def ended(self) -> bool:
        return self.processing_status == "ended"


class _Page(BaseModel):
    data: list[_Batch]
    has_more: bool = False


class _Said(BaseModel):
    type: str = ""


class _Error(BaseModel):
    error: _Said = _Said()


class _Told(BaseModel):
    type: str
    message: JsonValue = None
    error: _Error = _Error()


class _Line(BaseModel):
    custom_id: str
    result: _Told


def _result(line: bytes, model: str) -> Result | None:
    try:
        told = _Line.model_validate_json(line)
    except ValidationError:
        return None
    return Result(told.custom_id, _outcome(told.result, model))


def _outcome(told: _Told, model: str) -> Completion | PhoenixError:
    if told.type == "errored":
        said = told.error.error.type
        return failed(VENDOR, _STATUS.get(said, 500), model, said)
    if told.type != "succeeded":
        return Undone(f"Anthropic did not come to this request of the batch ({told.type}).")
    try:
        return completion_of(json.dumps(told.message).encode(), model)
    except UnusableAnswer as unusable:
        return unusable


# https://platform.claude.com/docs/en/api/errors
_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
