"""Claims in disguise: answered questions, conditions, double denials, ownership, terms and comparisons."""

from __future__ import annotations

import pytest

from phoenix_real_estate import fair_housing, grounding
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.models import Address, Enrichment, Finding, Property, Severity
from tests.sample import HOUSE

DRY = HOUSE.model_copy(update={"pool_type": "none"})
CHEAP = HOUSE.model_copy(update={"price": 150_000})
UNPRICED = HOUSE.model_copy(update={"address": Address(street="1 Elm St", city="Phoenix", state="AZ")})


def findings(text: str, property: Property = DRY) -> list[Finding]:
    return grounding.check(Enrichment(description=text), property)


def told(text: str, property: Property = DRY) -> list[tuple[str, Severity]]:
    return [(finding.rule, finding.severity) for finding in findings(text, property)]


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
        "Its cap rate beats the market.",
        "The price is lower than most comparable homes.",
        "The yield is higher than the city average.",
        "It outperforms other rentals in the area.",
        "It is cheaper than its neighbors.",
    ],
)
def test_a_comparison_that_no_figure_supports_is_found(text: str) -> None:
    assert ("claim.unsupported", Severity.CRITICAL) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "The market decides, and other homes differ.",
        "The rent is an estimate of the market.",
        "More than half of the lot is desert landscaping.",
    ],
)
def test_what_compares_nothing_passes(text: str) -> None:
    assert told(text) == []


OVER = (
    "It rents for more than the mortgage.",
    "The rent covers the mortgage.",
    "Rent exceeds the monthly payment.",
    "The mortgage is covered by the rent.",
    "The mortgage costs less than the rent.",
)
UNDER = (
    "The rent does not cover the mortgage.",
    "The rent falls short of the mortgage.",
    "The rent is less than the mortgage payment.",
    "The mortgage costs more than the rent.",
)


@pytest.mark.parametrize("text", OVER)
def test_the_rent_is_told_above_the_mortgage_only_where_it_is(text: str) -> None:
    assert told(text) == [("claim.contradicted", Severity.CRITICAL)]
    assert told(text, UNPRICED) == [("claim.unsupported", Severity.CRITICAL)]
    assert told(text, CHEAP) == []


@pytest.mark.parametrize("text", UNDER)
def test_the_rent_is_told_below_the_mortgage_only_where_it_is(text: str) -> None:
    assert told(text) == []
    assert told(text, UNPRICED) == [("claim.unsupported", Severity.CRITICAL)]
    assert told(text, CHEAP) == [("claim.contradicted", Severity.CRITICAL)]


def test_the_cap_rate_is_held_against_the_mortgage_rate() -> None:
    figures = Known(CHEAP).figures
    assert figures is not None
    assert figures.cap_rate > figures.assumptions.mortgage_rate_pct
    assert told("The cap rate beats the mortgage rate.", CHEAP) == []
    assert told("The cap rate beats the mortgage rate.") == [("claim.contradicted", Severity.CRITICAL)]
    assert told("The cap rate is below the mortgage rate.") == []
    assert told("The cap rate is below the mortgage rate.", CHEAP) == [
        ("claim.contradicted", Severity.CRITICAL)
    ]


def test_a_comparison_is_traced_to_its_figure() -> None:
    traces = grounding.trace(Enrichment(description="The rent covers the mortgage."), CHEAP)
    assert [(one.span, one.fact) for one in traces] == [("rent covers the mortgage", "rent_monthly")]


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
        "This is a sure bet to double in value.",
        "Appreciation is certain.",
        "You will never pay an electric bill again.",
        "Values here can only go up.",
        "It will sell in days.",
    ],
)
def test_a_promise_is_found_in_any_words(text: str) -> None:
    assert {rule.partition(".")[0] for rule, _ in told(text)} == {"promise"}


@pytest.mark.parametrize(
    "text",
    ["Owners will appreciate the tile roof.", "A home to call your own.", "The rooms are sure to please."],
)
def test_what_only_sounds_like_a_promise_passes(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("district", "text", "rules"),
    [
        ("Scottsdale Unified #48", "In the Scottsdale Unified School District #48.", []),
        ("Scottsdale Unified #48", "In the Scottsdale Unified District.", []),
        ("Paradise Valley Unified #69", "PV Unified serves it.", []),
        ("Queen Creek Unified", "In the Mesa Unified School District.", ["place.school"]),
        (None, "In the Mesa Unified School District.", ["place.school"]),
    ],
)
def test_a_district_is_known_by_its_names_and_a_city_names_none(
    district: str | None, text: str, rules: list[str]
) -> None:
    address = DRY.address.model_copy(update={"city": "Mesa"})
    home = DRY.model_copy(update={"school_district": district, "address": address})
    assert [rule for rule, _ in told(text, home)] == rules


@pytest.mark.parametrize("text", ["Buckeye is a pleasant place.", "Life in sunny Surprise suits it."])
def test_a_city_that_is_a_common_word_is_told_by_where_it_stands(text: str) -> None:
    assert [rule for rule, _ in told(text)] == ["place.city"]


def test_a_unit_may_follow_the_name_of_its_place() -> None:
    address = DRY.address.model_copy(update={"unit": "319"})
    home = DRY.model_copy(update={"hoa_name": "Camelback House HOA", "address": address})
    assert told("Camelback House 319 is its name.", home) == []


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


def test_a_building_of_several_homes_is_counted_by_its_kind() -> None:
    duplex = HOUSE.model_copy(update={"property_type": "Duplex"})
    assert told("Two units share one lot, one unit in front.", duplex) == []
    assert told("Space for two households.", duplex) == []
    assert told("Three units share the lot.", duplex) == [("number.mismatch", Severity.CRITICAL)]
    assert told("Two units share the lot.", HOUSE) == [("number.unsupported", Severity.CRITICAL)]


def test_a_flexible_space_is_no_room_of_its_own() -> None:
    assert told("Flexible space.") == []
    assert told("A flex room.") == [("claim.unsupported", Severity.CRITICAL)]


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


def test_a_recommendation_of_something_else_is_not_the_computed_one() -> None:
    text = "The recommendation is that the property should be a condominium due to its size."
    assert ("recommendation.mismatch", Severity.CRITICAL) in told(text)
    allowed = Known(DRY).recommendation
    assert told(f"The recommendation is that an investor should {allowed}.") == []
    assert told("The recommendation is based on the figures.") == []


def test_a_car_in_the_shade_needs_a_garage_or_a_carport() -> None:
    bare = DRY.model_copy(update={"garage_spaces": 0.0, "carport_spaces": 0.0})
    text = "Cars parked in the shade."
    assert told(text) == []
    assert told(text, bare) == [("claim.contradicted", Severity.CRITICAL)]


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
