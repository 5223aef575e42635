"""How far a run is, for whoever started it in this process (the command line's progress bar)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Progress = Callable[[int, int], None]
"""Called with the records done and the records claimed so far."""


def _silent(_done: int, _claimed: int) -> None:
    return None


_progress: ContextVar[Progress] = ContextVar("progress", default=_silent)


def report_progress(done: int, claimed: int) -> None:
    """Tells the listener of this process, if there is one."""
    _progress.get()(done, claimed)


@contextmanager
def listening(progress: Progress) -> Iterator[None]:
    """Runs flows of this process with a listener to their progress."""
    token = _progress.set(progress)
    try:
        yield
    finally:
        _progress.reset(token)
