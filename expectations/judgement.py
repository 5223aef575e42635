"""The gate's word on a batch: judged, and where something was rejected judged again, nothing false left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from expectations.drift import drift_of
from expectations.gate import Candidate, judge
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.grounding import Trace
from phoenix_real_estate.models import Decision, EnrichedProperty, Finding, Frozen, Verdict
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Judged
from phoenix_real_estate.replacement import replace_rejected

Written = tuple[House, EnrichedProperty]


class Unjudged(Frozen):
    """A house that the gate could not judge, and so must not publish."""

    house: House
    why: str


class JudgedBatch(Frozen):
    """Every house of a batch with its verdict, or without one; `docs` is the page that tells the verdicts.

    `drift` is what is unusual about the batch as a whole.
    """

    judged: tuple[Judged, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    docs: Path | None = None
    drift: tuple[Finding, ...] = ()

    @property
    def rejects(self) -> bool:
        """Whether the batch has to be judged again before it is published."""
        return any(one.verdict.decision is Decision.REJECT for one in self.judged)


def judge_batch(houses: Sequence[Written], *, threshold: float, docs: Path | None = None) -> JudgedBatch:
    """Judges every house as it stands: what a batch `rejects` is for `judge_again`.

    Where the gate cannot run on the batch, each house is judged alone: one that breaks it must not hold up
    the others.
    """
    word = _word_on([enriched for _, enriched in houses], threshold, docs)
    batch = JudgedBatch(
        judged=tuple(
            Judged(house=house, enriched=enriched, verdict=verdict, traces=word.traces.get(key, ()))
            for house, enriched in houses
            if (verdict := word.verdicts.get(key := enriched.property.property_id))
        ),
        unjudged=_unjudged([house for house, _ in houses], word),
        docs=word.docs,
    )
    return batch if batch.rejects else _finished(batch)


def judge_again(batch: JudgedBatch, *, threshold: float) -> JudgedBatch:
    """Judges rewritten houses afresh; a text that is rejected gives way to the composer's, judged in turn.

    What is still rejected after that is rejected for its facts. A rewritten text that breaks the gate is
    taken for one as bad as the first.
    """
    rewritten = [one.enriched for one in batch.judged if one.rejected]
    second = _word_on(rewritten, threshold)
    judged = [_with_verdict(one, second) for one in batch.judged]
    settled = [_replaced(one) for one in judged]
    changed = [new.enriched for old, new in zip(judged, settled, strict=True) if new is not old]
    last = _word_on(changed, threshold)
    unjudged = _unjudged([one.house for one in settled], last)
    return _finished(
        JudgedBatch(
            judged=tuple(_with_verdict(one, last) for one in settled if _id(one) not in last.broken),
            unjudged=(*batch.unjudged, *unjudged),
            docs=batch.docs,
        )
    )


class _Word(NamedTuple):
    """Verdicts by property id with what the claims rest on, and why there is none where the gate broke."""

    verdicts: dict[str, Verdict]
    traces: dict[str, tuple[Trace, ...]]
    broken: dict[str, str]
    docs: Path | None = None


def _word_on(texts: Sequence[EnrichedProperty], threshold: float, docs: Path | None = None) -> _Word:
    if not texts:
        return _Word({}, {}, {})
    try:
        result = judge([_candidate(one) for one in texts], threshold=threshold, docs=docs, traced=True)
    except GateError as error:
        if len(texts) == 1:
            return _Word({}, {}, {texts[0].property.property_id: str(error)})
        alone = [_word_on([one], threshold) for one in texts]
        return _Word(
            {key: verdict for word in alone for key, verdict in word.verdicts.items()},
            {key: traces for word in alone for key, traces in word.traces.items()},
            {key: why for word in alone for key, why in word.broken.items()},
        )
    return _Word(result.verdicts, result.traces, {}, result.docs)


def _with_verdict(judged: Judged, word: _Word) -> Judged:
    verdict = word.verdicts.get(_id(judged))
    told = {"verdict": verdict, "traces": word.traces.get(_id(judged), ())}
    return judged.model_copy(update=told) if verdict else judged


def _replaced(judged: Judged) -> Judged:
    if judged.verdict.decision is not Decision.REJECT:
        return judged
    enriched, rejected = replace_rejected(judged.enriched, judged.verdict)
    if not rejected:
        return judged
    return judged.model_copy(update={"enriched": enriched, "rejected": (*judged.rejected, *rejected)})


def _unjudged(houses: Sequence[House], word: _Word) -> tuple[Unjudged, ...]:
    return tuple(
        Unjudged(house=house, why=why)
        for house in houses
        if (why := word.broken.get(house.property.property_id)) is not None
    )


def _finished(batch: JudgedBatch) -> JudgedBatch:
    return batch.model_copy(update={"drift": drift_of(batch.judged)})


def _id(judged: Judged) -> str:
    return judged.enriched.property.property_id


def _candidate(enriched: EnrichedProperty) -> Candidate:
    facts = enriched.property
    return Candidate(key=facts.property_id, property=facts, enrichment=enriched.enrichment)
