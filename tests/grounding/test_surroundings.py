"""What is said of the market, and of water and land that are not the home's own."""

from __future__ import annotations

import pytest

from phoenix_real_estate import grounding
from phoenix_real_estate.models import Enrichment, Severity
from tests.sample import HOUSE


def rules(text: str, pool: str | None) -> set[tuple[str, Severity]]:
    house = HOUSE.model_copy(update={"pool_type": pool})
    return {(one.rule, one.severity) for one in grounding.check(Enrichment(description=text), house)}


@pytest.mark.parametrize(
    "text",
    [
        "The market has been growing rapidly.",
        "The housing market here is very attractive.",
        "The local market remains strong.",
        "Demand for housing has increased significantly.",
        "Demand is high.",
        "A city with a history of affordability.",
    ],
)
def test_no_fact_tells_how_the_market_does(text: str) -> None:
    assert ("claim.unsupported", Severity.CRITICAL) in rules(text, "private")


@pytest.mark.parametrize("text", ["The market decides the price.", "Demand an inspection before you buy."])
def test_the_market_may_be_spoken_of(text: str) -> None:
    assert rules(text, "private") == set()


@pytest.mark.parametrize(
    "text", ["There is a community pool on a lot of 8,200 square feet.", "A pool on its own lot."]
)
def test_a_shared_pool_is_not_on_the_lot(text: str) -> None:
    assert ("claim.contradicted", Severity.CRITICAL) in rules(text, "community")
    assert ("claim.contradicted", Severity.CRITICAL) not in rules("A pool on its own lot.", "private")


def test_whoever_cools_off_does_so_in_water() -> None:
    assert ("claim.contradicted", Severity.CRITICAL) in rules("A place to cool off at home.", "none")
    assert ("claim.unsupported", Severity.WARNING) in rules("Cooling off in summer.", None)
    assert rules("A place to cool off nearby.", "community") == set()
    assert rules("Ceiling fans cool off the rooms.", "none") <= rules("Ceiling fans.", "none")
