"""What the composer takes over when the gate rejects a text."""

from __future__ import annotations

import pytest

from phoenix_real_estate.llm.composer import compose
from phoenix_real_estate.models import Decision, EnrichedProperty, Finding, Operation, Severity, Verdict
from phoenix_real_estate.replacement import COMPOSER, RejectedPart, replace_rejected
from tests.judged import PAID, enriched, verdict
from tests.sample import HOUSE

FALSE_TEXT = "This home with 7 bedrooms is the best in town."


def written(**parts: object) -> EnrichedProperty:
    whole = enriched(HOUSE)
    return whole.model_copy(update={"enrichment": whole.enrichment.model_copy(update=parts)})


def finding(field: str, rule: str = "grounding.number", severity: Severity = Severity.CRITICAL) -> Finding:
    return Finding(rule=rule, severity=severity, field=field, span="7 bedrooms", why="no 7 bedrooms")


def rejection(*findings: Finding) -> Verdict:
    return verdict(HOUSE, Decision.REJECT, findings)


def replaced(
    enriched: EnrichedProperty, *findings: Finding
) -> tuple[EnrichedProperty, tuple[RejectedPart, ...]]:
    return replace_rejected(enriched, rejection(*findings))


def test_a_rejected_text_gives_way_to_the_composers_and_is_kept() -> None:
    again, [part] = replaced(written(description=FALSE_TEXT), finding("description"))
    assert again.enrichment.description == compose(Operation.DESCRIPTION, HOUSE)
    assert part.operation is Operation.DESCRIPTION
    assert FALSE_TEXT in part.text
    assert part.record == PAID
    assert [one.why for one in part.findings] == ["no 7 bedrooms"]


def test_the_replacement_keeps_the_price_of_the_rejected_text_and_says_what_it_stands_for() -> None:
    again, _ = replaced(
        written(description=FALSE_TEXT), finding("description", "superlative"), finding("description", "a.b")
    )
    record = again.operations[Operation.DESCRIPTION]
    assert (record.provider, record.model, record.tier) == ("composer", "composer", "high")
    assert (record.input_tokens, record.output_tokens, record.cost_micro_usd) == (100, 20, 27)
    assert record.notes == ("replaced the text of gpt-4o-mini: a.b, superlative",)


def test_the_other_parts_stay_as_they_are() -> None:
    whole = written(description=FALSE_TEXT)
    again, _ = replaced(whole, finding("description"))
    assert again.enrichment.features is whole.enrichment.features
    assert again.operations[Operation.FEATURES] == PAID


@pytest.mark.parametrize(
    ("field", "operation"),
    [
        ("llm_enrichment.description", Operation.DESCRIPTION),
        ("features[2].appeal", Operation.FEATURES),
        ("llm_enrichment.features[0]", Operation.FEATURES),
        ("investment_analysis.figures.noi", Operation.INVESTMENT_ANALYSIS),
    ],
)
def test_a_finding_is_about_the_part_its_path_begins_with(field: str, operation: Operation) -> None:
    _, parts = replaced(enriched(HOUSE), finding(field))
    assert [part.operation for part in parts] == [operation]


def test_only_critical_findings_reject_a_part() -> None:
    whole = written(description=FALSE_TEXT)
    assert replaced(whole, finding("description", severity=Severity.WARNING)) == (whole, ())


def test_findings_about_the_facts_replace_no_text() -> None:
    whole = enriched(HOUSE)
    assert replaced(whole, finding("property.description"), finding("property.year_built")) == (whole, ())


def test_a_composed_part_is_not_composed_again() -> None:
    whole = enriched(HOUSE, COMPOSER)
    assert replaced(whole, finding("description")) == (whole, ())
    once, _ = replaced(written(description=FALSE_TEXT), finding("description"))
    assert replaced(once, finding("description")) == (once, ())


def test_a_cached_text_of_the_composers_is_composed_anew() -> None:
    """What it told may be true no longer: figures and tables change."""
    whole = enriched(HOUSE, COMPOSER.model_copy(update={"cached": True}))
    stale = whole.model_copy(
        update={"enrichment": whole.enrichment.model_copy(update={"description": FALSE_TEXT})}
    )
    fresh, parts = replaced(stale, finding("description"))
    assert [part.operation for part in parts] == [Operation.DESCRIPTION]
    assert fresh.enrichment.description == compose(Operation.DESCRIPTION, HOUSE)


def test_a_part_whose_origin_nobody_recorded_is_replaced_at_no_cost() -> None:
    whole = written(description=FALSE_TEXT).model_copy(update={"operations": {}})
    again, [part] = replaced(whole, finding("description"))
    assert part.record == COMPOSER
    assert again.operations[Operation.DESCRIPTION].cost_micro_usd == 0
