"""How properties are set on their way: one task run each, or one for a slice of several.

A task run costs Prefect more than the calls of a property cost us. Runs that a person follows show every
property; long ones over many properties do better with slices.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from prefect import task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.runtime import task_run
from prefect.tasks import Task, exponential_backoff

from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.errors import BudgetExhausted
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.models import EnrichedProperty, Property
from tasks.enrichment import RETRIES, Written, cached_in_redis, enriched_from
from tasks.inputs import as_is
from tasks.resources import Resources, RunPlan, resources_of
from tasks.retries import is_passing, is_retriable

T = TypeVar("T")

Waiting = Callable[[], list[Written]]
"""Waits for a task run: what became of each of its properties."""

Submit = Callable[[Sequence[Property], Sequence[bool]], list[Waiting]]
"""Sets properties on their way, in their order; the flags say for whom this is the last resort."""


def submitter(resources: Resources, slice_size: int) -> Submit:
    """Submits `slice_size` properties per task run. Only task runs of one are kept in the task cache."""
    if slice_size == 1:
        return partial(_one_by_one, cached_in_redis(resources), resources.plan)
    return partial(_by_slices, resources.plan, slice_size)


def slice_name(parameters: dict[str, Any]) -> str:
    """What the UI calls a slice."""
    first, *more = parameters["properties"]
    return f"{first.address.one_line or first.property_id}{f' and {len(more)} more' if more else ''}"


@task(
    name="enrich-slice",
    # Its protocol asks a class method of every function.
    task_run_name=slice_name,  # type: ignore[arg-type]
    retries=RETRIES,
    retry_delay_seconds=exponential_backoff(backoff_factor=2),
    retry_jitter_factor=0.5,
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def enrich_slice(properties: Sequence[Property], plan: RunPlan, last_resort: Sequence[bool]) -> list[Written]:
    """The texts of several properties side by side; one that fails does not take the others along.

    While attempts are left, a failure that may pass ends this one: in the next the answers that are there
    cost nothing.
    """
    outcomes = run(_side_by_side(resources_of(plan).enricher, properties, last_resort))
    passing = [one for one in outcomes if isinstance(one, Exception) and is_passing(one)]
    if passing and task_run.run_count <= RETRIES:
        raise passing[0]
    return outcomes


async def _side_by_side(
    enricher: Enricher, properties: Sequence[Property], last_resort: Sequence[bool]
) -> list[Written]:
    work = [
        enricher.enrich(property, last_resort=last)
        for property, last in zip(properties, last_resort, strict=True)
    ]
    return [_outcome(one) for one in await asyncio.gather(*work, return_exceptions=True)]


def _outcome(result: EnrichedProperty | BaseException) -> Written:
    if isinstance(result, BudgetExhausted):
        return None
    if isinstance(result, EnrichedProperty | Exception):
        return result
    raise result


def _one_by_one(
    enrich: Task[..., Any], plan: RunPlan, properties: Sequence[Property], last_resort: Sequence[bool]
) -> list[Waiting]:
    futures = enrich.map(
        as_is(list(properties)), plan=unmapped(as_is(plan)), last_resort=as_is(list(last_resort))
    )
    return [partial(_of_one, future) for future in futures]


def _by_slices(
    plan: RunPlan, size: int, properties: Sequence[Property], last_resort: Sequence[bool]
) -> list[Waiting]:
    slices = _sliced(properties, size)
    futures = enrich_slice.map(
        as_is(slices), plan=unmapped(as_is(plan)), last_resort=as_is(_sliced(last_resort, size))
    )
    return [partial(_of_slice, future, len(part)) for future, part in zip(futures, slices, strict=True)]


def _of_one(future: PrefectFuture[Any]) -> list[Written]:
    return [enriched_from(future)]


def _of_slice(future: PrefectFuture[Any], properties: int) -> list[Written]:
    outcomes = future.result(raise_on_failure=False)
    return [outcomes] * properties if isinstance(outcomes, Exception) else list(outcomes)


def _sliced(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
