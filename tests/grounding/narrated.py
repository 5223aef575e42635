"""What grounding says of the numbers of an analysis, on a rental that loses money and on one that earns."""

from __future__ import annotations

from phoenix_real_estate import grounding
from phoenix_real_estate.investment import analyze
from phoenix_real_estate.models import Enrichment, InvestmentAnalysis, Property
from tests.sample import HOUSE

LOSING = HOUSE.model_copy(
    update={"price": 399_000, "bedrooms": 2, "annual_tax": 859, "hoa_fee": 325.0, "garage_spaces": 2.0}
)
EARNING = HOUSE.model_copy(update={"price": 160_000, "bedrooms": 3, "annual_tax": 948, "hoa_fee": None})
_OF_LOSING, _OF_EARNING = analyze(LOSING), analyze(EARNING)
assert _OF_LOSING is not None
assert _OF_EARNING is not None
L, E = _OF_LOSING, _OF_EARNING
BEHIND = L.monthly_payment - L.rent_monthly
AHEAD = E.rent_monthly - E.monthly_payment


def found(narrative: str, property: Property = LOSING) -> list[str | None]:
    """The numbers that are found false."""
    analysis = InvestmentAnalysis(narrative=narrative)
    findings = grounding.check(Enrichment(investment_analysis=analysis), property)
    return [one.span for one in findings if one.rule.startswith("number")]


def percent(part: float, whole: float) -> int:
    return round(100 * part / whole)
