"""Quality: five scores at their ends."""

from __future__ import annotations

import pytest

from phoenix_real_estate import quality
from phoenix_real_estate.grounding import check
from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import (
    Address,
    Enrichment,
    Feature,
    Finding,
    InvestmentAnalysis,
    Operation,
    Property,
    Severity,
)
from tests.sample import HOUSE

COMPOSED = Enrichment.model_validate({operation.value: compose(operation, HOUSE) for operation in Operation})
FEATURES = COMPOSED.features or ()


def scores(enrichment: Enrichment, property: Property = HOUSE) -> dict[str, float]:
    return quality.score(enrichment, property, check(enrichment, property))


def feature_relevance(*features: Feature) -> float:
    return scores(Enrichment(features=features))["feature_relevance"]


def test_what_the_composer_writes_reaches_the_top() -> None:
    found = scores(COMPOSED)
    assert set(found) == {
        "description_quality",
        "feature_relevance",
        "analysis_accuracy",
        "completeness",
        "readability",
    }
    assert quality.mean(found) > 0.95


def test_parts_that_are_not_there_are_not_judged() -> None:
    assert set(scores(Enrichment(description="A home."))) == {
        "description_quality",
        "completeness",
        "readability",
    }
    assert scores(Enrichment()) == {}
    assert quality.mean({}) == 0.0


def test_parts_that_are_there_but_empty_score_nothing() -> None:
    empty = Enrichment(description=" ", features=(), investment_analysis=InvestmentAnalysis())
    found = scores(empty)
    assert found["description_quality"] == found["feature_relevance"] == found["readability"] == 0.0


def test_a_description_is_better_for_using_facts_at_a_fair_length() -> None:
    good = COMPOSED.description or ""
    assert scores(Enrichment(description=good))["description_quality"] == 1.0
    vague = ", ".join(["a nice place to be and to stay for all the time"] * 5) + "."
    assert scores(Enrichment(description=vague))["description_quality"] == 0.5
    short = scores(Enrichment(description="4 bedrooms."))["description_quality"]
    endless = scores(Enrichment(description=good * 9))["description_quality"]
    assert short < endless < 1.0


def test_a_few_words_suffice_where_few_facts_are_known() -> None:
    bare = Property(address=Address(street="1 Elm St", city="Mesa", state="AZ", zip="85201"))
    text = "This property stands at 1 Elm St in Mesa, and no more is known."
    assert scores(Enrichment(description=text), bare)["description_quality"] == 1.0


def test_facts_in_words_are_used_facts() -> None:
    digits = scores(Enrichment(description="It has 4 bedrooms and 2.5 bathrooms."))
    words = scores(Enrichment(description="It has four bedrooms and two and a half bathrooms."))
    assert words["description_quality"] > 0.25
    assert digits["completeness"] == words["completeness"]


def test_findings_lower_the_score_of_their_part() -> None:
    said = Enrichment(description=COMPOSED.description)
    finding = Finding(rule="x", severity=Severity.CRITICAL, field="description", why="")
    warning = finding.model_copy(update={"severity": Severity.WARNING})
    elsewhere = finding.model_copy(update={"field": "features[0].feature"})
    assert quality.score(said, HOUSE, [finding])["description_quality"] == 0.5
    assert quality.score(said, HOUSE, [warning])["description_quality"] == 0.9
    assert quality.score(said, HOUSE, [elsewhere])["description_quality"] == 1.0
    assert quality.score(said, HOUSE, [finding] * 9)["description_quality"] == 0.0


@pytest.mark.parametrize(
    "spoiled",
    [
        {"category": "nonsense"},
        {"appeal": " "},
        {"feature": "two garage spaces " * 5},
        {"feature": FEATURES[1].feature.upper()},
        {"feature": ""},
    ],
)
def test_each_fault_of_a_feature_lowers_relevance(spoiled: dict[str, str]) -> None:
    assert feature_relevance(*FEATURES) == 1.0
    assert feature_relevance(FEATURES[0].model_copy(update=spoiled), *FEATURES[1:]) < 1.0


