"""How values are handed to tasks."""

from __future__ import annotations

from typing import TypeVar, cast

from prefect.utilities.annotations import quote

T = TypeVar("T")


def as_is(value: T) -> T:
    """The value for a task's parameter, which Prefect does not search for futures.

    The search walks through every field of every model, two milliseconds and more a property.
    """
    return cast(T, quote(value))
