"""The age of a house in every way of telling it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.models import Enrichment
from tests.sample import HOUSE

COLLECTED = datetime(2026, 11, 20, tzinfo=UTC)

WORDINGS = [
    "A {age}-yr-old house.",
    "A {age} yr old home; {age} y/o.",
    "It was built in {built}, which makes it {age}.",
    "It dates from {built}, making the house {age} today.",
    "Built in {built}, so it is {age} now.",
    "{age} years have passed since it was built.",
    "Some {age} years have gone by since {built}.",
    "It has stood for {age} years.",
    "A house of {age} years.",
    "In {built} it was built; now, {age} years on, it is a house still.",
    "{age} years since construction.",
    "Age: {age}.",
    "The home is now {age}.",
    "At {age}, the house is a house.",
    "It celebrated its {age}th birthday this year.",
    "It is turning {age} this year.",
]


@pytest.mark.parametrize("wording", WORDINGS)
def test_the_age_of_a_house_is_true_only_where_the_years_are(wording: str) -> None:
    assert objected(wording.format(age=68, built=1958), 1958) == []
    assert objected(wording.format(age=58, built=1958), 1958) != []


@pytest.mark.parametrize(
    "text",
    [
        "It is in its sixty-ninth year.",
        "It is approaching its seventieth birthday.",
        "In its seventh decade.",
        "The house's sixty-eighth year.",
        "It is sixty-eight.",
    ],
)
def test_an_age_in_words_counts_years_and_decades(text: str) -> None:
    assert objected(text, 1958) == []
    assert objected(text, 1978) != []


@pytest.mark.parametrize(
    "text",
    [
        "In the first year of a loan.",
        "A second anniversary.",
        "Its first year of rent.",
        "It is priced at $525,000.",
        "Coverage is asked to be 1.0; this house reaches 0.60.",
        "Age: built in 1958.",
    ],
)
def test_years_that_count_something_else_are_no_age(text: str) -> None:
    assert objected(text, 1958) == []


def objected(text: str, built: int) -> list[str | None]:
    home = HOUSE.model_copy(update={"year_built": built, "collected_at": COLLECTED})
    return [finding.span for finding in grounding.check(Enrichment(description=text), home)]
