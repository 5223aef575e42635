"""Every claimed record has its line in the report."""

from __future__ import annotations

from phoenix_real_estate.accounting import Deferred, billed, lines_of
from phoenix_real_estate.budget import Usage
from phoenix_real_estate.models import Decision, Finding, Operation, RawRecord, Severity
from phoenix_real_estate.normalize import House, Normalized, harmonize, normalize
from phoenix_real_estate.outcomes import Published, Refused, Stage
from phoenix_real_estate.replacement import RejectedPart
from phoenix_real_estate.report import Outcome, ReportLine
from tests.flows.records import house
from tests.judged import PAID, TOO_OLD, judged

REFUSED = Refused(
    raw_id="broken", stage=Stage.NORMALIZE, error_class="UnusableRecord", message="it has no address."
)


def home(*records: RawRecord) -> House:
    read = [Normalized(raw_id=one.id, source=one.source, property=normalize(one)) for one in records]
    [house] = harmonize(read)
    return house


HOME = home(house(1))
USED = Usage(calls=1, cost_micro_usd=0, input_tokens=0, output_tokens=0)
DONE = Published(statuses={"raw-1": "processed", "broken": "dead_letter"})


def test_a_published_house_is_told_with_its_score_model_and_cost() -> None:
    [line] = lines_of([judged(HOME)], [], [], DONE)
    assert line.outcome is Outcome.PUBLISHED
    assert (line.raw_ids, line.property_id) == (("raw-1",), "10306001")
    assert line.address == "4001 N 55th Ave, Phoenix, AZ 85031"
    assert (line.quality_score, line.models, line.cost_micro_usd) == (0.9, "gpt-4o-mini", 81)
    assert (line.cached, line.reasons, line.conflicts) == (False, (), ())


def test_a_house_whose_every_text_came_from_the_cache_is_marked() -> None:
    cached = PAID.model_copy(update={"cached": True, "cost_micro_usd": 0})
    whole = judged(HOME, record=cached)
    mixed = whole.enriched.model_copy(
        update={"operations": {**whole.enriched.operations, Operation.FEATURES: PAID}}
    )
    partly = whole.model_copy(update={"enriched": mixed})
    assert [line.cached for line in lines_of([whole, partly], [], [], DONE)] == [True, False]


def test_what_reading_its_page_cost_is_part_of_what_a_house_cost() -> None:
    read = HOME.model_copy(update={"extractions": (PAID,)})
    [published, waiting] = lines_of([judged(read)], [], [Deferred(house=read, why="no money")], DONE)
    assert (published.cost_micro_usd, waiting.cost_micro_usd) == (108, 27)


def test_a_house_in_review_tells_its_reasons() -> None:
    review = judged(HOME, Decision.REVIEW, (TOO_OLD,))
    [line] = lines_of([review], [], [], Published(statuses={"raw-1": "needs_review"}))
    assert line.outcome is Outcome.NEEDS_REVIEW
    assert line.reasons == ("warning: property.year_built: 1850 is too early (facts.year_built)",)


def test_a_rejected_house_is_a_dead_letter() -> None:
    rejected = judged(HOME, Decision.REJECT, (TOO_OLD,))
    [line] = lines_of([rejected], [], [], Published(statuses={"raw-1": "dead_letter"}))
    assert line.outcome is Outcome.DEAD_LETTER


def test_a_replaced_part_is_told_with_what_was_wrong() -> None:
    finding = Finding(
        rule="grounding.number", severity=Severity.CRITICAL, field="description", why="no 7 bedrooms"
    )
    part = RejectedPart(operation=Operation.DESCRIPTION, text="...", record=PAID, findings=(finding,))
    replaced = judged(HOME).model_copy(update={"rejected": (part,)})
    [line] = lines_of([replaced], [], [], DONE)
    assert line.reasons == ("description replaced: no 7 bedrooms",)


def test_a_rewritten_part_is_told_as_such() -> None:
    finding = Finding(
        rule="grounding.number", severity=Severity.CRITICAL, field="description", why="no 7 bedrooms"
    )
    part = RejectedPart(
        operation=Operation.DESCRIPTION, text="...", record=PAID, findings=(finding,), gave_way_to="rewrite"
    )
    [line] = lines_of([judged(HOME).model_copy(update={"rejected": (part,)})], [], [], DONE)
    assert line.reasons == ("description rewritten: no 7 bedrooms",)


def test_sources_that_disagree_are_told_with_both_values() -> None:
    listing = {"ParcelNumber": "103-06-001", "UnparsedAddress": "4001 N 55th Ave, Phoenix, AZ 85031"}
    both = home(
        house(1),
        RawRecord(id="listing-1", source="phoenix_mls", data={**listing, "YearBuilt": 1999}),
    )
    [line] = lines_of([judged(both)], [], [], DONE)
    assert line.raw_ids == ("raw-1", "listing-1")
    assert line.conflicts == ("year_built: maricopa_api says 1955, phoenix_mls says 1999",)


