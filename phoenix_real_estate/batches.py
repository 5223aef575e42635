"""What happens to a claimed batch: normalized, judged, published, and every record accounted for.

The enrichment between normalizing and judging is one property's story (`enrich.py`); the order of it
all is the flow's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from phoenix_real_estate.comparables import compared
from phoenix_real_estate.decided import Decided
from phoenix_real_estate.documents import earlier_facts, processed_document
from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.models import Decision, ExtractedRecord, Finding, Property, RawRecord
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.normalize.contacts import without_contacts
from phoenix_real_estate.normalize.harmonize import House, Normalized, harmonize
from phoenix_real_estate.outcomes import Judged, NormalizedBatch, Published, Refused, Stage
from phoenix_real_estate.standing import Standing
from phoenix_real_estate.store import DeadLetter, RawOutcome, Store

OVERTAKEN = "facts of this house were published meanwhile; it goes round again with the facts of both"
LOST = "another run holds a record of this house; it goes round again"
RENEWED = "its records came, or came again"
OUTGROWN = "the house is known by its parcel number now"
LONGEST_DEFECT = 200
"""Letters of an exception's message that a dead letter tells."""

_log = logging.getLogger(__name__)


def normalize_batch(records: Sequence[RawRecord], store: Store, *, dry_run: bool = False) -> NormalizedBatch:
    """Facts of every record, one house per property; facts stored earlier from another source join in.

    Each house is compared with what is published of others of its kind. A dry run writes nothing, not even
    the market's snapshot.

    A record that the normalizer itself breaks on is refused like one that holds no property: it would break
    every run to come.
    """
    normalized: list[Normalized] = []
    refused: list[Refused] = []
    for record in records:
        try:
            facts = _marked(normalize(record), record)
        except RecordError as error:
            refused.append(Refused.by(record.id, Stage.NORMALIZE, error))
        except Exception as defect:  # noqa: BLE001 - one record must not stop the pipeline, whatever it breaks
            _log.exception("The normalizer broke on record %s: it becomes a dead letter.", record.id)
            refused.append(_defect(record, defect))
        else:
            normalized.append(Normalized(raw_id=record.id, source=record.source, property=facts))
    stored = store.processed.same_house(
        {one.property.property_id for one in normalized},
        {key for one in normalized if (key := one.property.address.key)},
    )
    houses = harmonize(normalized, earlier=list(map(_earlier, stored)))
    houses = [_with_extractions(house, records) for house in houses]
    standing = Standing.of(houses, store.processed)
    snapshots = partial(store.areas.snapshots, keep=not dry_run)
    houses = compared(map(standing.noted, houses), snapshots)
    return NormalizedBatch(houses=tuple(houses), refused=tuple(refused))


def publish_batch(
    claim_id: str,
    judged: Sequence[Judged],
    refused: Sequence[Refused],
    store: Store,
    *,
    lease: timedelta,
    at: datetime,
    attempts: Mapping[str, int],
    manual_review: bool = True,
    flow_run_id: str | None = None,
    why: str = RENEWED,
) -> Published:
    """Stores what was decided, once, and only for records this claim still holds.

    The lease is renewed first, so that no other run takes a record between the writes. Texts are
    written before the raw records are marked: a crash in between repeats work, it never loses any. Publishing
    again tells what this claim has finished before, too. A house that another run has stored meanwhile, or
    holds a record of, gives way: its records go back to pending. What a person has decided on a house since
    it was normalized stands. What a document takes the place of is kept in the history, with `why`.
    """
    held = store.raw.renew(claim_id, _raw_ids(judged, refused), lease=lease)
    standing = Standing.of([one.house for one in judged], store.processed)
    decided = Decided()
    judged = decided.sort_out(judged, standing)
    going_out, rejected = _parted(judged, lambda one: _goes_out(one, manual_review))
    ours, others = _parted(going_out, lambda one: held.issuperset(one.house.raw_ids))
    done, lost = _parted(others, lambda one: standing.is_from(one.house, flow_run_id))
    overtaken, free = _parted(ours, lambda one: standing.overtakes(one.house))
    documents = [processed_document(one, at=at, flow_run_id=flow_run_id) for one in free]
    replaced = standing.earlier((one["_id"] for one in documents), than=flow_run_id)
    store.history.keep(replaced, at=at, by=flow_run_id, why=why)
    refused_ids = _stored(documents, [one.house for one in free], standing, store, at)
    late, published = _parted(free, lambda one: one.house.property.property_id in refused_ids)
    outgrown = standing.outgrown_by([one.house for one in published])
    store.history.keep(standing.earlier(outgrown, than=flow_run_id), at=at, by=flow_run_id, why=OUTGROWN)
    store.processed.remove(outgrown)
    late, rejected = _undecided(decided, late, rejected, store)
    refusals = [*refused, *_gate_refusals(rejected)]
    told = _finished_before(refusals, held, store, attempts)
    refusals = [one for one in refusals if one.raw_id in held]
    store.dead_letters.add([_dead_letter(one, attempts.get(one.raw_id, 0), at) for one in refusals])
    outcomes = _outcomes([*published, *done], [*refusals, *told])
    store.raw.finish(claim_id, outcomes)
    decided.let_stand(claim_id, held, store)
    store.raw.release(claim_id, _raw_ids([*overtaken, *late], ()), count_attempt=False, error=OVERTAKEN)
    store.raw.release(claim_id, _raw_ids(lost, ()), count_attempt=False, error=LOST)
    return Published(
        statuses={one: outcome.status for one, outcome in outcomes.items()} | decided.statuses(store),
        lost=_property_ids(lost),
        overtaken=_property_ids([*overtaken, *late]),
        decided=decided.told,
    )


