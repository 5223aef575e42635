"""What a person reads of a backfill: the estimate before, the progress meanwhile, the report at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from phoenix_real_estate.backfill.estimate import Estimate
from phoenix_real_estate.errors import PhoenixError
from phoenix_real_estate.models import Frozen
from phoenix_real_estate.money import dollars
from phoenix_real_estate.report import BUDGET_EXHAUSTED, Outcome, ReportLine, escaped, table

# The report stays a page, and the run's memory flat, over any number of records.
REASONS_KEPT = 200

# What the counts are called, in the order in which they are told.
PLACES = {
    "processed": "published",
    "needs_review": "needs review",
    "dead_letter": "dead letter",
    "pending": "pending for the next run",
    "held": "held by another run",
    "untouched": "as before",
    "gone": "no longer there",
}


@dataclass
class BackfillTally:
    """What a run of a backfill has done so far; of its lines only the first with reasons are kept."""

    records: int = 0
    reasons: list[ReportLine] = field(default_factory=list)
    more_reasons: int = 0
    docs: Path | None = None
    out_of_money: bool = False
    stop: PhoenixError | None = None

    @property
    def ended(self) -> str:
        """The name of the run's end: Completed, BudgetExhausted or the error's class."""
        if self.stop is not None:
            return self.stop.reason
        return BUDGET_EXHAUSTED if self.out_of_money else "Completed"

    @property
    def stopped(self) -> bool:
        """Whether no further chunk is to be begun."""
        return self.out_of_money or self.stop is not None

    def add(
        self,
        lines: Sequence[ReportLine],
        *,
        docs: Path | None = None,
        out_of_money: bool = False,
        stop: PhoenixError | None = None,
    ) -> None:
        """Adds a chunk that is through."""
        telling = [line for line in lines if line.outcome is not Outcome.PUBLISHED and line.told]
        room = REASONS_KEPT - len(self.reasons)
        self.reasons += telling[:room]
        self.more_reasons += len(telling[room:])
        self.records += sum(len(line.raw_ids) for line in lines if line.outcome is not Outcome.PENDING)
        self.docs = docs or self.docs
        self.out_of_money |= out_of_money
        self.stop = self.stop or stop


class BackfillReport(Frozen):
    """A run of a backfill, and where the whole of it stands. Money is integer micro-USD, times are UTC.

    `counts` are of all records looked at so far, by where they are; `in_run` came to rest in this run.
    """

    job: str
    flow_run_id: str | None
    started_at: datetime
    ended_at: datetime
    ended: str
    records: int
    in_run: int
    counts: dict[str, int]
    spent_in_run_micro_usd: int
    spent_today_micro_usd: int
    a_day_micro_usd: int
    daily_limit_micro_usd: int
    reasons: tuple[ReportLine, ...] = ()
    more_reasons: int = 0
    notes: tuple[str, ...] = ()
    data_docs: str | None = None

    @property
    def left(self) -> int:
        """Records not looked at yet."""
        return max(0, self.records - looked_at(self.counts))

    @property
    def one_line(self) -> str:
        """As the state's message says it: "120 of 500 records: 118 published, 2 dead letter"."""
        told = ", ".join(f"{count:,} {name}" for name, count in _named(self.counts))
        elsewhere = self.counts.get("done_elsewhere", 0)
        by_others = f" ({elsewhere:,} by other runs)" if elsewhere else ""
        looked = self.records - self.left
        return f"{looked:,} of {self.records:,} records: {told or 'nothing yet'}{by_others}"


def looked_at(counts: dict[str, int]) -> int:
    """How many records of a backfill the counts are of."""
    return sum(counts.get(place, 0) for place in PLACES)


def progress_line(
    counts: dict[str, int], records: int, *, in_run: int, since: datetime, now: datetime
) -> str:
    """How far a backfill is, and when it will be through at the pace of this run."""
    looked = looked_at(counts)
    told = ", ".join(f"{count:,} {name}" for name, count in _named(counts))
    line = f"{looked:,} of {records:,} records looked at" + (f": {told}" if told else "")
    seconds = (now - since).total_seconds()
    if not in_run or not seconds or looked >= records:
        return f"{line}."
    a_second = in_run / seconds
    through = now + timedelta(seconds=(records - looked) / a_second)
    pace = f"{a_second * 60:,.0f} a minute: through at about {through:%Y-%m-%d %H:%M} UTC"
    return f"{line}. {pace}, if the budget lasts."


def estimate_page(told: Estimate) -> str:
    """The estimate as markdown."""
    head = ("Tier", "Model", "Properties", "Calls", "In the cache", "Tokens in", "Tokens out", "Cost")
    rows = [
        (
            one.tier,
            escaped(", ".join(one.models)),
            *(f"{number:,}" for number in (one.properties, one.calls, one.cached)),
            *(f"{number:,}" for number in (one.input_tokens, one.output_tokens)),
            dollars(one.cost_micro_usd),
        )
        for one in told.tiers
    ]
    ends = str(told.ends_on or "never: backfills have no share of the budget")
    facts = [
        ("Records", f"{told.records:,}"),
        ("Properties", f"{told.properties:,}"),
        ("Records that hold no property", f"{told.refused:,}"),
        ("Records no longer there", f"{told.missing:,}"),
        ("Pages that a model reads first", f"{told.pages:,}"),
        ("Cost, about", dollars(told.cost_micro_usd)),
        ("Backfills' share of a day", dollars(told.a_day_micro_usd)),
        ("Left of it today", dollars(told.left_today_micro_usd)),
        ("Ends on", ends),
    ]
    parts = [
        "# Backfill: dry run",
        table(("What", "It would be"), facts),
        f"## By tier\n\n{table(head, rows)}" if rows else "",
        _list("How long answers are", told.lengths),
        _list("Good to know", told.notes),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def report_page(report: BackfillReport) -> str:
    """The report as markdown. Whatever came from a record is escaped."""
    seconds = (report.ended_at - report.started_at).total_seconds()
    rows = [
        ("Records of the backfill", f"{report.records:,}"),
        *((name.capitalize(), f"{count:,}") for name, count in _named(report.counts)),
        ("Done by other runs meanwhile", f"{report.counts.get('done_elsewhere', 0):,}"),
        ("Not looked at yet", f"{report.left:,}"),
        ("Came to rest in this run", f"{report.in_run:,}"),
        ("Spent in this run", dollars(report.spent_in_run_micro_usd)),
        (
            "Spent today, of the backfills' share and of the limit",
            f"{dollars(report.spent_today_micro_usd)} of {dollars(report.a_day_micro_usd)} "
            f"and {dollars(report.daily_limit_micro_usd)}",
        ),
        ("Took", f"{seconds:.1f} s"),
    ]
    reasons = [
        f"{line.outcome.value} {line.address or ', '.join(line.raw_ids)}: {'; '.join(line.told)}"
        for line in report.reasons
    ]
    if report.more_reasons:
        reasons.append(f"... and {report.more_reasons:,} more.")
    docs = f"## Data Docs\n\nThe last chunk's verdicts: `{report.data_docs}`" if report.data_docs else ""
    parts = [
        f"# Backfill {report.job}: {escaped(report.ended)}",
        table(("What", "So far"), rows),
        _list("Good to know", report.notes),
        _list("Why", reasons),
        docs,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _named(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(name, counts[place]) for place, name in PLACES.items() if counts.get(place)]


def _list(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {escaped(line)}" for line in lines) if lines else ""
