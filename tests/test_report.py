from datetime import UTC, datetime, timedelta
from pathlib import Path

from phoenix_real_estate.budget import Usage
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.models import Finding, Operation, Severity
from phoenix_real_estate.report import (
    Outcome,
    ReportLine,
    RunReport,
    RunTally,
    escaped,
    to_html,
    to_markdown,
)
from phoenix_real_estate.report.counts import ROWS_SHOWN
from phoenix_real_estate.report_card import CardRow

NOON = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)


def line(**changes: object) -> ReportLine:
    facts: dict[str, object] = {
        "raw_ids": ("maricopa_api:1",),
        "outcome": Outcome.PUBLISHED,
        "property_id": "10306005",
        "address": "4027 N 55th Ave, Phoenix, AZ 85031",
        "quality_score": 0.934,
        "models": "gpt-4o-mini",
        "cost_micro_usd": 412,
    }
    return ReportLine.model_validate(facts | changes)


def report(*lines: ReportLine, **changes: object) -> RunReport:
    facts: dict[str, object] = {
        "flow_run_id": "f1",
        "started_at": NOON,
        "ended_at": NOON + timedelta(seconds=12.34),
        "ended": "Completed",
        "batches": 1,
        "lines": lines,
        "spent_in_run_micro_usd": 412,
        "spent_today_micro_usd": 10_412,
        "daily_limit_micro_usd": 630_000,
    }
    return RunReport.model_validate(facts | changes)


def test_counts_are_of_raw_records_and_name_every_outcome() -> None:
    counts = report(
        line(raw_ids=("a", "b")), line(raw_ids=("c",), outcome=Outcome.DEAD_LETTER, property_id=None)
    ).counts
    assert counts == {
        Outcome.PUBLISHED: 2,
        Outcome.NEEDS_REVIEW: 0,
        Outcome.DEAD_LETTER: 1,
        Outcome.PENDING: 0,
    }


def test_the_one_line_tells_what_happened() -> None:
    done = report(line(raw_ids=("a", "b")), line(raw_ids=("c",), outcome=Outcome.NEEDS_REVIEW))
    assert done.one_line == "3 records: 2 published, 1 needs review"
    assert report().one_line == "nothing was pending"


def test_the_page_shows_money_counts_models_and_every_reason() -> None:
    page = to_markdown(
        report(
            line(reasons=("warning: year is old",), conflicts=("pool_type: a says none, b says private",)),
            line(
                raw_ids=("x",),
                outcome=Outcome.DEAD_LETTER,
                property_id=None,
                address="",
                models="",
                quality_score=None,
                reasons=("bad",),
            ),
            models={"gpt-4o-mini": Usage(calls=3, input_tokens=1234, output_tokens=5, cost_micro_usd=412)},
            notes=("Ollama does not answer",),
            data_docs="/home/docs/index.html",
        )
    )
    assert "| Published | 1 |" in page
    assert "| Spent today, of the limit | $0.010412 of $0.63 |" in page
    assert "| gpt-4o-mini | 3 | 1,234 | 5 | $0.000412 |" in page
    assert (
        "**published** 4027 N 55th Ave, Phoenix, AZ 85031\n  - warning: year is old\n  - pool\\_type: a"
        in page
    )
    assert "- **dead letter** x\n  - bad" in page
    assert "- Ollama does not answer" in page
    assert "`/home/docs/index.html`" in page
    assert "| Took | 12.3 s |" in page


CARD = CardRow(
    operation=Operation.INVESTMENT_ANALYSIS,
    model="gpt-4o_mini",
    prompt_version="v1",
    texts=12,
    cached=3,
    rejected_share=0.25,
    rewritten_share=0.1667,
    replaced_share=0.0833,
    text_score=0.875,
    quality_score=0.9312,
    input_tokens=12_345,
    output_tokens=678,
    cost_micro_usd=2250,
)


