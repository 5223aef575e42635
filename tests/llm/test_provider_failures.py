"""What a call that failed tells: whether it may be billed, and when to ask again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import anthropic
import openai
import pytest

from phoenix_real_estate.errors import PhoenixError, ProviderUnavailable, RateLimited
from phoenix_real_estate.llm import anthropic as anthropic_module
from phoenix_real_estate.llm import openai as openai_module
from phoenix_real_estate.llm.failures import retry_after
from tests.llm.asking import ALL, REMOTE, ask, everything_said
from tests.vendors import Fault, VendorServer


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

    assert "sk-secret" not in everything_said(raised.value)


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
