"""What every vendor's batch endpoint speaks: numbered requests in, numbered results out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from phoenix_real_estate.errors import ConfigurationError, PhoenixError, ProviderUnavailable, RetriableError
from phoenix_real_estate.llm.provider import Completion, Request

# A short answer, or the next piece of a long one.
TIMEOUT_S = 60.0
# A whole file of requests, which may be large.
TRANSFER_TIMEOUT_S = 600.0


class NoBatches(ConfigurationError):
    """The address serves no batches, or not this one, or not to this key."""


class Unclear(RetriableError):
    """It cannot be told yet whether the vendor has a batch."""


class Undone(ProviderUnavailable):
    """The vendor did not come to this request of a batch in its time; it may be asked again."""

    def __init__(self, message: str) -> None:
        super().__init__(message, maybe_billed=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the vendor takes in one batch: requests, and bytes of them together."""

    requests: int
    size: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """One request of a batch. Its number comes back with the result: up to 64 letters, digits, `-`, `_`."""

    number: str
    request: Request


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch that may have reached the vendor: what it can be recognized by, and what it cannot be."""

    label: str
    numbers: frozenset[str]
    since: datetime
    others: frozenset[str]


@dataclass(frozen=True, slots=True)
class BatchState:
    """Where a batch stands. `answered` are its requests with an answer, which the vendor bills."""

    ended: bool
    answered: int | None
    cancelled: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one request: its completion, or the error that a live call would have raised.

    An UnusableAnswer is billed, every other error is not.
    """

    number: str
    outcome: Completion | PhoenixError


class BatchEndpoint(Protocol):
    """One vendor's batches. An endpoint belongs to the loop it is first used on, and is closed there.

    Each method raises RateLimited and ProviderUnavailable when the vendor cannot be asked now,
    ConfigurationError when it refuses the key, and NoBatches when it does not know what is asked for.
    """

    name: str
    limits: Limits

    def size(self, request: Request) -> int:
        """The bytes of the request in a batch."""

    async def submit(self, label: str, requests: Sequence[Numbered]) -> str:
        """The vendor's id of a new batch of requests to one model.

        Raises:
            ProviderUnavailable: `maybe_billed` tells whether the batch may be there all the same.
        """

    async def find(self, sent: Sent) -> str | None:
        """The vendor's id of a batch whose submission was interrupted; None when the vendor lists none.

        Raises:
            Unclear: the vendor has a batch that may be it.
        """

    async def state(self, batch_id: str) -> BatchState:
        """Where the batch stands."""

    def results(self, batch_id: str, model: str) -> AsyncGenerator[Result | None, None]:
        """The results of a batch that has ended, in any order; None for a line that cannot be read."""

    async def cancel(self, batch_id: str) -> None:
        """Asks for its end; what is answered until then is billed, and can be had."""

    async def close(self) -> None:
        """Gives the connections back."""
