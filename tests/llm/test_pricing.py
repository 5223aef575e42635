from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from phoenix_real_estate.errors import UnknownPrice
from phoenix_real_estate.llm import pricing, tokens
from phoenix_real_estate.llm.provider import Usage
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.settings import ModelPrice
from tests.llm.asking import QUESTION

MINI = Candidate("openai", "gpt-4o-mini", "LLM_MODEL_HIGH_VALUE")
GPT_5 = Candidate("openai", "gpt-5-mini", "LLM_MODEL_HIGH_VALUE")
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


def test_an_unknown_price_names_the_model_its_setting_and_the_way_to_tell_it() -> None:
    with pytest.raises(
        UnknownPrice, match=r'gpt-99-ultra, named by LLM_MODEL_MID_VALUE.*LLM_PRICES=\{"gpt-99-ultra":'
    ):
        pricing.actual(Candidate("openai", "gpt-99-ultra", "LLM_MODEL_MID_VALUE"), Usage(1, 1))


OWN = ModelPrice(input=Decimal("0.10"), output=Decimal("0.40"))
FULL = ModelPrice(
    input=Decimal(1), output=Decimal(2), cached_input=Decimal("0.1"), cache_write=Decimal("1.5")
)


@pytest.mark.parametrize(
    ("price", "usage", "micro_usd"),
    [
        (OWN, Usage(1_000_000, 1_000_000), 500_000),
        (OWN, Usage(1_000_000, 0, cached_input_tokens=400_000, cache_write_tokens=100_000), 100_000),
        (FULL, Usage(1000, 10, cached_input_tokens=400, cache_write_tokens=200), 400 + 40 + 300 + 20),
        (ModelPrice(input=Decimal(0), output=Decimal(0)), Usage(1000, 1000), 0),
    ],
)
def test_ones_own_contract_goes_before_the_listed_price(
    price: ModelPrice, usage: Usage, micro_usd: int
) -> None:
    candidate = dataclasses.replace(MINI, price=price)

    assert pricing.actual(candidate, usage) == micro_usd


def test_input_written_to_the_vendors_cache_has_its_price_and_is_within_the_worst_case() -> None:
    written = Usage(1000, 100, cache_write_tokens=1000)
    question = dataclasses.replace(QUESTION, model=CLAUDE.model)
    bound = tokens.bound(question)

    assert pricing.actual(CLAUDE, written) == 1250 + 500
    everything = Usage(bound, question.max_output_tokens, cache_write_tokens=bound)
    assert pricing.worst_case(CLAUDE, question) == pricing.actual(CLAUDE, everything)


def test_a_price_that_depends_on_the_length_is_asked_of_the_list_each_time() -> None:
    """Above 200,000 input tokens each costs 6 USD per million, below 3."""
    sonnet = Candidate("anthropic", "claude-sonnet-4-5", "LLM_MODEL_HIGH_VALUE")

    assert pricing.actual(sonnet, Usage(100_000, 0)) == 300_000
    assert pricing.actual(sonnet, Usage(300_000, 0)) == 1_800_000


def test_the_price_of_a_million_tokens_is_told_in_usd() -> None:
    assert pricing.per_million(MINI) == (Decimal("0.15"), Decimal("0.60"))
    assert pricing.per_million(Candidate("ollama", "llama3.2", "LLM_MODEL_LOW_VALUE")) == (0, 0)
    assert pricing.per_million(dataclasses.replace(MINI, price=OWN)) == (Decimal("0.10"), Decimal("0.40"))


@pytest.mark.parametrize(
    ("candidate", "usage", "micro_usd"),
    [
        (MINI, Usage(1_000_000, 1_000_000), 375_000),
        # OpenAI tells of no cheaper cached input in batches: it costs what input does.
        (MINI, Usage(1_000_000, 0, cached_input_tokens=1_000_000), 75_000),
        (MINI, Usage(1, 0), 1),
        (GPT_5, Usage(1_000_000, 0, cached_input_tokens=800_000), 125_000),
        (CLAUDE, Usage(1000, 100, cached_input_tokens=400), 300 + 20 + 250),
        (CLAUDE, Usage(1000, 100, cache_write_tokens=1000), 625 + 250),
        (Candidate("ollama", "llama3.2", "LLM_MODEL_LOW_VALUE"), Usage(10_000, 10_000), 0),
        (dataclasses.replace(MINI, price=FULL), Usage(1000, 10, 400, 200), (400 + 40 + 300 + 20) // 2),
        (
            dataclasses.replace(MINI, price=OWN.model_copy(update={"batch": Decimal("0.8")})),
            Usage(1000, 0),
            80,
        ),
    ],
)
def test_a_batch_costs_half_or_its_share_by_contract(
    candidate: Candidate, usage: Usage, micro_usd: int
) -> None:
    assert pricing.actual(candidate, usage, in_batch=True) == micro_usd


def test_the_worst_case_in_a_batch_is_half_of_that_of_a_call() -> None:
    for candidate in (MINI, CLAUDE):
        question = dataclasses.replace(QUESTION, model=candidate.model)
        alone = pricing.worst_case(candidate, question)

        assert pricing.worst_case(candidate, question, in_batch=True) in (alone // 2, alone // 2 + 1)
