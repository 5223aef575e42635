"""The gate, judging a batch at a time in its own process."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from expectations.gate_process import gate
from expectations.judgement import JudgedBatch
from phoenix_real_estate.models import EnrichedProperty
from phoenix_real_estate.normalize.harmonize import House
from tasks.resources import RunPlan, resources_of


@task(name="gate", cache_policy=NO_CACHE)
def judge(
    plan: RunPlan, houses: Sequence[tuple[House, EnrichedProperty]], with_docs: bool = True
) -> JudgedBatch:
    """Great Expectations' verdict on every house of the batch, and its Data Docs if they are asked for."""
    settings = resources_of(plan).settings
    docs = settings.phoenix_home.absolute() / "data-docs" if with_docs else None
    return gate().judge(houses, settings, docs)


@task(name="gate-again", cache_policy=NO_CACHE)
def judge_again(plan: RunPlan, batch: JudgedBatch) -> JudgedBatch:
    """The verdicts on what was rewritten, and on the composer's texts where that, too, was rejected."""
    return gate().judge_again(batch, resources_of(plan).settings)


def prepare() -> None:
    """Begins what the gate needs seconds for, before it is needed."""
    gate().start()