def test_a_lost_house_shows_as_pending() -> None:
    [line] = lines_of([judged(HOME)], [], [], Published(statuses={}, lost=("10306001",)))
    assert line.outcome is Outcome.PENDING
    assert line.reasons == ("another run holds these records now, or a person has decided on them",)


def test_a_house_that_was_overtaken_shows_as_pending_and_says_why() -> None:
    [line] = lines_of([judged(HOME)], [], [], Published(statuses={}, overtaken=("10306001",)))
    assert line.outcome is Outcome.PENDING
    assert line.reasons == (
        "facts of this house were published meanwhile; it goes round again with the facts of both",
    )


def test_a_house_that_waits_says_for_what() -> None:
    [line] = lines_of([], [], [Deferred(house=HOME, why="the day's budget is gone")], DONE)
    assert (line.outcome, line.property_id) == (Outcome.PENDING, "10306001")
    assert (line.address, line.reasons) == (
        "4001 N 55th Ave, Phoenix, AZ 85031",
        ("the day's budget is gone",),
    )


def test_a_refused_record_has_its_line() -> None:
    [line] = lines_of([], [REFUSED], [], DONE)
    assert line.outcome is Outcome.DEAD_LETTER
    assert (line.raw_ids, line.property_id) == (("broken",), None)
    assert line.reasons == ("normalize: it has no address.",)


def test_a_refused_record_that_another_run_holds_is_pending() -> None:
    [line] = lines_of([], [REFUSED], [], Published(statuses={}))
    assert line.outcome is Outcome.PENDING


def test_houses_come_first_and_none_is_missing() -> None:
    waiting = Deferred(house=home(house(2)), why="later")
    lines = lines_of([judged(HOME)], [REFUSED], [waiting], DONE)
    assert [line.raw_ids for line in lines] == [("raw-1",), ("raw-2",), ("broken",)]


def test_a_reason_points_at_the_words_it_is_about_and_says_nothing_twice() -> None:
    number = Finding(
        rule="number.mismatch",
        severity=Severity.CRITICAL,
        field="description",
        span="7 bedrooms",
        why="bedrooms is 3",
    )
    conflict = Finding(
        rule="facts.conflict",
        severity=Severity.WARNING,
        field="property.pool_type",
        span="none",
        why="pool_type: a says private, b says none",
    )
    review = judged(HOME, Decision.REVIEW, (number, conflict))
    [line] = lines_of([review], [], [], Published(statuses={"raw-1": "needs_review"}))
    assert line.reasons == (
        "critical: description '7 bedrooms': bedrooms is 3 (number.mismatch)",
        "warning: pool_type: a says private, b says none (facts.conflict)",
    )


def test_every_line_tells_the_stage_where_its_record_came_to_rest() -> None:
    held = Published(statuses={"raw-1": "needs_review", "broken": "dead_letter"})
    [line, waiting, refused] = lines_of(
        [judged(HOME, Decision.REVIEW, (TOO_OLD,))], [REFUSED], [Deferred(house=HOME, why="later")], held
    )
    assert (line.stage, waiting.stage, refused.stage) == (Stage.GATE, Stage.ENRICH, Stage.NORMALIZE)
    [published] = lines_of([judged(HOME)], [], [], DONE)
    [lost] = lines_of([judged(HOME)], [], [], Published(statuses={}, lost=("10306001",)))
    assert (published.stage, lost.stage) == (Stage.PUBLISH, Stage.PUBLISH)


def test_a_line_keeps_how_its_texts_came_about_and_what_the_gate_found() -> None:
    part = RejectedPart(operation=Operation.DESCRIPTION, text="...", record=PAID, findings=(TOO_OLD,))
    review = judged(HOME, Decision.REVIEW, (TOO_OLD,)).model_copy(update={"rejected": (part,)})
    [line] = lines_of([review], [], [], DONE)
    assert line.operations == {operation.value: PAID for operation in Operation}
    assert (line.findings, line.replaced) == ((TOO_OLD,), (TOO_OLD,))


def test_the_lines_tell_what_the_invoice_says_each_call_once() -> None:
    published = ReportLine(raw_ids=("1",), outcome=Outcome.PUBLISHED, property_id="house", cost_micro_usd=9)
    again = published.model_copy(update={"raw_ids": ("2",)})
    page = ReportLine(raw_ids=("3",), outcome=Outcome.DEAD_LETTER)
    free = ReportLine(raw_ids=("4",), outcome=Outcome.PENDING, property_id="other", cost_micro_usd=9)
    paid = {"house": 30, "1": 4, "3": 5}
    spent = {name: USED.model_copy(update={"cost_micro_usd": cost}) for name, cost in paid.items()}

    lines = billed([published, again, page, free], spent)

    assert [line.cost_micro_usd for line in lines] == [34, 0, 5, 0]
