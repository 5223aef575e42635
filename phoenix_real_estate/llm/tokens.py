"""Tokens of a text, counted without internet; where no tokenizer is known, a bound from above.

OpenAI's models are counted with tiktoken's own `Encoding`, built from the ranks that bpe-openai
ships (tiktoken itself would download them). Other vendors publish no tokenizer: there a text counts
as many tokens as it has UTF-8 bytes, which no byte-level BPE can exceed. That is three to four times
too much, but it is only held while a call is in flight; what is paid is what the vendor counted.
"""

from __future__ import annotations

import json
from functools import lru_cache

import tiktoken

from phoenix_real_estate.llm.provider import Request

# Per message 3 tokens and its role, 3 that start the answer:
# https://developers.openai.com/cookbook/examples/how_to_count_tokens_with_tiktoken
_OPENAI_MESSAGES = 2 * 4 + 3
# How OpenAI words a schema in the prompt is not published; its tokens as JSON and this have bounded it.
_OPENAI_SCHEMA = 64
# Anthropic documents up to 346 tokens of system prompt for a forced tool.
_UNKNOWN_FRAME = 512


def count(text: str, model: str) -> int:
    """The tokens of `text` for `model`, or its UTF-8 bytes where the tokenizer is not known."""
    return _size(text, _encoding_name(model))


def bound(request: Request) -> int:
    """No fewer input tokens than the vendor will count: texts, schema and what frames them."""
    schema = json.dumps(request.schema)
    known = _encoding_name(request.model) is not None
    frame = _OPENAI_MESSAGES + _OPENAI_SCHEMA if known else _UNKNOWN_FRAME
    return frame + sum(count(text, request.model) for text in (request.system, request.user, schema))


# The fixed parts of the prompts, first in every request, are counted once per process.
@lru_cache(maxsize=256)
def _size(text: str, encoding_name: str | None) -> int:
    if encoding_name is None:
        return len(text.encode())
    return len(_encoding(encoding_name).encode_ordinary(text))


@lru_cache(maxsize=64)
def _encoding_name(model: str) -> str | None:
    try:
        name = tiktoken.encoding_name_for_model(model)
    except KeyError:
        return None
    return name if name in ("o200k_base", "cl100k_base") else None


@lru_cache(maxsize=2)
def _encoding(name: str) -> tiktoken.Encoding:
    from bpe_openai import registry

    return tiktoken.Encoding(**registry.ENCODING_CONSTRUCTORS[name]())
