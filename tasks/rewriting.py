"""Rejected parts of a batch, put to the models once more."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.outcomes import Judged
from tasks.resources import RunPlan, resources_of


@task(name="rewrite", cache_policy=NO_CACHE)
def rewrite(plan: RunPlan, judged: Sequence[Judged]) -> list[Judged]:
    """The batch with the rejected parts rewritten where that could be done.

    It needs no retries: what no model rewrites is the composer's.
    """
    return run(resources_of(plan).rewriter.rewrite_all(judged))
