"""Turns of phrase that only look like a claim, and the claims that look like them."""

from __future__ import annotations

import pytest

from tests.grounding.judged_texts import findings, rules


@pytest.mark.parametrize(
    "text",
    [
        "Viewings by appointment.",
        "The home is shown by appointment.",
        "Tours of the home by appointment.",
        "Showings on request.",
        "A showing can be had by appointment only.",
        "The property is shown by request.",
        "Viewing the home is by appointment.",
        "Any cut lifts the cap rate.",
        "A longer loan lifts returns and a shorter one does not.",
        "It lifts to a fair level in a good year.",
        "Coverage gains with a lift in rent.",
        "There is a price to compare with rent, and a tax to include in costs.",
        "It has the HOA dues and the tax to include in its costs.",
        "The home is best treated as a long hold of facts.",
        "As a home it is best seen by day.",
        "Coverage of the loan is thin at best.",
        "To the best of our knowledge the home has a garage.",
        "The best case is a full year of rent.",
        "A best-case rent is the upper end of the range.",
        "The best number here is the price.",
        "The best available estimate of rent is used.",
        "Upkeep is the single largest running cost.",
        "Maintenance is the biggest annual outlay.",
        "The lack of a lease is the largest unknown.",
        "Its highest carrying charge is the mortgage.",
    ],
)
def test_a_harmless_turn_of_phrase_passes(text: str) -> None:
    assert [finding for finding in findings(text) if finding.rule != "number.unsupported"] == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Shown by lockbox.", "claim.unsupported"),
        ("The home is vacant and easy to show.", "claim.unsupported"),
        ("An open house is held by appointment.", "claim.unsupported"),
        ("The garage has lifts.", "claim.unsupported"),
        ("There are two lifts in the building.", "claim.unsupported"),
        ("A car lift is in the garage.", "claim.unsupported"),
        ("It is served by a lift.", "claim.unsupported"),
        ("Lifts to all floors: the building has lifts to every floor.", "claim.unsupported"),
        ("The price includes all taxes.", "claim.unsupported"),
        ("HOA dues include water and trash.", "claim.unsupported"),
        ("The best home in Phoenix.", "superlative"),
        ("At its best in spring, this home shines.", "superlative"),
        ("The best price in the city.", "superlative"),
        ("It has the best numbers in town.", "superlative"),
        ("The best of the neighborhood.", "superlative"),
        ("The largest lot in Maryvale.", "superlative"),
        ("The biggest home on the street.", "superlative"),
        ("The lowest price anywhere.", "superlative"),
    ],
)
def test_a_claim_that_looks_like_it_is_found(text: str, rule: str) -> None:
    assert rule in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "The primary bath opens to the yard.",
        "It has an en suite bath.",
        "The owner's retreat has a view of its own.",
        "The master bathroom is by the hall.",
        "It sits on a corner.",
        "The home stands at the corner of two streets.",
        "It has a south-facing backyard.",
        "Its yard has a northern exposure.",
        "Nothing to pay an association.",
        "It belongs to no one: nobody is part of an association.",
        "Shingle overhead, pool outside.",
        "Foam on top keeps it cool.",
        "Metal up top.",
    ],
)
def test_a_detail_of_the_building_is_a_claim(text: str) -> None:
    assert {"claim.unsupported", "claim.contradicted"} & set(rules(text))


@pytest.mark.parametrize(
    "text",
    [
        "Tile overhead and a pool outside.",
        "A pool is in the corner of the yard.",
        "It is part of an association, with dues of $45.",
        "Little to pay the association: $45 a month.",
        "Facing facts: it has four bedrooms.",
        "It has a full bathroom on each side of the home.",
        "Square footage: pending. Price: on request.",
        "More will be said once more is known.",
        "We have three data points and no more.",
        "Two basic facts tell of this home.",
    ],
)
def test_what_is_of_record_or_says_nothing_is_none(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The math is tight, though not hopeless.",
        "Not a bargain, not a blunder.",
        "Past performance is no guide.",
        "Do the sums again with real quotes.",
        "Leave a cushion, come what may.",
        "Stress it: scenarios differ.",
        "The arithmetic speaks plainly.",
        "Ask for two years of utility bills.",
        "Request three years of tax returns.",
        "Get a year of bank statements for the home.",
    ],
)
def test_advice_and_a_verdict_in_other_words_claim_nothing(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    "text", ["The home is two years old.", "It has ten years of tenants.", "Two years of peace."]
)
def test_years_of_other_things_are_still_counted(text: str) -> None:
    assert rules(text)
