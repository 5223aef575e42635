"""`phoenix grade`: one line in, one verdict out, whatever the line holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from expectations import grade
from expectations.frame import Candidate
from expectations.gate import GateResult, judge
from expectations.grade import grade_lines
from expectations.submission import candidate_of
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.models import Feature
from tests.expectations.candidates import COMPOSED
from tests.sample import HOUSE

GOOD: dict[str, Any] = {
    "property": HOUSE.model_dump(mode="json"),
    "llm_enrichment": COMPOSED.model_dump(mode="json"),
}


def graded(*lines: object) -> list[dict[str, Any]]:
    return list(grade_lines(line if isinstance(line, str) else json.dumps(line) for line in lines))


def read(property: dict[str, Any] | None = None, enrichment: dict[str, Any] | None = None) -> Any:
    return candidate_of(json.dumps({"property": property or {}, "llm_enrichment": enrichment or {}}), "k")


def test_a_good_line_is_published() -> None:
    (told,) = graded(GOOD)
    assert (told["verdict"], told["reasons"]) == ("publish", [])
    assert set(told) == {"verdict", "quality_score", "scores", "reasons"}


def test_a_false_line_is_rejected_with_rule_field_and_span() -> None:
    (told,) = graded({**GOOD, "llm_enrichment": {"description": "It has 9 bedrooms."}})
    assert told["verdict"] == "reject"
    assert told["reasons"][0] == {
        "rule": "number.mismatch",
        "severity": "critical",
        "field": "description",
        "span": "9 bedrooms",
        "why": "bedrooms is 4",
    }


def test_lines_are_answered_in_their_order_over_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grade, "BATCH", 2)
    told = graded("{", GOOD, GOOD, "", "[]")
    assert [one["verdict"] for one in told] == ["reject", "publish", "publish", "reject", "reject"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("{bad", ""),
        ("[]", ""),
        ('{"property": {"price": NaN}, "llm_enrichment": {}}', ""),
        ("[" * 100_000, ""),
        ("{}", "property"),
        ('{"property": {}}', "llm_enrichment"),
        ({**GOOD, "property": {"bedrooms": "many"}}, "property.bedrooms"),
        ({**GOOD, "property": {"bedrooms": [3]}}, "property.bedrooms"),
        ({**GOOD, "property": {"pool_type": "purple"}}, "property.pool_type"),
        ({**GOOD, "property": {"address": 7}}, "property.address"),
        ({**GOOD, "property": {"valuations": 7}}, "property.valuations"),
        ({**GOOD, "property": {"valuations": [7]}}, "property.valuations.0"),
    ],
)
def test_a_line_that_cannot_be_read_is_rejected_with_the_field_that_is_wrong(
    line: object, field: str
) -> None:
    (told,) = graded(line)
    (reason,) = told["reasons"]
    assert (told["verdict"], told["quality_score"], told["scores"]) == ("reject", 0.0, {})
    assert (reason["rule"], reason["field"]) == ("input.malformed", field)
    assert reason["why"]


def nested(depth: int) -> list[Any]:
    return json.loads("[" * depth + "]" * depth)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({**GOOD, "property": {"price": 10**400}}, "property.price"),
        ({**GOOD, "property": {"price": "9" * 30}}, "property.price"),
        ({**GOOD, "property": {"hoa_fee": "9" * 400}}, "property.hoa_fee"),
        ({**GOOD, "property": {"bathrooms": 1e308}}, "property.bathrooms"),
        (
            {**GOOD, "property": {"valuations": [{"tax_year": 2026, "full_cash_value": 10**400}]}},
            "property.valuations.0.full_cash_value",
        ),
        (
            {**GOOD, "llm_enrichment": {"investment_analysis": {"figures": {"noi": -(10**400)}}}},
            "llm_enrichment.investment_analysis.figures.noi",
        ),
        (
            {**GOOD, "llm_enrichment": {"investment_analysis": {"figures": {"x": nested(500)}}}},
            "llm_enrichment.investment_analysis.figures",
        ),
        ({**GOOD, "property": {"conflicts": nested(500)}}, "property.conflicts.0"),
        ({**GOOD, "llm_enrichment": {"description": "pool " * 20_000}}, "llm_enrichment.description"),
        (
            {**GOOD, "llm_enrichment": {"features": [{"feature": "3 " * 20_000}]}},
            "llm_enrichment.features.0.feature",
        ),
    ],
)
def test_a_line_beyond_all_measure_is_rejected_and_its_neighbours_are_judged(
    line: object, field: str
) -> None:
    before, told, after = graded(GOOD, line, GOOD)
    assert (before["verdict"], after["verdict"]) == ("publish", "publish")
    (reason,) = told["reasons"]
    assert (told["verdict"], reason["rule"], reason["field"]) == ("reject", "input.malformed", field)
    assert json.dumps(told, ensure_ascii=False).encode()


def test_a_long_number_that_is_an_identifier_is_no_offence() -> None:
    facts = {**GOOD["property"], "listing_id": 10**20, "parcel_number": 10**16}
    assert candidate_of(json.dumps({**GOOD, "property": facts}), "k").property.parcel_number == str(10**16)


def test_where_the_gate_cannot_judge_a_batch_the_line_that_breaks_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaking(candidates: Sequence[Candidate], *, threshold: float) -> GateResult:
        if any(one.property.bedrooms == 13 for one in candidates):
            raise GateError("The gate could not run (13)")
        return judge(candidates, threshold=threshold)

    monkeypatch.setattr(grade, "judge", breaking)
    told = graded(GOOD, {**GOOD, "property": {"bedrooms": 13}}, "{", GOOD)
    assert [one["verdict"] for one in told] == ["publish", "reject", "reject", "publish"]
    (reason,) = told[1]["reasons"]
    assert (reason["rule"], reason["severity"], reason["field"]) == ("gate.error", "critical", "")
    assert "could not run (13)" in reason["why"]


def test_absurd_texts_and_facts_are_judged_and_not_fatal() -> None:
    absurd = {"property": {"address": "1 Elm St, Mesa, AZ 85201", "price": 10**15, "bathrooms": 1e15}}
    (told,) = graded({**absurd, "llm_enrichment": {"description": "9" * 20_000 + " bedrooms"}})
    assert told["verdict"] == "reject"


def test_facts_of_odd_types_are_coerced() -> None:
    facts = {
        "address": "123 Main St, Phoenix, AZ 85031",
        "parcel_number": 10230001,
        "bedrooms": "4",
        "bathrooms": "2.5",
        "square_feet": "2,150 sq ft",
        "lot_size": 8200.4,
        "price": "$525,000",
        "year_built": "1994",
        "hoa_fee": "n/a",
        "pool_type": True,
        "solar_panels": "Owned outright",
        "price_kind": "Listing",
        "valuations": [{"tax_year": 2026, "full_cash_value": "480,000"}],
        "provenance": "county",
        "remarks": None,
    }
    property = read(facts).property
    assert (property.address.street, property.address.city) == ("123 Main St", "Phoenix")
    assert property.parcel_number == "10230001"
    assert (property.bedrooms, property.bathrooms, property.square_feet) == (4, 2.5, 2150)
    assert (property.lot_size, property.price, property.year_built) == (8200, 525_000, 1994)
    assert (property.hoa_fee, property.pool_type, property.solar_panels) == (None, "private", "owned")
    assert property.price_kind == "list"
    assert property.valuations[0].full_cash_value == 480_000


def test_an_address_in_parts_keeps_them_as_text() -> None:
    address = read({"address": {"street": "1 Elm St", "unit": None, "zip": 85031}}).property.address
    assert (address.street, address.unit, address.zip) == ("1 Elm St", None, "85031")


def test_features_may_be_strings_or_stand_under_other_keys() -> None:
    features = ["4 bedrooms", {"name": "private pool"}, {"feature": "tile roof", "appeal": "lasting"}, [7]]
    assert read(enrichment={"features": features}).enrichment.features == (
        Feature(feature="4 bedrooms"),
        Feature(feature="private pool"),
        Feature(feature="tile roof", appeal="lasting"),
        Feature(feature="7"),
    )
    assert read(
        enrichment={"features": {"interior": ["4 bedrooms"], "other": "pool"}}
    ).enrichment.features == (
        Feature(feature="4 bedrooms"),
        Feature(feature="pool"),
    )


def test_an_analysis_may_be_a_text_and_keeps_foreign_keys() -> None:
    told = read(enrichment={"investment_analysis": "A plain text."}).enrichment.investment_analysis
    assert told.narrative == "A plain text."
    analysis = {"recommendation": "hold", "risks": "one", "outlook": {"x": "y"}, "figures": 7}
    told = read(enrichment={"investment_analysis": analysis}).enrichment.investment_analysis
    assert (told.risks, told.figures, told.model_extra) == (("one",), {"figures": 7}, {"outlook": {"x": "y"}})
    told = read(enrichment={"investment_analysis": {"risks": [{"risk": "r", "sure": True}]}}).enrichment
    assert told.investment_analysis.risks == ("r",)


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_a_part_that_is_there_but_empty_is_a_defect(empty: object) -> None:
    parts = dict.fromkeys(("description", "features", "investment_analysis"), empty)
    (told,) = graded({**GOOD, "llm_enrichment": parts})
    assert told["verdict"] == "reject"
    assert [reason["rule"] for reason in told["reasons"]][:3] == ["part.empty"] * 3


def test_a_part_that_is_not_there_is_not_judged() -> None:
    (told,) = graded({**GOOD, "llm_enrichment": {"description": COMPOSED.description}})
    assert told["verdict"] == "publish"
    assert set(told["scores"]) == {"description_quality", "completeness", "readability"}


def test_what_others_call_confidence_is_not_read() -> None:
    property = read({"bedrooms": 4, "confidence": 0.9, "read_by": "a person"}).property
    assert (property.bedrooms, property.confidence, property.read_by) == (4, {}, {})


@pytest.mark.parametrize(
    "names",
    [
        {"bedrooms": 4, "bathrooms": 2.5, "squareFeet": 2150, "lotSize": 8200, "yearBuilt": 1994},
        {"beds": 4, "baths": "2.5", "sqft": "2,150", "lot_sqft": 8200, "yr_built": 1994},
        {"BedroomsTotal": 4, "BathroomsTotalDecimal": 2.5, "LivingArea": 2150, "YearBuilt": 1994}
        | {"LotSizeSquareFeet": 8200},
        {"Bedrooms": 4, "Bathrooms": 2.5, "Square Feet": 2150, "lot": {"lot_size": 8200}, "Year Built": 1994},
    ],
)
def test_names_in_any_style_are_read(names: dict[str, Any]) -> None:
    property = read(names).property
    assert (property.bedrooms, property.bathrooms, property.square_feet) == (4, 2.5, 2150)
    assert (property.lot_size, property.year_built) == (8200, 1994)


@pytest.mark.parametrize(
    "fields",
    [
        {"address": {"street_address": "123 Main St", "city": "Mesa", "zip_code": 85201}},
        {"street": "123 Main St", "city": "Mesa", "zip": "85201"},
        {"location": {"address": "123 Main St", "city": "Mesa", "postal_code": "85201"}},
        {"full_address": "123 Main St, Mesa, AZ 85201"},
    ],
)
def test_an_address_is_read_wherever_its_parts_stand(fields: dict[str, Any]) -> None:
    address = read(fields).property.address
    assert (address.street, address.city, address.zip) == ("123 Main St", "Mesa", "85201")


def test_our_own_names_go_before_others() -> None:
    property = read({"beds": 3, "bedrooms": 4, "list_price": 300_000}).property
    assert (property.bedrooms, property.price, property.price_kind) == (4, 300_000, "list")


def test_what_stands_under_another_name_and_cannot_be_read_is_a_doubt() -> None:
    assert [doubt.field for doubt in read({"beds": "many"}).property.doubts] == ["bedrooms"]


@pytest.mark.parametrize("name", ["llm_enrichment", "llmEnrichment", "enrichment"])
@pytest.mark.parametrize("part", ["features", "key_features", "keyFeatures"])
def test_parts_under_other_names_are_judged(name: str, part: str) -> None:
    candidate = candidate_of(json.dumps({"property": {}, name: {part: ["A pool"]}}), "k")
    assert candidate.enrichment.features == (Feature(feature="A pool"),)
