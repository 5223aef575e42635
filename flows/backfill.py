"""Old records done again, in chunks, beside the scheduled run and out of its way.

choose -> dry run: what it would cost
       -> freeze in chunks -> claim -> normalize -> enrich -> gate -> publish, chunk after chunk -> report
"""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt

from flows.budget import watched
from flows.chunks import owned, work
from phoenix_real_estate.backfill import BackfillReport, BackfillTally, EngineName, Estimate, Job, Selection
from phoenix_real_estate.embedded import servers
from phoenix_real_estate.report import BUDGET_EXHAUSTED
from phoenix_real_estate.settings import Settings, load_settings, using
from tasks.backfill import LATEST, begin, engage, foresee, freeze, job_called, report_backfill
from tasks.blocks import load_policy
from tasks.inputs import as_is
from tasks.prefetch import take_in
from tasks.resources import Models, Resources, RunPlan, opened

NOTHING_OPEN = "No backfill is open: there is nothing to go on with."


class Pace(BaseModel):
    """How a backfill works: which models, how many records and calls at a time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: Models = Field(
        default="configured",
        description="configured: the models of the settings, inside the backfills' share of the budget. "
        "free: only Ollama and the built-in composer. composer: no model at all.",
    )
    engine: EngineName = Field(
        default="live",
        description="live: each question by itself, at once. batch: a chunk's questions in the batches of "
        "OpenAI and Anthropic, at half the price; a chunk may take a day, so make it large. "
        "A backfill that has begun with batches goes on with them.",
    )
    chunk_size: int = Field(default=150, ge=1, le=1000, description="Records claimed and judged at a time.")
    slice_size: int = Field(default=25, ge=1, le=1000, description="Properties per task run.")
    max_concurrency: NonNegativeInt = Field(
        default=0, le=1000, description="LLM calls in flight. 0: half of MAX_CONCURRENCY."
    )


ANY, USUAL = Selection(), Pace()


def _flow_run_name() -> str:
    return f"backfill {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


@flow(
    name="backfill",
    flow_run_name=_flow_run_name,
    # Its threads only wait for the loop that carries the calls.
    task_runner=ThreadPoolTaskRunner(max_workers=64),  # type: ignore[arg-type]  # its Future type is invariant
)
def backfill(
    what: Selection = Field(default=ANY, description="Which records."),
    how: Pace = Field(default=USUAL, description="How it works."),
    resume: str = Field(
        default="",
        description="Go on with this backfill, or with the 'latest' that is not done, instead of a new one. "
        "Its records are those that were chosen then.",
    ),
    dry_run: bool = Field(
        default=True, description="Only tell how many records it would be, and what they would cost."
    ),
) -> State[BackfillReport] | State[Estimate]:
    """Enriches records of any age and state again; goes on where it was stopped."""
    with servers(load_settings()) as running, using(running.settings):
        job = job_called(resume) if resume else None
        if resume and (job is None or job.state == "done"):
            told = NOTHING_OPEN if resume == LATEST else f"Backfill {resume} is done."
            return Completed(message=told)
        if dry_run:
            engine = "batch" if job and job.engine == "batch" else how.engine
            return _foreseen(_plan(running.settings, how), what, engine, job)
        job = engage(job, how.engine) if job else begin(what, how.chunk_size, how.engine)
        plan = _plan(running.settings, how, job)
        with opened(plan) as resources:
            return _worked_off(resources, job, how)


def _plan(settings: Settings, how: Pace, job: Job | None = None) -> RunPlan:
    return RunPlan(
        flow_run_id=flow_run.id,
        models=how.models,
        policy=load_policy(settings),
        backfill=job.id if job else None,
        max_concurrency=how.max_concurrency or max(1, settings.max_concurrency // 2),
    )


def _foreseen(plan: RunPlan, what: Selection, engine: EngineName, job: Job | None) -> State[Estimate]:
    with opened(plan):
        told = foresee(plan, what, engine, job)
    return Completed(message=f"dry run: {told.one_line}", data=told)


def _worked_off(resources: Resources, job: Job, how: Pace) -> State[BackfillReport]:
    started_at, plan, tally = datetime.now(UTC), resources.plan, BackfillTally()
    with owned(resources, job) as mine, watched(resources):
        if mine.engine == "live":
            take_in(resources)
        frozen = freeze(plan, mine)
        tally.out_of_money = resources.panel.costs_money and resources.ledger.exhausted()
        work(resources, frozen, how.slice_size, tally)
        return _final_state(report_backfill(plan, frozen, as_is(tally), started_at))


def _final_state(report: BackfillReport) -> State[BackfillReport]:
    if report.ended == BUDGET_EXHAUSTED:
        message = f"The backfills' share of the day's budget is gone. {report.one_line}"
        return Completed(name=BUDGET_EXHAUSTED, message=message, data=report)
    if report.ended == "Completed":
        return Completed(message=report.one_line, data=report)
    return Failed(name=report.ended, message=report.notes[0], data=report)
