"""Fair housing: what an advertisement may not say is found, what looks like it passes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from phoenix_real_estate import fair_housing
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.models import Address, Enrichment, Feature, InvestmentAnalysis, Property, Severity

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "fairhousing"
needs_shared_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared word lists are not here")


def severities(text: str) -> set[Severity]:
    return {finding.severity for finding in fair_housing.findings_in(text, "description")}


@pytest.mark.parametrize(
    "text",
    [
        "No kids under 12 allowed",
        "Adults only community",
        "Perfect for families with young children",
        "Families seeking good schools will love it",
        "Ideal for a growing family",
        "Great for empty nesters",
        "Mature community, 55+",
        "Perfect for young professionals",
        "Ideal for retirees",
        "Great for a single person",
        "A Christian community is preferred",
        "Walking distance to the synagogue",
        "Close to Catholic churches",
        "No Hispanics",
        "In a white neighborhood",
        "An integrated neighborhood",
        "The area is mostly Asian people",
        "English-speaking tenants",
        "No Section 8",
        "Female roommates preferred",
        "Not suitable for the disabled",
        "Able-bodied tenants",
        "Seasonal workers need not ask",
        "A safe neighborhood",
        "Low crime",
        "Near failing schools",
        "No blind tenants",
        "No more than two occupants",
        "Limited to four persons",
        "Healthy residents only",
        "Ideal for someone with no disabilities",
        "The area is becoming whiter",
        "The street is mostly white",
        "Neighbors are mostly professionals",
        "Residents are predominantly retirees",
    ],
)
def test_a_stated_preference_is_blocked(text: str) -> None:
    assert Severity.CRITICAL in severities(text)


@pytest.mark.parametrize(
    "text",
    [
        "Family-friendly neighborhood",
        "Great school district nearby",
        "Must have excellent credit",
        "A wealthy neighborhood",
        "Next door is a church",
        "An exclusive community",
        "Great for first-time buyers",
        "Non-smokers only",
    ],
)
def test_what_may_read_as_a_preference_is_a_warning(text: str) -> None:
    assert severities(text) == {Severity.WARNING}


@pytest.mark.parametrize(
    "text",
    [
        "A family room and a single-family home",
        "Walking distance to bus stop, shops and restaurants",
        "Mature trees, white cabinets, French doors and black stainless",
        "On Indian School Road by Black Canyon Highway",
        "A mother-in-law suite",
        "Wheelchair accessible entrance and handicap parking",
        "Single-story, single owner, a couple of steps",
        "Mature landscaping and an active listing",
        "An owner without children's books; it may interest first-time investors",
        "Straightforward, in a straight line",
        "A retirement account may hold it",
        "Large backyard perfect for entertaining",
        "The school district is Phoenix Union",
        "Ideal for investors",
        "Close to public transportation",
        "Integrated shelves",
        "Mostly white cabinets and walls",
        "No more than two vehicles fit",
        "A rich walnut floor",
    ],
)
def test_an_innocent_look_alike_passes(text: str) -> None:
    assert severities(text) == set()


def test_a_master_bedroom_is_only_told() -> None:
    assert severities("A master bedroom") == {Severity.INFO}


def test_of_two_rules_over_the_same_words_the_longer_match_counts() -> None:
    found = fair_housing.findings_in("Perfect for young families.", "description")
    assert [finding.span for finding in found] == ["Perfect for young families"]


def test_a_context_word_beyond_the_sentence_does_not_count() -> None:
    assert severities("The walls are white. People like that.") == set()


def test_a_finding_names_field_span_reason_and_authority() -> None:
    (found,) = fair_housing.findings_in("A safe neighborhood", "features[0].appeal")
    assert (found.rule, found.field, found.span) == (
        "housing.safety_and_crime",
        "features[0].appeal",
        "safe neighborhood",
    )
    assert "42 U.S.C. 3604" in found.why


def test_every_text_of_every_part_is_read() -> None:
    bad = "adults only"
    enrichment = Enrichment(
        description=bad,
        features=(Feature(feature=bad, category=bad, appeal=bad),),
        investment_analysis=InvestmentAnalysis.model_validate(
            {
                "recommendation": bad,
                "narrative": bad,
                "risks": (bad,),
                "opportunities": (bad,),
                "figures": {"note": bad},
                "strategy": {"for": [bad]},
            }
        ),
    )
    fields = {finding.field for finding in fair_housing.check(enrichment)}
    assert len(fields) == 10


def test_the_rules_are_many_and_each_tells_its_reason() -> None:
    rules = [row for row in rows_of("fair_housing_rules.csv") if row["strength"] != "words"]
    assert len(rules) >= 45
    assert {row["strength"] for row in rules} == {"block", "warn", "look", "context", "info"}
    assert all(row["reason"] and row["authority"] for row in rules)
    assert all(bool(row["context"]) == (row["strength"] == "context") for row in rules)


@needs_shared_data
def test_labelled_sentences_of_others_are_judged_alike() -> None:
    cases = json.loads((SHARED / "fairprop_test_cases.json").read_text("utf-8"))
    for case in cases:
        found = severities(case["text"])
        if case["expected"] == "NON_COMPLIANT":
            assert found, case["text"]
        else:
            assert Severity.CRITICAL not in found, case["text"]


@needs_shared_data
def test_every_word_that_a_board_blocks_is_found_and_none_that_it_allows() -> None:
    """ "Walking distance to" is grounding's: nearness is no fact."""
    for row in csv.DictReader((SHARED / "swmls_word_list_2022.csv").read_text("utf-8").splitlines()):
        for word in row["term"].split(" / "):
            sentence = f"A {word.strip()} here."
            if "nly flag if" not in row["exception"] and word != "walking distance to":
                assert severities(sentence), sentence
            elif "any of the following" in row["exception"]:
                assert severities(f"A {word.strip()} community.") or word == "stable", word


