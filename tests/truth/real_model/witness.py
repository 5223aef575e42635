"""Stands between the project and a model's server and writes down every answer, word by word."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.truth.real_model.coach import Body

_PATIENCE = aiohttp.ClientTimeout(total=None)


@dataclass(frozen=True)
class Said:
    """One answer to what was asked: the model's words as they are, and why it stopped."""

    asked: tuple[str, str]
    words: str
    finish: str


@dataclass
class Witness:
    """Passes everything on, what is asked in the words of `put`; `said` grows with the answers."""

    behind: str
    put: Callable[[Body], Body]
    said: list[Said] = field(default_factory=list)

    def answers_to(self, system: str, question: str) -> list[Said]:
        """The answers to this question, also where it was put again with what was wrong."""
        return [one for one in self.said if one.asked[0] == system and one.asked[1].startswith(question)]

    async def pass_on(self, request: web.Request) -> web.Response:
        asking = request.path.endswith("/chat/completions")
        body = await request.read()
        asked = json.loads(body) if asking else {}
        sent = json.dumps(self.put(asked)).encode() if asking else body
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as session,
            session.request(request.method, f"{self.behind}{request.path}", data=sent) as answer,
        ):
            told = await answer.read()
            if asking and answer.status == 200:
                self._note(asked, json.loads(told))
            return web.Response(status=answer.status, body=told, content_type=answer.content_type)

    def _note(self, asked: Body, told: Body) -> None:
        [choice] = told["choices"]
        words = choice["message"]["content"] or ""
        system, question = (message["content"] for message in asked["messages"])
        self.said.append(Said((system, question), words, choice["finish_reason"]))


@contextmanager
def witnessed(server: str, put: Callable[[Body], Body]) -> Iterator[tuple[Witness, str]]:
    """The witness of this server, and the address to ask at instead."""
    witness, loop = Witness(server, put), asyncio.new_event_loop()
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
