"""Which failures Prefect may try again."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from phoenix_real_estate.errors import AnswerUnderWay, RetriableError


def is_retriable(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """True for the errors whose class says that the same work may succeed later."""
    return is_passing(state.result(raise_on_failure=False))


def is_passing(error: object) -> bool:
    """Whether it may pass within the minutes that a run tries again; a vendor's batch takes hours."""
    return isinstance(error, RetriableError) and not isinstance(error, AnswerUnderWay)
