"""How often a wrong amount beside many figures comes out of some sum by chance: hardly ever."""

from __future__ import annotations

from random import Random

import pytest

from phoenix_real_estate.investment import Figures, analyze
from phoenix_real_estate.models import Property
from tests.grounding.narrated import found
from tests.sample import HOUSE

MOST = 0.02
"""Of a hundred wrong numbers two, with those that are some other figure of the property by chance."""
DRAWS = 60


def _homes() -> list[tuple[Property, Figures]]:
    homes = [
        HOUSE.model_copy(update={"price": price, "bedrooms": bedrooms, "annual_tax": tax, "hoa_fee": fee})
        for price, bedrooms, tax, fee in (
            (187_500, 3, 913, 47.0),
            (263_900, 2, 1_286, None),
            (412_700, 4, 2_047, 83.0),
            (689_300, 3, 3_519, 211.0),
        )
    ]
    return [(home, figures) for home in homes if (figures := analyze(home))]


HOMES = _homes()
SENTENCES = {
    "difference": (
        "Rent is ${rent_monthly:,} and the mortgage ${monthly_payment:,} a month; the two are ${said:,} "
        "apart, "
        "beside expenses of ${operating_expenses:,} and dues and taxes a year.",
        lambda f: abs(f.rent_monthly - f.monthly_payment),
    ),
    "sum": (
        "Taxes of ${property_tax:,}, insurance of ${insurance:,} and maintenance of ${maintenance:,} a "
        "year add up, "
        "together with management, to ${said:,}.",
        lambda f: f.property_tax + f.insurance + f.maintenance + f.management,
    ),
    "month": (
        "Against a rent of ${rent_monthly:,} and a payment of ${monthly_payment:,} a month, operating "
        "expenses "
        "average ${said:,}, vacancy apart.",
        lambda f: round(f.operating_expenses / 12),
    ),
    "share": (
        "NOI is ${noi:,} and debt service ${annual_debt_service:,}; expenses of ${operating_expenses:,} "
        "are {said}% "
        "of gross rent, and vacancy and dues are not in them.",
        lambda f: round(100 * f.operating_expenses / f.gross_scheduled_income),
    ),
    "times": (
        "With NOI of ${noi:,} and a rent of ${rent_monthly:,}, the price is {said} times the annual NOI.",
        lambda f: round(f.value / f.noi, 1),
    ),
}


def test_the_right_numbers_pass() -> None:
    for home, figures in HOMES:
        for sentence, true in SENTENCES.values():
            assert found(sentence.format(said=true(figures), **dict(figures)), home) == [], sentence


@pytest.mark.parametrize("name", SENTENCES)
def test_wrong_numbers_near_the_right_one_are_found(name: str) -> None:
    chance = Random(name)  # noqa: S311 (fixed draws, no secret)
    sentence, true = SENTENCES[name]
    drawn = missed = 0
    for home, figures in HOMES:
        right = true(figures)
        for _ in range(DRAWS):
            off = chance.choice((-1, 1)) * chance.uniform(0.06, 0.5)
            wrong = round(right * (1 + off), 1) if isinstance(right, float) else round(right * (1 + off))
            drawn += 1
            missed += not found(sentence.format(said=wrong, **dict(figures)), home)
    assert missed <= MOST * drawn
