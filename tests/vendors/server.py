"""A server that speaks the three vendors' formats as they document them, in a thread of its own.

It counts every call, keeps its own bill (exact micro-USD for every answer it made, delivered or not)
and misbehaves when told to.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import genai_prices
from aiohttp import web
from pydantic import SecretStr

from phoenix_real_estate.llm import tokens
from phoenix_real_estate.settings import Settings
from tests.vendors.batches import VendorBatches
from tests.vendors.faults import CODES, FINISH, ODD_USAGE, OUTPUT_TOKENS, STATUS, Fault, spoiled, trickling
from tests.vendors.formats import (
    Answer,
    anthropic_body,
    anthropic_request,
    ollama_body,
    openai_body,
    openai_request,
)
from tests.vendors.writer import write

Vendor = Literal["openai", "anthropic", "ollama"]

KEY = "sk-test-right-key-0123456789"


@dataclass(frozen=True)
class Call:
    """One request for a completion as it reached the server."""

    vendor: Vendor
    model: str
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass
class VendorServer:
    """Start with `start()`, point settings at it with `settings_of()`, end with `stop()`."""

    pulled: list[str] = field(default_factory=lambda: ["llama3.2:latest"])
    latency_s: float = 0.0
    too_slow_s: float = 30.0
    mischief: Callable[[Vendor], Fault | None] | None = None  # decides what fails where `fail` says nothing
    cached_tokens: int = 0
    retry_after: str | None = None
    says: dict[str, Any] = field(default_factory=dict)  # overrides what is answered, by the answer's key
    # Overrides what is answered, as it was asked: told the system and the user text and the good answer.
    writes: Callable[[str, str, dict[str, Any]], dict[str, Any]] | None = None
    models_status: int = 200
    models_body: str | None = None
    offered: list[str] = field(default_factory=list)
    most_in_flight: int = 0
    calls: list[Call] = field(default_factory=list)
    bill_micro_usd: Decimal = Decimal(0)
    batches: VendorBatches = field(default_factory=VendorBatches)
    url: str = ""
    _in_flight: int = 0
    _faults: list[tuple[Vendor | None, Fault]] = field(default_factory=list)

    def start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner = web.AppRunner(self._app(), shutdown_timeout=0.1)
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def fail(self, *faults: Fault, times: int = 1, vendor: Vendor | None = None) -> None:
        """The next completions (of one vendor, if given) fail like this, in order."""
        self._faults += [(vendor, fault) for _ in range(times) for fault in faults]

    def settings_of(self, settings: Settings, **changes: Any) -> Settings:
        """The settings with all three vendors here and the right keys; `changes` override."""
        here = {
            "openai_api_key": SecretStr(KEY),
            "openai_base_url": f"{self.url}/openai/v1",
            "anthropic_api_key": SecretStr(KEY),
            "anthropic_base_url": f"{self.url}/anthropic",
            "ollama_host": f"{self.url}/ollama",
        }
        return settings.model_copy(update={**here, **changes})

    def models_called(self) -> list[str]:
        return [call.model for call in self.calls]

    def _app(self) -> web.Application:
        # As much as a vendor takes in one file of a batch.
        app = web.Application(client_max_size=256_000_000)
        app.router.add_get("/openai/v1/models", self._models)
        app.router.add_get("/anthropic/v1/models", self._models)
        app.router.add_get("/ollama/api/tags", self._tags)
        app.router.add_post(
            "/openai/v1/chat/completions", self._serves("openai", openai_request, openai_body)
        )
        app.router.add_post(
            "/anthropic/v1/messages", self._serves("anthropic", anthropic_request, anthropic_body)
        )
        app.router.add_post("/ollama/api/chat", self._serves("ollama", openai_request, ollama_body))
        self.batches.serve(app, self)
        return app

    async def _listen(self) -> None:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _models(self, request: web.Request) -> web.Response:
        if refused := refused_key(request):
            return refused
        if self.models_status != 200:
            return error_response(self.models_status, "no list")
        if self.models_body is not None:
            return web.Response(text=self.models_body, content_type="application/json")
        offered = [{"id": name, "object": "model"} for name in self.offered]
        return web.json_response({"object": "list", "data": offered, "has_more": False})

    async def _tags(self, _request: web.Request) -> web.Response:
        if self.models_status != 200:
            return error_response(self.models_status, "no list")
        return web.json_response({"models": [{"model": name, "name": name} for name in self.pulled]})

    def _serves(
        self,
        vendor: Vendor,
        read: Callable[[dict[str, Any]], tuple[str, str]],
        body_of: Callable[[dict[str, Any], Answer], dict[str, Any]],
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            asked = await request.json()
            self.calls.append(Call(vendor, asked["model"], asked, dict(request.headers)))
            fault = self._next_fault(vendor)
            if vendor != "ollama" and (refused := refused_key(request)):
                return refused
            if vendor == "ollama" and asked["model"] not in self.pulled:
                return web.json_response({"error": f"model '{asked['model']}' not found"}, status=404)
            if fault == "trickle":
                return await trickling(request)
            if fault is not None and fault in STATUS:
                return self._status(fault)
            answer = self._made(vendor, asked, *read(asked), fault)
            await self._slept(self.too_slow_s if fault == "too_slow" else self.latency_s)
            return self._delivered(request, fault, body_of(asked, answer))

        return serve

    async def _slept(self, seconds: float) -> None:
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            await asyncio.sleep(seconds)
        finally:
            self._in_flight -= 1

    def _next_fault(self, vendor: Vendor) -> Fault | None:
        for position, (whose, fault) in enumerate(self._faults):
            if whose in (None, vendor):
                del self._faults[position]
                return fault
        return self.mischief(vendor) if self.mischief else None

    def _status(self, fault: Fault) -> web.Response:
        headers = {"retry-after": self.retry_after} if fault == "rate_limited" and self.retry_after else {}
        message = f"Incorrect API key provided: {KEY}" if fault == "unauthorized" else CODES.get(fault, fault)
        return error_response(STATUS[fault], message, headers)

    def made_in_batch(self, vendor: Vendor, asked: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
        """The body of an answer, billed at half the price."""
        read, body_of = _BATCHED[vendor]
        body = body_of(asked, self._made(vendor, asked, *read(asked), fault, Decimal("0.5")))
        if fault == "no_usage":
            del body["usage"]
        return body

    def _made(
        self,
        vendor: Vendor,
        asked: dict[str, Any],
        system: str,
        user: str,
        fault: Fault | None,
        share: Decimal = Decimal(1),
    ) -> Answer:
        text = spoiled(self._written(system, user), fault)
        schema = asked.get("response_format", asked.get("output_config", ""))
        frame = f"{system}{user}{json.dumps(schema)}"
        answer = Answer(
            text=text,
            input_tokens=tokens.count(frame, "gpt-4o") + 11,
            output_tokens=tokens.count(text, "gpt-4o"),
            cached=self.cached_tokens,
            finish=FINISH.get(fault, "stop"),
            refusal=fault == "refusal",
        )
        self._bill(vendor, asked["model"], answer, share)
        return answer

    def _written(self, system: str, user: str) -> str:
        answer = json.loads(write(system, user))
        answer = self.writes(system, user, answer) if self.writes else answer
        return json.dumps({key: self.says.get(key, part) for key, part in answer.items()})

    def _bill(self, vendor: Vendor, model: str, answer: Answer, share: Decimal) -> None:
        if vendor == "ollama":
            return
        usage = genai_prices.Usage(
            input_tokens=answer.input_tokens,
            cache_read_tokens=answer.cached,
            output_tokens=answer.output_tokens,
        )
        price = genai_prices.calc_price(usage, model, provider_id=vendor).total_price
        self.bill_micro_usd += price * share * 1_000_000

    def _delivered(
        self, request: web.Request, fault: Fault | None, body: dict[str, Any]
    ) -> web.StreamResponse:
        if fault == "disconnect":
            if request.transport:
                request.transport.close()
            return web.Response()
        if fault == "html":
            return web.Response(text="<html>Please log in to the network</html>", content_type="text/html")
        if fault == "no_usage":
            body.pop("usage", None)
        if fault in ODD_USAGE and "usage" in body:
            body["usage"] |= {name: ODD_USAGE[fault] for name in OUTPUT_TOKENS if name in body["usage"]}
        text = json.dumps(body)
        return web.Response(
            text=text[: len(text) // 2] if fault == "malformed_body" else text,
            content_type="application/json",
        )


def refused_key(request: web.Request) -> web.Response | None:
    sent = request.headers.get("x-api-key") or request.headers.get("authorization", "").removeprefix(
        "Bearer "
    )
    return None if sent == KEY else error_response(401, f"Incorrect API key provided: {sent}")


def error_response(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    error = {"type": "error", "error": {"message": message, "type": message, "code": message}}
    return web.json_response(error, status=status, headers=headers)


_BATCHED = {"openai": (openai_request, openai_body), "anthropic": (anthropic_request, anthropic_body)}
