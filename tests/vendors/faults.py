"""How the vendors' server misbehaves when it is told to."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from aiohttp import web

Fault = Literal[
    "rate_limited",
    "server_error",
    "gateway_timeout",
    "bad_request",
    "unauthorized",
    "unknown_model",
    "malformed",
    "not_an_object",
    "wrong_shape",
    "unknown_placeholder",
    "malformed_body",
    "html",
    "truncated",
    "empty",
    "refusal",
    "disconnect",
    "no_usage",
    "odd_usage",
    "overstated_usage",
    "too_slow",
    "fenced",
    "trailing_comma",
    "unclosed",
    "chatty",
    "cut_between_strings",
    "filtered",
    "filter_stop",
    "no_credit",
    "trickle",
]

STATUS: dict[Fault, int] = {
    "rate_limited": 429,
    "server_error": 500,
    "gateway_timeout": 504,
    "bad_request": 400,
    "unauthorized": 401,
    "unknown_model": 404,
    "filtered": 400,
    "no_credit": 429,
}
# The vendor's own code for it, where it has one.
CODES: dict[Fault, str] = {"filtered": "content_filter", "no_credit": "insufficient_quota"}

OUTPUT_TOKENS = ("completion_tokens", "output_tokens")

# Every prompt allows more output than this, so that it stays below the worst case.
ODD_USAGE: dict[Fault, Any] = {"odd_usage": "many", "overstated_usage": 440}

FINISH: dict[Fault | None, str] = {
    "truncated": "length",
    "cut_between_strings": "length",
    "filter_stop": "content_filter",
}


async def trickling(request: web.Request) -> web.StreamResponse:
    """Spaces before a body, one by one, for ever: as a gateway keeps a connection alive."""
    response = web.StreamResponse(headers={"content-type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.05)


def spoiled(text: str, fault: Fault | None) -> str:
    spoils: dict[Fault | None, str] = {
        "malformed": text[:-5],
        "truncated": text[: len(text) // 2],
        "not_an_object": "[1, 2]",
        "wrong_shape": '{"something": "else"}',
        "unknown_placeholder": text.replace("{{", "{{made_up_"),
        "empty": "",
        "fenced": f"```json\n{text}\n```",
        "trailing_comma": f"{text[:-1]},}}",
        "unclosed": text[:-1],
        "chatty": f"Sure, here it is:\n{text}\nIs there anything else?",
        "cut_between_strings": text[:-1],
    }
    return spoils.get(fault, text)