def test_five_to_eight_features_are_wanted() -> None:
    nine = (*FEATURES, Feature(feature="Part of Maryvale", category="location", appeal="A named area"))
    assert feature_relevance(*FEATURES[:5]) == 1.0
    assert feature_relevance(*FEATURES[:2]) == 0.4
    assert len(nine) == 9
    assert feature_relevance(*nine) == pytest.approx(8 / 9, abs=0.001)


def analysis_accuracy(**changed: object) -> float:
    analysis = COMPOSED.investment_analysis
    assert analysis is not None
    enrichment = Enrichment(investment_analysis=analysis.model_copy(update=changed))
    return scores(enrichment)["analysis_accuracy"]


def test_an_analysis_must_be_the_computed_one() -> None:
    assert analysis_accuracy() == 1.0
    assert analysis_accuracy(recommendation="strong buy") == pytest.approx(0.35)
    assert analysis_accuracy(figures={"cap_rate": 99.0}) == pytest.approx(0.45)
    assert analysis_accuracy(risks=()) == pytest.approx(0.85)
    assert analysis_accuracy(risks=(" ",), opportunities=()) == pytest.approx(0.7)


def test_completeness_is_the_share_of_what_is_there() -> None:
    half = Enrichment(
        investment_analysis=InvestmentAnalysis(recommendation="pass", narrative="The records are thin.")
    )
    assert scores(half)["completeness"] == 0.5
    assert scores(COMPOSED)["completeness"] == 1.0
    blank = Enrichment(features=(Feature(feature="4 bedrooms", appeal=""),))
    assert scores(blank)["completeness"] == 0.5


def test_where_little_is_known_nothing_is_complete() -> None:
    address_alone = Property(address=Address(street="1 Elm St", city="Mesa", state="AZ", zip="85201"))
    composed = Enrichment.model_validate({o.value: compose(o, address_alone) for o in Operation})
    assert scores(composed, address_alone)["completeness"] == 0.0
    two_facts = address_alone.model_copy(update={"bedrooms": 3, "square_feet": 1400})
    composed = Enrichment.model_validate({o.value: compose(o, two_facts) for o in Operation})
    assert scores(composed, two_facts)["completeness"] == 0.5
    assert quality.known_share(HOUSE) == 1.0


def test_a_feature_given_as_plain_text_is_not_judged_for_what_it_does_not_have() -> None:
    plain = tuple(Feature(feature=one.feature) for one in FEATURES)
    assert feature_relevance(*plain) == 1.0
    assert scores(Enrichment(features=plain))["completeness"] == 1.0


def test_readable_prose_scores_one_and_unreadable_prose_zero() -> None:
    plain = "The home has four bedrooms. It was built in 1994."
    thick = (
        "Notwithstanding considerable institutional investigation, comprehensive characterization "
        "necessitates multidimensional interdisciplinary consideration of infrastructural interdependencies."
    )
    assert scores(Enrichment(description=plain))["readability"] == 1.0
    assert scores(Enrichment(description=thick))["readability"] == 0.0
    assert scores(Enrichment(features=FEATURES))["readability"] == 1.0


def test_a_text_alone_is_not_blamed_for_how_little_is_known() -> None:
    address_alone = Property(address=Address(street="1 Elm St", city="Mesa", state="AZ", zip="85201"))
    texts = {one.value: compose(one, address_alone) for one in Operation}
    whole = Enrichment.model_validate(texts)
    for operation in Operation:
        alone = Enrichment.model_validate({operation.value: texts[operation.value]})
        assert scores(alone, address_alone)["completeness"] > scores(whole, address_alone)["completeness"]
    silent = Enrichment(description="It stands in a street.")
    assert scores(silent, HOUSE)["completeness"] < 1.0
