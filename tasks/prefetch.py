"""Answers bought in advance, in the vendors' batches, for a backfill that has time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from phoenix_real_estate.backfill import EngineName
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.models import Property
from phoenix_real_estate.prefetch import BatchEngine, Prefetched
from phoenix_real_estate.prefetch.journal import Journal
from tasks.inputs import as_is
from tasks.resources import Resources

Prefetch = Callable[[Sequence[Property]], tuple[str, ...]]
"""Called with properties before they are enriched; gives what the operator should know."""


@contextmanager
def prefetching(resources: Resources, engine: EngineName) -> Iterator[Prefetch]:
    """What asks the vendors' batches in advance; nothing with `live`, or where no model is paid for."""
    if engine == "live" or not resources.panel.costs_money:
        yield lambda _properties: ()
        return
    with _engine(resources) as batches:
        yield partial(_asked, batches)


def take_in(resources: Resources) -> None:
    """Collects what has ended at the vendors since a run has left it there; waits for nothing."""
    if not (resources.panel.costs_money and Journal(resources.store.database).open()):
        return
    with _engine(resources) as batches:
        run(batches.look())


@contextmanager
def _engine(resources: Resources) -> Iterator[BatchEngine]:
    batches = BatchEngine.build(
        resources.settings,
        resources.panel,
        resources.ledger,
        resources.store.database,
        flow_run_id=resources.plan.flow_run_id,
    )
    try:
        yield batches
    finally:
        run(batches.close())


@task(name="prefetch", cache_policy=NO_CACHE)
def prefetch(engine: BatchEngine, properties: Sequence[Property]) -> Prefetched:
    """Waits until the vendors' batches have answered what these properties will ask: up to a day.

    It needs no retries: what no batch answers is asked live, and what is under way is collected later.
    """
    log = get_run_logger()

    def told(done: int, of: int) -> None:
        log.info("%d of %d questions are answered in the vendors' batches", done, of)

    return run(engine.prefetch(properties, told))


def _asked(engine: BatchEngine, properties: Sequence[Property]) -> tuple[str, ...]:
    return prefetch(as_is(engine), as_is(properties)).notes
