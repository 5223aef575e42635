"""The one asyncio loop of this process, in which all LLM traffic runs.

Prefect's tasks are synchronous: they hand a coroutine over and wait. SDK clients, locks and futures
belong to a loop, so a process has one, started on first use; a forked child starts its own.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")

# The ledger is called from threads of this loop, and does the work of all that wait in one step: the more may
# wait, the fewer steps. With 32 threads a call at concurrency 100 cost the database three times as much.
_THREADS = 256
# Prefect kills the process of a cancelled run after 30 seconds.
_PATIENCE_S = 10.0


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result, computed in this process's loop; for callers outside of it.

    When the caller is interrupted while it waits, the coroutine is cancelled.
    """
    future = asyncio.run_coroutine_threadsafe(coroutine, _process_loop())
    _process.under_way.add(future)
    future.add_done_callback(_process.under_way.discard)
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


def interrupt() -> None:
    """Cancels what is under way in this process's loop, whoever waits for it.

    Returns once all of it has ended, its money settled with it, or after ten seconds: a ledger that is out of
    reach must not hold a process that is to go.
    """
    for future in tuple(_process.under_way):
        future.cancel()
    run(_at_rest())


def call_slots(limit: int) -> asyncio.Semaphore:
    """The semaphore that all callers of the running loop share for at most `limit` calls in flight."""
    slots = _slots.setdefault(asyncio.get_running_loop(), {})
    return slots.setdefault(limit, asyncio.Semaphore(limit))


async def _at_rest() -> None:
    """Waits for what was cancelled, and for what its end brings about."""
    here = asyncio.current_task()
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            while others := [task for task in asyncio.all_tasks() if task is not here]:
                await asyncio.wait(others)


class _Process:
    """The loop of one process; forgotten by a forked child, in which its thread does not run."""

    def __init__(self) -> None:
        self.starting = threading.Lock()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.under_way: set[Future[Any]] = set()


_process = _Process()
_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, asyncio.Semaphore]] = WeakKeyDictionary()
os.register_at_fork(after_in_child=_process.__init__)  # type: ignore[misc]


def _process_loop() -> asyncio.AbstractEventLoop:
    with _process.starting:
        if _process.loop is None:
            _process.loop = _started()
        return _process.loop


def _started() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="phoenix-llm"))
    threading.Thread(target=loop.run_forever, name="phoenix-llm-loop", daemon=True).start()
    return loop
