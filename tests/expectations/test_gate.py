"""The gate: exact verdicts with reasons, and nothing published by an expectation that could not run."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from expectations import validation
from expectations.frame import frame_of, judged
from expectations.gate import Candidate, judge
from phoenix_real_estate.errors import GateError, RecordError
from phoenix_real_estate.models import (
    Address,
    Decision,
    Enrichment,
    Feature,
    InvestmentAnalysis,
    Property,
    RawRecord,
    Severity,
    Verdict,
)
from phoenix_real_estate.normalize import normalize
from tests.expectations.candidates import COMPOSED, CONFLICT, at, candidate, composed, house, house_with_words
from tests.sample import HOUSE

ARMLS = Path(__file__).resolve().parents[3] / "shared" / "data" / "armls" / "export_rows.jsonl"
TEXT = COMPOSED.description or ""


def verdict(one: Candidate, threshold: float = 0.7) -> Verdict:
    return judge([one], threshold=threshold).verdicts[one.key]


def rules(found: Verdict) -> set[str]:
    return {reason.rule for reason in found.reasons}


def test_a_true_and_complete_enrichment_is_published_without_reasons() -> None:
    found = verdict(candidate())
    assert (found.decision, found.reasons) == (Decision.PUBLISH, ())
    assert found.property_id == HOUSE.property_id
    assert found.quality_score == pytest.approx(sum(found.scores.values()) / 5)


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"description": TEXT.replace("1994", "1949")}, "number.mismatch"),
        ({"description": TEXT.replace("private pool", "fireplace")}, "claim.unsupported"),
        ({"description": TEXT + " Perfect for young families."}, "housing.familial_status"),
        ({"description": TEXT + " It is in Mesa."}, "place.city"),
        ({"description": "  "}, "part.empty"),
        ({"features": ()}, "part.empty"),
        ({"features": (Feature(feature="9 bedrooms"),)}, "number.mismatch"),
        ({"investment_analysis": InvestmentAnalysis()}, "part.empty"),
        (
            {"investment_analysis": InvestmentAnalysis(recommendation="strong buy", narrative="So be it.")},
            "recommendation.mismatch",
        ),
        (
            {"investment_analysis": InvestmentAnalysis(recommendation="pass", figures={"cap_rate": 99})},
            "figure.mismatch",
        ),
    ],
)
def test_a_falsehood_rejects_with_the_findings_as_reasons(parts: dict[str, object], rule: str) -> None:
    enrichment = COMPOSED.model_copy(update=parts)
    found = verdict(Candidate(property=HOUSE, enrichment=enrichment, key="spoiled"))
    assert found.decision is Decision.REJECT
    assert rule in rules(found)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"address": Address()}, "property.address"),
        ({"address": at(zip="10001")}, "property.address.zip"),
        ({"year_built": 1200}, "property.year_built"),
        ({"bedrooms": 99}, "property.bedrooms"),
        ({"bathrooms": -1.0}, "property.bathrooms"),
        ({"square_feet": 3}, "property.square_feet"),
        ({"price": 10**10}, "property.price"),
        ({"hoa_fee": 99_999.0}, "property.hoa_fee"),
    ],
)
def test_facts_that_cannot_be_reject_and_name_the_property_field(
    facts: dict[str, object], field: str
) -> None:
    found = verdict(house_with_words(**facts))
    assert found.decision is Decision.REJECT
    assert field in {reason.field for reason in found.reasons if reason.severity is Severity.CRITICAL}


def test_a_city_in_figures_sends_to_review() -> None:
    found = verdict(house_with_words(address=at(city="4711")))
    assert "facts.city" in rules(found)


def test_praise_sends_to_review() -> None:
    found = verdict(candidate(description=TEXT + " The best home."))
    assert (found.decision, rules(found)) == (Decision.REVIEW, {"superlative"})


def test_a_wording_that_may_read_as_a_preference_sends_to_review() -> None:
    found = verdict(candidate(description=TEXT + " A family-friendly place."))
    assert (found.decision, rules(found)) == (Decision.REVIEW, {"housing.familial_status"})


def test_a_conflict_between_sources_sends_to_review_and_is_told() -> None:
    found = verdict(candidate(property=house(conflicts=(CONFLICT,))))
    (reason,) = found.reasons
    assert (found.decision, reason.rule) == (Decision.REVIEW, "facts.conflict")
    assert (reason.field, reason.span, reason.why) == ("property.pool_type", "none", str(CONFLICT))


def test_a_score_under_the_threshold_sends_to_review() -> None:
    poor = candidate(description="It has 4 bedrooms.", features=None, investment_analysis=None)
    found = verdict(poor)
    assert (found.decision, rules(found)) == (Decision.REVIEW, {"quality.score"})
    assert found.quality_score < 0.7
    assert verdict(poor, threshold=found.quality_score).decision is Decision.PUBLISH


def test_parts_that_are_not_there_are_not_judged() -> None:
    found = verdict(candidate(features=None, investment_analysis=None))
    assert found.decision is Decision.PUBLISH
    assert "feature_relevance" not in found.scores


def test_an_enrichment_without_any_part_is_rejected() -> None:
    empty = Candidate(property=HOUSE, enrichment=Enrichment(), key="none")
    found = verdict(empty)
    assert (found.decision, rules(found)) == (Decision.REJECT, {"parts.any"})
    assert (found.quality_score, found.scores, found.reasons[0].span) == (0.0, {}, None)


def test_a_property_of_which_little_is_known_passes_the_facts() -> None:
    little = Property(address=Address(street="1 Elm St", city="Mesa", state="AZ", zip="85201"))
    found = verdict(Candidate(property=little, enrichment=Enrichment(description="A home."), key="a"))
    assert not any(reason.field.startswith("property") for reason in found.reasons)


@pytest.mark.skipif(not ARMLS.is_file(), reason="the shared MLS export is not here")
def test_what_the_composer_writes_of_real_listings_is_published() -> None:
    batch = []
    for number, line in enumerate(ARMLS.read_text("utf-8").splitlines()):
        with suppress(RecordError):
            property = normalize(RawRecord(id=str(number), source="phoenix_mls", data=json.loads(line)))
            batch.append(Candidate(property=property, enrichment=composed(property), key=str(number)))
    found = judge(batch).verdicts
    assert len(found) > 80
    assert {key: one.reasons for key, one in found.items() if one.decision is not Decision.PUBLISH} == {}


def test_an_empty_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="empty batch"):
        judge([])


def test_two_candidates_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="share a key"):
        judge([candidate("a"), candidate("a")])


def mixed_batch(size: int) -> tuple[list[Candidate], dict[str, Decision]]:
    kinds = [
        (candidate(), Decision.PUBLISH),
        (candidate(description=TEXT.replace("1994", "1949")), Decision.REJECT),
        (candidate(description=TEXT + " The best home."), Decision.REVIEW),
        (candidate(property=house(year_built=1200)), Decision.REJECT),
    ]
    rows = [(f"row-{n}", *kinds[n % 4]) for n in range(size)]
    batch = [one.model_copy(update={"key": key}) for key, one, _ in rows]
    return batch, {key: decision for key, _, decision in rows}


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_every_row_of_a_batch_gets_its_own_verdict(size: int) -> None:
    batch, expected = mixed_batch(size)
    found = judge(batch).verdicts
    assert {key: one.decision for key, one in found.items()} == expected


def test_verdicts_are_exact_under_eight_threads() -> None:
    # Each batch starts at another row, so that a verdict that strayed to another thread's row shows.
    batches = [mixed_batch(size) for size in range(2, 18)]
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda batch: judge(batch[0]).verdicts, batches))
    for (_, expected), found in zip(batches, results, strict=True):
        assert {key: one.decision for key, one in found.items()} == expected


def test_an_expectation_that_cannot_run_is_named_and_publishes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    suite = validation._suite
    monkeypatch.setattr(validation, "_suite", lambda name: suite(name).replace('"zip"', '"postcode"'))
    with pytest.raises(GateError, match=r"facts\.zip"):
        judge([candidate()])


def test_a_value_that_an_expectation_cannot_compare_publishes_nothing() -> None:
    frame = frame_of([judged(candidate())]).astype({"price": object})
    frame.loc[0, "price"] = "much"
    with pytest.raises(GateError, match=r"facts\.price"):
        validation.validate(frame, threshold=0.7)


def test_a_broken_suite_publishes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "_suite", lambda _: '{"name": "x", "expectations": [{"type": "no"}]}')
    with pytest.raises(GateError, match="The gate could not run"):
        judge([candidate()])


def outcome(success: object = True, element_count: object = 1) -> SimpleNamespace:
    configuration = SimpleNamespace(meta={"rule": "facts.x"})
    return SimpleNamespace(
        configuration=configuration, success=success, result={"element_count": element_count}
    )


@pytest.mark.parametrize("changed", [{"element_count": 0}, {"element_count": None}, {"success": False}])
def test_a_result_that_does_not_tell_every_row_publishes_nothing(changed: dict[str, object]) -> None:
    assert list(validation.failures_of(outcome(), rows=1)) == []
    with pytest.raises(GateError, match=r"facts\.x"):
        list(validation.failures_of(outcome(**changed), rows=1))


def test_data_docs_show_the_rules_and_a_later_site_replaces_them(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    first = judge([candidate(description=TEXT + " The best home.")], docs=docs).docs
    assert first == docs / "verdicts.html"
    assert (docs / "index.html").is_file()
    assert "Data Docs" in first.read_text("utf-8")
    pages = [page.read_text("utf-8") for page in docs.glob("validations/**/*.html")]
    assert any("grounding.critical (critical)" in page for page in pages)
    judge([candidate()], docs=docs)
    assert len(list(docs.glob("validations/**/*.html"))) == len(pages)
    assert not list(tmp_path.rglob("*.yml"))


def test_without_a_folder_no_docs_are_built() -> None:
    assert judge([candidate()]).docs is None


def test_every_expectation_tells_its_rule_and_severity_in_its_description() -> None:
    for name in validation.SUITES:
        for expectation in json.loads(validation._suite(name))["expectations"]:
            told = f"{expectation['meta']['rule']} ({expectation['severity']}): "
            assert expectation["description"].startswith(told)


def test_importing_the_gate_does_not_import_great_expectations() -> None:
    code = "import sys, expectations.gate, expectations.grade; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("field", ["hoa_name", "subdivision", "neighborhood", "school_district"])
def test_composed_texts_publish_whatever_the_place_is_called(field: str) -> None:
    names = """White Mountain Villas, Brown Ranch, Single Tree HOA, Rio Verde Adult Community,
        Sunland Springs 55+, BROWN, Temple Gardens, Encanto Family Community, Active Adult District,
        Mosque Rd Estates, Ahwatukee Retirement Community, Couples Cove, Jewish Community Housing"""
    houses = [house_with_words(**{field: " ".join(name.split())}) for name in names.split(",")]
    keyed = [one.model_copy(update={"key": str(n)}) for n, one in enumerate(houses)]
    verdicts = judge(keyed).verdicts
    assert {key: one.reasons for key, one in verdicts.items() if one.decision is not Decision.PUBLISH} == {}


def test_composed_texts_publish_on_a_street_with_a_church_in_its_name() -> None:
    verdict = judge([house_with_words(address=at(street="123 W Church St"))]).verdicts["house"]
    assert (verdict.decision, verdict.reasons) == (Decision.PUBLISH, ())


def test_a_model_may_write_the_name_of_the_association_unless_it_restricts_age() -> None:
    for name, decision in (("Brown Ranch", Decision.PUBLISH), ("Verde 55+ HOA", Decision.REJECT)):
        text = f"{COMPOSED.description} The homeowners association is {name}."
        written = candidate(property=house(hoa_name=name), description=text)
        assert judge([written]).verdicts["house"].decision is decision
