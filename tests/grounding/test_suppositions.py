"""What a text only compares, supposes or spares, and what only sounds so."""

from __future__ import annotations

import pytest

from phoenix_real_estate.models import Severity
from tests.grounding.claimed import told
from tests.sample import HOUSE

BOUND = HOUSE.model_copy(update={"pool_type": "community", "flood_irrigation_rights": False})


@pytest.mark.parametrize(
    "text",
    [
        "Less thirsty than a lawn.",
        "Desert planting saves water over a full lawn.",
        "Swim without the upkeep of a private pool.",
        "Swimming without pool chores.",
        "Swim without sharing a private pool.",
        "Irrigation water for trees and lawns.",
        "Were a fireplace essential, it would not do.",
        "Anyone who wants a fireplace must add one.",
        "A price reduction would improve the return.",
        "A price cut is one way to better coverage.",
        "Costs less to run than a home with a fireplace.",
        "It could use a fireplace.",
        "A fireplace would fit in the corner of the room.",
        "The records mention no fireplace.",
    ],
)
def test_what_is_only_compared_supposed_or_spared_is_no_claim(text: str) -> None:
    assert told(text, BOUND) == []


@pytest.mark.parametrize(
    "text",
    [
        "It is not equipped with solar panels.",
        "Solar panels have yet to be installed.",
        "It does not come with access to a community pool.",
        "Residents cannot use the pool.",
        "It is not subject to an HOA.",
        "There is nothing to pay to an HOA.",
        "No HOA costs to think of.",
        "It has everything but a garage.",
    ],
)
def test_a_denial_by_any_verb_is_held_to_the_facts(text: str) -> None:
    assert ("claim.contradicted", Severity.CRITICAL) in told(text, BOUND)


@pytest.mark.parametrize(
    "text",
    [
        "The yard has more than a koi pond.",
        "A better than average fireplace.",
        "The home, built in 1994, had a fireplace.",
        "Families who love a fireplace will be happy.",
        "The price reduction would please anyone.",
        "The seller made a price cut that could end soon.",
        "Irrigation keeps its mature trees green.",
    ],
)
def test_what_only_sounds_supposed_is_a_claim(text: str) -> None:
    assert "claim.unsupported" in {rule for rule, _ in told(text, BOUND)}


def test_an_own_pool_does_not_swim_without_chores() -> None:
    assert told("Swimming without pool chores.", HOUSE) == [("claim.contradicted", Severity.CRITICAL)]


def test_irrigation_rights_are_good_for_what_grows() -> None:
    assert told("Keeps grass and trees green.", HOUSE) == []
    assert told("Keeps grass and trees green.", BOUND) != []


def test_a_yard_that_is_desert_through_and_through_has_no_lawn() -> None:
    desert = HOUSE.model_copy(update={"desert_landscaping_pct": 100})
    assert told("There is no lawn to mow.", desert) == []
    assert told("There is no lawn to mow.", HOUSE) == [("claim.unsupported", Severity.WARNING)]
    assert told("A lawn lies behind the house.", desert) == [("claim.contradicted", Severity.CRITICAL)]


@pytest.mark.parametrize(
    "text",
    [
        "A bigger down payment could bring positive cash flow.",
        "Positive cash flow would need a lower rate.",
        "It would show positive cash flow if the rent rose.",
        "Without a price cut it stays as it is.",
        "Positive cash flow is not within reach.",
    ],
)
def test_other_terms_than_the_facts_may_be_thought_of(text: str) -> None:
    assert told(text, HOUSE) == []


@pytest.mark.parametrize(
    "text",
    [
        "The home is cash flow positive.",
        "Positive cash flow would please anyone.",
        "A small home could bring positive cash flow.",
    ],
)
def test_a_gain_under_these_terms_is_held_to_the_figures(text: str) -> None:
    assert told(text, HOUSE) == [("claim.contradicted", Severity.CRITICAL)]


@pytest.mark.parametrize(
    "text",
    [
        "Any price cut improves the cap rate.",
        "Any price reduction narrows the gap.",
        "Every price drop helps.",
        "Each price reduction of such a size trims the loan.",
        "Any further price cut lifts the yield.",
        "A modest price concession could tip the cash flow positive.",
        "A concession might turn cash flow positive.",
    ],
)
def test_what_any_such_event_brings_has_not_happened(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Any price cut was welcome.",
        "The price cut improves the deal.",
        "A price cut improved the deal.",
        "Price reduced.",
        "A recent price drop helps buyers.",
        "Any buyer sees the price cut.",
        "A small concession has made the cash flow positive.",
    ],
)
def test_what_has_happened_is_claimed(text: str) -> None:
    assert told(text) != []
