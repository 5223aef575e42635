"""What a run did, for a person: every record accounted for, the money, the reasons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from phoenix_real_estate.budget import Usage
from phoenix_real_estate.errors import BudgetExhausted, PhoenixError
from phoenix_real_estate.models import Frozen
from phoenix_real_estate.money import dollars

BUDGET_EXHAUSTED = BudgetExhausted.__name__

# A run over a backlog of thousands stays a page that a browser can show; the counts are of all.
ROWS_SHOWN = 500


class Outcome(StrEnum):
    """Where a property, or a record without one, stands after the run."""

    PUBLISHED = "published"
    NEEDS_REVIEW = "needs review"
    DEAD_LETTER = "dead letter"
    PENDING = "pending"


class ReportLine(Frozen):
    """One property of the run, or one record that holds none. `cost_micro_usd` is what this run paid."""

    raw_ids: tuple[str, ...]
    outcome: Outcome
    property_id: str | None = None
    address: str = ""
    quality_score: float | None = None
    models: str = ""
    cost_micro_usd: int = 0
    cached: bool = False
    reasons: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """The reasons, and the conflicts that no reason mentions."""
        unmentioned = (one for one in self.conflicts if not any(one in reason for reason in self.reasons))
        return (*self.reasons, *unmentioned)


class RunReport(Frozen):
    """One run of the flow. Money is integer micro-USD, times are UTC."""

    flow_run_id: str | None
    started_at: datetime
    ended_at: datetime
    ended: str
    batches: int
    lines: tuple[ReportLine, ...]
    spent_in_run_micro_usd: int
    spent_today_micro_usd: int
    daily_limit_micro_usd: int
    models: dict[str, Usage] = Field(default={})
    notes: tuple[str, ...] = ()
    data_docs: str | None = None

    @property
    def one_line(self) -> str:
        """What happened, as the state's message says it: "12 records: 9 published, 2 dead letter"."""
        told = ", ".join(f"{count} {outcome.value}" for outcome, count in self.counts.items() if count)
        total = sum(self.counts.values())
        return f"{total} records: {told}" if total else "nothing was pending"

    @property
    def counts(self) -> dict[Outcome, int]:
        """Raw records by outcome, every outcome named. They add up to the records claimed."""
        counted = Counter(line.outcome for line in self.lines for _ in line.raw_ids)
        return {outcome: counted[outcome] for outcome in Outcome}


@dataclass
class RunTally:
    """What a run has done so far; `stop` is the error that ended it early."""

    lines: list[ReportLine] = field(default_factory=list)
    batches: int = 0
    notes: tuple[str, ...] = ()
    docs: Path | None = None
    out_of_money: bool = False
    stop: PhoenixError | None = None

    @property
    def records(self) -> int:
        """Raw records that came to rest so far."""
        return sum(len(line.raw_ids) for line in self.lines)

    @property
    def ended(self) -> str:
        """The name of the run's end: Completed, BudgetExhausted or the error's class."""
        if self.stop is not None:
            return self.stop.reason
        return BUDGET_EXHAUSTED if self.out_of_money else "Completed"

    def add(
        self,
        lines: Sequence[ReportLine],
        *,
        docs: Path | None = None,
        out_of_money: bool = False,
        stop: PhoenixError | None = None,
    ) -> None:
        """Adds a batch that is through."""
        self.lines += lines
        self.batches += 1
        self.docs = docs or self.docs
        self.out_of_money |= out_of_money
        self.stop = self.stop or stop


def to_markdown(report: RunReport) -> str:
    """The run report as the Prefect UI renders it. Whatever came from a record is escaped."""
    sections = [
        _summary(report),
        _notes(report.notes),
        _lines(report.lines),
        _models(report.models),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def escaped(text: str) -> str:
    """The text as inert markdown: no HTML, no links, no headings, no table cells of its own.

    Backslashes, since Prefect's page shows HTML entities as they are written.
    """
    return re.sub(r"([\\`*_\[\]|~#<>&]|(?<=:)/(?=/))", r"\\\1", " ".join(text.split()))


def _summary(report: RunReport) -> str:
    counts = report.counts
    seconds = (report.ended_at - report.started_at).total_seconds()
    properties = sum(1 for line in report.lines if line.property_id)
    rows = [
        ("Records claimed", str(sum(counts.values()))),
        *((outcome.value.capitalize(), str(count)) for outcome, count in counts.items()),
        ("Properties", str(properties)),
        ("Batches", str(report.batches)),
        ("Spent in this run", dollars(report.spent_in_run_micro_usd)),
        (
            "Spent today, of the limit",
            f"{dollars(report.spent_today_micro_usd)} of {dollars(report.daily_limit_micro_usd)}",
        ),
        ("Took", f"{seconds:.1f} s"),
    ]
    docs = f"\n\nWhy the gate decided so (last batch): `{report.data_docs}`" if report.data_docs else ""
    return f"# Enrichment run: {escaped(report.ended)}\n\n{_table(('What', 'This run'), rows)}{docs}"


def _models(models: Mapping[str, Usage]) -> str:
    head = ("Model", "Calls", "Tokens in", "Tokens out", "Cost")
    rows = [
        (
            escaped(model),
            f"{use.calls}",
            f"{use.input_tokens:,}",
            f"{use.output_tokens:,}",
            dollars(use.cost_micro_usd),
        )
        for model, use in models.items()
    ]
    return f"## Models\n\n{_table(head, rows)}" if rows else ""


def _notes(notes: Sequence[str]) -> str:
    return "## Good to know\n\n" + "\n".join(f"- {escaped(note)}" for note in notes) if notes else ""


def _lines(lines: Sequence[ReportLine]) -> str:
    if not lines:
        return "Nothing was pending."
    rows = [
        (
            escaped(line.address or ", ".join(line.raw_ids)),
            line.outcome.value,
            "" if line.quality_score is None else f"{line.quality_score:.2f}",
            escaped(line.models) + (" (cached)" if line.cached else ""),
            dollars(line.cost_micro_usd) if line.property_id else "",
            "<br>".join(escaped(reason) for reason in line.told),
        )
        for line in lines[:ROWS_SHOWN]
    ]
    table = _table(("Property", "Outcome", "Score", "Written by", "Cost", "Reasons"), rows)
    more = len(lines) - ROWS_SHOWN
    rest = f"\n\n... and {more} more: `phoenix export` writes them all." if more > 0 else ""
    return f"## Properties\n\n{table}{rest}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
