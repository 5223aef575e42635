"""What a person reads of a backfill, and that it stays short over any number of records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from phoenix_real_estate.backfill import (
    BackfillReport,
    BackfillTally,
    Estimate,
    TierEstimate,
    estimate_page,
    report_page,
)
from phoenix_real_estate.backfill.report import REASONS_KEPT, progress_line
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.report import Outcome, ReportLine

NOON = datetime(2026, 3, 14, 19, tzinfo=UTC)
TIER = TierEstimate(
    tier="high",
    models=("openai/gpt-4o-mini",),
    properties=10,
    calls=20,
    cached=10,
    input_tokens=11_400,
    output_tokens=4_000,
    cost_micro_usd=4_110,
)
ESTIMATE = Estimate(
    records=12,
    properties=10,
    refused=2,
    missing=0,
    pages=0,
    tiers=(TIER, TIER),
    a_day_micro_usd=315_000,
    left_today_micro_usd=300_000,
    ends_on=date(2026, 3, 14),
    lengths=("description by openai/gpt-4o-mini: 118 tokens, the mean of 200 answers",),
)
REPORT = BackfillReport(
    job="20260314T190000-abcd",
    flow_run_id="run",
    started_at=NOON,
    ended_at=NOON + timedelta(seconds=90),
    ended="Completed",
    records=500,
    in_run=120,
    counts={"processed": 118, "dead_letter": 2, "done_elsewhere": 3},
    spent_in_run_micro_usd=1000,
    spent_today_micro_usd=2000,
    a_day_micro_usd=315_000,
    daily_limit_micro_usd=630_000,
)


def line(outcome: Outcome, *reasons: str) -> ReportLine:
    return ReportLine(raw_ids=("r1",), outcome=outcome, reasons=reasons)


def test_the_estimate_tells_money_by_tier_and_the_day_on_which_it_ends() -> None:
    page = estimate_page(ESTIMATE)
    assert "| high | openai/gpt-4o-mini | 10 | 20 | 10 | 11,400 | 4,000 | $0.00411 |" in page
    assert "| Ends on | 2026-03-14 |" in page
    assert "118 tokens" in page
    assert "Good to know" not in page
    assert ESTIMATE.one_line == (
        "12 records, 10 properties, about $0.00822, at $0.315 a day done on 2026-03-14"
    )


def test_an_estimate_without_a_share_never_ends_and_without_records_has_no_tiers() -> None:
    never = ESTIMATE.model_copy(update={"ends_on": None, "tiers": (), "notes": ("1 left out.",)})
    assert "never" in never.one_line
    page = estimate_page(never)
    assert "By tier" not in page
    assert "never: backfills have no share" in page
    assert "- 1 left out." in page


def test_the_report_tells_where_every_record_is() -> None:
    assert REPORT.one_line == "120 of 500 records: 118 published, 2 dead letter (3 by other runs)"
    page = report_page(REPORT)
    assert "| Not looked at yet | 380 |" in page
    assert "$0.002 of $0.315 and $0.63" in page
    assert "## Why" not in page
    assert REPORT.model_copy(update={"counts": {}}).one_line == "0 of 500 records: nothing yet"


def test_what_came_from_a_record_is_no_markup() -> None:
    told = line(Outcome.NEEDS_REVIEW, "<script>*bold*")
    report = REPORT.model_copy(
        update={"reasons": (told,), "more_reasons": 7, "notes": ("a | b",), "data_docs": "/docs"}
    )
    page = report_page(report)
    assert r"\<script\>\*bold\*" in page
    assert "and 7 more" in page
    assert r"a \| b" in page
    assert "`/docs`" in page


def test_a_tally_keeps_the_first_reasons_and_counts_the_rest() -> None:
    tally = BackfillTally()
    for _ in range(3):
        tally.add([line(Outcome.DEAD_LETTER, "no parcel")] * 100 + [line(Outcome.PUBLISHED, "a conflict")])
    assert (len(tally.reasons), tally.more_reasons, tally.records) == (REASONS_KEPT, 100, 303)


def test_a_record_that_goes_back_is_not_at_rest() -> None:
    tally = BackfillTally()
    tally.add([line(Outcome.PENDING, "no money")], out_of_money=True, docs=Path("/docs"))
    assert (tally.records, tally.ended, tally.stopped, tally.docs) == (
        0,
        "BudgetExhausted",
        True,
        Path("/docs"),
    )


def test_the_error_that_ended_a_run_is_its_end() -> None:
    tally = BackfillTally()
    assert (tally.ended, tally.stopped) == ("Completed", False)
    tally.add([], stop=GateError("broken"))
    assert (tally.ended, tally.stopped) == ("GateError", True)


def test_the_progress_tells_when_it_will_be_through() -> None:
    told = progress_line({"processed": 120}, 480, in_run=60, since=NOON, now=NOON + timedelta(minutes=1))
    assert told == (
        "120 of 480 records looked at: 120 published. 60 a minute: through at about 2026-03-14 19:07 UTC, "
        "if the budget lasts."
    )


@pytest.mark.parametrize(("looked", "in_run", "minutes"), [(0, 0, 1), (10, 10, 0), (480, 480, 1)])
def test_without_a_pace_or_at_the_end_no_time_is_told(looked: int, in_run: int, minutes: int) -> None:
    now = NOON + timedelta(minutes=minutes)
    assert "minute" not in progress_line({"processed": looked}, 480, in_run=in_run, since=NOON, now=now)
