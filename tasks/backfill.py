"""A backfill's tasks: reckon it up, choose and freeze its records, claim a chunk, close it, tell of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from prefect import get_run_logger, task
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE

from phoenix_real_estate.backfill import (
    BackfillReport,
    BackfillTally,
    Chunk,
    EngineName,
    Estimate,
    Job,
    Jobs,
    Selection,
    estimate,
    estimate_page,
    report_page,
    select,
)
from phoenix_real_estate.backfill.decisions import left_to_machines
from phoenix_real_estate.backfill.jobs import LEASE as JOB_LEASE
from phoenix_real_estate.backfill.report import looked_at, progress_line
from phoenix_real_estate.budget import RunSpend
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.vendor_batches import endpoints_of
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.settings import load_settings
from phoenix_real_estate.store import Store
from phoenix_real_estate.store.dead_letters import Settled
from tasks.records import LEASE
from tasks.resources import Resources, RunPlan, resources_of
from tasks.retries import is_retriable

ARTIFACT_KEY = "backfill"
PROGRESS_KEY = "backfill-progress"
LATEST = "latest"
# How often a backfill that another run has, perhaps a dead one, is looked at again.
LOOK_S = 2.0
TOLD_EVERY = 2000
"""Records between two lines of the log."""


@task(name="foresee", cache_policy=NO_CACHE)
def foresee(plan: RunPlan, selection: Selection, engine: EngineName, job: Job | None = None) -> Estimate:
    """What the chosen records, or the rest of a backfill, would cost. Nothing is changed."""
    resources, log = resources_of(plan), get_run_logger()
    if job and job.state != "choosing":
        ids, notes = Jobs(resources.store.database).remaining(job), list(job.notes)
    else:
        wanted = job.selection if job else selection
        chosen = select(resources.store, wanted, time_zone=plan.policy.time_zone)
        ids, notes = chosen.ids, chosen.notes

    def known(keys: Sequence[str]) -> set[str]:
        return run(resources.panel.answers.there(keys))

    def told(looked: int, of: int) -> None:
        if looked % TOLD_EVERY == 0 or looked == of:
            log.info("%d of %d records are reckoned up", looked, of)

    reckoned = estimate(
        ids,
        resources.store,
        resources.panel,
        resources.ledger,
        known,
        notes=notes,
        told=told,
        in_batches=endpoints_of(resources.settings) if engine == "batch" else (),
    )
    create_markdown_artifact(
        key=ARTIFACT_KEY, markdown=estimate_page(reckoned), description=reckoned.one_line
    )
    return reckoned


def job_called(resume: str) -> Job | None:
    """The backfill with this id, or the latest that is not done; None when there is no such.

    Raises:
        ConfigurationError: there is no backfill with this id.
    """
    with Store.connect(load_settings()) as store:
        jobs = Jobs(store.database)
        if resume == LATEST:
            return jobs.latest_unfinished()
        job = jobs.read(resume)
    if job is None:
        raise ConfigurationError(
            f"There is no backfill {resume!r}. phoenix backfill --list shows them; 'latest' is the newest "
            "that is not done."
        )
    return job


@task(
    name="choose",
    retries=3,
    retry_delay_seconds=[1, 5, 20],
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def begin(selection: Selection, chunk_size: int, engine: EngineName) -> Job:
    """A new backfill, without its records yet."""
    with Store.connect(load_settings()) as store:
        return Jobs(store.database).begin(selection, chunk_size, engine)


@task(
    name="engage",
    retries=3,
    retry_delay_seconds=[1, 5, 20],
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def engage(job: Job, engine: EngineName) -> Job:
    """A backfill that is gone on with, by batches if either its first run or this one says so."""
    with Store.connect(load_settings()) as store:
        return Jobs(store.database).engage(job, engine)


@task(
    name="freeze",
    retries=3,
    retry_delay_seconds=[1, 5, 20],
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def freeze(plan: RunPlan, job: Job) -> Job:
    """The backfill with its records frozen in chunks; one that has them stays as it is."""
    if job.state != "choosing":
        return job
    store = resources_of(plan).store
    chosen = select(store, job.selection, time_zone=plan.policy.time_zone)
    return Jobs(store.database).freeze(job, chosen)


def take(resources: Resources, job: Job) -> Job:
    """Makes the backfill this run's, after one that died has lost it; gives it as it stands then.

    Raises:
        ConfigurationError: another run is at work on it.
    """
    jobs, run_id = Jobs(resources.store.database), str(resources.plan.flow_run_id)
    patience = time.monotonic() + 2 * JOB_LEASE.total_seconds()
    first = until = jobs.take(job.id, run_id)
    while until is not None:
        get_run_logger().info("Another run had this backfill until %s: is it over?", until)
        if until != first or time.monotonic() > patience:
            raise ConfigurationError(
                f"Another run is at work on backfill {job.id}: let it end, or cancel it, and start again."
            )
        time.sleep(LOOK_S)
        until = jobs.take(job.id, run_id)
    return jobs.read(job.id) or job


@task(
    name="claim",
    retries=3,
    retry_delay_seconds=[1, 5, 20],
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def claim_chunk(plan: RunPlan, job: Job, ids: Sequence[str]) -> list[RawRecord]:
    """Those records of the chunk that are to be done and that nobody else holds.

    What a person has decided on since they were chosen is left as it is.

    Raises:
        ConfigurationError: another run has the backfill by now.
    """
    store = resources_of(plan).store
    _hold(plan, job, Jobs(store.database))
    if not job.selection.decided_by_people:
        ids = left_to_machines(store, ids)
    return store.reruns.claim(ids, backfill=job.id, since=job.created_at, lease=LEASE)


@task(
    name="close-chunk",
    retries=5,
    retry_delay_seconds=[1, 5, 20, 60, 60],
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def close_chunk(plan: RunPlan, job: Job, step: int, chunk: Chunk, *, through: bool) -> None:
    """Notes where the chunk's records are now, and closes the letters of those that are dead no more.

    The cursor stays before a chunk that is not through: the next run looks at it again.

    Raises:
        ConfigurationError: another run has the backfill by now.
    """
    store = resources_of(plan).store
    jobs = Jobs(store.database)
    _hold(plan, job, jobs)
    standings = store.reruns.standings(chunk.ids, backfill=job.id, since=job.created_at)
    alive = [
        one for one in chunk.ids if one in standings and standings[one].where in ("processed", "needs_review")
    ]
    letters = list(store.dead_letters.find("open", ids=alive))
    why = f"enriched again by backfill {job.id}"
    store.dead_letters.settle(
        letters, Settled(state="replayed", by=f"backfill {job.id}", at=datetime.now(UTC), why=why)
    )
    jobs.note(job, chunk, standings, through=through)
    if through:
        jobs.advance(job, step)


def _hold(plan: RunPlan, job: Job, jobs: Jobs) -> None:
    """A run that stood still for longer than its lease must not work beside the one that goes on with it."""
    if not jobs.hold(job.id, str(plan.flow_run_id)):
        raise ConfigurationError(
            f"This run stood still, and another run has taken over backfill {job.id}: it goes on there. What "
            "this run has published stands; there is nothing to do."
        )


class Progress:
    """How far the backfill is, on the run's page in the UI."""

    def __init__(self, plan: RunPlan, job: Job) -> None:
        self._jobs = Jobs(resources_of(plan).store.database)
        self._job = job
        self._began = datetime.now(UTC)
        self._artifact = cast(
            UUID, create_progress_artifact(0.0, key=PROGRESS_KEY, description=f"Backfill {job.id}")
        )

    def tell(self, in_run: int) -> tuple[int, int]:
        """Brings the page up to date; gives the records looked at, and all of them."""
        job, counts = self._job, self._jobs.counts(self._job)
        looked = min(looked_at(counts), job.records)
        line = progress_line(counts, job.records, in_run=in_run, since=self._began, now=datetime.now(UTC))
        share = 100.0 * looked / job.records if job.records else 100.0
        update_progress_artifact(self._artifact, share, description=line)
        return looked, job.records