def _marked(facts: Property, record: RawRecord) -> Property:
    """The facts, with how sure which model was of those that it has read."""
    if not isinstance(record, ExtractedRecord):
        return facts
    confidence = {name: sure for name, sure in record.confidence.items() if name in facts.provenance}
    read_by = dict.fromkeys(confidence, record.reader)
    return facts.model_copy(update={"confidence": confidence, "read_by": read_by})


def _defect(record: RawRecord, defect: Exception) -> Refused:
    """The refusal of a record that the normalizer broke on: the cause is ours, not the record's."""
    said = without_contacts(" ".join(str(defect).split()))[:LONGEST_DEFECT]
    return Refused(
        raw_id=record.id,
        stage=Stage.NORMALIZE,
        error_class=type(defect).__name__,
        message=f"record {record.id}: this is a defect of the normalizer ({type(defect).__name__}: {said}). "
        "Report it with the log's traceback; replay the dead letter once it is mended.",
    )


def _earlier(document: Mapping[str, Any]) -> dict[str, Property]:
    """The facts of a document stored earlier; of one that cannot be read none."""
    try:
        return earlier_facts(document)
    except Exception:  # noqa: BLE001 - one stored document must not stop the batches that meet it
        _log.exception("What is stored of property %s cannot be read and is left out.", document["_id"])
        return {}


def _with_extractions(house: House, records: Sequence[RawRecord]) -> House:
    read = tuple(
        record.extraction
        for record in records
        if isinstance(record, ExtractedRecord) and record.id in house.raw_ids
    )
    return house.model_copy(update={"extractions": read}) if read else house


def _stored(
    documents: Sequence[dict[str, Any]],
    houses: Sequence[House],
    standing: Standing,
    store: Store,
    at: datetime,
) -> set[str]:
    """Stores the documents; gives the ids of those where another run was quicker with the same house.

    Two runs may not know of each other until both have stored: then the one that sees the other gives way.
    """
    refused = store.processed.save(documents, over=standing.written)
    ours = {document["_id"] for document in documents} - refused
    after = Standing.of(houses, store.processed)
    late = {
        house.property.property_id
        for house in houses
        if house.property.property_id in ours and after.outruns(house, standing, ours)
    }
    standing.restore(late, at=at, processed=store.processed)
    return refused | late


def _undecided(
    decided: Decided, late: Sequence[Judged], rejected: Sequence[Judged], store: Store
) -> tuple[list[Judged], list[Judged]]:
    """Those that nobody has decided on to this moment, when the others are stored."""
    now = Standing.of([one.house for one in (*late, *rejected)], store.processed)
    return decided.sort_out(late, now), decided.sort_out(rejected, now)


def _finished_before(
    refusals: Sequence[Refused], held: Collection[str], store: Store, attempts: Mapping[str, int]
) -> list[Refused]:
    """Refusals that this claim has ended already, before publishing broke off: their letters are there."""
    gone = [one for one in refusals if one.raw_id not in held]
    letters = {(one.raw_id, one.attempts, one.message) for one in store.dead_letters.find()} if gone else ()
    return [one for one in gone if (one.raw_id, attempts.get(one.raw_id, 0), one.message) in letters]


def _parted(judged: Iterable[Judged], belongs: Callable[[Judged], bool]) -> tuple[list[Judged], list[Judged]]:
    """Those that belong, and the others."""
    parts: tuple[list[Judged], list[Judged]] = ([], [])
    for one in judged:
        parts[not belongs(one)].append(one)
    return parts


def _goes_out(judged: Judged, manual_review: bool) -> bool:
    decision = judged.verdict.decision
    return decision is Decision.PUBLISH or (decision is Decision.REVIEW and manual_review)


def _gate_refusals(rejected: Sequence[Judged]) -> list[Refused]:
    return [
        Refused(
            raw_id=raw_id, stage=Stage.GATE, error_class="GateRejected", message=_why(one.verdict.reasons)
        )
        for one in rejected
        for raw_id in one.house.raw_ids
    ]


def _why(reasons: Sequence[Finding]) -> str:
    return "; ".join(f"{reason.field}: {reason.why} ({reason.rule})" for reason in reasons)


def _raw_ids(judged: Sequence[Judged], refusals: Sequence[Refused]) -> Collection[str]:
    return {raw_id for one in judged for raw_id in one.house.raw_ids} | {one.raw_id for one in refusals}


def _property_ids(judged: Iterable[Judged]) -> tuple[str, ...]:
    return tuple(one.house.property.property_id for one in judged)


def _dead_letter(refused: Refused, attempts: int, at: datetime) -> DeadLetter:
    return DeadLetter(
        raw_id=refused.raw_id,
        stage=refused.stage.value,
        error_class=refused.error_class,
        message=refused.message,
        attempts=attempts,
        at=at,
    )


def _outcomes(judged: Sequence[Judged], refusals: Sequence[Refused]) -> dict[str, RawOutcome]:
    outcomes = {one.raw_id: RawOutcome(status="dead_letter", error=one.message) for one in refusals}
    for one in judged:
        review = one.verdict.decision is Decision.REVIEW
        outcome = RawOutcome(
            status="needs_review" if review else "processed",
            error=_why(one.verdict.reasons) if review else None,
        )
        outcomes |= dict.fromkeys(one.house.raw_ids, outcome)
    return outcomes
