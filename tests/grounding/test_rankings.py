"""The cost that a text calls the largest is the largest."""

from __future__ import annotations

import pytest

from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.rankings import findings_in
from phoenix_real_estate.models import Property
from tests.grounding.judged_texts import COLLECTED

FIGURES = Known(COLLECTED).figures
"""Maintenance of $2,410 a year is the largest of the running costs, the dues of $540 are the smallest."""


@pytest.mark.parametrize(
    "text",
    [
        "Maintenance is the largest expense.",
        "Upkeep, at $2,410, is the single biggest running cost.",
        "The largest operating expense is maintenance.",
        "Biggest line item: repairs.",
        "The mortgage is by far the highest monthly bill.",
        "The heaviest annual outlay remains the loan.",
        "The HOA dues are the second largest cost.",
        "The HOA dues are one of the largest costs.",
        "After the mortgage, taxes are the largest cost.",
        "The largest costs are taxes, insurance and upkeep.",
        "The largest cost is open.",
        "Dues are low; the largest of the operating expenses is maintenance.",
        "Dues are low, but the largest expense is maintenance.",
        "The largest bedroom is upstairs.",
    ],
)
def test_a_rank_that_holds_or_that_nothing_is_said_of_passes(text: str) -> None:
    assert list(findings_in(text, "description", FIGURES)) == []


@pytest.mark.parametrize(
    "text",
    [
        "HOA dues are the largest expense.",
        "Insurance is the single biggest running cost.",
        "The largest operating expense is the property tax.",
        "Biggest line item: the HOA.",
        "Taxes, at $1,850 a year, are the highest annual charge.",
        "Vacancy is the heaviest cost.",
        "The management is the largest of the operating expenses.",
        "Rent is fair, but the largest expense is the association.",
        "Largest expense is insurance.",
        "The biggest deduction here is the tax.",
    ],
)
def test_a_rank_that_does_not_hold_is_found(text: str) -> None:
    [found] = findings_in(text, "description", FIGURES)
    assert found.rule == "claim.contradicted"
    assert "maintenance is 2410" in found.why


def test_without_figures_nothing_is_ranked() -> None:
    known = Known(Property(hoa_fee=45))
    assert list(findings_in("Dues are the largest expense.", "description", known.figures)) == []
