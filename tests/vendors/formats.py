"""How a vendor's request is read and its answer written, in the format it documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Answer:
    """What a vendor is about to send: the model's text and its token counts."""

    text: str
    input_tokens: int
    output_tokens: int
    cached: int
    finish: str = "stop"
    refusal: bool = False


def openai_request(asked: dict[str, Any]) -> tuple[str, str]:
    return asked["messages"][0]["content"], asked["messages"][1]["content"]


def anthropic_request(asked: dict[str, Any]) -> tuple[str, str]:
    return asked["system"], asked["messages"][0]["content"]


def openai_body(asked: dict[str, Any], answer: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    if answer.refusal:
        message = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": f"{asked['model']}-2024-07-18",
        "choices": [{"index": 0, "finish_reason": answer.finish, "message": message, "logprobs": None}],
        "usage": {
            "prompt_tokens": answer.input_tokens,
            "completion_tokens": answer.output_tokens,
            "total_tokens": answer.input_tokens + answer.output_tokens,
            "prompt_tokens_details": {"cached_tokens": answer.cached},
        },
    }


def anthropic_body(asked: dict[str, Any], answer: Answer) -> dict[str, Any]:
    stop = {"stop": "end_turn", "length": "max_tokens"}[answer.finish]
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": asked["model"],
        "content": [{"type": "text", "text": answer.text}],
        "stop_reason": "refusal" if answer.refusal else stop,
        "stop_sequence": None,
        "usage": {
            "input_tokens": answer.input_tokens - answer.cached,
            "cache_read_input_tokens": answer.cached,
            "cache_creation_input_tokens": 0,
            "output_tokens": answer.output_tokens,
        },
    }


def ollama_body(asked: dict[str, Any], answer: Answer) -> dict[str, Any]:
    return {
        "model": asked["model"],
        "created_at": "2026-11-01T00:00:00Z",
        "message": {"role": "assistant", "content": answer.text},
        "done": True,
        "done_reason": answer.finish,
        "prompt_eval_count": answer.input_tokens,
        "eval_count": answer.output_tokens,
    }
