"""What a run's report card says of each model and prompt version."""

from __future__ import annotations

from phoenix_real_estate.models import Finding, Operation, OperationRecord, Severity
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Judged
from phoenix_real_estate.replacement import COMPOSER, RejectedPart
from phoenix_real_estate.report_card import CardRow, Marks, marks_of, report_card
from tests.judged import PAID, judged
from tests.sample import HOUSE

HOME = House(property=HOUSE, raw_ids=("raw-1",), facts_by_source={})
WRONG = Finding(rule="number.mismatch", severity=Severity.CRITICAL, field="description", why="no 7 bedrooms")
TWICE = PAID.model_copy(
    update={"input_tokens": 300, "output_tokens": 50, "cost_micro_usd": 70, "prompt_version": "1, rewrite v1"}
)


def rejected(record: OperationRecord, gave_way_to: str, score: float | None = 0.25) -> RejectedPart:
    return RejectedPart.model_validate(
        {
            "operation": Operation.DESCRIPTION,
            "text": "...",
            "record": record,
            "findings": (WRONG,),
            "score": score,
            "gave_way_to": gave_way_to,
        }
    )


def described(record: OperationRecord, *parts: RejectedPart) -> Judged:
    """A house of which only the description counts."""
    house = judged(HOME)
    enriched = house.enriched.model_copy(update={"operations": {Operation.DESCRIPTION: record}})
    verdict = house.verdict.model_copy(update={"scores": {"description_quality": 0.8}})
    return house.model_copy(update={"enriched": enriched, "verdict": verdict, "rejected": parts})


def mark(house: Judged) -> Marks:
    [one] = marks_of(house)
    return one


def card(*houses: Judged) -> tuple[CardRow, ...]:
    return report_card(mark(house) for house in houses)


def test_a_text_that_was_taken_has_its_own_score_and_that_of_the_property() -> None:
    one = mark(described(PAID))
    assert (one.rejected, one.rewritten, one.replaced) == (False, False, False)
    assert (one.text_score, one.quality_score) == (0.8, 0.9)
    assert (one.input_tokens, one.output_tokens, one.cost_micro_usd) == (100, 20, 27)


def test_a_rewritten_text_counts_for_who_wrote_it_first_with_both_attempts_costs() -> None:
    one = mark(described(TWICE, rejected(PAID, "rewrite")))
    assert (one.model, one.prompt_version) == ("gpt-4o-mini", "1")
    assert (one.rejected, one.rewritten, one.replaced) == (True, True, False)
    assert (one.text_score, one.cost_micro_usd, one.input_tokens) == (0.25, 70, 300)


def test_a_replaced_text_has_the_score_that_was_rejected_not_the_composers() -> None:
    cached = PAID.model_copy(update={"cached": True})
    one = mark(described(COMPOSER, rejected(PAID, "rewrite"), rejected(cached, "composer", 0.5)))
    assert (one.rejected, one.rewritten, one.replaced) == (True, False, True)
    assert (one.model, one.text_score, one.cached) == ("gpt-4o-mini", 0.25, True)


def test_a_house_has_marks_for_each_of_its_texts() -> None:
    assert [one.operation for one in marks_of(judged(HOME))] == list(Operation)


def test_texts_of_one_model_and_version_are_told_together() -> None:
    other = PAID.model_copy(update={"prompt_version": "2", "cached": True, "cost_micro_usd": 0})
    first, second = card(
        described(PAID),
        described(PAID),
        described(TWICE, rejected(PAID, "rewrite")),
        described(COMPOSER, rejected(PAID, "composer", None)),
        described(other),
    )
    assert (first.prompt_version, first.texts, first.cached) == ("1", 4, 0)
    assert (first.rejected_share, first.rewritten_share, first.replaced_share) == (0.5, 0.25, 0.25)
    assert first.text_score == round((0.8 + 0.8 + 0.25) / 3, 4)
    assert first.quality_score == 0.9
    assert first.cost_micro_usd == 27 + 27 + 70
    assert (second.prompt_version, second.texts, second.cached, second.cost_micro_usd) == ("2", 1, 1, 0)


def test_texts_without_a_score_have_none() -> None:
    [row] = card(described(COMPOSER, rejected(PAID, "composer", None)))
    assert row.text_score is None


def test_an_empty_run_has_an_empty_card() -> None:
    assert report_card([]) == ()
