"""The three SDKs, unmodified, against a server that speaks the vendors' formats and misbehaves."""

from __future__ import annotations

import pytest

from phoenix_real_estate.llm.provider import UnusableAnswer, Usage
from tests.llm.asking import ALL, ANSWERED, MODELS, QUESTION, REMOTE, ask
from tests.vendors import Fault, VendorServer

BILLED_FAULTS: list[Fault] = ["malformed", "truncated", "not_an_object", "empty"]


@ALL
def test_every_vendor_answers_with_the_object_its_usage_and_its_model(
    vendors: VendorServer, name: str
) -> None:
    completion = ask(vendors, name)

    assert completion.content == ANSWERED
    assert completion.usage
    assert completion.usage.input_tokens > 20
    assert completion.usage.output_tokens > 5
    assert completion.model.startswith(MODELS[name])


@REMOTE
def test_cached_input_tokens_are_counted_within_the_input_tokens(vendors: VendorServer, name: str) -> None:
    without = ask(vendors, name).usage
    vendors.cached_tokens = 7
    cached = ask(vendors, name).usage

    assert without
    assert cached == Usage(without.input_tokens, without.output_tokens, cached_input_tokens=7)


def test_openai_enforces_the_schema_where_the_model_can(vendors: VendorServer) -> None:
    ask(vendors, "openai")

    sent = vendors.calls[0].body
    assert sent["response_format"]["type"] == "json_schema"
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert sent["response_format"]["json_schema"]["schema"] == QUESTION.schema
    assert sent["max_completion_tokens"] == 100
    assert sent["temperature"] == 0.3


@pytest.mark.parametrize("model", ["gpt-3.5-turbo", "gpt-4-turbo", "gpt-3.5-turbo-0125"])
def test_older_openai_models_are_asked_for_some_json_object(vendors: VendorServer, model: str) -> None:
    ask(vendors, "openai", model=model)

    assert vendors.calls[0].body["response_format"] == {"type": "json_object"}


def test_the_oldest_openai_models_are_asked_in_words_alone(vendors: VendorServer) -> None:
    ask(vendors, "openai", model="gpt-4")

    assert vendors.calls[0].body["response_format"] == {"type": "text"}


def test_reasoning_models_are_sent_no_temperature(vendors: VendorServer) -> None:
    ask(vendors, "openai", model="o3-mini")

    assert "temperature" not in vendors.calls[0].body


def test_anthropic_enforces_the_schema_by_its_output_format(vendors: VendorServer) -> None:
    ask(vendors, "anthropic")

    sent = vendors.calls[0].body
    assert sent["output_config"] == {"format": {"type": "json_schema", "schema": QUESTION.schema}}
    assert sent["system"] == QUESTION.system
    assert "temperature" not in sent


def test_ollama_enforces_the_schema_as_format_and_bounds_the_answer(vendors: VendorServer) -> None:
    ask(vendors, "ollama")

    sent = vendors.calls[0].body
    assert sent["format"] == QUESTION.schema
    assert sent["options"]["num_predict"] == 100


@ALL
@pytest.mark.parametrize("fault", BILLED_FAULTS)
def test_an_unusable_answer_carries_its_usage(vendors: VendorServer, name: str, fault: Fault) -> None:
    vendors.fail(fault)

    with pytest.raises(UnusableAnswer) as raised:
        ask(vendors, name)

    assert raised.value.usage
    assert raised.value.usage.input_tokens > 20


@ALL
@pytest.mark.parametrize("fault", ["fenced", "trailing_comma", "unclosed", "chatty"])
def test_a_slip_in_the_json_is_mended(vendors: VendorServer, name: str, fault: Fault) -> None:
    vendors.fail(fault)

    assert ask(vendors, name).content == ANSWERED


@ALL
def test_an_answer_cut_at_its_limit_is_not_mended_though_it_could_be(
    vendors: VendorServer, name: str
) -> None:
    vendors.fail("cut_between_strings")

    with pytest.raises(UnusableAnswer, match="cut off at its token limit"):
        ask(vendors, name)


@REMOTE
def test_a_refusal_is_an_unusable_answer(vendors: VendorServer, name: str) -> None:
    vendors.fail("refusal")

    with pytest.raises(UnusableAnswer, match="refused") as raised:
        ask(vendors, name)

    assert raised.value.usage


@ALL
@pytest.mark.parametrize("fault", ["malformed_body", "html"])
def test_a_broken_body_is_an_unusable_answer_of_unknown_usage(
    vendors: VendorServer, name: str, fault: Fault
) -> None:
    vendors.fail(fault)

    with pytest.raises(UnusableAnswer) as raised:
        ask(vendors, name)

    assert raised.value.usage is None


@REMOTE
@pytest.mark.parametrize("fault", ["no_usage", "odd_usage"])
def test_an_answer_without_usage_that_can_be_read_is_an_answer(
    vendors: VendorServer, name: str, fault: Fault
) -> None:
    vendors.fail(fault)

    assert ask(vendors, name).usage is None


def test_a_prompt_that_a_filter_refuses_is_an_unusable_answer_that_costs_nothing(
    vendors: VendorServer,
) -> None:
    vendors.fail("filtered")

    with pytest.raises(UnusableAnswer, match=r"refused the prompt \(content_filter\)") as raised:
        ask(vendors, "openai")

    assert raised.value.usage == Usage(0, 0)


def test_what_a_filter_stopped_is_a_refusal(vendors: VendorServer) -> None:
    vendors.fail("filter_stop")

    with pytest.raises(UnusableAnswer, match="refused"):
        ask(vendors, "openai")
