"""One batch on its way: started, then finished while the next one is already being enriched."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path

from expectations.judgement import JudgedBatch
from flows.judging import last_word
from flows.leases import kept
from phoenix_real_estate.accounting import Deferred, lines_of
from phoenix_real_estate.errors import AnswerUnderWay, ConfigurationError, GateError, PhoenixError
from phoenix_real_estate.extraction import is_page
from phoenix_real_estate.models import EnrichedProperty, Finding, RawRecord
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Published, Refused, Stage
from phoenix_real_estate.report import ReportLine
from tasks import gate, records
from tasks.inputs import as_is
from tasks.resources import Resources
from tasks.slices import Submit, Waiting

# A record that failed this often for passing reasons is not failing for passing reasons: at the last
# attempt the composer may write where no model answers, and what fails then is a dead letter.
MAX_ATTEMPTS = 5
RETRY_DELAY = timedelta(minutes=15)
IN_BATCH = "a vendor's batch is about to answer; it goes on when the batch has ended"
NO_MONEY = "the day's budget is gone; it goes on when there is money again"

_log = logging.getLogger(__name__)


@dataclass
class Batch:
    """A claimed batch whose properties are being enriched."""

    claimed: list[RawRecord]
    houses: tuple[House, ...]
    refused: list[Refused]
    waiting: list[Waiting]

    @property
    def claim_id(self) -> str:
        return str(self.claimed[0].claim_id)

    @property
    def raw_ids(self) -> list[str]:
        return [record.id for record in self.claimed]


@dataclass
class FinishedBatch:
    """What became of a batch; `given_back` counts the records that wait for money, `stop` ends the run."""

    lines: list[ReportLine] = field(default_factory=list)
    docs: Path | None = None
    out_of_money: bool = False
    given_back: int = 0
    stop: PhoenixError | None = None
    drift: tuple[Finding, ...] = ()


def start(resources: Resources, claimed: list[RawRecord], submit: Submit) -> Batch:
    """Reads the pages of a claimed batch, normalizes it and sets its properties on their way.

    Its lease is kept meanwhile, however slow models and vendors are.
    """
    gate.prepare()
    with kept(partial(renew, resources, [Batch(claimed, (), [], [])]), every=records.LEASE / 4):
        return _started(resources, claimed, submit)


def _started(resources: Resources, claimed: list[RawRecord], submit: Submit) -> Batch:
    normalized = records.normalize(resources.plan, as_is(_extracted(resources, claimed)))
    attempts = {record.id: record.attempts for record in claimed}
    waiting = submit(
        [house.property for house in normalized.houses],
        [_tried_enough(house, attempts) for house in normalized.houses],
    )
    return Batch(claimed, normalized.houses, list(normalized.refused), waiting)


def renew(resources: Resources, under_way: Iterable[Batch]) -> None:
    """Renews the leases, so that no other run takes the records while models are slow."""
    for batch in tuple(under_way):
        resources.store.raw.renew(batch.claim_id, batch.raw_ids, lease=records.LEASE)


def finish(resources: Resources, batch: Batch, *, with_docs: bool) -> FinishedBatch:
    """Waits for a batch's texts, lets the gate judge them and publishes; gives the rest back.

    Data Docs are of one batch, replace those before, and take half as long as the judging: a run asks for
    those of its first batch and of its last.
    """
    sorted_out = _sort_out(batch)
    if sorted_out.stop is not None:
        return _give_back(resources, batch, sorted_out.stop)
    judged = last_word(resources, sorted_out.enriched, with_docs=with_docs)
    for one in judged.unjudged:
        sorted_out.fail(one.house, f"{GateError.__name__}: {one.why}", Stage.GATE)
    refused = [*batch.refused, *sorted_out.refused]
    published = records.publish(resources.plan, as_is(batch.claimed), as_is(judged.judged), as_is(refused))
    _release(resources, batch, sorted_out)
    return FinishedBatch(
        lines=lines_of(judged.judged, refused, sorted_out.deferred, published),
        docs=judged.docs,
        out_of_money=bool(sorted_out.unpaid),
        given_back=sum(len(one.house.raw_ids) for one in sorted_out.unpaid),
        stop=_broken_gate(judged),
        drift=judged.drift,
    )


def give_back(resources: Resources, claimed: Sequence[RawRecord], *, why: str) -> None:
    """Puts a whole batch back to where it was, no attempt counted."""
    ids = [record.id for record in claimed]
    resources.store.raw.give_back(str(claimed[0].claim_id), ids, error=why)


def abandon(resources: Resources, claims: Iterable[Sequence[RawRecord]], *, why: str) -> None:
    """Gives back what a run that ends holds, claim by claim; what ended it is told, not what fails here."""
    for claimed in claims:
        try:
            give_back(resources, claimed, why=why)
        except PhoenixError as problem:
            _log.warning("%d records come back when their lease ends: %s", len(claimed), problem)


def _extracted(resources: Resources, claimed: list[RawRecord]) -> list[RawRecord]:
    """The records with the facts of their pages."""
    if not any(map(is_page, claimed)):
        return claimed
    return records.extract(resources.plan, as_is(claimed))


def _tried_enough(house: House, attempts: Mapping[str, int]) -> bool:
    return max(attempts[raw_id] for raw_id in house.raw_ids) >= MAX_ATTEMPTS


def _broken_gate(judged: JudgedBatch) -> GateError | None:
    """A gate that could judge nothing of a batch is broken: the run must not go on paying for texts."""
    return GateError(judged.unjudged[0].why) if judged.unjudged and not judged.judged else None


@dataclass
class _SortedOut:
    attempts: dict[str, int]
    enriched: list[tuple[House, EnrichedProperty]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    deferred: list[Deferred] = field(default_factory=list)
    stop: PhoenixError | None = None

    @property
    def unpaid(self) -> list[Deferred]:
        """Houses that wait for money."""
        return [one for one in self.deferred if one.why == NO_MONEY]

    def fail(self, house: House, why: str, stage: Stage) -> None:
        """The house may try again later, until it has failed too often."""
        if not _tried_enough(house, self.attempts):
            self.deferred.append(Deferred(house=house, why=why, stage=stage))
            return
        message = f"failed {MAX_ATTEMPTS} times, the last time with {why}"
        self.refused += [
            Refused(raw_id=raw_id, stage=stage, error_class=why.split(":")[0], message=message)
            for raw_id in house.raw_ids
        ]


def _sort_out(batch: Batch) -> _SortedOut:
    sorted_out = _SortedOut(attempts={record.id: record.attempts for record in batch.claimed})
    written = chain.from_iterable(wait() for wait in batch.waiting)
    for house, result in zip(batch.houses, written, strict=True):
        if isinstance(result, EnrichedProperty):
            # Texts out of the task cache bring the facts of their day along: these are today's.
            sorted_out.enriched.append((house, result.model_copy(update={"property": house.property})))
        elif result is None:
            sorted_out.deferred.append(Deferred(house=house, why=NO_MONEY))
        elif isinstance(result, AnswerUnderWay):
            sorted_out.deferred.append(Deferred(house=house, why=IN_BATCH))
        elif isinstance(result, ConfigurationError):
            sorted_out.stop = result
        else:
            sorted_out.fail(house, f"{type(result).__name__}: {result}", Stage.ENRICH)
    return sorted_out


def _release(resources: Resources, batch: Batch, sorted_out: _SortedOut) -> None:
    """Records waiting for money or a batch lose no attempt; failed ones do. All but the first rest."""
    for deferred in sorted_out.deferred:
        ids, raw = deferred.house.raw_ids, resources.store.raw
        if deferred.why == NO_MONEY:
            raw.give_back(batch.claim_id, ids, error=NO_MONEY)
        else:
            failed = deferred.why != IN_BATCH
            raw.release(batch.claim_id, ids, count_attempt=failed, delay=RETRY_DELAY, error=deferred.why)


def _give_back(resources: Resources, batch: Batch, stop: PhoenixError) -> FinishedBatch:
    give_back(resources, batch.claimed, why=str(stop))
    deferred = [Deferred(house=house, why=str(stop)) for house in batch.houses]
    lines = lines_of([], batch.refused, deferred, Published(statuses={}))
    return FinishedBatch(lines=lines, stop=stop)
