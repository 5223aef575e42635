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
from phoenix_real_estate.report_card import CardRow, Marks

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
    """One property of the run, or one record that holds none. `cost_micro_usd` is what this run paid.

    `marks` are for the report card, which tells them together.
    """

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
    marks: tuple[Marks, ...] = Field(default=(), exclude=True)

    @property
    def told(self) -> tuple[str, ...]:
        """The reasons, and the conflicts that no reason mentions."""
        unmentioned = (one for one in self.conflicts if not any(one in reason for reason in self.reasons))
        return (*self.reasons, *unmentioned)


class RunReport(Frozen):
    """One run of the flow. Money is integer micro-USD, times are UTC.

    `data_docs` and `page` are paths: the gate's page of verdicts, and this report as a file.
    """

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
    report_card: tuple[CardRow, ...] = ()
    notes: tuple[str, ...] = ()
    data_docs: str | None = None
    page: str | None = None

    @property
    def one_line(self) -> str:
        """What happened, as the state's message says it: "12 records: 9 published, 2 dead letter"."""
        told = ", ".join(f"{count} {outcome.value}" for outcome, count in self.counts.items() if count)
        total = sum(self.counts.values())
        records = "1 record" if total == 1 else f"{total} records"
        return f"{records}: {told}" if total else "nothing was pending"

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
        """Adds a batch that is through. A record that came round again is told once, by its last line."""
        again = {raw_id for line in lines for raw_id in line.raw_ids}
        self.lines = [line for line in self.lines if again.isdisjoint(line.raw_ids)] + list(lines)
        self.batches += 1
        self.docs = docs or self.docs
        self.out_of_money |= out_of_money
        self.stop = self.stop or stop


def to_markdown(report: RunReport) -> str:
    """The run report as the Prefect UI renders it. Whatever came from a record is escaped."""
    sections = [
        _summary(report),
        _notes(report.notes),
        _reasons(report.lines),
        _lines(report.lines),
        _models(report.models),
        _report_card(report.report_card),
        _docs(report.data_docs),
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
    return f"# Enrichment run: {escaped(report.ended)}\n\n{table(('What', 'This run'), rows)}"


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
    return f"## Models\n\n{table(head, rows)}" if rows else ""


def _report_card(rows: Sequence[CardRow]) -> str:
    """Each model and prompt version by what the gate made of its texts."""
    head = ("Text", "Model", "Prompt", "Texts", "Cached", "Rejected", "Rewritten", "Replaced")
    marks = ("Own score", "Quality score", "Tokens in", "Tokens out", "Cost")
    told = [
        (
            row.operation.value.replace("_", " "),
            escaped(row.model),
            escaped(row.prompt_version),
            f"{row.texts}",
            f"{row.cached}",
            *(f"{share:.0%}" for share in (row.rejected_share, row.rewritten_share, row.replaced_share)),
            "" if row.text_score is None else f"{row.text_score:.2f}",
            f"{row.quality_score:.2f}",
            f"{row.input_tokens:,}",
            f"{row.output_tokens:,}",
            dollars(row.cost_micro_usd),
        )
        for row in rows
    ]
    return f"## Report card\n\n{table((*head, *marks), told)}" if told else ""


def _docs(data_docs: str | None) -> str:
    """A path, not a link: a browser opens no local file from a page of a server."""
    what = "Every verdict with its reasons, and what each expectation met (last batch)"
    return f"## Data Docs\n\n{what}: `{data_docs}`" if data_docs else ""


def _notes(notes: Sequence[str]) -> str:
    return "## Good to know\n\n" + "\n".join(f"- {escaped(note)}" for note in notes) if notes else ""


def _reasons(lines: Sequence[ReportLine]) -> str:
    """A list, since the UI's tables do not break long cells."""
    told = [
        f"- **{line.outcome.value}** {_name(line)}\n" + "\n".join(f"  - {escaped(one)}" for one in line.told)
        for line in lines
        if line.told
    ]
    return "## Why\n\n" + "\n".join(told[:ROWS_SHOWN]) + _more(told) if told else ""


def _lines(lines: Sequence[ReportLine]) -> str:
    if not lines:
        return "Nothing was pending."
    head = ("Property", "Outcome", "Score", "Written by", "Cost")
    rows = [
        (
            _name(line),
            line.outcome.value,
            "" if line.quality_score is None else f"{line.quality_score:.2f}",
            escaped(line.models) + (" (cached)" if line.cached else ""),
            dollars(line.cost_micro_usd),
        )
        for line in lines
        if line.property_id
    ]
    return "## Properties\n\n" + table(head, rows[:ROWS_SHOWN]) + _more(rows) if rows else ""


def _name(line: ReportLine) -> str:
    return escaped(line.address or ", ".join(line.raw_ids))


def _more(rows: Sequence[object]) -> str:
    more = len(rows) - ROWS_SHOWN
    return f"\n\n... and {more} more: `phoenix export` writes them all." if more > 0 else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table; its cells are escaped already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
