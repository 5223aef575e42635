"""Amenities and conditions: what a fact, the remarks or nothing stands behind, asserted or denied."""

from __future__ import annotations

import pytest

from phoenix_real_estate.models import (
    Severity,
)
from tests.grounding.judged_texts import critical_spans, findings, rules
from tests.sample import HOUSE

REMARKS = HOUSE.model_copy(update={"remarks": "3 fireplaces, a new roof and 777 square feet of patio."})


def test_a_plain_feature_that_the_remarks_tell_is_told_and_holds_nothing_back() -> None:
    assert [(f.severity, f.span) for f in findings("It has a patio.", REMARKS)] == [(Severity.INFO, "patio")]


@pytest.mark.parametrize(
    "text", ["It has 3 fireplaces.", "It has a new roof.", "The roof was replaced recently."]
)
def test_numbers_and_works_that_only_the_remarks_tell_are_warnings(text: str) -> None:
    severities = {f.severity for f in findings(text, REMARKS)}
    assert Severity.WARNING in severities
    assert Severity.CRITICAL not in severities


def test_another_feature_than_that_of_the_remarks_is_a_warning_at_least() -> None:
    assert [f.severity for f in findings("It has a balcony.", REMARKS)] == [Severity.WARNING]


@pytest.mark.parametrize(
    "text",
    [
        "A private pool, owned solar panels and a garage.",
        "No fireplace is on record. Whether there is a fireplace is not known.",
        "There is room for a casita, and one could add a fireplace.",
        "The condition of the new roof is unknown.",
        "A pool table would fit; the pool of tenants is large.",
        "The home is in an HOA, and flood irrigation rights come with it.",
        "A tile roof, central air and desert landscaping on this single-family home.",
        "The family room and master bedroom are on record.",
        "FEMA flood zone X; not in a flood zone.",
        "It is not a townhouse. The lot is not gated... which nobody claims.",
    ],
)
def test_supported_denied_and_open_claims_are_not_contradictions(text: str) -> None:
    assert "claim.contradicted" not in rules(text)


@pytest.mark.parametrize(
    ("text", "span", "rule"),
    [
        ("A cozy fireplace.", "fireplace", "claim.unsupported"),
        ("Mountain views abound.", "Mountain views", "claim.unsupported"),
        ("A new roof was put on.", "new roof", "claim.unsupported"),
        ("Fully renovated throughout.", "Fully renovated", "claim.unsupported"),
        ("Granite counters shine.", "Granite counters", "claim.unsupported"),
        ("A gated community.", "gated", "claim.unsupported"),
        ("A heated pool.", "heated pool", "claim.unsupported"),
        ("There is no pool.", "pool", "claim.contradicted"),
        ("A pool-free yard.", "pool", "claim.contradicted"),
        ("There is no HOA to pay.", "HOA", "claim.contradicted"),
        ("Leased solar panels.", "Leased solar", "claim.contradicted"),
        ("A metal roof.", "metal roof", "claim.contradicted"),
        ("An evaporative cooler.", "evaporative cooler", "claim.contradicted"),
        ("This condo is bright.", "condo", "claim.contradicted"),
        ("A community pool.", "community pool", "claim.contradicted"),
        ("Positive cash flow from the start.", "Positive cash flow", "claim.contradicted"),
        ("It is in a flood zone.", "in a flood zone", "claim.contradicted"),
        ("Not only a fireplace but more.", "fireplace", "claim.unsupported"),
        ("No garage, and a fireplace.", "fireplace", "claim.unsupported"),
    ],
)
def test_an_amenity_without_or_against_a_fact_is_found(text: str, span: str, rule: str) -> None:
    assert (span, rule) in {(finding.span, finding.rule) for finding in findings(text)}


def test_the_absence_of_something_unknown_is_a_claim_too() -> None:
    unknown = HOUSE.model_copy(update={"pool_type": None, "garage_spaces": None, "carport_spaces": None})
    assert rules("There is no pool.", unknown) == ["claim.unsupported"]
    assert rules("Covered parking.", unknown) == ["claim.unsupported"]
    assert rules("A carport.", HOUSE.model_copy(update={"carport_spaces": 0})) == ["claim.contradicted"]


def test_nearness_and_demand_are_warnings() -> None:
    found = findings("Within walking distance of shops in a quiet neighborhood.")
    assert {finding.severity for finding in found} == {Severity.WARNING}


@pytest.mark.parametrize(
    "text",
    [
        "Fireplace? The records do not say. Fireplace: none is on record.",
        "Spa? No matter. Private pool? Yes.",
        "You won't find a carpet of promises here, but there is a pool.",
        "What nobody gets: a monthly surprise.",
    ],
)
def test_a_question_claims_nothing(text: str) -> None:
    assert critical_spans(text) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Pool? No.", "Pool"),
        ("Pool: none.", "Pool"),
        ("Garage: 0", "Garage"),
        ("What you don't get: a pool, a garage.", "garage"),
        ("Nobody will send you an HOA bill.", "HOA"),
        ("A pool is not included.", "pool"),
        ("Solar panels have never been installed.", "Solar"),
        ("The garage does not exist.", "garage"),
    ],
)
def test_what_is_there_cannot_be_denied_in_any_words(text: str, span: str) -> None:
    assert (span, "claim.contradicted") in {(finding.span, finding.rule) for finding in findings(text)}


def test_the_absence_of_what_no_record_tells_is_for_a_person() -> None:
    (found,) = findings("There is no lawn.")
    assert found.severity is Severity.WARNING


def test_the_facts_own_words_claim_nothing_beyond_them() -> None:
    patio = HOUSE.model_copy(
        update={
            "property_type": "Patio Home",
            "cooling_type": "Central Air, Ceiling Fan(s)",
            "remarks": None,
        }
    )
    assert findings("A patio home with ceiling fans.", patio) == []
    assert critical_spans("A patio home with a patio.", patio) == ["patio"]
    assert critical_spans("A patio.", patio) == ["patio"]
