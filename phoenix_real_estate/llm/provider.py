"""What every vendor module speaks: a request in, a completion out, and only the project's own errors.

Nothing of a vendor leaves this package: no exception class, no response type, no key in a message.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import JsonValue

from phoenix_real_estate.errors import ConfigurationError, MalformedAnswer
from phoenix_real_estate.store.connection import without_credentials

CONNECT_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Request:
    """One call of one model. `schema` is the JSON schema that the answer has to satisfy."""

    model: str
    system: str
    user: str
    schema: Mapping[str, JsonValue]
    schema_name: str
    max_output_tokens: int
    temperature: float


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the vendor counted them.

    Those read from the vendor's prompt cache, and those written to it, are part of `input_tokens`.
    """

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """The answered JSON object. `usage` is None when the vendor did not tell it."""

    content: dict[str, JsonValue]
    usage: Usage | None
    model: str


class UnusableAnswer(MalformedAnswer):
    """A malformed answer with what it used, so that it is paid exactly; None is unknown."""

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage


class UnknownModel(ConfigurationError):
    """The vendor does not serve this model, or the address is not the vendor's."""


class NoAccess(UnknownModel):
    """The key is right, but not for this."""


class Provider(Protocol):
    """One vendor. A provider belongs to the loop it is first used on, and is closed there."""

    name: str

    async def complete(self, request: Request) -> Completion:
        """One attempt, never repeated by the vendor's SDK.

        Raises:
            ConfigurationError: the key is refused or the model is unknown.
            RateLimited: the vendor asked to slow down.
            ProviderUnavailable: no answer; `maybe_billed` tells whether it may have been made.
            UnusableAnswer: an answer that is not the JSON object asked for.
        """

    async def served(self) -> Collection[str]:
        """The names of the models that the vendor lists for this key; none where it lists none.

        Raises:
            ConfigurationError: the key is refused.
            RetriableError: the vendor cannot be asked now, or not with this key.
        """

    async def check(self, models: Collection[str]) -> dict[str, str]:
        """The models among `models` that cannot be served, each with what to do about it.

        Raises:
            ConfigurationError: the key is refused.
            RetriableError: the vendor cannot be asked now, or not with this key, which says nothing about
                its models.
        """

    async def close(self) -> None:
        """Give the connections back."""


def checked_address(setting: str, address: str) -> str:
    """The address as it is.

    Raises:
        ConfigurationError: no host and port can be read from it; a password in it is not shown.
    """
    try:
        urlsplit(address if "://" in address else f"//{address}").port  # noqa: B018 - reading it parses it
    except ValueError:
        raise ConfigurationError(
            f"{setting} {without_credentials(address)} is no address. Correct it: http://host:port"
        ) from None
    return address


def vendor_address(setting: str, address: str | None) -> str | None:
    """The same for a vendor with a key; None is the vendor's own address.

    Raises:
        ConfigurationError: also for a user or password in it, which cannot be sent beside the key.
    """
    if address and "@" in urlsplit(checked_address(setting, address)).netloc:
        raise ConfigurationError(
            f"{setting} {without_credentials(address)} comes with a user or password, which cannot be sent "
            "beside the key. Remove them from it."
        )
    return address
