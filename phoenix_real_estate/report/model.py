"""What a run did, for a person: every record accounted for, the money, the reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from phoenix_real_estate.budget import SpendPoint, Usage
from phoenix_real_estate.errors import BudgetExhausted, PhoenixError
from phoenix_real_estate.models import Finding, Frozen, OperationRecord
from phoenix_real_estate.outcomes import Stage
from phoenix_real_estate.report_card import CardRow, Marks

BUDGET_EXHAUSTED = BudgetExhausted.__name__


class Outcome(StrEnum):
    """Where a property, or a record without one, stands after the run."""

    PUBLISHED = "published"
    NEEDS_REVIEW = "needs review"
    DEAD_LETTER = "dead letter"
    PENDING = "pending"


class ReportLine(Frozen):
    """One property of the run, or one record that holds none. `cost_micro_usd` is what this run paid.

    `stage` is where it came to rest; `operations` tells how its texts came about and how its pages were read,
    by operation; `findings` are the gate's last word, `replaced` what was wrong with texts that gave way.
    `marks` are for the report card, which tells them together; they and
    `operations` are not part of its JSON.
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
    stage: Stage | None = None
    operations: dict[str, OperationRecord] = Field(default={}, exclude=True)
    findings: tuple[Finding, ...] = ()
    replaced: tuple[Finding, ...] = ()
    marks: tuple[Marks, ...] = Field(default=(), exclude=True)

    @property
    def is_plain(self) -> bool:
        """Published, and there is nothing to say of it."""
        return self.outcome is Outcome.PUBLISHED and not self.told

    @property
    def told(self) -> tuple[str, ...]:
        """The reasons, and the conflicts that no reason mentions."""
        unmentioned = (one for one in self.conflicts if not any(one in reason for reason in self.reasons))
        return (*self.reasons, *unmentioned)


class RunReport(Frozen):
    """One run of the flow. Money is integer micro-USD, times are UTC.

    `data_docs` and `page` are paths: the gate's page of verdicts, and this report as a file. `spending` is
    the course of the day in `time_zone`, whichever run spent it; `drift` is what is unusual about whole
    batches; `run_url` is this run's page in Prefect's UI.
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
    spending: tuple[SpendPoint, ...] = ()
    time_zone: str = "America/Phoenix"
    quality_threshold: float = 0.7
    drift: tuple[Finding, ...] = ()
    run_url: str | None = None

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
    drift: tuple[Finding, ...] = ()

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
        drift: Sequence[Finding] = (),
    ) -> None:
        """Adds a batch that is through. A record that came round again is told once, by its last line."""
        again = {raw_id for line in lines for raw_id in line.raw_ids}
        self.lines = [line for line in self.lines if again.isdisjoint(line.raw_ids)] + list(lines)
        self.batches += 1
        self.docs = docs or self.docs
        self.out_of_money |= out_of_money
        self.stop = self.stop or stop
        self.drift = (*self.drift, *drift)
