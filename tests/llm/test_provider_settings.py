"""What is wrong with a key, an address or a model is told with its setting, and shows no secret."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from phoenix_real_estate.errors import ConfigurationError, ProviderUnavailable
from phoenix_real_estate.llm.anthropic import Anthropic
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.ollama import Ollama
from phoenix_real_estate.llm.openai import OpenAI
from phoenix_real_estate.llm.provider import Provider
from tests.llm.asking import ALL, MODELS, QUESTION, REMOTE, ask, check, everything_said, served
from tests.vendors import VendorServer, faults
from tests.vendors.server import KEY

AT: dict[str, Callable[[str], Provider]] = {
    "openai": lambda url: OpenAI(SecretStr(KEY), url),
    "anthropic": lambda url: Anthropic(SecretStr(KEY), url),
    "ollama": Ollama,
}


@ALL
def test_a_refused_key_is_the_operators_and_its_error_does_not_show_it(
    vendors: VendorServer, name: str
) -> None:
    vendors.fail("unauthorized")

    with pytest.raises(ConfigurationError, match="refused the key") as raised:
        ask(vendors, name)

    assert KEY not in everything_said(raised.value)


@REMOTE
def test_a_wrong_key_is_found_out_before_any_call(vendors: VendorServer, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name.upper()}_API_KEY") as raised:
        check(vendors, name, [], key="sk-wrong-key-987654321")

    assert "sk-wrong" not in everything_said(raised.value)
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
    monkeypatch.setitem(faults.STATUS, "unauthorized", 403)
    vendors.fail("unauthorized")

    with pytest.raises(ConfigurationError, match=rf"no access to the model {MODELS[name]}") as raised:
        ask(vendors, name)

    assert "refused" not in str(raised.value)
    assert KEY not in everything_said(raised.value)


def test_a_password_in_ollamas_address_is_shown_nowhere() -> None:
    async def said() -> str:
        provider = Ollama("http://bob:s3cret@127.0.0.1:9")
        with pytest.raises(ProviderUnavailable) as raised:
            await provider.complete(QUESTION)
        missing = await provider.check(["llama3.2"])
        await provider.close()
        return f"{everything_said(raised.value)} {missing}"

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
    assert "s3cret" not in everything_said(raised.value)
    assert "bob" not in everything_said(raised.value)


@ALL
def test_an_address_that_cannot_be_one_names_its_setting_and_no_password(name: str) -> None:
    with pytest.raises(
        ConfigurationError, match=rf"^{name.upper()}_(HOST|BASE_URL) .*is no address"
    ) as raised:
        AT[name]("http://bob:s3c/ret@127.0.0.1:9")

    assert "s3c" not in everything_said(raised.value)


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


def test_an_ollama_that_is_not_there_leaves_its_models_out(vendors: VendorServer) -> None:
    vendors.url = "http://127.0.0.1:9"

    missing = check(vendors, "ollama", ["llama3.2"])

    assert "no Ollama answers at http://127.0.0.1:9" in missing["llama3.2"]


def test_no_key_shows_when_a_provider_is_printed() -> None:
    async def printed() -> str:
        provider = OpenAI(SecretStr("sk-very-secret"))
        text = f"{provider!r} {vars(provider)!r}"
        await provider.close()
        return text

    assert "sk-very-secret" not in run(printed())
