"""Questions, wishes and double denials: what a text affirms is a claim, what it leaves open is none."""

from __future__ import annotations

import pytest

from phoenix_real_estate.models import Severity
from tests.grounding.claimed import DRY, told


@pytest.mark.parametrize(
    "text",
    [
        "Pool? You bet.",
        "Enjoy a pool? Yes.",
        "Does the backyard of this house have a pool? It does!",
        "Looking for a pool? This home has one.",
        "Want a pool? Look no further.",
        "Summer heat with a pool? No problem.",
        "If you want a pool, this home delivers.",
        "If you want a pool, look no further.",
    ],
)
def test_a_question_or_wish_that_the_text_affirms_is_a_claim(text: str) -> None:
    assert ("claim.contradicted", Severity.CRITICAL) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Pool? No.",
        "Pool? Sorry, no.",
        "Does it have a pool? It does not.",
        "Looking for a pool? There isn't one.",
        "Want a pool? This home has none.",
        "Is there a pool? The records do not say.",
        "A pool? Yesterday's question.",
        "A pool? It is unknown.",
        "A pool? No matter.",
        "A pool? No record tells.",
        "A pool? It is not known.",
        "A pool? The listing does not say.",
        "A pool? There is no word of one.",
        "A pool? The home has a lot of room.",
        "If you are looking for a pool, keep looking.",
        "If you want a pool, there is room.",
        "If a buyer wants a pool, a permit is needed.",
    ],
)
def test_a_question_or_wish_that_the_text_leaves_or_denies_is_none(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Whether morning or evening, the pool invites you.",
        "Whether morning or evening the pool invites you.",
        "Whether you swim in the pool or not is up to you.",
        "Add in the pool and this is complete.",
        "Add the pool and this is complete.",
        "If the heat bothers you, the pool helps.",
        "If the heat bothers you the pool helps.",
        "If it is hot, the pool helps.",
        "Consider the pool, and then the price.",
        "Confirm a showing and enjoy the pool.",
        "It could be your next home with a pool.",
        "There is room for guests by the pool.",
        "It turns out to be a home with a pool.",
        "Check out the pool.",
        "Unless you hate pools, this is it.",
    ],
)
def test_only_what_is_itself_left_open_is_no_claim(text: str) -> None:
    assert ("claim.contradicted", Severity.CRITICAL) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Whether there is a pool is for the buyer to ask.",
        "Ask whether the home has a pool.",
        "It is unclear whether or not it comes with a private pool.",
        "Verify if there is a pool.",
        "Confirm the roof, the fence and the pool.",
        "Consider adding a pool.",
        "Consider a pool.",
        "There is room for a future pool, subject to permits.",
        "One could add a shed or a swimming pool later.",
        "A pool could be added.",
        "The carport could be turned into a casita.",
        "The kitchen may be remodeled to taste.",
        "Unknown: pool, spa, fence.",
        "Details of the garage are missing.",
        "There is room for a workshop, a casita or a pool.",
        "Buyers could install a fireplace and a spa.",
        "There is room if you want a pool.",
        "Whether you want a pool or a lawn, there is room.",
    ],
)
def test_what_a_text_wishes_or_leaves_open_is_no_claim(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "This home is not without a pool.",
        "It does not lack a pool.",
        "It isn't missing a pool.",
        "There is no lack of a pool.",
        "You will never be without a pool.",
        "It does not have no pool.",
        "No pool is missing.",
        "A pool is not missing.",
    ],
)
def test_a_denial_denied_is_a_claim(text: str) -> None:
    assert ("claim.contradicted", Severity.CRITICAL) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "This home is without a pool.",
        "It lacks a pool.",
        "It has neither a pool nor a hidden fee.",
        "Not a castle, without a pool.",
        "It never had a pool.",
        "It was sold without a view or a pool.",
        "A pool is missing.",
    ],
)
def test_a_denial_stays_one(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "No HOA, tile roof, central air.",
        "The roof is tile, which not every home can say.",
        "Nothing in the record speaks of a sauna.",
        "No playground, park or tennis court is on record for it.",
        "Whether there is a sauna or a spa is not recorded.",
        "Whether a bus stop is within walking distance is worth checking.",
        "There is room for guests, hobbies or a home office.",
        "A wine cellar fits here if you need one.",
        "If you have ever priced a solar lease, you know.",
    ],
)
def test_what_is_listed_behind_a_no_or_left_open_claims_nothing(text: str) -> None:
    unfenced = DRY.model_copy(update={"hoa_fee": 0.0, "hoa_name": None, "remarks": None})
    assert told(text, unfenced) == []


def test_a_no_denies_all_that_or_joins() -> None:
    assert told("No tile roof, garage or central air.") == [("claim.contradicted", Severity.CRITICAL)] * 3
