from __future__ import annotations

import dataclasses

import pytest

from phoenix_real_estate.errors import UnknownPrice
from phoenix_real_estate.llm import pricing, tokens
from phoenix_real_estate.llm.provider import Usage
from phoenix_real_estate.llm.routing import Candidate
from tests.llm.asking import QUESTION

MINI = Candidate("openai", "gpt-4o-mini", "LLM_MODEL_HIGH_VALUE")
CLAUDE = Candidate("anthropic", "claude-haiku-4-5", "ANTHROPIC_MODEL")


@pytest.mark.parametrize(
    ("candidate", "usage", "micro_usd"),
    [
        # 0.15 USD per million input tokens, 0.60 output, 0.075 cached input.
        (MINI, Usage(1_000_000, 1_000_000), 750_000),
        (MINI, Usage(1_000_000, 0, cached_input_tokens=1_000_000), 75_000),
        (MINI, Usage(1, 0), 1),
        (MINI, Usage(0, 0), 0),
        # 1 USD per million input tokens, 5 output, 0.10 cached input.
        (CLAUDE, Usage(1000, 100, cached_input_tokens=400), 600 + 40 + 500),
        (Candidate("ollama", "llama3.2", "LLM_MODEL_LOW_VALUE"), Usage(10_000, 10_000), 0),
    ],
)
def test_usage_is_priced_in_micro_usd_and_rounded_up(
    candidate: Candidate, usage: Usage, micro_usd: int
) -> None:
    assert pricing.actual(candidate, usage) == micro_usd


def test_the_worst_case_is_the_bounded_input_and_all_output_allowed() -> None:
    worst = pricing.worst_case(MINI, QUESTION)

    assert worst == pricing.actual(MINI, Usage(tokens.bound(QUESTION), QUESTION.max_output_tokens))
    longer = dataclasses.replace(QUESTION, max_output_tokens=QUESTION.max_output_tokens + 1000)
    assert pricing.worst_case(MINI, longer) - worst == 600


def test_a_free_model_needs_no_price_and_no_tokenizer() -> None:
    assert pricing.worst_case(Candidate("ollama", "anything", "LLM_MODEL_LOW_VALUE"), QUESTION) == 0


def test_an_unknown_price_names_the_model_and_its_setting() -> None:
    with pytest.raises(UnknownPrice, match=r"gpt-99-ultra, named by LLM_MODEL_MID_VALUE"):
        pricing.actual(Candidate("openai", "gpt-99-ultra", "LLM_MODEL_MID_VALUE"), Usage(1, 1))
