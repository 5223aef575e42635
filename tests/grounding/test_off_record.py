"""Owners, offers, walks, crime, builders, inclusions: what no record of a property tells."""

from __future__ import annotations

import pytest

from phoenix_real_estate import fair_housing
from phoenix_real_estate.models import Severity
from tests.grounding.claimed import told
from tests.sample import HOUSE


@pytest.mark.parametrize(
    "text",
    [
        "The Smith family owns it.",
        "The Garcia-Lopez family has lived here since it was built.",
        "It is owned by John Smith.",
        "Owned by the Smiths.",
        "The owner, Jane Doe, keeps it well.",
        "The seller is Jane Doe.",
        "The Smiths own it.",
        "Mrs. Smith sells it.",
    ],
)
def test_who_owns_a_home_is_nobodys_business(text: str) -> None:
    assert ("claim.unsupported", Severity.CRITICAL) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "A family room adjoins the kitchen.",
        "This single-family home is owned by a trust, the county says.",
        "The owner is not named here.",
        "Owned by Maricopa County until it was sold.",
        "The Owners bought it.",
        "The Seller Disclosure is with the agent.",
    ],
)
def test_what_names_no_owner_passes(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The seller will pay closing costs.",
        "Owner pays closing costs.",
        "The seller offers a credit toward repairs.",
        "The seller is offering a rate buydown.",
        "Sellers are willing to contribute to costs.",
        "Closing costs are on the seller.",
    ],
)
def test_an_offer_of_the_seller_is_on_no_record(text: str) -> None:
    assert ("claim.unsupported", Severity.CRITICAL) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Closing costs are not part of the figures.",
        "The owner pays property taxes of $1,850 a year.",
        "A seller's disclosure should be read.",
        "The owner offers it at $525,000.",
    ],
)
def test_what_offers_nothing_passes(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Walk to the light rail.",
        "It is walkable to shops.",
        "A short stroll to the park.",
        "The light rail is just around the corner.",
        "A bus stop is nearby.",
    ],
)
def test_a_walk_is_for_a_person_to_check(text: str) -> None:
    assert set(told(text)) == {("claim.unsupported", Severity.WARNING)}


def test_a_walk_within_the_home_passes() -> None:
    assert told("Walk from the kitchen to the living room.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Crime is low here.",
        "Crime rates have been falling.",
        "Hardly any crime around.",
        "It is one of the safest streets.",
        "You will feel safe here.",
    ],
)
def test_a_word_on_crime_is_blocked(text: str) -> None:
    found = fair_housing.findings_in(text, "description")
    assert {(one.rule, one.severity) for one in found} == {("housing.safety_and_crime", Severity.CRITICAL)}


def test_where_crime_is_told_by_others_a_person_looks() -> None:
    (found,) = fair_housing.findings_in("Crime statistics are kept by the police.", "description")
    assert found.severity is Severity.WARNING


@pytest.mark.parametrize("text", ["A safe stands in the closet.", "A safe room.", "Fail-safe wiring."])
def test_a_safe_of_steel_passes(text: str) -> None:
    assert fair_housing.findings_in(text, "description") == []


@pytest.mark.parametrize(
    "text",
    [
        "A hammock swings there.",
        "A copper lantern hangs there.",
        "Vacant and easy to show.",
        "A bakery waits.",
    ],
)
def test_things_that_no_record_tells_go_to_a_person(text: str) -> None:
    assert {severity for _, severity in told(text)} == {Severity.WARNING}


@pytest.mark.parametrize(
    "text",
    [
        "This home was built by Northern Homes.",
        "It was developed by the Del Webb company.",
        "The building was designed by Frank Moore.",
        f"It was constructed by {HOUSE.hoa_name}.",
    ],
)
def test_who_built_a_home_is_on_no_record(text: str) -> None:
    assert ("claim.unsupported", Severity.CRITICAL) in told(text)


@pytest.mark.parametrize(
    "text",
    ["The room is lit by Arizona light.", "Built in 1994, it stands in Phoenix.", "It was built by 1994."],
)
def test_what_names_no_builder_passes(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("text", ["A new-build townhouse.", "This is a new-build home.", "Newly-built home."])
def test_a_new_build_is_no_wish_to_build(text: str) -> None:
    assert ("claim.contradicted", Severity.CRITICAL) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "The price includes all of the necessary expenses.",
        "The rent covers all taxes and fees.",
        "The association fee includes water and trash.",
        "The fee does not include any additional taxes or fees.",
        "Taxes are included in the price.",
        "The mortgage payment of $2,655 a month, which includes insurance, is the main cost.",
    ],
)
def test_what_a_price_or_a_fee_includes_is_on_no_record(text: str) -> None:
    assert any(rule == "claim.unsupported" for rule, _ in told(text))


@pytest.mark.parametrize(
    "text",
    [
        "The estimated rent of $2,590 includes utilities.",
        "Operating expenses include taxes and insurance.",
        "The home includes a garage.",
    ],
)
def test_what_is_known_to_be_included_passes(text: str) -> None:
    assert "claim.unsupported" not in [rule for rule, _ in told(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The property tax is a small percentage of the total tax rate.",
        "Insurance is a tiny fraction of the price.",
        "The dues make up a large portion of the cost of living here.",
    ],
)
def test_a_share_without_a_number_is_for_a_person_to_check(text: str) -> None:
    assert ("claim.unsupported", Severity.WARNING) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "A custom-built home.",
        "The roof is custom-designed.",
        "The plan has been modified.",
        "Bathrooms of blue tile.",
        "It has bathroom tiles.",
    ],
)
def test_what_was_made_or_changed_to_order_is_on_no_record(text: str) -> None:
    assert ("claim.unsupported", Severity.CRITICAL) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "The pool provides an additional income source.",
        "It brings passive income.",
        "A second stream of income.",
    ],
)
def test_an_income_besides_the_rent_is_on_no_record(text: str) -> None:
    assert ("claim.unsupported", Severity.CRITICAL) in told(text, HOUSE)
