"""The one asyncio loop of this process, in which all LLM traffic runs.

Prefect's tasks are synchronous: they hand a coroutine over and wait. SDK clients, locks and futures
belong to a loop, so a process has one, started on first use; a forked child starts its own.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
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
    run(_stopped())


def call_slots(limit: int) -> asyncio.Semaphore:
    """The semaphore that all callers of the running loop share for at most `limit` calls in flight."""
    slots = _slots.setdefault(asyncio.get_running_loop(), {})
    return slots.setdefault(limit, asyncio.Semaphore(limit))


async def _stopped() -> None:
    """Cancels every task but this one, and waits for what their end brings about.

    Not only callers: an answer that several wait for is asked for by a task of its own. Work in a thread,
    such as the ledger's, cannot be cancelled, only forgotten: it is let through.
    """
    here = asyncio.current_task()
    for task in asyncio.all_tasks() - {here}:
        if getattr(task.get_coro(), "__name__", "") != asyncio.to_thread.__name__:
            task.cancel()
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            while others := asyncio.all_tasks() - {here}:
                await asyncio.wait(others)


class _Process:
    """The loop of one process; forgotten by a forked child, in which its thread does not run."""

    def __init__(self) -> None:
        self.starting = threading.Lock()
        self.loop: asyncio.AbstractEventLoop | None = None


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
