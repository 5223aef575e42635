"""Many ways to say that a thing is not there or unknown, and what only looks alike."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.models import Enrichment, Property, Severity
from tests.sample import HOUSE

ALL = HOUSE
NONE = HOUSE.model_copy(
    update={
        "pool_type": "none",
        "garage_spaces": 0,
        "carport_spaces": 0,
        "hoa_fee": 0,
        "hoa_name": None,
        "desert_landscaping_pct": 0,
    }
)
UNKNOWN = HOUSE.model_copy(
    update=dict.fromkeys(
        ("pool_type", "garage_spaces", "carport_spaces", "hoa_fee", "hoa_name", "desert_landscaping_pct")
    )
)


def claimed(text: str, property: Property) -> set[tuple[str, Severity]]:
    found = grounding.check(Enrichment(description=text), property)
    return {(one.rule, one.severity) for one in found if one.rule.startswith("claim.")}


CONTRADICTED = {("claim.contradicted", Severity.CRITICAL)}
ASSERTED = {("claim.unsupported", Severity.CRITICAL)}
TO_BE_CHECKED = {("claim.unsupported", Severity.WARNING)}


@pytest.mark.parametrize(
    "text",
    [
        "It has no solar heating and nor is there an HOA.",
        "It is plain, nor does it have a garage.",
        "Forget the garage – there isn’t one.",
        "As for a pool, there is none.",
        "A pool there is not.",
        "Garage, none.",
        "Pool, garage, HOA: none.",
        "HOA dues: nil.",
        "What don’t you get? An HOA.",
        "What's missing? A garage.",
        "What does it lack? A pool.",
        "Not included? A pool.",
        "It has neither a pool nor a garage.",
        "Enjoy all of this minus the HOA.",
        "An HOA is one thing you won't find here.",
        "A pool is something this home goes without.",
        "The one thing it lacks is a garage.",
        "You will look in vain for a pool.",
        "Don't look for a garage; there isn't any.",
        "Don't count on a garage.",
        "There has never been a pool.",
        "The home comes pool-less.",
        "Desert landscaping is recorded at zero percent.",
    ],
)
def test_a_denial_in_a_roundabout_way_is_one(text: str) -> None:
    assert claimed(text, NONE) == set()
    assert claimed(text, ALL) == CONTRADICTED
    assert claimed(text, UNKNOWN) == TO_BE_CHECKED


@pytest.mark.parametrize(
    "text",
    [
        "There is no shortage of pool days.",
        "A pool is one thing you won't tire of.",
        "A pool is one thing you won't find in most homes.",
        "What's not to like? A pool and a garage.",
        "What isn't here? A pool completes the picture.",
        "A pool, no solar heating.",
        "Don't forget the pool.",
        "The pool: there is none like it.",
        "You won't want to leave the pool.",
        "Rent minus the HOA fee leaves little.",
        "Nor is the garage small.",
        "No house nearby has a better pool.",
        "A tile roof, central air, a pool: nothing is missing.",
    ],
)
def test_what_only_looks_like_a_denial_claims_what_it_names(text: str) -> None:
    assert claimed(text, NONE) == CONTRADICTED
    assert claimed(text, UNKNOWN) == ASSERTED
    assert claimed(text, ALL) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Whether there is a pool or a garage is not stated either.",
        "The record doesn't mention a garage; no inference should be drawn either way.",
        "Pool, garage, HOA: not in our data.",
        "It rests on an HOA fee that nobody has stated.",
        "The garage, the pool and the tax bill are all blanks in our file.",
        "HOA fee missing from the record.",
        "We can find neither a lot size nor any HOA information in the record.",
        "HOA dues, if any, are not in our file.",
        "HOA status unknown; any HOA dues would cut returns.",
        "HOA dues are missing, and any amount lowers the result.",
        "It is rated a hold pending the HOA figure.",
        "No HOA cost is included in the model.",
        "No HOA documents are on file.",
        "The file is silent on a pool, a garage and HOA dues.",
        "Not known: pool, garage and HOA.",
        "We can't confirm a pool.",
        "HOA membership is an open question.",
        "The county's file holds nothing on a pool.",
        "Any HOA dues would come on top.",
        "It would be wrong to infer a pool.",
        "That is only the subdivision; we describe no actual canyon.",
        "We wouldn't presume a loft layout from that.",
    ],
)
def test_what_is_said_to_be_unknown_is_no_claim(text: str) -> None:
    assert claimed(text, UNKNOWN) == set()
    assert claimed(text, NONE) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Pool, garage, HOA: not in our data.",
        "The garage, the pool and the tax bill are all blanks in our file.",
        "No pool is on record.",
        "No HOA cost is included in the model.",
    ],
)
def test_what_the_record_tells_is_not_unknown(text: str) -> None:
    assert claimed(text, ALL) == CONTRADICTED


@pytest.mark.parametrize(
    "text",
    [
        "The record doesn't mention the roof, but there is a pool.",
        "The record doesn't mention a roof and the home has a pool.",
        "The house has a pool, and the tax bill is a blank in our file.",
        "It has a pool and a tax bill that is not stated.",
        "The file is silent on taxes, and a pool waits in the yard.",
        "We cannot say enough about the pool.",
        "We can't describe how much the pool adds.",
        "Enjoy the pool; the roof's age is not in our file.",
        "Central air and a pool. HOA dues: not recorded.",
    ],
)
def test_what_is_claimed_beside_an_unknown_stays_a_claim(text: str) -> None:
    assert claimed(text, NONE) == CONTRADICTED
    assert claimed(text, UNKNOWN) == ASSERTED


@pytest.mark.parametrize(
    "text",
    [
        "No HOA documents are on file.",
        "HOA rules are not in our data.",
        "The record does not say how old the pool is.",
        "The garage's size is not recorded.",
        "The garage is not described further.",
    ],
)
def test_that_something_about_a_thing_is_unknown_denies_no_thing(text: str) -> None:
    assert claimed(text, ALL) == set()