@task(name="report", cache_policy=NO_CACHE)
def report_backfill(plan: RunPlan, job: Job, tally: BackfillTally, started_at: datetime) -> BackfillReport:
    """Ends the backfill when all is looked at, and puts what was done on the run's page."""
    resources = resources_of(plan)
    jobs = Jobs(resources.store.database)
    job = jobs.read(job.id) or job
    if job.cursor >= job.steps:
        jobs.finish(job)
    report = _report(resources, job, jobs.counts(job), tally, started_at)
    create_markdown_artifact(key=ARTIFACT_KEY, markdown=report_page(report), description=report.one_line)
    return report


def _report(
    resources: Resources, job: Job, counts: dict[str, int], tally: BackfillTally, started_at: datetime
) -> BackfillReport:
    ledger, flow_run_id = resources.ledger, resources.plan.flow_run_id
    spent = ledger.spent_in(flow_run_id) if flow_run_id else RunSpend()
    stop = (str(tally.stop),) if tally.stop else ()
    return BackfillReport(
        job=job.id,
        flow_run_id=flow_run_id,
        started_at=started_at,
        ended_at=datetime.now(UTC),
        ended=tally.ended,
        records=job.records,
        in_run=tally.records,
        counts=counts,
        spent_in_run_micro_usd=spent.cost_micro_usd,
        spent_today_micro_usd=ledger.today().spent_micro_usd,
        a_day_micro_usd=ledger.policy.backfill_limit_micro_usd,
        daily_limit_micro_usd=ledger.policy.daily_limit_micro_usd,
        reasons=tuple(tally.reasons),
        more_reasons=tally.more_reasons,
        notes=(*stop, *job.notes, *resources.notes, *tally.notes),
        data_docs=str(tally.docs) if tally.docs else None,
    )
