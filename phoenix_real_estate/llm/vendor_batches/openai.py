"""OpenAI's Batch API: a file of requests, a batch of it, a file of answers and one of errors.

https://platform.openai.com/docs/guides/batch and /docs/api-reference/batch: at most 50,000 requests to one
model and 200 MB a file; what is not done after 24 hours stands in the file of errors as `batch_expired`; only
what is answered is billed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

import openai
from openai import omit
from pydantic import BaseModel, JsonValue, SecretStr, ValidationError

from phoenix_real_estate.errors import PhoenixError, ProviderUnavailable
from phoenix_real_estate.llm.openai import VENDOR, body_of, client_of, completion_of, translated
from phoenix_real_estate.llm.provider import Completion, Request, UnusableAnswer
from phoenix_real_estate.llm.vendor_batches.endpoint import (
    TIMEOUT_S,
    TRANSFER_TIMEOUT_S,
    BatchState,
    Limits,
    Numbered,
    Result,
    Sent,
    Undone,
)
from phoenix_real_estate.llm.vendor_batches.wire import asked, failed, lines, parsed, perhaps_made

ENDED = frozenset({"completed", "expired", "cancelled", "failed"})
LABEL = "phoenix_batch"
_LIST_LIMIT = 100


class OpenAIBatches:
    """Batches of chat completions. A batch is recognized by its metadata."""

    name = "openai"
    limits = Limits(requests=50_000, size=200_000_000)

    def __init__(self, key: SecretStr, base_url: str | None = None) -> None:
        self._client = client_of(key, base_url, TIMEOUT_S)

    def size(self, request: Request) -> int:
        return len(_line(Numbered("0" * 64, request)))

    async def submit(self, label: str, requests: Sequence[Numbered]) -> str:
        content = b"".join(map(_line, requests))
        file_id = await self._uploaded(f"{label}.jsonl", content)
        with asked(VENDOR, translated), perhaps_made(VENDOR, openai.InternalServerError):
            created = await self._client.batches.with_raw_response.create(
                input_file_id=file_id,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata={LABEL: label},
            )
            return parsed(VENDOR, _Thing, created.content).id

    async def find(self, sent: Sent) -> str | None:
        async for batch in self._listed():
            if batch.created_at is not None and batch.created_at < sent.since.timestamp():
                return None
            if (batch.metadata or {}).get(LABEL) == sent.label:
                return batch.id
        return None

    async def state(self, batch_id: str) -> BatchState:
        batch = await self._batch(batch_id)
        counts = batch.request_counts
        return BatchState(
            ended=batch.status in ENDED,
            answered=0 if batch.status == "failed" else (counts.completed if counts else None),
            cancelled=batch.status == "cancelled",
            why=", ".join(sorted({error.code or "" for error in batch.said})),
        )

    async def results(self, batch_id: str, model: str) -> AsyncGenerator[Result | None, None]:
        batch = await self._batch(batch_id)
        for file_id in filter(None, (batch.output_file_id, batch.error_file_id)):
            async for line in self._lines(file_id):
                yield _result(line, model)

    async def cancel(self, batch_id: str) -> None:
        with asked(VENDOR, translated):
            await self._client.batches.with_raw_response.cancel(batch_id)

    async def close(self) -> None:
        await self._client.close()

    async def _uploaded(self, name: str, content: bytes) -> str:
        files = self._client.files.with_raw_response
        try:
            with asked(VENDOR, translated):
                async with asyncio.timeout(TRANSFER_TIMEOUT_S):
                    uploaded = await files.create(
                        file=(name, content), purpose="batch", timeout=TRANSFER_TIMEOUT_S
                    )
                return parsed(VENDOR, _Thing, uploaded.content).id
        except ProviderUnavailable as failure:
            # A file is not a batch yet.
            raise ProviderUnavailable(str(failure), maybe_billed=False) from None

    async def _batch(self, batch_id: str) -> _Batch:
        with asked(VENDOR, translated):
            answer = await self._client.batches.with_raw_response.retrieve(batch_id)
            return parsed(VENDOR, _Batch, answer.content)

    async def _listed(self) -> AsyncIterator[_Batch]:
        """Newest first."""
        after: str | openai.Omit = omit
        while True:
            with asked(VENDOR, translated):
                answer = await self._client.batches.with_raw_response.list(limit=_LIST_LIMIT, after=after)
                page = parsed(VENDOR, _Page, answer.content)
            for batch in page.data:
                yield batch
            if not page.has_more or not page.data:
                return
            after = page.data[-1].id

    async def _lines(self, file_id: str) -> AsyncIterator[bytes]:
        with asked(VENDOR, translated):
            async with self._client.files.with_streaming_response.content(file_id) as response:
                async for line in lines(response.iter_bytes()):
                    yield line


class _Thing(BaseModel):
    id: str


class _Counts(BaseModel):
    completed: int


class _Said(BaseModel):
    code: str | None = None


class _Errors(BaseModel):
    data: list[_Said] | None = None


class _Batch(_Thing):
    status: str
    created_at: int | None = None
    metadata: dict[str, str] | None = None
    output_file_id: str | None = None
    error_file_id: str | None = None
    request_counts: _Counts | None = None
    errors: _Errors | None = None

    @property
    def said(self) -> list[_Said]:
        """What was wrong with the file as a whole."""
        return (self.errors and self.errors.data) or []


class _Page(BaseModel):
    data: list[_Batch]
    has_more: bool = False


class _Response(BaseModel):
    status_code: int
    body: JsonValue = None

    @property
    def code(self) -> str:
        error = self.body.get("error") if isinstance(self.body, dict) else None
        return str(error.get("code") or "") if isinstance(error, dict) else ""


class _Line(BaseModel):
    custom_id: str
    response: _Response | None = None
    error: _Said | None = None


def _line(one: Numbered) -> bytes:
    line = {
        "custom_id": one.number,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": body_of(one.request),
    }
    return json.dumps(line).encode() + b"\n"


def _result(line: bytes, model: str) -> Result | None:
    try:
        told = _Line.model_validate_json(line)
    except ValidationError:
        return None
    return Result(told.custom_id, _outcome(told, model))


def _outcome(told: _Line, model: str) -> Completion | PhoenixError:
    if told.response is None:
        code = (told.error and told.error.code) or "no answer"
        return Undone(f"OpenAI did not come to this request of the batch ({code}).")
    if told.response.status_code != 200:
        return failed(VENDOR, told.response.status_code, model, told.response.code)
    try:
        return completion_of(json.dumps(told.response.body).encode(), model)
    except UnusableAnswer as unusable:
        return unusable
