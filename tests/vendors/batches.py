"""The vendors' batch endpoints as they document them: files, batches, results in any order, half the price.

What becomes of a request is told by `fates`, one table a batch, by the request's position:

    a fault of `faults.py`     answered so, and billed
    expired, canceled          not come to
    HTTP status                refused with it
    garbled, missing           answered and billed; its line broken, or not there
    stranger, doubled          answered and billed; under a number nobody knows, or twice
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from aiohttp import web

if TYPE_CHECKING:
    from tests.vendors.faults import Fault
    from tests.vendors.server import VendorServer

BatchVendor = Literal["openai", "anthropic"]
Fate = str | int
# What the lines of the results are about.
Handler = Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]

NOT_DONE = ("expired", "canceled")
WIRE = ("garbled", "missing", "stranger", "doubled")


@dataclass
class Sent:
    """A batch as it reached a vendor."""

    id: str
    vendor: BatchVendor
    numbered: dict[str, dict[str, Any]]  # the bodies, by number
    label: str | None = None
    created_at: datetime | None = field(default_factory=lambda: datetime.now(UTC))
    polls: int = 0
    ended: bool = False
    cancelled: bool = False
    failed: str | None = None
    lines: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


@dataclass
class VendorBatches:
    """Part of a `VendorServer`. `sent` are the batches that reached it, also those nobody got to know of."""

    polls: int = 1  # how often a batch is looked at until it has ended
    fates: list[dict[int, Fate]] = field(default_factory=list)
    refuses: str | None = None  # a vendor's code for the next file as a whole
    statuses: dict[str, list[int]] = field(default_factory=dict)  # what the next requests of a kind fail with
    swallows: list[str] = field(default_factory=list)  # kinds that are carried out, but not answered
    cuts_results_after: list[int] = field(default_factory=list)  # lines; then the connection is lost
    odd: dict[str, Any] = field(default_factory=dict)  # a kind's body instead of the right one
    serves_counts: bool = True
    page: int = 100
    sent: list[Sent] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    billed: int = 0
    on_poll: Callable[[Sent], object] = lambda _batch: None

    def serve(self, app: web.Application, server: VendorServer) -> None:
        self._server = server
        openai, anthropic = "/openai/v1", "/anthropic/v1/messages/batches"
        routes: list[tuple[str, str, str, Handler]] = [
            ("POST", f"{openai}/files", "upload", self._upload),
            ("GET", f"{openai}/files/{{id}}/content", "results", self._content),
            ("POST", f"{openai}/batches", "create", self._create_openai),
            ("GET", f"{openai}/batches", "list", self._list_openai),
            ("GET", f"{openai}/batches/{{id}}", "state", self._state),
            ("POST", f"{openai}/batches/{{id}}/cancel", "cancel", self._cancel),
            ("POST", anthropic, "create", self._create_anthropic),
            ("GET", anthropic, "list", self._list_anthropic),
            ("GET", f"{anthropic}/{{id}}", "state", self._state),
            ("GET", f"{anthropic}/{{id}}/results", "results", self._results),
            ("POST", f"{anthropic}/{{id}}/cancel", "cancel", self._cancel),
        ]
        for method, path, kind, handler in routes:
            app.router.add_route(method, path, self._guarded(kind, handler))

    def _guarded(self, kind: str, handler: Handler) -> Handler:
        """The key, and what is to go wrong, before and after the request is carried out."""

        async def handle(request: web.Request) -> web.StreamResponse:
            from tests.vendors.server import error_response, refused_key

            if refused := refused_key(request):
                return refused
            if self.statuses.get(kind):
                return error_response(self.statuses[kind].pop(0), "said")
            response = await handler(request)
            if kind in self.odd:
                return web.json_response(self.odd[kind])
            if kind in self.swallows:
                self.swallows.remove(kind)
                assert request.transport
                request.transport.close()
            return response

        return handle

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert form["purpose"] == "batch"
        assert isinstance(file, web.FileField)
        file_id = f"file-{len(self.files)}"
        self.files[file_id] = file.file.read().decode()
        return web.json_response({"id": file_id, "object": "file", "purpose": "batch"})

    async def _create_openai(self, request: web.Request) -> web.Response:
        asked = await request.json()
        assert (asked["endpoint"], asked["completion_window"]) == ("/v1/chat/completions", "24h")
        lines = [json.loads(line) for line in self.files[asked["input_file_id"]].splitlines()]
        numbered = {line["custom_id"]: line["body"] for line in lines}
        assert len(numbered) == len(lines)
        batch = self._taken("openai", numbered)
        batch.label = (asked.get("metadata") or {}).get("phoenix_batch")
        models = {body["model"] for body in numbered.values()}
        batch.failed = "mismatched_model" if len(models) > 1 else self.refuses
        self.refuses = None
        return web.json_response(self._told(batch))

    async def _create_anthropic(self, request: web.Request) -> web.Response:
        asked = (await request.json())["requests"]
        numbered = {one["custom_id"]: one["params"] for one in asked}
        assert len(numbered) == len(asked)
        return web.json_response(self._told(self._taken("anthropic", numbered)))

    def _taken(self, vendor: BatchVendor, numbered: dict[str, dict[str, Any]]) -> Sent:
        batch = Sent(f"batch_{len(self.sent)}", vendor, numbered)
        self.sent.append(batch)
        return batch

    async def _list_openai(self, request: web.Request) -> web.Response:
        return self._page("openai", request.query.get("after"))

    async def _list_anthropic(self, request: web.Request) -> web.Response:
        return self._page("anthropic", request.query.get("after_id"))

    def _page(self, vendor: BatchVendor, after: str | None) -> web.Response:
        newest = [batch for batch in reversed(self.sent) if batch.vendor == vendor]
        start = next((place + 1 for place, batch in enumerate(newest) if batch.id == after), 0)
        shown = newest[start : start + self.page]
        for batch in shown:
            self._looked_at(batch)
        return web.json_response(
            {
                "object": "list",
                "data": [self._told(batch) for batch in shown],
                "has_more": len(newest) > start + self.page,
                "last_id": shown[-1].id if shown else None,
            }
        )

    async def _state(self, request: web.Request) -> web.Response:
        batch = self._batch(request)
        self.on_poll(batch)
        self._looked_at(batch)
        return web.json_response(self._told(batch))

    def _looked_at(self, batch: Sent) -> None:
        batch.polls += 1
        if batch.polls > self.polls:
            self.finish(batch)

    async def _cancel(self, request: web.Request) -> web.Response:
        batch = self._batch(request)
        batch.cancelled = True
        self.finish(batch)
        return web.json_response(self._told(batch))

    async def _content(self, request: web.Request) -> web.StreamResponse:
        batch_id, kind = request.match_info["id"].split("-")
        batch = next(one for one in self.sent if one.id == batch_id)
        return await self._streamed(request, batch.lines if kind == "output" else batch.errors)

    async def _results(self, request: web.Request) -> web.StreamResponse:
        return await self._streamed(request, self._batch(request).lines)

    async def _streamed(self, request: web.Request, lines: list[str]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "application/x-ndjson"})
        await response.prepare(request)
        most = self.cuts_results_after.pop(0) if self.cuts_results_after else None
        await response.write("\n".join(lines[:most]).encode())
        if most is not None:
            assert request.transport
            request.transport.close()
        return response

    def _batch(self, request: web.Request) -> Sent:
        for batch in self.sent:
            if batch.id == request.match_info["id"]:
                return batch
        raise web.HTTPNotFound(text=json.dumps({"error": {"message": "no such batch"}}))

    def finish(self, batch: Sent) -> None:
        """Every request gets its fate; what is answered is billed. In reverse: order means nothing."""
        if batch.ended:
            return
        batch.ended = True
        fates = self.fates.pop(0) if self.fates else {}
        if batch.failed:
            return
        for place, number in reversed(list(enumerate(batch.numbered))):
            fate: Fate | None = "canceled" if batch.cancelled and place not in fates else fates.get(place)
            self._end(batch, number, None if fate == "ok" else fate)

    def _end(self, batch: Sent, number: str, fate: Fate | None) -> None:
        if isinstance(fate, int) or fate in NOT_DONE:
            batch.counts[str(fate)] = batch.counts.get(str(fate), 0) + 1
            where = batch.errors if batch.vendor == "openai" else batch.lines
            where.append(json.dumps(_REFUSED[batch.vendor](number, fate)))
            return
        batch.counts["ok"] = batch.counts.get("ok", 0) + 1
        self.billed += 1
        fault = None if fate in WIRE else cast("Fault | None", fate)
        body = self._server.made_in_batch(batch.vendor, batch.numbered[number], fault)
        told = "stranger" if fate == "stranger" else number
        line = json.dumps(_ANSWERED[batch.vendor](told, body), ensure_ascii=False)
        lines = {"missing": [], "doubled": [line, line], "garbled": [line[: len(line) // 2]]}
        batch.lines += lines.get(str(fate), [line])

    def _told(self, batch: Sent) -> dict[str, Any]:
        return self._openai_told(batch) if batch.vendor == "openai" else self._anthropic_told(batch)

    def _openai_told(self, batch: Sent) -> dict[str, Any]:
        ended = "cancelled" if batch.cancelled else "expired" if "expired" in batch.counts else "completed"
        counts = {"total": len(batch.numbered), "completed": batch.counts.get("ok", 0), "failed": 0}
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "status": ("failed" if batch.failed else ended) if batch.ended else "in_progress",
            "created_at": batch.created_at and int(batch.created_at.timestamp()),
            "metadata": {"phoenix_batch": batch.label} if batch.label else None,
            "output_file_id": f"{batch.id}-output" if batch.lines else None,
            "error_file_id": f"{batch.id}-errors" if batch.errors else None,
            "request_counts": counts if self.serves_counts else None,
            "errors": {"data": [{"code": batch.failed, "message": "no"}]} if batch.failed else None,
        }

    def _anthropic_told(self, batch: Sent) -> dict[str, Any]:
        total, counts, since = len(batch.numbered), batch.counts, batch.created_at or datetime.now(UTC)
        told = {name: counts.get(name, 0) for name in NOT_DONE} | {"succeeded": counts.get("ok", 0)}
        results = f"{self._server.url}/anthropic/v1/messages/batches/{batch.id}/results"
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if batch.ended else "in_progress",
            "created_at": since.isoformat(),
            "expires_at": since.isoformat(),
            "cancel_initiated_at": since.isoformat() if batch.cancelled else None,
            "request_counts": {
                "processing": 0 if batch.ended else total,
                "errored": total - sum(told.values()) if batch.ended else 0,
                **told,
            },
            "results_url": results if batch.ended else None,
        }


def _openai_answered(number: str, body: dict[str, Any]) -> dict[str, Any]:
    response = {"status_code": 200, "request_id": "req_1", "body": body}
    return {"id": "batch_req_1", "custom_id": number, "response": response, "error": None}


def _openai_refused(number: str, fate: Fate) -> dict[str, Any]:
    if isinstance(fate, int):
        body = {"error": {"message": "no", "code": "said"}}
        response = {"status_code": fate, "request_id": "req_1", "body": body}
        return {"id": "batch_req_1", "custom_id": number, "response": response, "error": None}
    error = {"code": f"batch_{fate}", "message": "This request could not be executed in time."}
    return {"id": "batch_req_1", "custom_id": number, "response": None, "error": error}


def _anthropic_answered(number: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"custom_id": number, "result": {"type": "succeeded", "message": body}}


def _anthropic_refused(number: str, fate: Fate) -> dict[str, Any]:
    if isinstance(fate, int):
        kinds = {400: "invalid_request_error", 529: "overloaded_error"}
        error = {"type": "error", "error": {"type": kinds.get(fate, "api_error"), "message": "no"}}
        return {"custom_id": number, "result": {"type": "errored", "error": error}}
    return {"custom_id": number, "result": {"type": str(fate)}}


_ANSWERED = {"openai": _openai_answered, "anthropic": _anthropic_answered}
_REFUSED = {"openai": _openai_refused, "anthropic": _anthropic_refused}
