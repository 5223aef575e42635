"""What every vendor module speaks: a request in, a completion out, and only the project's own errors.

Nothing of a vendor leaves this package: no exception class, no response type, no key in a message.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import JsonValue

from phoenix_real_estate.errors import (
    ConfigurationError,
    MalformedAnswer,
    PhoenixError,
    ProviderUnavailable,
    RateLimited,
)
from phoenix_real_estate.store.connection import without_credentials

REMOTE_TIMEOUT_S = 60.0
LOCAL_TIMEOUT_S = 300.0
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
    """Tokens as the vendor counted them; `cached_input_tokens` are part of `input_tokens`."""

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int = 0


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

    async def check(self, models: Collection[str]) -> dict[str, str]:
        """The models among `models` that cannot be served, each with what to do about it.

        Raises:
            ConfigurationError: the key is refused.
            RetriableError: the vendor cannot be asked now, or not with this key, which says nothing about
                its models.
        """

    async def close(self) -> None:
        """Give the connections back."""


def json_object(text: str | None, usage: Usage | None, vendor: str) -> dict[str, JsonValue]:
    """The JSON object that a model wrote, or UnusableAnswer."""
    if not text or not text.strip():
        raise UnusableAnswer(f"{vendor} gave an empty answer.", usage)
    try:
        content = json.loads(text)
    except ValueError:
        raise UnusableAnswer(f"{vendor} answered with broken JSON.", usage) from None
    if not isinstance(content, dict):
        raise UnusableAnswer(f"{vendor} answered with JSON that is not an object.", usage)
    return content


def refused_key(vendor: str, status: int, setting: str) -> ConfigurationError:
    """The operator's error for a key that the vendor does not take."""
    return ConfigurationError(f"{vendor} refused the key (HTTP {status}). Correct {setting}.")


def no_access(vendor: str, status: int, model: str) -> NoAccess:
    """The operator's error for a key that is right, but not for this model."""
    return NoAccess(
        f"{vendor} gives this key no access to the model {model} (HTTP {status}). "
        "Correct the setting that names it, or allow the key to use it."
    )


def may_not_list(vendor: str, status: int = 403) -> ProviderUnavailable:
    """A restricted key may still call its models."""
    return ProviderUnavailable(
        f"{vendor} does not let this key list models (HTTP {status}).", maybe_billed=False
    )


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


def status_error(vendor: str, status: int, headers: Mapping[str, str], said: str = "") -> PhoenixError:
    """What an HTTP error other than a refused key or an unknown model means for the attempt.

    A vendor charges for answers, so an error status costs nothing, but for those a gateway sends
    while the model may still be writing (408, 502, 504 and 520 to 527): they may be billed.
    """
    if status == 429:
        return RateLimited(f"{vendor} asks to slow down (HTTP 429).", retry_after=retry_after(headers))
    billed = status in (408, 502, 504) or 520 <= status <= 527
    why = f": {said}" if said else ""
    return ProviderUnavailable(f"{vendor} answered with HTTP {status}{why}.", maybe_billed=billed)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds a Retry-After header asks to wait, given as seconds or as a date; None without one."""
    value = headers.get("retry-after", "")
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max((then - (now or datetime.now(UTC))).total_seconds(), 0.0)


def unreachable(
    vendor: str, error: BaseException, not_sent: tuple[type[BaseException], ...]
) -> ProviderUnavailable:
    """No answer came. Billed for certain not when the connection itself was never made.

    `not_sent` are the transport's classes for that; they stand anywhere among the causes.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, not_sent):
            return ProviderUnavailable(f"{vendor} cannot be reached.", maybe_billed=False)
        cause = cause.__cause__ or cause.__context__
    return ProviderUnavailable(f"The connection to {vendor} was lost or timed out.", maybe_billed=True)
