"""Every claimed record of a run becomes a line of its report: nothing is silently dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phoenix_real_estate.batches import OVERTAKEN
from phoenix_real_estate.budget import Usage
from phoenix_real_estate.documents import cost_of, models_used, operations_of
from phoenix_real_estate.models import Finding, Frozen
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Judged, Published, Refused, Stage
from phoenix_real_estate.report import Outcome, ReportLine
from phoenix_real_estate.report_card import marks_of

HELD_ELSEWHERE = "another run holds these records now, or a person has decided on them"
_OUTCOMES = {
    "processed": Outcome.PUBLISHED,
    "needs_review": Outcome.NEEDS_REVIEW,
    "dead_letter": Outcome.DEAD_LETTER,
}


class Deferred(Frozen):
    """A house that goes back to pending, at which stage and why."""

    house: House
    why: str
    stage: Stage = Stage.ENRICH


def lines_of(
    judged: Sequence[Judged], refused: Sequence[Refused], deferred: Sequence[Deferred], published: Published
) -> list[ReportLine]:
    """The report's lines of one batch: houses first, then the records that hold none."""
    return [
        *(_judged_line(one, published) for one in judged),
        *(_deferred_line(one) for one in deferred),
        *(_refused_line(one, published) for one in refused),
    ]


def billed(lines: Sequence[ReportLine], spent: Mapping[str, Usage]) -> tuple[ReportLine, ...]:
    """The lines with what the run's invoice says was paid about each; `spent` is by property or raw record.

    A house that failed after some of its calls were paid has no texts that would tell. What two lines are
    about is told once.
    """
    left = dict(spent)

    def cost(line: ReportLine) -> int:
        matters = {*line.raw_ids, line.property_id or ""} & left.keys()
        return sum(left.pop(matter).cost_micro_usd for matter in matters)

    return tuple(line.model_copy(update={"cost_micro_usd": cost(line)}) for line in lines)


def _judged_line(judged: Judged, published: Published) -> ReportLine:
    facts = judged.enriched.property
    status = published.statuses.get(judged.house.raw_ids[0])
    decided = published.decided.get(facts.property_id)
    why_not = () if status else (_why_pending(facts.property_id, published),)
    return ReportLine(
        raw_ids=judged.house.raw_ids,
        outcome=_OUTCOMES[status] if status else Outcome.PENDING,
        property_id=facts.property_id,
        address=facts.address.one_line,
        quality_score=judged.verdict.quality_score,
        models=models_used(judged.enriched),
        cost_micro_usd=cost_of(operations_of(judged).values()),
        cached=bool(judged.enriched.operations)
        and all(one.cached for one in judged.enriched.operations.values()),
        reasons=(*((decided,) if decided else why_not), *_reasons(judged)),
        conflicts=tuple(str(one) for one in (*facts.conflicts, *facts.doubts)),
        marks=tuple(marks_of(judged)),
        stage=Stage.GATE if status in ("needs_review", "dead_letter") else Stage.PUBLISH,
        operations=operations_of(judged),
        findings=judged.verdict.reasons,
        replaced=tuple(finding for part in judged.rejected for finding in part.findings),
    )


def _why_pending(property_id: str, published: Published) -> str:
    return OVERTAKEN if property_id in published.overtaken else HELD_ELSEWHERE


def _reasons(judged: Judged) -> list[str]:
    rejected = [
        f"{part.operation.value} {_DONE[part.gave_way_to]}: {finding.why}"
        for part in judged.rejected
        for finding in part.findings
    ]
    return [*(_reason(finding) for finding in judged.verdict.reasons), *dict.fromkeys(rejected)]


_DONE = {"rewrite": "rewritten", "composer": "replaced"}


def _reason(finding: Finding) -> str:
    """Where, the words themselves and why, unless the why begins with where it is."""
    span = f" '{finding.span}'" if finding.span and finding.span not in finding.why else ""
    named = finding.why.startswith(finding.field.rsplit(".", 1)[-1])
    where = "" if named else f"{finding.field}{span}: "
    return f"{finding.severity.value}: {where}{finding.why} ({finding.rule})"


def _deferred_line(deferred: Deferred) -> ReportLine:
    facts = deferred.house.property
    return ReportLine(
        raw_ids=deferred.house.raw_ids,
        outcome=Outcome.PENDING,
        property_id=facts.property_id,
        address=facts.address.one_line,
        cost_micro_usd=cost_of(deferred.house.extractions),
        reasons=(deferred.why,),
        stage=deferred.stage,
    )


def _refused_line(refused: Refused, published: Published) -> ReportLine:
    kept = refused.raw_id in published.statuses
    return ReportLine(
        raw_ids=(refused.raw_id,),
        outcome=Outcome.DEAD_LETTER if kept else Outcome.PENDING,
        reasons=(f"{refused.stage.value}: {refused.message}",),
        stage=refused.stage,
    )
