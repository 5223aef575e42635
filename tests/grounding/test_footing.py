"""A text must rest on the facts: what says nothing of them is not believed, whatever it says."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import (
    Enrichment,
    Feature,
    Finding,
    InvestmentAnalysis,
    Operation,
    Property,
    Severity,
)
from tests.sample import HOUSE, PLAIN

FLOATING = "The original design was inspired by a design. It has a variety of different kinds. It is unique."


def ungrounded(enrichment: Enrichment) -> list[tuple[str, Severity]]:
    found = (one for one in grounding.check(enrichment, HOUSE) if one.rule == "text.ungrounded")
    return [(one.field, one.severity) for one in found]


def features(*said: str) -> Enrichment:
    return Enrichment(features=tuple(Feature(feature=one, category="exterior") for one in said))


@pytest.mark.parametrize("house", [HOUSE, PLAIN])
def test_the_composer_s_texts_rest_on_facts(house: Property) -> None:
    texts = Enrichment.model_validate({one.value: compose(one, house) for one in Operation})
    found: list[Finding] = grounding.check(texts, house)
    assert found == []


def test_a_description_that_tells_no_fact_is_rejected() -> None:
    assert ungrounded(Enrichment(description=FLOATING)) == [("description", Severity.CRITICAL)]


@pytest.mark.parametrize(
    "fact",
    [
        "It has 4 bedrooms and a private pool.",
        "There are two garage spaces.",
        "It stands in Maryvale.",
        "It has one garage less than three.",
        "The roof is tile.",
        "It comes with a pool.",
    ],
)
def test_a_third_of_the_sentences_with_facts_are_footing_enough(fact: str) -> None:
    assert ungrounded(Enrichment(description=f"It is a calm place. {fact} It has a good flow.")) == []


def test_one_of_a_kind_is_no_number() -> None:
    text = "It is one of a kind. It is one to remember. It is one to see."
    assert ungrounded(Enrichment(description=text)) == [("description", Severity.CRITICAL)]


def test_a_sentence_or_two_are_left_to_the_other_rules() -> None:
    assert ungrounded(Enrichment(description="It is a calm place. A pool? It is unknown.")) == []


def test_a_selling_point_that_nothing_tells_of_is_for_a_person_to_check() -> None:
    text = features("2,150 square feet", "The association", "Desert yard", "A list price", "Mixed-use")
    assert ungrounded(text) == [("features[4].feature", Severity.WARNING)]


def test_selling_points_may_be_the_remarks_or_empty() -> None:
    assert ungrounded(features("Quartz in the kitchen", "...")) == []


def test_selling_points_of_nothing_are_rejected_together() -> None:
    text = features("Amaranthaceae", "Mixed-use", "Private pool", "Vision")
    assert ("features", Severity.CRITICAL) in ungrounded(text)


def test_numbers_that_count_nothing_are_no_footing() -> None:
    text = features("One feature", "Two features", "Three features", "Private pool")
    assert ("features", Severity.CRITICAL) in ungrounded(text)


def analysis(narrative: str) -> Enrichment:
    return Enrichment(investment_analysis=InvestmentAnalysis(recommendation="hold", narrative=narrative))


def test_an_analysis_that_tells_no_figure_is_rejected() -> None:
    floating = "Consider it. The place has been growing and many look for a home. It is Phoenix, after all."
    assert ungrounded(analysis(floating)) == [("investment_analysis.narrative", Severity.CRITICAL)]


@pytest.mark.parametrize("ending", ["The cap rate is 4 percent.", "It would take two more rooms.", ""])
def test_an_analysis_with_a_number_or_of_two_sentences_is_left_to_the_other_rules(ending: str) -> None:
    assert ungrounded(analysis(f"Consider it. It stands in Phoenix. {ending}")) == []


def test_where_nothing_can_be_computed_an_analysis_tells_no_figure() -> None:
    unknown = analysis("No price is on file, so no return can be computed.")
    found = grounding.check(unknown, Property(address=HOUSE.address))
    assert "text.ungrounded" not in [one.rule for one in found]


@pytest.mark.parametrize(
    "silence",
    [
        "That is about all the public record tells us.",
        "It gives no roof type, no room count and no living area.",
        "No age, no square footage, no tax figure.",
        "Nothing else has been recorded.",
        "We cannot say how many rooms there are.",
        "The file is otherwise empty.",
        "Please verify everything on site.",
        "Its condition is not stated.",
    ],
)
def test_a_sentence_that_says_how_little_is_known_counts_neither_way(silence: str) -> None:
    bare = f"It stands in Maryvale. {silence} {silence} {silence}"
    assert ungrounded(Enrichment(description=bare)) == []
    assert ungrounded(Enrichment(description=f"{FLOATING} {silence}")) == [("description", Severity.CRITICAL)]


def test_no_pool_upkeep_is_a_selling_point_where_there_is_no_pool_or_a_shared_one() -> None:
    points = features("2,150 square feet", "No pool upkeep", "Without pool chores")
    for kind, expected in {
        "none": [],
        "private": ["claim.contradicted"] * 2,
        None: ["claim.unsupported"] * 2,
    }.items():
        found = grounding.check(points, HOUSE.model_copy(update={"pool_type": kind}))
        assert [one.rule for one in found if one.rule.startswith("claim")] == expected
        assert [one.rule for one in found if kind == "none"] == []
