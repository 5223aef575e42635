"""What the analysis makes of the comparables: figures, a sentence by code, reasons, and the gate on them."""

from __future__ import annotations

from typing import Any

import pytest

from phoenix_real_estate import grounding, quality
from phoenix_real_estate.answers import answer_key
from phoenix_real_estate.figures import figures_of
from phoenix_real_estate.investment import analyze
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import Enrichment, InvestmentAnalysis, Operation, Property
from phoenix_real_estate.prompts import prompt_for, rewrite_prompt
from phoenix_real_estate.reasons import reasons
from tests.comparable_homes import TWELVE, home

SENTENCE = (
    "Among 12 other homes of its type and size on record in the same ZIP code, the median list price is "
    "$231 per square foot."
)
ANSWER = {
    "narrative": "At {{value}} the cap rate is {{cap_rate}}.",
    "risks": ["Rent may be {{rent_low}}."],
    "opportunities": ["Rent may be {{rent_high}}."],
}


def analysis_of(property: Property) -> InvestmentAnalysis:
    part = compose(Operation.INVESTMENT_ANALYSIS, property)
    assert isinstance(part, InvestmentAnalysis)
    return part


def answered(property: Property) -> InvestmentAnalysis:
    prompt = prompt_for(Operation.INVESTMENT_ANALYSIS, property)
    assert prompt
    part = prompt.read(ANSWER)
    assert isinstance(part, InvestmentAnalysis)
    return part


def findings(property: Property, **texts: Any) -> list[tuple[str, str | None]]:
    return [(one.rule, one.span) for one in grounding.check(Enrichment(**texts), property)]


def test_the_figures_hold_the_median_and_the_number_and_no_formula_uses_them() -> None:
    figures, alone = analyze(home(comparables=TWELVE)), analyze(home())
    assert figures
    assert alone
    assert (figures.comparable_price_per_square_foot, figures.comparables_count) == (231, 12)
    assert (alone.comparable_price_per_square_foot, alone.comparables_count) == (None, None)
    changed = {name for name, value in figures if value != getattr(alone, name)}
    assert changed == {"comparable_price_per_square_foot", "comparables_count"}
    assert figures_of(figures)["comparable_price_per_square_foot"] == "$231"
    assert "comparables_count" not in figures_of(alone)


@pytest.mark.parametrize("other", [{"price_kind": "sale"}, {"square_feet": None}])
def test_prices_of_another_kind_or_without_an_area_are_not_compared(other: dict[str, object]) -> None:
    figures = analyze(home(comparables=TWELVE, **other))
    assert figures
    assert figures.comparables_count is None


def test_code_writes_the_comparison_whoever_writes_the_rest() -> None:
    known = home(comparables=TWELVE)
    assert SENTENCE in analysis_of(known).narrative
    assert answered(known).narrative == f"At $320,000 the cap rate is 5.8%. {SENTENCE}"
    assert answered(home()).narrative == "At $320,000 the cap rate is 5.8%."
    assert "other homes" not in analysis_of(home()).narrative


def test_the_gate_knows_the_comparison_and_scores_it_as_accurate() -> None:
    known = home(comparables=TWELVE)
    for analysis in (analysis_of(known), answered(known)):
        texts = Enrichment(investment_analysis=analysis)
        found = grounding.check(texts, known)
        assert found == []
        assert quality.score(texts, known, found)["analysis_accuracy"] == 1.0
    traced = {(one.span, one.fact, one.source) for one in grounding.trace(texts, known)}
    assert ("12 other homes", "comparables_count", "computed") in traced
    assert ("$231", "comparable_price_per_square_foot", "computed") in traced


def test_a_comparison_that_is_not_the_computed_one_is_false() -> None:
    known = home(comparables=TWELVE)
    assert findings(known, description="The median list price is $229 per square foot.") == [
        ("number.mismatch", "$229")
    ]
    assert findings(known, description="Among 14 other homes it stands out.") == [
        ("number.mismatch", "14 other homes")
    ]
    # The median is not the property's own price, and its own price is no median.
    assert findings(known, description="It asks $231 per square foot.") == [("number.mismatch", "$231")]
    assert findings(known, description="Nearby, the median price per square foot is $200.") == [
        ("number.mismatch", "$200")
    ]
    stale = answered(known).model_copy(
        update={"figures": answered(home()).figures | {"comparables_count": 9}}
    )
    assert ("figure.mismatch", "9") in findings(known, investment_analysis=stale)


def test_without_comparables_no_other_homes_may_be_told() -> None:
    assert findings(home(), description="It was compared with 7 similar homes.") == [
        ("number.unsupported", "7 similar homes")
    ]


def test_homes_of_a_year_are_no_number_of_homes() -> None:
    known = home(comparables=TWELVE, year_built=1973)
    assert findings(known, description="Like other 1973 homes, it stands on a slab.") == []


def test_a_list_price_a_tenth_off_the_median_is_a_risk_or_an_opportunity() -> None:
    def told(price: int, **facts: Any) -> tuple[bool, bool]:
        known = home(**{"comparables": TWELVE, "price": price} | facts)
        found = reasons(known, analyze(known))
        return (
            any(one.rule == "above_comparables" for one in found.risks),
            any(one.rule == "below_comparables" for one in found.opportunities),
        )

    assert told(1_600 * 255) == (True, False)
    assert told(1_600 * 253) == (False, False)
    assert told(1_600 * 207) == (False, True)
    assert told(1_600 * 209) == (False, False)
    county = TWELVE.model_copy(update={"price_kind": "full_cash_value"})
    assert told(1_600 * 300, comparables=None) == (False, False)
    assert told(1_600 * 300, comparables=county, price_kind="full_cash_value") == (False, False)


def test_no_prompt_sees_the_comparables_so_that_a_neighbour_changes_no_answer() -> None:
    for operation in Operation:
        told, untold = prompt_for(operation, home(comparables=TWELVE)), prompt_for(operation, home())
        assert told
        assert untold
        assert answer_key(told, "gpt-4o-mini") == answer_key(untold, "gpt-4o-mini")
        assert told.request("gpt-4o-mini") == untold.request("gpt-4o-mini")


def test_nor_does_the_prompt_of_a_rewrite_see_what_code_wrote() -> None:
    told, untold = home(comparables=TWELVE), home()
    questions = []
    for known in (told, untold):
        prompt = prompt_for(Operation.INVESTMENT_ANALYSIS, known)
        assert prompt
        questions.append(rewrite_prompt(prompt, Enrichment(investment_analysis=answered(known)), ()))
    assert questions[0].rejected == questions[1].rejected
    assert len({answer_key(one, "gpt-4o-mini") for one in questions}) == 1
    anew = questions[0].read(ANSWER)
    assert isinstance(anew, InvestmentAnalysis)
    assert anew.narrative.endswith(SENTENCE)
