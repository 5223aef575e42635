"""What has to be done again and again for as long as a run lives: renewing leases, watching the budget."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

_log = logging.getLogger(__name__)


@contextmanager
def kept(renew: Callable[[], object], *, every: timedelta) -> Iterator[None]:
    """Calls `renew` from a thread of its own, whatever the run is waiting for meanwhile.

    What fails is tried again the next time: a lease outlives several renewals.
    """
    over = threading.Event()

    def keep() -> None:
        while not over.wait(every.total_seconds()):
            try:
                renew()
            except Exception as problem:  # noqa: BLE001 - a keeper that dies in silence loses the records
                _log.warning("What the run depends on could not be renewed and is tried again: %s", problem)

    keeper = threading.Thread(target=keep, name="phoenix-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
