"""Every fault ends in one of the project's own errors; no vendor's exception leaves the providers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from phoenix_real_estate.errors import ConfigurationError, ProviderUnavailable, RateLimited
from phoenix_real_estate.llm.anthropic import Anthropic
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.ollama import Ollama
from phoenix_real_estate.llm.openai import OpenAI
from phoenix_real_estate.llm.provider import Completion, Provider, UnusableAnswer
from tests.fault_servers.servers import FaultServer, aimock, llmock
from tests.llm.asking import MODELS, QUESTION

pytestmark = [pytest.mark.fault_servers, pytest.mark.timeout(120)]

KEY = SecretStr("sk-test")
TEXT = {"description": "The record lists {{city}}."}
AT: dict[str, Callable[[str, float], Provider]] = {
    "openai": lambda url, timeout_s: OpenAI(KEY, f"{url}/v1", timeout_s),
    "anthropic": lambda url, timeout_s: Anthropic(KEY, url, timeout_s),
    "ollama": Ollama,
}
ALL = pytest.mark.parametrize("name", AT)
REMOTE = pytest.mark.parametrize("name", ["openai", "anthropic"])


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultServer]:
    with aimock(tmp_path_factory.mktemp("aimock"), json.dumps(TEXT)) as server:
        yield server


@pytest.fixture
def chaos(there: FaultServer) -> Iterator[FaultServer]:
    yield there
    there.post("/chaos")


@pytest.fixture(scope="module")
def scripted() -> Iterator[FaultServer]:
    with llmock() as server:
        yield server


def ask(server: FaultServer, name: str, *, timeout_s: float = 20.0) -> Completion:
    async def asked() -> Completion:
        provider = AT[name](server.url_of(name), timeout_s)
        try:
            return await provider.complete(replace(QUESTION, model=MODELS[name]))
        finally:
            await provider.close()

    return run(asked())


@ALL
def test_aimock_answers_as_the_vendor_does(there: FaultServer, name: str) -> None:
    completion = ask(there, name)

    assert completion.content == TEXT
    assert completion.usage


@ALL
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, ProviderUnavailable),
        (401, ConfigurationError),
        (403, ConfigurationError),
        (404, ConfigurationError),
        (408, ProviderUnavailable),
        (409, ProviderUnavailable),
        (413, ProviderUnavailable),
        (422, ProviderUnavailable),
        (429, RateLimited),
        (500, ProviderUnavailable),
        (502, ProviderUnavailable),
        (503, ProviderUnavailable),
        (504, ProviderUnavailable),
        (529, ProviderUnavailable),
    ],
)
def test_each_status_of_aimock_is_an_error_of_ours(
    there: FaultServer, name: str, status: int, error: type[Exception]
) -> None:
    there.post("/error", status=status, body={"message": "overloaded", "type": "overloaded_error"})

    with pytest.raises(error) as raised:
        ask(there, name)

    if isinstance(raised.value, ProviderUnavailable):
        assert raised.value.maybe_billed is (status in (408, 502, 504))


@ALL
def test_a_malformed_body_of_aimock_is_an_unusable_answer(chaos: FaultServer, name: str) -> None:
    chaos.post("/chaos", malformedRate=1)

    with pytest.raises(UnusableAnswer) as raised:
        ask(chaos, name)

    assert raised.value.usage is None


@ALL
def test_a_connection_that_aimock_drops_may_be_billed(chaos: FaultServer, name: str) -> None:
    chaos.post("/chaos", disconnectRate=1)

    with pytest.raises(ProviderUnavailable) as raised:
        ask(chaos, name)

    assert raised.value.maybe_billed


@ALL
def test_an_aimock_that_is_slower_than_the_timeout_may_be_billed(chaos: FaultServer, name: str) -> None:
    chaos.post("/chaos", latencyMs=5000)

    with pytest.raises(ProviderUnavailable) as raised:
        ask(chaos, name, timeout_s=0.3)

    assert raised.value.maybe_billed


@ALL
def test_a_rate_limit_of_aimock_carries_its_wish(chaos: FaultServer, name: str) -> None:
    chaos.post("/chaos", rateLimitRate=1)

    with pytest.raises(RateLimited) as raised:
        ask(chaos, name)

    # Ollama's client keeps no headers of an error.
    assert (raised.value.retry_after is None) == (name == "ollama")


@ALL
def test_a_dropped_request_of_aimock_is_unavailable(chaos: FaultServer, name: str) -> None:
    chaos.post("/chaos", dropRate=1)

    with pytest.raises(ProviderUnavailable):
        ask(chaos, name)


@REMOTE
def test_an_answer_that_aimock_cuts_off_is_not_mended(tmp_path: Path, name: str) -> None:
    with aimock(tmp_path, json.dumps(TEXT)[:-1], finish="length") as server, pytest.raises(UnusableAnswer):
        ask(server, name)


@REMOTE
def test_llmock_answers_with_what_fits_the_schema(scripted: FaultServer, name: str) -> None:
    scripted.post("/reset")
    if name == "anthropic":
        scripted.post("/scenario", behaviors=[{"type": "reply", "text": json.dumps(TEXT)}])

    completion = ask(scripted, name)

    assert set(completion.content) == {"description"}
    assert completion.usage
    assert completion.usage.input_tokens > 0


@REMOTE
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, ConfigurationError),
        (429, RateLimited),
        (500, ProviderUnavailable),
        (503, ProviderUnavailable),
        (529, ProviderUnavailable),
    ],
)
def test_each_failure_that_llmock_plays_is_an_error_of_ours_after_one_request(
    scripted: FaultServer, name: str, status: int, error: type[Exception]
) -> None:
    scripted.post("/reset")
    scripted.post("/scenario", behaviors=[{"type": "fail", "status": status, "retry_after": 7, "times": 2}])

    with pytest.raises(error) as raised:
        ask(scripted, name)

    if isinstance(raised.value, RateLimited):
        assert raised.value.retry_after == 7.0
    assert len(scripted.get("/scenario")["pending"]) == 1, "the SDK tried again by itself"


@REMOTE
def test_a_delay_of_llmock_beyond_the_timeout_may_be_billed(scripted: FaultServer, name: str) -> None:
    scripted.post("/reset")
    scripted.post("/scenario", behaviors=[{"type": "delay", "seconds": 5}])

    with pytest.raises(ProviderUnavailable) as raised:
        ask(scripted, name, timeout_s=0.3)

    assert raised.value.maybe_billed


@REMOTE
def test_prose_of_llmock_is_an_unusable_answer_that_is_paid(scripted: FaultServer, name: str) -> None:
    scripted.post("/reset")
    scripted.post("/scenario", behaviors=[{"type": "reply", "text": "I would rather talk about houses."}])

    with pytest.raises(UnusableAnswer) as raised:
        ask(scripted, name)

    assert raised.value.usage
