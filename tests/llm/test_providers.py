"""The three SDKs, unmodified, against a server that speaks the vendors' formats and misbehaves."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import anthropic
import openai
import pytest
from pydantic import SecretStr

from phoenix_real_estate.errors import (
    ConfigurationError,
    PhoenixError,
    ProviderUnavailable,
    RateLimited,
)
from phoenix_real_estate.llm import anthropic as anthropic_module
from phoenix_real_estate.llm import openai as openai_module
from phoenix_real_estate.llm.anthropic import Anthropic
from phoenix_real_estate.llm.failures import retry_after
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.ollama import Ollama
from phoenix_real_estate.llm.openai import OpenAI
from phoenix_real_estate.llm.provider import Provider, UnusableAnswer, Usage
from tests.llm.asking import ANSWERED, MODELS, QUESTION, ask, check, served
from tests.vendors import Fault, VendorServer, server
from tests.vendors.server import KEY

ALL = pytest.mark.parametrize("name", MODELS)
REMOTE = pytest.mark.parametrize("name", ["openai", "anthropic"])
AT: dict[str, Callable[[str], Provider]] = {
    "openai": lambda url: OpenAI(SecretStr(KEY), url),
    "anthropic": lambda url: Anthropic(SecretStr(KEY), url),
    "ollama": Ollama,
}
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


@ALL
def test_a_refused_key_is_the_operators_and_its_error_does_not_show_it(
    vendors: VendorServer, name: str
) -> None:
    vendors.fail("unauthorized")

    with pytest.raises(ConfigurationError, match="refused the key") as raised:
        ask(vendors, name)

    assert KEY not in _everything_said(raised.value)


@REMOTE
def test_a_wrong_key_is_found_out_before_any_call(vendors: VendorServer, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name.upper()}_API_KEY") as raised:
        check(vendors, name, [], key="sk-wrong-key-987654321")

    assert "sk-wrong" not in _everything_said(raised.value)
    assert not vendors.calls


@REMOTE
def test_a_right_key_has_nothing_to_complain_about(vendors: VendorServer, name: str) -> None:
    assert check(vendors, name, ["some-model"]) == {}


@ALL
def test_the_models_of_a_vendor_can_be_listed(vendors: VendorServer, name: str) -> None:
    vendors.offered = ["gpt-4o-mini", "claude-haiku-4-5"]

    assert sorted(served(vendors, name)) == (
        ["llama3.2:latest"] if name == "ollama" else sorted(vendors.offered)
    )


@REMOTE
def test_a_gateway_that_lists_nothing_readable_lists_no_models(vendors: VendorServer, name: str) -> None:
    vendors.models_status = 404
    assert not served(vendors, name)

    vendors.models_status = 200
    vendors.models_body = "<html>Please log in to the network</html>"
    assert not served(vendors, name)


@pytest.mark.parametrize("status", [403, 404])
def test_an_ollama_that_does_not_list_says_so(vendors: VendorServer, status: int) -> None:
    vendors.models_status = status

    with pytest.raises(ProviderUnavailable, match=r"list models|no Ollama answers"):
        served(vendors, "ollama")


@REMOTE
def test_a_gateway_that_lists_no_models_is_no_reason_to_stop(vendors: VendorServer, name: str) -> None:
    vendors.models_status = 404

    assert check(vendors, name, ["some-model"]) == {}


@ALL
def test_a_key_that_may_not_list_models_is_no_refused_key(vendors: VendorServer, name: str) -> None:
    vendors.models_status = 403

    with pytest.raises(
        ProviderUnavailable, match=r"does not let this key list models \(HTTP 403\)"
    ) as raised:
        check(vendors, name, ["some-model"])

    assert not raised.value.maybe_billed


@ALL
def test_a_key_without_access_to_a_model_is_not_called_refused(
    vendors: VendorServer, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server._STATUS, "unauthorized", 403)
    vendors.fail("unauthorized")

    with pytest.raises(ConfigurationError, match=rf"no access to the model {MODELS[name]}") as raised:
        ask(vendors, name)

    assert "refused" not in str(raised.value)
    assert KEY not in _everything_said(raised.value)


def test_a_password_in_ollamas_address_is_shown_nowhere() -> None:
    async def said() -> str:
        provider = Ollama("http://bob:s3cret@127.0.0.1:9")
        with pytest.raises(ProviderUnavailable) as raised:
            await provider.complete(QUESTION)
        missing = await provider.check(["llama3.2"])
        await provider.close()
        return f"{_everything_said(raised.value)} {missing}"

    everything = run(said())

    assert "http://127.0.0.1:9" in everything
    assert "s3cret" not in everything
    assert "bob" not in everything


@REMOTE
def test_a_password_in_a_vendors_address_is_refused_and_not_shown(name: str) -> None:
    """Its client cannot send one beside the key."""
    with pytest.raises(
        ConfigurationError, match=rf"^{name.upper()}_BASE_URL http://127\.0\.0\.1:9 "
    ) as raised:
        AT[name]("http://bob:s3cret@127.0.0.1:9")

    assert "password" in str(raised.value)
    assert "s3cret" not in _everything_said(raised.value)
    assert "bob" not in _everything_said(raised.value)


@ALL
def test_an_address_that_cannot_be_one_names_its_setting_and_no_password(name: str) -> None:
    with pytest.raises(
        ConfigurationError, match=rf"^{name.upper()}_(HOST|BASE_URL) .*is no address"
    ) as raised:
        AT[name]("http://bob:s3c/ret@127.0.0.1:9")

    assert "s3c" not in _everything_said(raised.value)


@pytest.mark.parametrize("status", [404, 500])
def test_something_else_at_ollamas_address_leaves_its_models_out(vendors: VendorServer, status: int) -> None:
    vendors.models_status = status

    assert "no Ollama answers at" in check(vendors, "ollama", ["llama3.2"])["llama3.2"]


@ALL
def test_an_unknown_model_is_the_operators_and_is_named(vendors: VendorServer, name: str) -> None:
    vendors.fail("unknown_model")
    vendors.pulled.clear()

    with pytest.raises(ConfigurationError, match=MODELS[name]):
        ask(vendors, name)


def test_a_model_that_is_not_pulled_names_the_command(vendors: VendorServer) -> None:
    with pytest.raises(ConfigurationError, match=r"ollama pull qwen3:4b"):
        ask(vendors, "ollama", model="qwen3:4b")

    assert check(vendors, "ollama", ["qwen3:4b", "llama3.2"]) == {
        "qwen3:4b": "Ollama does not have the model qwen3:4b: run `ollama pull qwen3:4b`"
    }


@ALL
@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), (None, None)])
def test_a_rate_limit_carries_the_vendors_wish(
    vendors: VendorServer, name: str, header: str | None, seconds: float | None
) -> None:
    vendors.fail("rate_limited")
    vendors.retry_after = header

    with pytest.raises(RateLimited) as raised:
        ask(vendors, name)

    # Ollama's client keeps no headers of an error.
    assert raised.value.retry_after == (None if name == "ollama" else seconds)


def test_an_account_without_credit_is_not_waited_for(vendors: VendorServer) -> None:
    vendors.fail("no_credit")

    with pytest.raises(
        ProviderUnavailable, match=r"OpenAI's account has no credit \(insufficient_quota\)"
    ) as raised:
        ask(vendors, "openai")

    assert not raised.value.maybe_billed


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


@REMOTE
def test_a_server_that_trickles_is_a_timeout(vendors: VendorServer, name: str) -> None:
    """Each byte comes in time, the answer never does."""
    vendors.fail("trickle")

    with pytest.raises(ProviderUnavailable, match="timed out") as raised:
        ask(vendors, name, timeout_s=0.5)

    assert raised.value.maybe_billed


@ALL
@pytest.mark.parametrize(
    ("fault", "billed"), [("server_error", False), ("bad_request", False), ("gateway_timeout", True)]
)
def test_an_error_status_is_unavailable_and_only_a_gateways_may_be_billed(
    vendors: VendorServer, name: str, fault: Fault, billed: bool
) -> None:
    vendors.fail(fault)

    with pytest.raises(ProviderUnavailable) as raised:
        ask(vendors, name)

    assert raised.value.maybe_billed is billed


@ALL
def test_a_lost_connection_may_be_billed(vendors: VendorServer, name: str) -> None:
    vendors.fail("disconnect")

    with pytest.raises(ProviderUnavailable) as raised:
        ask(vendors, name)

    assert raised.value.maybe_billed


@ALL
def test_a_timeout_may_be_billed(vendors: VendorServer, name: str) -> None:
    vendors.fail("too_slow")

    with pytest.raises(ProviderUnavailable) as raised:
        ask(vendors, name, timeout_s=0.2)

    assert raised.value.maybe_billed


@ALL
def test_a_server_that_is_not_there_bills_nothing(vendors: VendorServer, name: str) -> None:
    vendors.url = "http://127.0.0.1:9"

    with pytest.raises(ProviderUnavailable) as raised:
        ask(vendors, name)

    assert not raised.value.maybe_billed


def test_an_ollama_that_is_not_there_leaves_its_models_out(vendors: VendorServer) -> None:
    vendors.url = "http://127.0.0.1:9"

    missing = check(vendors, "ollama", ["llama3.2"])

    assert "no Ollama answers at http://127.0.0.1:9" in missing["llama3.2"]


@ALL
def test_the_sdk_never_tries_again_on_its_own(vendors: VendorServer, name: str) -> None:
    vendors.fail("server_error", "rate_limited")

    with pytest.raises(PhoenixError):
        ask(vendors, name)

    assert len(vendors.calls) == 1


@pytest.mark.parametrize(
    ("translated", "error"),
    [
        (openai_module.translated, openai.OpenAIError("inner sk-secret")),
        (anthropic_module.translated, anthropic.AnthropicError("inner sk-secret")),
    ],
)
def test_what_an_sdk_raises_beside_its_api_errors_is_unavailable(
    translated: Callable[[str], object], error: Exception
) -> None:
    with pytest.raises(ProviderUnavailable, match="client failed") as raised, translated("m"):  # type: ignore[attr-defined]
        raise error

    assert "sk-secret" not in _everything_said(raised.value)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "1"}, 1.0),
        ({"retry-after": "Sun, 01 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 01 Nov 2026 12:00:30 -0000"}, 30.0),
        ({"retry-after": "Sun, 01 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_as_milliseconds_seconds_or_a_date(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers, datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)) == seconds


def test_a_gateways_status_tells_what_it_said() -> None:
    error = openai_module.VENDOR.status_error(524, {}, "gpt-4o-mini", "origin timeout")

    assert str(error) == "OpenAI answered with HTTP 524: origin timeout."


def test_no_key_shows_when_a_provider_is_printed() -> None:
    async def printed() -> str:
        provider = OpenAI(SecretStr("sk-very-secret"))
        text = f"{provider!r} {vars(provider)!r}"
        await provider.close()
        return text

    assert "sk-very-secret" not in run(printed())


def _everything_said(error: BaseException) -> str:
    """The message, and those of all errors that a traceback would show with it."""
    said: list[str] = []
    shown: traceback.TracebackException | None = traceback.TracebackException.from_exception(error)
    while shown:
        said += shown.format_exception_only()
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
    return " ".join(said)
