"""The deterministic writer: it states the facts and nothing else, costs nothing and is always there.

Its templates name facts as placeholders, as a model's answers do, so every number it writes is a fact
or a computed figure. It never says for whom a property is, ranks nothing and promises nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from phoenix_real_estate.facts import facts_of, fill, series
from phoenix_real_estate.fair_housing import may_name
from phoenix_real_estate.figures import COMPARISON
from phoenix_real_estate.investment import INSUFFICIENT_DATA, Figures, analyze, figures_of, missing
from phoenix_real_estate.llm.selling_points import selling_points
from phoenix_real_estate.llm.sentences import sentences
from phoenix_real_estate.models import Feature, InvestmentAnalysis, Operation, Property
from phoenix_real_estate.reasons import reasons


def compose(operation: Operation, property: Property) -> str | tuple[Feature, ...] | InvestmentAnalysis:
    """The part of an enrichment that an operation stands for: its text, features or analysis."""
    return _WRITERS[operation](property)


def description(property: Property) -> str:
    """A plain description of at most 130 words; short when little is known."""
    facts = _tellable(facts_of(property))
    return _joined(sentences(facts), facts, _DESCRIPTION_WORDS)


def features(property: Property) -> tuple[Feature, ...]:
    """Up to eight features of at most ten words; fewer when fewer facts are known, never an invented one."""
    facts = _tellable(facts_of(property))
    filled = (
        Feature(
            feature=_capitalized(fill(point.feature, facts)), category=point.category, appeal=point.appeal
        )
        for point in selling_points(facts)
    )
    return tuple(f for f in filled if len(f.feature.split()) <= _FEATURE_WORDS)[:_FEATURES]


def investment_analysis(property: Property) -> InvestmentAnalysis:
    """The computed figures told in words. Without figures the recommendation is "insufficient data"."""
    figures = analyze(property)
    tied = reasons(property, figures)
    return InvestmentAnalysis(
        recommendation=figures.recommendation if figures else INSUFFICIENT_DATA,
        narrative=_narrative(property, figures),
        risks=tuple(reason.text for reason in tied.risks),
        opportunities=tuple(reason.text for reason in tied.opportunities),
        figures=figures.model_dump(mode="json") if figures else {},
    )


_WRITERS: dict[Operation, Callable[[Property], str | tuple[Feature, ...] | InvestmentAnalysis]] = {
    Operation.DESCRIPTION: description,
    Operation.FEATURES: features,
    Operation.INVESTMENT_ANALYSIS: investment_analysis,
}
_DESCRIPTION_WORDS = 130
_NARRATIVE_WORDS = 160
_FEATURES = 8
_FEATURE_WORDS = 10


_NAMES = frozenset({"hoa_name", "subdivision", "neighborhood", "school_district", "irrigation_district"})


def _tellable(facts: Mapping[str, str]) -> dict[str, str]:
    """The facts without names that an advertisement may not say, such as "Rio Verde Adult Community"."""
    return {name: words for name, words in facts.items() if name not in _NAMES or may_name(words)}


def _narrative(property: Property, figures: Figures | None) -> str:
    facts = _tellable(facts_of(property))
    if figures is None:
        return _joined(_without_figures(facts, missing(property)), facts, _NARRATIVE_WORDS)
    words = facts | figures_of(figures)
    return _joined(_with_figures(figures), words, _NARRATIVE_WORDS)


def _with_figures(figures: Figures) -> Iterator[str]:
    per_foot = ", or {{price_per_square_foot}} per square foot," if figures.price_per_square_foot else ""
    yield (
        f"At the {{{{value_words}}}} of {{{{value}}}}{per_foot} and an estimated rent of "
        "{{rent_monthly}} a month, the gross yield is {{gross_yield}}."
    )
    if figures.comparables_count is not None:
        yield COMPARISON
    yield (
        "Vacancy and operating costs leave a net operating income of {{noi}} a year, "
        "a cap rate of {{cap_rate}}."
    )
    yield (
        "With {{down_payment_pct}} down and a {{mortgage_years}}-year mortgage at {{mortgage_rate_pct}}, "
        "the payment is {{monthly_payment}} a month."
    )
    if figures.cash_flow_monthly < 0:
        yield "Rent then falls {{cash_shortfall_monthly}} a month short of costs and payment."
    else:
        yield "Rent then leaves {{cash_surplus_monthly}} a month after costs and payment."
    yield "Income covers the payment {{dscr}} times, and the recommendation is {{recommendation}}."
    yield (
        "The rent follows {{rent_source}} for fiscal {{rent_year}}: the {{rent_percentile}} percentile "
        "in ZIP {{zip}}, utilities included."
    )
    if figures.bedrooms_inferred:
        yield "The bedroom count behind it is inferred from the living area."


def _without_figures(facts: Mapping[str, str], gaps: tuple[str, ...]) -> Iterator[str]:
    yield "The records do not allow an investment analysis of this property."
    yield f"What is missing: {series(gaps)}."
    if "price" in facts:
        yield "The {{price_words}} is {{price}}."
    if "full_cash_value" in facts:
        yield "The county's full cash value for {{full_cash_value_year}} is {{full_cash_value}}."
    yield "No rent, cap rate or cash flow is stated, since each would be a guess."


def _joined(templates: Iterator[str], facts: Mapping[str, str], at_most: int) -> str:
    text = ""
    for template in templates:
        longer = f"{text} {_capitalized(fill(template, facts))}".strip()
        text = longer if len(longer.split()) <= at_most else text
    return text


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