@needs_shared_data
def test_most_words_on_the_boards_lists_are_found_as_the_lists_mean_them() -> None:
    sentences = []
    for name in ("swmls_word_list_2022.csv", "canopy_mls_keywords.csv"):
        for row in csv.DictReader((SHARED / name).read_text("utf-8").splitlines()):
            word = row["term"].split(" / ")[0].strip('"')
            word = f"no {word.removesuffix(', no')}" if word.endswith(", no") else word
            around = "A {} community." if row.get("exception") else "A home for {} here."
            sentences.append(around.format(word))
    missed = [sentence for sentence in sentences if not severities(sentence)]
    assert len(missed) <= 0.2 * len(sentences), missed


NAMES = [
    "White Mountain Villas",
    "Brown Ranch",
    "Brown Ranch Community Association",
    "SINGLE TREE HOA",
    "Couples Cove",
    "Temple Gardens Neighborhood",
]
AGE_RESTRICTED = [
    "Rio Verde Adult Community",
    "Sunland Springs 55+",
    "Pecan Grove Senior Living",
    "Ahwatukee Retirement Community",
    "Trilogy Active Adult",
]
NAME_FIELDS = ("hoa_name", "subdivision", "neighborhood")


@pytest.mark.parametrize("field", NAME_FIELDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_proper_name_of_the_property_is_no_preference(name: str, field: str) -> None:
    text = f"It lies in the {name} area. The community association is {name}, for all."
    property = Property.model_validate({field: name})
    assert fair_housing.may_name(name)
    assert fair_housing.check(Enrichment(description=text), property) == []


def test_a_name_that_is_not_the_propertys_is_judged_as_any_text() -> None:
    text = Enrichment(description="The association is Brown Ranch.")
    assert fair_housing.check(text, Property(hoa_name="White Tank Ranch"))
    assert fair_housing.check(text)


@pytest.mark.parametrize("field", NAME_FIELDS)
@pytest.mark.parametrize(
    "name", [*AGE_RESTRICTED, "Jewish Community Housing", "White People HOA", "Perfect for Families"]
)
def test_a_name_that_says_who_may_live_there_stays_a_finding(name: str, field: str) -> None:
    assert not fair_housing.may_name(name)
    text = Enrichment(description=f"It is part of {name}.")
    assert fair_housing.check(text, Property.model_validate({field: name})) == fair_housing.check(text)


def test_a_single_common_word_for_a_name_excuses_nothing() -> None:
    text = Enrichment(description="It lies in a white neighborhood.")
    assert not fair_housing.may_name("WHITE")
    assert fair_housing.may_name("Maryvale")
    assert fair_housing.check(text, Property(neighborhood="WHITE"))


def test_words_beyond_the_name_are_judged() -> None:
    text = Enrichment(description="At Brown Ranch, a brown neighborhood for single tree people.")
    assert fair_housing.check(text, Property(hoa_name="Brown Ranch", subdivision="Single Tree"))


def test_the_street_of_a_property_is_no_landmark() -> None:
    address = Address(street="123 W Church St", city="Mesa", raw="adults only, 123 W Church St, Mesa")
    text = "At 123 W Church St in Mesa, on Church Street."
    assert fair_housing.check(Enrichment(description=text), Property(address=address)) == []
    (found,) = fair_housing.check(Enrichment(description="It is near a church."), Property(address=address))
    assert found.span == "near a church"
    told = Enrichment(description="It is adults only, 123 W Church St, Mesa.")
    assert [found.span for found in fair_housing.check(told, Property(address=address))] == ["adults only"]
