"""How a run works off a backfill: chunk after chunk from its cursor, until there is a reason to stop."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from flows.batch import Batch, abandon, finish, renew, start
from flows.leases import kept
from flows.progress import report_progress
from flows.run import BATCHES_AT_ONCE, RENEW_EVERY, STOPPED
from phoenix_real_estate.backfill import BackfillTally, Chunk, Job, Jobs
from phoenix_real_estate.backfill.jobs import LEASE
from phoenix_real_estate.models import Property
from tasks.backfill import Progress, claim_chunk, close_chunk, take
from tasks.prefetch import Prefetch, prefetching
from tasks.resources import Resources
from tasks.slices import Submit, Waiting, submitter

HOLD_EVERY = LEASE / 6


@dataclass
class Step:
    """One step of the backfill's cursor; without a batch where no record of its chunk is to be done."""

    number: int
    chunk: Chunk
    batch: Batch | None


@dataclass
class Line:
    """The chunks under way: each is begun while the one before is being enriched, judged and published.

    Where answers are bought in advance, which may take a day, `at_once` is one.
    """

    resources: Resources
    job: Job
    submit: Submit
    progress: Progress
    tally: BackfillTally
    prefetch: Prefetch
    at_once: int
    under_way: deque[Step] = field(default_factory=deque)

    @property
    def batches(self) -> list[Batch]:
        return [step.batch for step in tuple(self.under_way) if step.batch]


def work(resources: Resources, job: Job, slice_size: int, tally: BackfillTally) -> None:
    """Works the backfill off from its cursor; whatever ends it, no record stays claimed by a dead run."""
    with prefetching(resources, job.engine) as prefetch:
        submit, progress = submitter(resources, slice_size), Progress(resources.plan, job)
        at_once = BATCHES_AT_ONCE if job.engine == "live" else 1
        _work(Line(resources, job, submit, progress, tally, prefetch, at_once))


def _work(line: Line) -> None:
    try:
        with kept(partial(_renew, line), every=RENEW_EVERY):
            _work_off(line)
    except BaseException:
        abandon(line.resources, [batch.claimed for batch in line.batches], why=STOPPED)
        raise
    line.progress.tell(line.tally.records)


@contextmanager
def owned(resources: Resources, job: Job) -> Iterator[Job]:
    """The backfill as this run's alone, for as long as it works on it.

    Raises:
        ConfigurationError: another run is at work on it.
    """
    jobs, run_id = Jobs(resources.store.database), str(resources.plan.flow_run_id)
    taken = take(resources, job)
    try:
        with kept(partial(jobs.hold, job.id, run_id), every=HOLD_EVERY):
            yield taken
    finally:
        jobs.let_go(job.id, run_id)


def _work_off(line: Line) -> None:
    for number in range(line.job.cursor, line.job.steps):
        # What was not to be had in the first lap is looked at again once nothing is under way here.
        _complete(line, down_to=0 if number == line.job.chunks else line.at_once - 1)
        if line.tally.stopped:
            break
        _begin(line, number)
    _complete(line, down_to=0)


def _begin(line: Line, number: int) -> None:
    chunk = _jobs(line).chunk(line.job, number)
    claimed = claim_chunk(line.resources.plan, line.job, chunk.left) if chunk.left else []
    try:
        batch = start(line.resources, claimed, partial(_submitted, line)) if claimed else None
    except BaseException:
        abandon(line.resources, [claimed], why=STOPPED)
        raise
    line.under_way.append(Step(number, chunk, batch))


def _submitted(line: Line, properties: Sequence[Property], last_resort: Sequence[bool]) -> list[Waiting]:
    """The chunk's properties, normalized and on their way to the models; what a batch answered is cached."""
    line.tally.note(line.prefetch(properties))
    return line.submit(properties, last_resort)


def _complete(line: Line, *, down_to: int) -> None:
    """Completes the oldest steps until no more than so many are under way."""
    while len(line.under_way) > down_to:
        step = line.under_way[0]
        if step.batch:
            _finish(line, step.batch, with_docs=step.number >= line.job.chunks - 1)
        line.under_way.popleft()
        plan, through = line.resources.plan, not line.tally.stopped
        close_chunk(plan, line.job, step.number, step.chunk, through=through)
        if step.batch:
            report_progress(*line.progress.tell(line.tally.records))


def _finish(line: Line, batch: Batch, *, with_docs: bool) -> None:
    done = finish(line.resources, batch, with_docs=with_docs)
    line.tally.add(done.lines, docs=done.docs, out_of_money=done.out_of_money, stop=done.stop)


def _renew(line: Line) -> None:
    renew(line.resources, line.batches)


def _jobs(line: Line) -> Jobs:
    return Jobs(line.resources.store.database)
