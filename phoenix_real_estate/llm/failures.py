"""What a failed call means: status codes, headers and lost connections as the project's own errors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from phoenix_real_estate.errors import ConfigurationError, PhoenixError, ProviderUnavailable, RateLimited
from phoenix_real_estate.llm.provider import NoAccess, UnknownModel, UnusableAnswer, Usage

NOTHING_USED = Usage(0, 0)


@dataclass(frozen=True)
class Vendor:
    """How a vendor is named to the operator, and which settings to correct."""

    name: str
    key_setting: str
    address_setting: str

    def status_error(
        self, status: int, headers: Mapping[str, str], model: str, said: str = ""
    ) -> PhoenixError:
        """What an HTTP error means; `said` is the vendor's own code for it.

        A vendor charges for answers, so an error status costs nothing, but for those a gateway sends
        while the model may still be writing (408, 502, 504 and 520 to 527): they may be billed.
        """
        if status == 401:
            return ConfigurationError(
                f"{self.name} refused the key (HTTP {status}). Correct {self.key_setting}."
            )
        if status == 403:
            return NoAccess(
                f"{self.name} gives this key no access to the model {model} (HTTP {status}). "
                "Correct the setting that names it, or allow the key to use it."
            )
        if status == 404:
            return UnknownModel(
                f"{self.name} does not know the model {model} (HTTP 404). Correct the setting that names it, "
                f"or {self.address_setting}."
            )
        return self._passing(status, headers, said)

    def _passing(self, status: int, headers: Mapping[str, str], said: str) -> PhoenixError:
        if said in _NO_CREDIT:
            return ProviderUnavailable(
                f"{self.name}'s account has no credit ({said}). Add some, or name another vendor's models.",
                maybe_billed=False,
            )
        if said in _REFUSED_PROMPT:
            return UnusableAnswer(f"{self.name} refused the prompt ({said}).", NOTHING_USED)
        if status == 429:
            return RateLimited(f"{self.name} asks to slow down (HTTP 429).", retry_after=retry_after(headers))
        billed = status in (408, 502, 504) or 520 <= status <= 527
        why = f": {said}" if said else ""
        return ProviderUnavailable(f"{self.name} answered with HTTP {status}{why}.", maybe_billed=billed)

    def may_not_list(self, status: int = 403) -> ProviderUnavailable:
        """A restricted key may still call its models."""
        return ProviderUnavailable(
            f"{self.name} does not let this key list models (HTTP {status}).", maybe_billed=False
        )

    def unreachable(
        self, error: BaseException, not_sent: tuple[type[BaseException], ...]
    ) -> ProviderUnavailable:
        """No answer came. Billed for certain not when the connection itself was never made.

        `not_sent` are the transport's classes for that; they stand anywhere among the causes.
        """
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, not_sent):
                return ProviderUnavailable(f"{self.name} cannot be reached.", maybe_billed=False)
            cause = cause.__cause__ or cause.__context__
        return ProviderUnavailable(f"The connection to {self.name} was lost or timed out.", maybe_billed=True)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds that the headers ask to wait; None when they do not say.

    OpenAI's `retry-after-ms` is the finer one; `retry-after` is given in seconds or as a date.
    """
    if (milliseconds := _number(headers.get("retry-after-ms", ""))) is not None:
        return milliseconds / 1000
    value = headers.get("retry-after", "")
    seconds = _number(value)
    return _until(value, now or datetime.now(UTC)) if seconds is None else seconds


# https://platform.openai.com/docs/guides/error-codes
_NO_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_error"})
_REFUSED_PROMPT = frozenset({"content_filter", "content_policy_violation", "invalid_prompt"})


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return max(number, 0.0) if math.isfinite(number) else None


def _until(value: str, now: datetime) -> float | None:
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    # A date without a zone is one of UTC: RFC 9110, 5.6.7.
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max((aware - now).total_seconds(), 0.0)
