"""The main job: claim what is pending, enrich it, let the gate decide, publish, and stop in time.

claim -> normalize -> enrich (mapped, one task run a property) -> gate -> publish -> report
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.budget import watched
from flows.run import Order, work
from phoenix_real_estate.report import BUDGET_EXHAUSTED, RunReport, RunTally
from phoenix_real_estate.settings import load_settings
from tasks.blocks import load_policy
from tasks.inputs import as_is
from tasks.prefetch import take_in
from tasks.report import report_run
from tasks.resources import Models, Resources, RunPlan, opened

SourceName = Literal["maricopa_api", "phoenix_mls"]

# Bounds belong to the type: Prefect enforces them on a direct call, too.
Limit = Annotated[int, Field(ge=0, le=1_000_000)]
BatchSize = Annotated[int, Field(ge=0, le=1000)]
SliceSize = Annotated[int, Field(ge=1, le=1000)]
Minutes = Annotated[int, Field(ge=1, le=24 * 60)]


def _flow_run_name() -> str:
    return f"enrich {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


@flow(
    name="enrich-pending",
    flow_run_name=_flow_run_name,
    # Its threads only wait for the loop that carries the calls; MAX_CONCURRENCY bounds the calls.
    task_runner=ThreadPoolTaskRunner(max_workers=64),  # type: ignore[arg-type]  # its Future type is invariant
)
def enrich_pending(
    limit: Limit = Field(
        default=0,
        description="Take at most this many records. 0: everything that is pending.",
    ),
    sources: list[SourceName] = Field(
        default=[], description="Take only records of these sources. None chosen: of all."
    ),
    models: Models = Field(
        default="configured",
        description="configured: the models of the settings, inside the daily budget. "
        "free: only Ollama and the built-in composer. composer: no model at all.",
    ),
    batch_size: BatchSize = Field(
        default=0, description="Records claimed at a time, at most 1,000. 0: what BATCH_SIZE says."
    ),
    slice_size: SliceSize = Field(
        default=1,
        description="Properties per task run. 1 shows each property in this run and caches it; more, say 25, "
        "take less time over thousands of properties.",
    ),
    time_limit_minutes: Minutes = Field(
        default=25,
        description="No further batch is claimed after so many minutes; what is under way is finished.",
    ),
) -> State[RunReport]:
    """Enriches the pending raw records until nothing is left, or limit, time or budget is reached."""
    settings = load_settings()
    started_at = datetime.now(UTC)
    order = Order(
        limit=limit or None,
        sources=list(sources),
        batch_size=batch_size or settings.batch_size,
        deadline=started_at + timedelta(minutes=time_limit_minutes),
        slice_size=slice_size,
    )
    plan = RunPlan(flow_run_id=flow_run.id, models=models, policy=load_policy(settings))
    tally = RunTally()
    with opened(plan) as resources:
        _work_within_budget(resources, order, tally)
        if tally.out_of_money and resources.ledger.policy.when_exhausted == "local":
            _go_on_for_free(plan, order, tally)
        return _final_state(report_run(plan, as_is(tally), started_at))


def _work_within_budget(resources: Resources, order: Order, tally: RunTally) -> None:
    if not resources.panel.costs_money:
        work(resources, order, tally)
        return
    with watched(resources):
        take_in(resources)
        if resources.ledger.exhausted():
            tally.out_of_money = True
        else:
            work(resources, order, tally)


def _go_on_for_free(plan: RunPlan, order: Order, tally: RunTally) -> None:
    order.stopped = False
    tally.out_of_money = False
    with opened(plan.model_copy(update={"models": "free"})) as free:
        work(free, order, tally)


def _final_state(report: RunReport) -> State[RunReport]:
    """Out of money is not a failure: the run did what it could and the rest is pending."""
    if report.ended == BUDGET_EXHAUSTED:
        return Completed(name=BUDGET_EXHAUSTED, message="The day's LLM budget is gone.", data=report)
    if report.ended == "Completed":
        return Completed(message=report.one_line, data=report)
    return Failed(name=report.ended, message=report.notes[0], data=report)
