"""What the deterministic writer says of a property as an investment."""

import json

import pytest

from phoenix_real_estate.investment import analyze
from phoenix_real_estate.models import Address
from tests.llm.composed import ASSESSED, HOUSE, analysis


def test_an_analysis_tells_the_computed_figures() -> None:
    told = analysis(HOUSE)
    assert told.recommendation == "pass"
    assert told.narrative == (
        "At the list price of $425,000, or $230 per square foot, and an estimated rent of $2,120 a month, "
        "the gross yield is 6%. Vacancy and operating costs leave a net operating income of $17,266 a "
        "year, a cap rate of 4.1%. With 20% down and a 30-year mortgage at 6.5%, the payment is $2,149 a "
        "month. Rent then falls $710 a month short of costs and payment. Income covers the payment 0.66 "
        "times, and the recommendation is pass. The rent follows HUD Small Area Fair Market Rents for "
        "fiscal 2026: the 40th percentile in ZIP 85035, utilities included."
    )
    assert told.risks == (
        "Rent falls $710 a month short of costs and the mortgage payment.",
        "Built in 1974: repairs may cost more than a flat maintenance allowance.",
        "The rent is an estimate; it may lie as low as $1,908 a month.",
    )
    assert told.opportunities == (
        "There are no association dues to pay out of the rent.",
        "FEMA flood zone X lies outside the special flood hazard area.",
        "The private pool can support the asking rent.",
    )


def test_an_analysis_carries_the_figures_and_assumptions_as_numbers() -> None:
    figures = analyze(HOUSE)
    assert figures is not None
    assert analysis(HOUSE).figures == json.loads(figures.model_dump_json())


def test_a_surplus_and_an_inferred_bedroom_count_are_told() -> None:
    narrative = analysis(ASSESSED).narrative
    assert "Rent then leaves $291 a month after costs and payment." in narrative
    assert narrative.endswith("The bedroom count behind it is inferred from the living area.")


def test_an_analysis_without_a_living_area_tells_no_price_per_square_foot() -> None:
    told = analysis(HOUSE.model_copy(update={"square_feet": None}))
    assert told.narrative.startswith("At the list price of $425,000 and an estimated rent of $2,120")


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"address": None}, "What is missing: the ZIP code. The list price is $425,000."),
        (
            {"address": Address(zip="99999")},
            "What is missing: a published rent for ZIP 99999. The list price is $425,000.",
        ),
        (
            {"price": None, "valuations": (), "square_feet": None, "bedrooms": None},
            "What is missing: a price or valuation and the number of bedrooms or the living area. No rent",
        ),
        (
            {"bedrooms": None, "square_feet": None, "price": None},
            "the number of bedrooms or the living area. The county's full cash value for 2026 is $361,200.",
        ),
    ],
)
def test_without_figures_an_analysis_says_what_is_missing_and_recommends_nothing(
    facts: dict[str, object], told: str
) -> None:
    changed = {name: Address() if name == "address" and not v else v for name, v in facts.items()}
    poor = analysis(HOUSE.model_copy(update=changed))
    assert poor.recommendation == "insufficient data"
    assert poor.figures == {}
    assert told in poor.narrative
    assert poor.risks
    assert poor.opportunities
