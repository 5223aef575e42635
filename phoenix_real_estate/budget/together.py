"""Calls that come at the same time do their work together, in one go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Together(Generic[Item, Result]):
    """A function of one item that is worked off for all items that wait.

    While one thread works, others queue up; the next to work takes the whole queue. So a round trip to the
    database serves as many calls as came in during the one before, and a lone call never waits for company.
    `work` gives one result per item, in their order; what it raises, each of its callers gets.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._work = work
        self._waiting: list[tuple[Item, Future[Result]]] = []
        self._queueing = threading.Lock()
        self._working = threading.Lock()

    def __call__(self, item: Item) -> Result:
        future: Future[Result] = Future()
        with self._queueing:
            self._waiting.append((item, future))
        with self._working:
            if not future.done():
                self._work_off()
        return future.result()

    def _work_off(self) -> None:
        with self._queueing:
            taken, self._waiting = self._waiting, []
        try:
            results = self._work([item for item, _ in taken])
        except BaseException as problem:  # noqa: BLE001 - it belongs to the callers, who wait for it
            for _, future in taken:
                future.set_exception(problem)
            return
        for (_, future), result in zip(taken, results, strict=True):
            future.set_result(result)
