"""Stands between the project and a model's server and writes down every answer, word by word."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

_PATIENCE = aiohttp.ClientTimeout(total=None)


@dataclass(frozen=True)
class Said:
    """One answer to what was asked: the model's words as they are, and why it stopped."""

    asked: str
    words: str
    finish: str


@dataclass
class Witness:
    """Passes everything on; `said` grows with the answers."""

    behind: str
    said: list[Said] = field(default_factory=list)

    def answers_to(self, asked: str) -> list[Said]:
        """The answers to this question, also where it was put again with what was wrong."""
        return [one for one in self.said if one.asked.startswith(asked)]

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as session,
            session.request(request.method, f"{self.behind}{request.path}", data=body) as answer,
        ):
            told = await answer.read()
            if request.path.endswith("/chat/completions") and answer.status == 200:
                self._note(json.loads(body), json.loads(told))
            return web.Response(status=answer.status, body=told, content_type=answer.content_type)

    def _note(self, asked: dict, told: dict) -> None:  # type: ignore[type-arg]
        [choice] = told["choices"]
        words = choice["message"]["content"] or ""
        self.said.append(Said(asked["messages"][-1]["content"], words, choice["finish_reason"]))


@contextmanager
def witnessed(server: str) -> Iterator[tuple[Witness, str]]:
    """The witness of this server, and the address to ask at instead."""
    witness, loop = Witness(server), asyncio.new_event_loop()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", witness.pass_on)
    runner = web.AppRunner(app)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield witness, asyncio.run_coroutine_threadsafe(_started(runner), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _started(runner: web.AppRunner) -> str:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"
