"""What is counted of a run: who wrote, what the gate found, where records came to rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple, TypeVar

from phoenix_real_estate.models import Finding, OperationRecord
from phoenix_real_estate.money import dollars
from phoenix_real_estate.outcomes import Stage
from phoenix_real_estate.report.model import Outcome, ReportLine, RunReport

T = TypeVar("T")

ROWS_SHOWN = 500
"""A run over a backlog of thousands stays a page that a browser can show; the counts are of all."""
REASONS_SHOWN = 12
"""Of one property."""
WITHIN = "Times tell within what half and 95 % of the answers came, waiting included; cached parts took none."
BIN = 0.05
"""How wide the bars of the scores are."""
_NO_TIER = "any"


class Writer(NamedTuple):
    """What one model did in a tier. `seconds` are the times to the answers it was asked for, in order."""

    tier: str
    model: str
    parts: int
    cached: int
    input_tokens: int
    output_tokens: int
    cost_micro_usd: int
    seconds: tuple[float, ...]


class RuleCount(NamedTuple):
    """How often a rule decided, in how many properties, and how often a text gave way for it."""

    rule: str
    severity: str
    properties: int
    replaced: int
    example: str


def writers_of(report: RunReport) -> list[Writer]:
    """By tier and model, dearest first."""
    groups = defaultdict[tuple[str, str], list[OperationRecord]](list)
    for _, record in _parts(report):
        groups[record.tier or _NO_TIER, record.model].append(record)
    writers = [_writer(tier, model, records) for (tier, model), records in groups.items()]
    return sorted(writers, key=lambda one: (-one.cost_micro_usd, -one.parts, one.tier, one.model))


def prompts_of(report: RunReport) -> dict[tuple[str, str], int]:
    """Parts by operation and version of the prompt; composed ones have none."""
    return dict(
        sorted(Counter((name, by.prompt_version) for name, by in _parts(report) if by.prompt_version).items())
    )


def cache_hits_of(report: RunReport) -> tuple[int, int]:
    """Parts that models wrote in an earlier run or for another property, and all that models wrote."""
    asked = [record for _, record in _parts(report) if record.prompt_version]
    return sum(record.cached for record in asked), len(asked)


CARD_HEAD = (
    *("Text", "Model", "Prompt", "#Texts", "#Cached", "#Rejected", "#Rewritten", "#Replaced"),
    *("#Own score", "#Quality score", "#Tokens in", "#Tokens out", "#Cost"),
)
"""The columns of the report card; a # begins those of numbers."""


def card_of(report: RunReport) -> list[tuple[str, ...]]:
    """Each model and prompt version by what the gate made of its texts: the cells of the report card."""
    return [
        (
            row.operation.value.replace("_", " "),
            row.model,
            row.prompt_version,
            f"{row.texts}",
            f"{row.cached}",
            *(f"{share:.0%}" for share in (row.rejected_share, row.rewritten_share, row.replaced_share)),
            "" if row.text_score is None else f"{row.text_score:.2f}",
            f"{row.quality_score:.2f}",
            f"{row.input_tokens:,}",
            f"{row.output_tokens:,}",
            dollars(row.cost_micro_usd),
        )
        for row in report.report_card
    ]


def rules_of(report: RunReport) -> list[RuleCount]:
    """What the gate found, most often first."""
    groups = defaultdict[tuple[str, str], list[tuple[ReportLine, Finding, bool]]](list)
    for line in report.lines:
        for finding in line.findings:
            groups[finding.rule, finding.severity.value].append((line, finding, False))
        for finding in line.replaced:
            groups[finding.rule, finding.severity.value].append((line, finding, True))
    counted = [_rule_count(*key, found) for key, found in groups.items()]
    return sorted(counted, key=lambda one: (-one.properties - one.replaced, one.rule, one.severity))


def conflicts_of(report: RunReport) -> list[tuple[str, int, str]]:
    """Fields that sources disagree on or that cannot be so, in how many properties, with an example."""
    told = defaultdict[str, list[str]](list)
    for line in report.lines:
        for conflict in line.conflicts:
            told[conflict.partition(":")[0]].append(conflict)
    return sorted(
        ((field, len(found), found[0]) for field, found in told.items()), key=lambda one: (-one[1], one[0])
    )


