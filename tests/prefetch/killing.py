"""A process that ends in the middle of a step, and what it leaves behind."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from phoenix_real_estate.models import Property
from tests.prefetch.engines import Desk


class Killed(BaseException):
    """As a process ends: nothing that comes after is done."""


def _dies() -> None:
    raise Killed


def kill(
    monkeypatch: pytest.MonkeyPatch,
    where: type,
    step: str,
    *,
    before: bool = False,
    nth: int = 1,
    dies: Callable[[], None] = _dies,
) -> None:
    """The nth time that this step is taken is the last: it ends `before` it is done, or right after."""
    original = getattr(where, step)
    left = itertools.count(nth, -1)

    def taken(*args: Any, **options: Any) -> Any:
        last = next(left) == 1
        if last and before:
            dies()
        done = original(*args, **options)
        if last:
            dies()
        return done

    async def taken_in_the_loop(*args: Any, **options: Any) -> Any:
        last = next(left) == 1
        if last and before:
            dies()
        done = await original(*args, **options)
        if last:
            dies()
        return done

    in_the_loop = inspect.iscoroutinefunction(original)
    monkeypatch.setattr(where, step, taken_in_the_loop if in_the_loop else taken)


def prefetch_and_die(
    desk: Desk,
    where: type,
    step: str,
    *houses: Property,
    before: bool = False,
    nth: int = 1,
    **changes: Any,
) -> None:
    """A run that ends at this step of its prefetch."""
    with pytest.MonkeyPatch.context() as killing:
        kill(killing, where, step, before=before, nth=nth)
        with pytest.raises(Killed):
            desk.prefetch(*houses, **changes)
