"""Tokens of a text, counted without internet; where no tokenizer is known, a bound from above.

OpenAI's models are counted with tiktoken's own `Encoding`, built from the ranks that bpe-openai
ships (tiktoken itself would download them). Other vendors publish no tokenizer: there a text counts
as many tokens as it has UTF-8 bytes, which no byte-level BPE can exceed. That is three to four times
too much, but it is only held while a call is in flight; what is paid is what the vendor counted.
"""

from __future__ import annotations

import base64
import gzip
import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import tiktoken

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.llm.dialect import answer_format
from phoenix_real_estate.llm.provider import Request

# Per message 3 tokens and its role, 3 that start the answer:
# https://developers.openai.com/cookbook/examples/how_to_count_tokens_with_tiktoken
_OPENAI_MESSAGES = 2 * 4 + 3
# How its closed models are shown a schema OpenAI does not publish. For its open ones it does: a heading, the
# name and the schema as JSON (https://developers.openai.com/cookbook/articles/openai-harmony), which this and
# the tokens of the JSON bound four times over.
_OPENAI_SCHEMA = 64
_LIKELY = "o200k_base"
# Structured output adds a system prompt; Anthropic documents up to 346 tokens for the like of it.
_UNKNOWN_FRAME = 512


def count(text: str, model: str) -> int:
    """The tokens of `text` for `model`, or its UTF-8 bytes where the tokenizer is not known."""
    return _size(text, _encoding_name(model))


def bound(request: Request) -> int:
    """No fewer input tokens than the vendor will count: texts, schema and what frames them.

    A model that knows no schemas is sent none.
    """
    known = _encoding_name(request.model) is not None
    texts = [request.system, request.user]
    frame = _OPENAI_MESSAGES if known else _UNKNOWN_FRAME
    if answer_format(request.model) == "json_schema":
        texts.append(json.dumps({"name": request.schema_name, "schema": request.schema}))
        frame += _OPENAI_SCHEMA
    return frame + sum(count(text, request.model) for text in texts)


def estimate(request: Request) -> int:
    """About as many input tokens as any vendor will count, with OpenAI's tokenizer where none is known."""
    name = _encoding_name(request.model) or _LIKELY
    return sum(_size(text, name) for text in (request.system, request.user))


def likely(request: Request) -> int:
    """About as many input tokens as a vendor will bill: texts, frame, and the schema where one is sent."""
    schema = ""
    if answer_format(request.model) == "json_schema":
        schema = json.dumps(request.schema)
    name = _encoding_name(request.model) or _LIKELY
    return _OPENAI_MESSAGES + estimate(request) + _size(schema, name)


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
    return name if name in _PATTERNS else None


@lru_cache(maxsize=2)
def _encoding(name: str) -> tiktoken.Encoding:
    # No special tokens: what looks like one in a text is text to the vendors, too.
    return tiktoken.Encoding(name, pat_str=_PATTERNS[name], mergeable_ranks=_ranks(name), special_tokens={})


def _ranks(name: str) -> dict[bytes, int]:
    package = find_spec("bpe_openai")
    if package is None or package.origin is None:
        raise ConfigurationError("The package bpe-openai is not installed: run `pip install bpe-openai`.")
    # Read past the package itself: importing it loads 74 MB of code that is not needed for the ranks.
    packed = (Path(package.origin).parent / "data" / f"{name}.tiktoken.gz").read_bytes()
    lines = (line.split() for line in gzip.decompress(packed).splitlines())
    return {base64.b64decode(token): int(rank) for token, rank in lines}


# How the two encodings split a text before merging, from tiktoken 0.14 (tiktoken_ext/openai_public.py).
_PATTERNS = {
    "cl100k_base": (
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
        r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
    ),
    "o200k_base": (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
}
