"""Keeps the records of a run its own for as long as it lives."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from phoenix_real_estate.errors import StoreUnavailable

_log = logging.getLogger(__name__)


@contextmanager
def kept(renew: Callable[[], None], *, every: timedelta) -> Iterator[None]:
    """Calls `renew` from a thread of its own, whatever the run is waiting for meanwhile.

    A store that does not answer is asked again the next time: the lease outlives several renewals.
    """
    over = threading.Event()

    def keep() -> None:
        while not over.wait(every.total_seconds()):
            try:
                renew()
            except StoreUnavailable as unavailable:
                _log.warning("The leases could not be renewed and are tried again: %s", unavailable)

    keeper = threading.Thread(target=keep, name="phoenix-leases", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
