"""One task run is one property's texts: retried, cached, and named after the property in the UI."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE, CacheKeyFnPolicy, CachePolicy
from prefect.client.schemas.objects import State
from prefect.context import TaskRunContext
from prefect.futures import PrefectFuture
from prefect.states import Cancelled
from prefect.tasks import Task, exponential_backoff
from prefect.transactions import get_transaction
from prefect_redis import RedisDatabase

from phoenix_real_estate.errors import BudgetExhausted
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.models import EnrichedProperty, Property
from phoenix_real_estate.report import BUDGET_EXHAUSTED
from phoenix_real_estate.settings import Settings
from tasks.resources import Resources, RunPlan, resources_of
from tasks.retries import is_retriable

RETRIES = 3
RESULTS_BLOCK = "phoenix-results"

Written = EnrichedProperty | Exception | None
"""A property's texts, the error that ended it, or None when the money was gone."""

# Facts about the collecting, not about the property: they do not make a text stale.
_NOT_SEEN_BY_TEXTS = {"collected_at", "provenance", "confidence", "read_by"}

# What an older version of the project has kept is not read by a newer one of another shape.
_SHAPE = json.dumps(EnrichedProperty.model_json_schema(), sort_keys=True)


def _task_run_name(parameters: dict[str, Any]) -> str:
    facts: Property = parameters["property"]
    return facts.address.one_line or facts.property_id


def _cache_key(_context: TaskRunContext, parameters: dict[str, Any]) -> str:
    facts: Property = parameters["property"]
    content = facts.model_dump_json(exclude=_NOT_SEEN_BY_TEXTS)
    writers = resources_of(parameters["plan"]).enricher.fingerprint
    return "enrich-" + hashlib.sha256(f"{_SHAPE}\n{writers}\n{content}".encode()).hexdigest()


@task(
    name="enrich",
    # Its protocol asks a class method of every function.
    task_run_name=_task_run_name,  # type: ignore[arg-type]
    retries=RETRIES,
    retry_delay_seconds=exponential_backoff(backoff_factor=2),
    retry_jitter_factor=0.5,
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def enrich(property: Property, plan: RunPlan, last_resort: bool) -> dict[str, Any] | State[Any]:
    """The property's texts as JSON (`EnrichedProperty`), or the state BudgetExhausted.

    As the last resort the composer writes where no model answers. Neither its text then nor a stop for
    money is kept in the task cache: both are to be tried again.
    """
    if last_resort:
        _keep_out_of_cache()
    try:
        enriched = run(resources_of(plan).enricher.enrich(property, last_resort=last_resort))
    except BudgetExhausted as stop:
        _keep_out_of_cache()
        return Cancelled(name=BUDGET_EXHAUSTED, message=str(stop))
    return enriched.model_dump(mode="json")


def cached_in_redis(resources: Resources) -> Task[..., Any]:
    """The task with its results kept in Redis: an unchanged property shows as `Cached` in a later run."""
    settings = resources.settings
    if not resources.caching:
        return enrich
    return enrich.with_options(
        cache_policy=_policy(),
        cache_expiration=timedelta(hours=settings.cache_ttl_hours),
        persist_result=True,
        # The block itself: by its name it would be asked of the Prefect server once per task run.
        result_storage=_results_block(settings),
        result_serializer="json",
    )


def enriched_from(future: PrefectFuture[Any]) -> Written:
    """Waits for a property. Texts out of the task cache cost nothing in this run."""
    future.wait()
    state = future.state
    if state.name == BUDGET_EXHAUSTED:
        return None
    result = future.result(raise_on_failure=False)
    if isinstance(result, Exception):
        return result
    enriched = EnrichedProperty.model_validate(result)
    return _as_cached(enriched) if state.name == "Cached" else enriched


def _as_cached(enriched: EnrichedProperty) -> EnrichedProperty:
    free = {"cached": True, "cost_micro_usd": 0}
    records = {name: record.model_copy(update=free) for name, record in enriched.operations.items()}
    return enriched.model_copy(update={"operations": records})


def _policy() -> CachePolicy:
    return CacheKeyFnPolicy(cache_key_fn=_cache_key)


def _results_block(settings: Settings) -> RedisDatabase:
    block = RedisDatabase(
        connection_url=settings.redis_url, key_ttl=max(1, int(settings.cache_ttl_hours * 3600))
    )
    block.save(RESULTS_BLOCK, overwrite=True)
    return block


def _keep_out_of_cache() -> None:
    if transaction := get_transaction():
        transaction.write_on_commit = False
