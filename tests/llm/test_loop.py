from __future__ import annotations

import asyncio
import os
import threading
import time
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress

import pytest

from phoenix_real_estate.llm import loop
from phoenix_real_estate.llm.loop import call_slots, interrupt, run


async def _here() -> tuple[int, str]:
    return id(asyncio.get_running_loop()), threading.current_thread().name


def test_everything_runs_in_one_loop_of_its_own_thread() -> None:
    first, second = run(_here()), run(_here())

    assert first == second
    assert first[1] != threading.current_thread().name


def test_threads_that_start_at_once_share_the_loop() -> None:
    loops: list[int] = []
    threads = [threading.Thread(target=lambda: loops.append(run(_here())[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(loops) == 8
    assert len(set(loops)) == 1


def test_an_error_reaches_the_caller() -> None:
    async def failing() -> None:
        raise LookupError("from inside")

    with pytest.raises(LookupError, match="from inside"):
        run(failing())


def test_a_caller_that_is_interrupted_cancels_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    cancelled = threading.Event()
    started = threading.Event()

    async def work() -> None:
        started.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    def interrupted(_self: object, timeout: float | None = None) -> None:
        assert started.wait(10)
        raise KeyboardInterrupt

    monkeypatch.setattr("concurrent.futures.Future.result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(work())

    assert cancelled.wait(10)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_has_a_loop_that_runs() -> None:
    parents = run(_here())[0]
    child = os.fork()
    if child == 0:
        os._exit(0 if run(_here())[1] and parents else 1)  # pragma: no cover - runs in the child

    assert os.waitpid(child, 0)[1] == 0


def test_callers_of_one_loop_share_the_slots_for_calls() -> None:
    async def slots() -> tuple[bool, bool]:
        return call_slots(3) is call_slots(3), call_slots(3) is call_slots(4)

    async def one() -> asyncio.Semaphore:
        return call_slots(3)

    assert run(slots()) == (True, False)
    assert run(one()) is run(one())
    assert asyncio.run(one()) is not run(one())


def test_an_interruption_waits_until_what_it_cancelled_has_come_to_rest() -> None:
    started, settled = threading.Event(), threading.Event()

    async def settling() -> None:
        await asyncio.sleep(0.05)
        settled.set()

    async def work() -> None:
        started.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.create_task(settling()))
            raise

    def wait_for_it() -> None:
        with pytest.raises(CancelledError):
            run(work())

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    assert started.wait(10)
    interrupt()

    assert settled.is_set()
    waiting.join(10)
    assert not waiting.is_alive()


def test_an_interruption_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_PATIENCE_S", 0.05)
    started, released = threading.Event(), threading.Event()

    async def stubborn() -> bool:
        started.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        return await asyncio.to_thread(released.wait, 10)

    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(run, stubborn())
        assert started.wait(10)
        interrupt()
        assert not waiting.done()
        released.set()
        assert waiting.result(10)


def test_an_interruption_lets_what_is_in_a_thread_come_to_its_end() -> None:
    started, written = threading.Event(), threading.Event()

    def write() -> None:
        started.set()
        time.sleep(0.05)
        written.set()

    steps: list[asyncio.Task[None]] = []

    async def begin() -> None:
        steps.append(asyncio.create_task(asyncio.to_thread(write)))

    run(begin())
    assert started.wait(10)
    interrupt()
    assert written.is_set()
    assert not steps[0].cancelled()
