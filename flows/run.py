"""How a run works through what is pending: batch after batch, until there is a reason to stop."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from flows.batch import Batch, abandon, finish, renew, start
from flows.leases import kept
from flows.progress import report_progress
from phoenix_real_estate.report import RunTally
from tasks import records
from tasks.resources import Resources
from tasks.slices import Submit, submitter

# The next batch is enriched while the last one is judged and published.
BATCHES_AT_ONCE = 2
RENEW_EVERY = records.LEASE / 4
STOPPED = "the run was stopped"


@dataclass
class Order:
    """What a run was asked for, and what it still may take. `deadline` is UTC."""

    limit: int | None
    sources: list[str]
    batch_size: int
    deadline: datetime
    slice_size: int = 1
    claimed: int = 0
    stopped: bool = False

    def next_claim(self) -> int:
        """How many records the next batch may have; 0 ends the run."""
        if self.stopped or datetime.now(UTC) >= self.deadline:
            return 0
        return self.batch_size if self.limit is None else min(self.batch_size, self.limit - self.claimed)


def work(resources: Resources, order: Order, tally: RunTally) -> None:
    """Works off the order; whatever ends it, no record stays claimed by a run that is over."""
    submit = submitter(resources, order.slice_size)
    under_way: deque[Batch] = deque()
    tally.notes = (*tally.notes, *resources.notes)
    try:
        with kept(partial(renew, resources, under_way), every=RENEW_EVERY):
            while _take(resources, order, submit, under_way) or under_way:
                if len(under_way) == BATCHES_AT_ONCE or not order.next_claim():
                    _complete(resources, order, under_way, tally)
    except BaseException:
        abandon(resources, [batch.claimed for batch in under_way], why=STOPPED)
        raise


def _take(resources: Resources, order: Order, submit: Submit, under_way: deque[Batch]) -> bool:
    size = order.next_claim()
    claimed = records.claim(resources.plan, size, order.sources) if size > 0 else []
    if not claimed:
        order.stopped = True
        return False
    order.claimed += len(claimed)
    try:
        under_way.append(start(resources, claimed, submit))
    except BaseException:
        abandon(resources, [claimed], why=STOPPED)
        raise
    return True


def _complete(resources: Resources, order: Order, under_way: deque[Batch], tally: RunTally) -> None:
    last = len(under_way) == 1 and not order.next_claim()
    done = finish(resources, under_way[0], with_docs=last or tally.docs is None)
    under_way.popleft()
    tally.add(done.lines, docs=done.docs, out_of_money=done.out_of_money, stop=done.stop, drift=done.drift)
    order.claimed -= done.given_back
    order.stopped |= done.out_of_money or done.stop is not None
    report_progress(tally.records, order.claimed)
