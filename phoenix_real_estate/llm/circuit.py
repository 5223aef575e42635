"""A circuit breaker: what keeps failing is left alone for a while, then tried once."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from phoenix_real_estate.errors import MalformedAnswer, ProviderUnavailable

WINDOW = 20
LEAST_CALLS = 6
FAILURE_RATE = 0.5
# Shorter than a task's retries take together (14 s and more), so that the last of them finds it over.
COOL_DOWN_S = 10.0


class Circuit:
    """Open once at least half of the last 20 calls failed (and at least 6 were made).

    While open, an attempt is refused without a call. After the cool-down a single probe goes
    through: its success closes the circuit, its failure opens it for another cool-down.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._outcomes: deque[bool] = deque(maxlen=WINDOW)
        self._opened_at: float | None = None
        self._probing = False

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Count one attempt: a model's error out of the block is a failure, its end a success.

        Any other exception (a refused reservation, a cancellation) says nothing about the model, and one
        that asks to slow down works.

        Raises:
            ProviderUnavailable: the circuit is open; nothing was sent.
        """
        self._enter()
        try:
            yield
        except (ProviderUnavailable, MalformedAnswer):
            self._failed()
            raise
        else:
            self._succeeded()
        finally:
            self._probing = False

    @property
    def open(self) -> bool:
        """Whether an attempt would be refused now."""
        if self._opened_at is None:
            return False
        return self._probing or self._clock() - self._opened_at < COOL_DOWN_S

    def _enter(self) -> None:
        if self.open:
            raise ProviderUnavailable(
                f"{self._name} failed too often and is left alone for {COOL_DOWN_S:.0f} s.",
                maybe_billed=False,
            )
        self._probing = self._opened_at is not None

    def _succeeded(self) -> None:
        if self._probing:
            self._opened_at = None
            self._outcomes.clear()
        self._outcomes.append(True)

    def _failed(self) -> None:
        self._outcomes.append(False)
        failures = self._outcomes.count(False)
        if len(self._outcomes) >= LEAST_CALLS and failures >= FAILURE_RATE * len(self._outcomes):
            self._opened_at = self._clock()