def test_the_report_card_tells_each_model_and_prompt_version() -> None:
    page = to_markdown(report(line(), report_card=(CARD, CARD.model_copy(update={"text_score": None}))))
    assert (
        "| investment analysis | gpt-4o\\_mini | v1 | 12 | 3 | 25% | 17% | 8% | 0.88 | 0.93 | 12,345 | 678 |"
        " $0.00225 |" in page
    )
    assert "| 8% |  | 0.93 |" in page
    assert "<td>gpt-4o_mini<td>v1<td class=n>12" in to_html(report(line(), report_card=(CARD,)))
    assert "Report card" not in to_markdown(report(line()))


def test_texts_of_a_record_cannot_break_the_page() -> None:
    hostile = "<script>alert(1)</script> | [x](http://evil) `code` \n# head"
    page = to_markdown(report(line(address=hostile, reasons=(hostile,))))
    assert "<script>" not in page.replace("\\<", "")
    assert "\n# head" not in page
    assert "://" not in page
    assert escaped("a|b") == "a\\|b"


def test_a_run_with_nothing_to_do_says_so() -> None:
    assert "Nothing was pending." in to_markdown(report())


def test_a_long_run_shows_its_first_rows_and_says_how_many_more() -> None:
    long = report(*[line(raw_ids=(str(n),)) for n in range(ROWS_SHOWN + 7)])
    for page in (to_markdown(long), to_html(long)):
        assert "... and 7 more are not listed" in page
    assert f"| Published | {ROWS_SHOWN + 7} |" in to_markdown(long)


def test_what_needs_a_person_is_listed_however_long_the_run_was() -> None:
    plain = [line(raw_ids=(str(n),), address="") for n in range(ROWS_SHOWN + 7)]
    review = line(
        raw_ids=("look",), outcome=Outcome.NEEDS_REVIEW, address="9 Elm St", reasons=("warning: old",)
    )
    long = report(*plain, review)
    for page in (to_markdown(long), to_html(long)):
        assert page.count("9 Elm St") == 2, "once with its reason, once among the properties"


def test_of_thousands_with_something_to_say_a_bounded_number_is_told_and_the_rest_counted() -> None:
    told = [line(raw_ids=(str(n),), reasons=tuple(map(str, range(100, 120)))) for n in range(ROWS_SHOWN + 3)]
    for page in (to_markdown(report(*told)), to_html(report(*told))):
        assert "... and 3 more have something to say" in page
        assert page.count("and 8 more") == ROWS_SHOWN


def test_a_property_out_of_the_cache_is_marked() -> None:
    assert "gpt-4o-mini (cached)" in to_markdown(report(line(cached=True)))


def test_a_run_tally_adds_up_its_batches() -> None:
    tally = RunTally()
    tally.add([line(raw_ids=("a", "b"))], docs=Path("index.html"))
    tally.add([line(raw_ids=("c",))])
    assert (tally.records, tally.batches, tally.docs, tally.ended) == (3, 2, Path("index.html"), "Completed")


def test_a_record_that_came_round_again_is_told_once() -> None:
    tally = RunTally()
    tally.add([line(raw_ids=("a",), outcome=Outcome.PENDING), line(raw_ids=("b",))])
    tally.add([line(raw_ids=("a", "c"))])
    assert [one.raw_ids for one in tally.lines] == [("b",), ("a", "c")]


def test_a_run_tally_without_money_ends_as_budget_exhausted_and_an_error_wins() -> None:
    tally = RunTally()
    unusual = Finding(rule="batch.review_share", severity=Severity.WARNING, field="review_share", why="many")
    tally.add([], out_of_money=True, drift=[unusual])
    assert tally.drift == (unusual,)
    assert tally.ended == "BudgetExhausted"
    tally.add([], stop=GateError("the gate broke"))
    tally.add([], stop=GateError("it broke again"))
    assert tally.ended == "GateError"
    assert str(tally.stop) == "the gate broke"
