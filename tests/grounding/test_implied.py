"""What a text implies without naming it: a pool by the swim, a new kitchen by a turn of phrase."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.models import Enrichment, InvestmentAnalysis, Property, Severity
from tests.sample import HOUSE

BARE = HOUSE.model_copy(
    update={
        "pool_type": "none",
        "garage_spaces": 0,
        "carport_spaces": 0,
        "solar_panels": "none",
        "remarks": None,
    }
)


def rules(text: str, property: Property = BARE) -> set[str]:
    return {one.rule for one in grounding.check(Enrichment(description=text), property)}


@pytest.mark.parametrize(
    "text",
    [
        "Whoever has just climbed out of the water gets the nearest bath.",
        "The day begins with morning laps.",
        "The house is made for cannonballs.",
        "Back both cars in, lower the door, and the house is yours.",
        "Your car sleeps indoors.",
        "The meter at this house runs backwards in May.",
    ],
)
def test_what_one_does_with_a_thing_tells_of_the_thing(text: str) -> None:
    assert "claim.contradicted" in rules(text)
    assert not {one for one in rules(text, HOUSE) if one.startswith("claim")}


@pytest.mark.parametrize(
    "text",
    [
        "In January you will read at home while the logs crackle.",
        "The evenings at this house end by the fire.",
        "Slide the bedroom door, take the coffee outside, then decide about the day.",
        "Dinner under the stars is served at home.",
        "Watch the sun sink behind the ridge.",
        "Punch in the code and you are at home.",
        "Fold the laundry while supper cooks in the kitchen.",
        "Plug in the car at home.",
        "The kitchen no longer shows its 1994 birth certificate.",
        "The kitchen hides its age.",
        "The house needs nothing.",
        "Just bring your toothbrush to this house.",
        "The kitchen wears a fresh face.",
        "The house was cared for.",
        "The unit is occupied by a tenant on a lease through next summer.",
    ],
)
def test_what_no_fact_can_tell_is_not_implied_either(text: str) -> None:
    assert "claim.unsupported" in rules(text, HOUSE.model_copy(update={"remarks": None}))


@pytest.mark.parametrize(
    "text",
    [
        "Cash flow could dip below zero.",
        "A price cut would close the door on the loss.",
        "Nothing about the house was left out of the record.",
        "Add a pool and the house has a place to swim.",
        "There is no swimming here: the house has no pool.",
        "Expenses eat up the rent.",
        "The asking price has nothing to do with the Assessor's value.",
        "A roof over your head.",
        "Do not overlook the repair budget.",
        "No utility bill is on file.",
        "A tenant pays the rent.",
        "The interest is dated to the loan.",
    ],
)
def test_words_that_are_at_home_in_other_things_imply_nothing(text: str) -> None:
    assert not {one for one in rules(text) if one.startswith("claim.")}


@pytest.mark.parametrize(
    "text",
    [
        "The fee is the kind that stays put, so budget once and be done.",
        "Land like that only goes one way.",
        "There is simply no way to lose money on this house.",
        "Appreciation will more than make up the yearly shortfall.",
        "From day one your tenants will be seeing to the mortgage.",
        "The price will look small in a decade.",
        "Renters line up for this house.",
        "You will sleep well at night with this loan.",
        "Rents here will not fall.",
    ],
)
def test_a_promise_by_idiom_is_one(text: str) -> None:
    assert any(one.startswith("promise.") for one in rules(text))


@pytest.mark.parametrize(
    "text",
    [
        "Try finding that house for less; you won't.",
        "Good luck finding another house.",
        "The house is in a league of its own.",
        "You'd be hard pressed to find a lower price.",
        "Nothing beats this price.",
    ],
)
def test_a_superlative_by_idiom_is_one(text: str) -> None:
    assert "superlative.idiom" in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "The rent will not cover the loan.",
        "A tenant would cover part of the loan.",
        "Do not count on appreciation.",
        "It would be hard to find a tenant at that rent.",
        "From day one the owner would lose money.",
        "Nobody else is named in the record.",
        "Time will tell whether rents keep up.",
        "Inflation will raise the costs first.",
        "Try to get the HOA documents.",
        "It may seem too good to be true.",
        "At today's price the rent does not cover the loan.",
        "We could not find that in the record.",
        "The property cannot carry itself.",
        "The payment is more than even the highest rent in that range.",
    ],
)
def test_a_sober_word_on_the_deal_promises_nothing(text: str) -> None:
    assert not {one for one in rules(text) if one.startswith(("promise", "superlative"))}


@pytest.mark.parametrize(
    "urge", ["Even so, buy it.", "All told: buy this.", "Add this one to their portfolio."]
)
def test_to_urge_buying_against_the_figures_is_found(urge: str) -> None:
    told = InvestmentAnalysis(recommendation="pass", narrative=urge, risks=("Risk",), opportunities=("Rent",))
    found = grounding.check(Enrichment(investment_analysis=told), HOUSE)
    assert ("recommendation.mismatch", Severity.CRITICAL) in {(one.rule, one.severity) for one in found}
