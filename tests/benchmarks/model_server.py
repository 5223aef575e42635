"""A model vendor that only waits and answers: OpenAI's wire format in a process of its own.

Leaner than the server of the tests, so that it is not what a benchmark measures: no faults, no bill, token
counts by length. Prints its address, then serves until it is killed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

from aiohttp import web

from tests.vendors.writer import write


class Answering:
    """Answers after a latency, and remembers when the first and the last request came and went."""

    def __init__(self, latency_s: float) -> None:
        self._latency_s = latency_s
        self._calls = 0
        self._first = self._last = 0.0

    async def complete(self, request: web.Request) -> web.Response:
        self._first = self._first or time.monotonic()
        self._calls += 1
        asked = await request.json()
        system, user = (message["content"] for message in asked["messages"])
        body = _body(asked["model"], system + user, write(system, user))
        await asyncio.sleep(self._latency_s)
        self._last = time.monotonic()
        return web.json_response(body)

    async def counts(self, _request: web.Request) -> web.Response:
        """The calls since the last question and the seconds from the first request to the last answer."""
        told = {"calls": self._calls, "seconds": self._last - self._first}
        self._calls, self._first, self._last = 0, 0.0, 0.0
        return web.json_response(told)


async def serve(latency_s: float) -> None:
    answering = Answering(latency_s)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", answering.complete)
    app.router.add_get("/v1/models", lambda _: _listed())
    app.router.add_get("/counts", answering.counts)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


async def _listed() -> web.Response:
    return web.json_response({"object": "list", "data": []})


def _body(model: str, prompt: str, text: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": model,
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "logprobs": None,
                "message": {"role": "assistant", "content": text, "refusal": None},
            }
        ],
        "usage": {
            "prompt_tokens": len(prompt) // 4,
            "completion_tokens": len(text) // 4,
            "total_tokens": (len(prompt) + len(text)) // 4,
        },
    }


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