def stages_of(report: RunReport) -> dict[Stage, dict[Outcome, int]]:
    """Raw records by the stage where they came to rest and by outcome; stages without any are left out."""
    counted = Counter((line.stage, line.outcome) for line in report.lines for _ in line.raw_ids)
    stages = {stage: {outcome: counted[stage, outcome] for outcome in Outcome} for stage in Stage}
    return {stage: outcomes for stage, outcomes in stages.items() if any(outcomes.values())}


def scores_of(report: RunReport) -> list[tuple[float, dict[Outcome, int]]]:
    """Properties by score: where each bar begins, and its properties by outcome.

    From one half on, or lower where a score lies lower; empty without scores.
    """
    scored = [(line.quality_score, line.outcome) for line in report.lines if line.quality_score is not None]
    if not scored:
        return []
    counted = Counter((_bar(score), outcome) for score, outcome in scored)
    first = min(_BARS // 2, *(bar for bar, _ in counted))
    return [
        (bar * BIN, {outcome: counted[bar, outcome] for outcome in Outcome}) for bar in range(first, _BARS)
    ]


def told_of(report: RunReport) -> list[ReportLine]:
    """The lines that have something to say, what needs a person first."""
    order = (Outcome.DEAD_LETTER, Outcome.NEEDS_REVIEW, Outcome.PENDING, Outcome.PUBLISHED)
    return sorted((line for line in report.lines if line.told), key=lambda line: order.index(line.outcome))


def properties_of(report: RunReport) -> list[ReportLine]:
    """The lines of properties; of more than are shown, those that are not plainly published come first."""
    lines = [line for line in report.lines if line.property_id]
    return lines if len(lines) <= ROWS_SHOWN else sorted(lines, key=lambda line: line.is_plain)


def shown(items: Sequence[T], at_most: int = ROWS_SHOWN) -> tuple[Sequence[T], int]:
    """The first of them, and how many are left out."""
    return items[:at_most], max(0, len(items) - at_most)


def percentile_95(seconds: Sequence[float]) -> float:
    """Of times in order, the one that 95 percent do not exceed."""
    return seconds[max(0, -(-len(seconds) * 95 // 100) - 1)]


def timed(writer: Writer) -> str:
    """Half of the answers came within the first time, 95 percent within the second."""
    if not writer.seconds:
        return ""
    return f"{median(writer.seconds):.1f} s / {percentile_95(writer.seconds):.1f} s"


_BARS = round(1 / BIN)


def _parts(report: RunReport) -> Iterator[tuple[str, OperationRecord]]:
    return (part for line in report.lines for part in line.operations.items())


def _writer(tier: str, model: str, records: Sequence[OperationRecord]) -> Writer:
    return Writer(
        tier=tier,
        model=model,
        parts=len(records),
        cached=sum(record.cached for record in records),
        input_tokens=sum(record.input_tokens for record in records if not record.cached),
        output_tokens=sum(record.output_tokens for record in records if not record.cached),
        cost_micro_usd=sum(record.cost_micro_usd for record in records),
        seconds=tuple(sorted(r.seconds for r in records if r.seconds is not None and not r.cached)),
    )


def _rule_count(rule: str, severity: str, found: Sequence[tuple[ReportLine, Finding, bool]]) -> RuleCount:
    line, finding, _ = found[0]
    return RuleCount(
        rule=rule,
        severity=severity,
        properties=len({line.raw_ids for line, _, replaced in found if not replaced}),
        replaced=len({(line.raw_ids, _part(one.field)) for line, one, replaced in found if replaced}),
        example=f"{line.address or line.property_id}: {finding.why}",
    )


def _part(field: str) -> str:
    """investment_analysis.risks[1] -> investment_analysis."""
    return field.partition(".")[0].partition("[")[0]


def _bar(score: float) -> int:
    """A score on the edge of two bars belongs to the higher one, the best score to the last."""
    return min(_BARS - 1, int(score / BIN + 1e-9))
