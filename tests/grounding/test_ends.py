"""The ends of the rent's range: true as ends, false as the rent."""

from __future__ import annotations

import pytest

from tests.grounding.test_sensitivity import FIGURES, told

assert FIGURES is not None
LOW, RENT, HIGH = (f"${amount:,}" for amount in (FIGURES.rent_low, FIGURES.rent_monthly, FIGURES.rent_high))


@pytest.mark.parametrize("end", [LOW, HIGH])
@pytest.mark.parametrize(
    "text",
    [
        "The rent is {end} a month.",
        "Estimated rent: {end}.",
        "Monthly rent of {end} carries the home.",
        "HUD puts the market rent here at {end} per month.",
        "At a rent of {end}, the home is rented with ease.",
    ],
)
def test_an_end_of_the_range_is_not_the_rent(text: str, end: str) -> None:
    assert told(text.format(end=end)) != []


@pytest.mark.parametrize(
    "text",
    [
        f"The low end of the rent is {HIGH}.",
        f"The low end of the rent is {RENT}.",
        f"Rent could come in as low as {HIGH}.",
        f"The upper rent estimate is {HIGH} and the low end of it {RENT}.",
        f"Even at the top of the rent range, {LOW}, it loses money.",
        f"The high estimate for rent is {LOW}.",
    ],
)
def test_one_end_is_not_the_other(text: str) -> None:
    assert told(text) != []


@pytest.mark.parametrize(
    "text",
    [
        f"The low end of the rent range is {LOW}, the high end {HIGH}.",
        f"With a rent between the low estimate of {LOW} and the high estimate of {HIGH}, it loses money.",
        f"The rent is {RENT} a month.",
        f"Estimated rent: {RENT}, within a range of {LOW} to {HIGH}.",
        f"Rents run from {LOW} to {HIGH}.",
        f"The rent could reach {HIGH} a month.",
        f"Rent may come in as low as {LOW}.",
        f"The upper rent estimate is {HIGH}.",
        f"A conservative rent of {LOW} would not help.",
        f"Rent of {RENT}, with {HIGH} at the high end.",
        f"Estimated rent of {LOW}-{HIGH} a month.",
        f"Between {LOW} and {HIGH} in rent is likely here.",
        f"At most the rent is {HIGH}.",
    ],
)
def test_an_end_may_be_told_as_an_end(text: str) -> None:
    assert told(text) == []
