"""A batch's verdicts: replaced parts, facts that fail, and houses that break the gate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from expectations import gate
from expectations.judgement import JudgedBatch, judge_batch
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.models import Decision, EnrichedProperty, Property
from phoenix_real_estate.normalize.harmonize import House
from tests.judged import enriched
from tests.sample import HOUSE

FALSE_TEXT = "This home has 7 bedrooms and stands on 999 acres."
Written = tuple[House, EnrichedProperty]


def written(number: int = 1, *, description: str | None = None, **facts: object) -> Written:
    property = HOUSE.model_copy(update={"parcel_number": f"1030600{number}", **facts})
    texts = enriched(property)
    if description is not None:
        changed = texts.enrichment.model_copy(update={"description": description})
        texts = texts.model_copy(update={"enrichment": changed})
    return house_of(property), texts


def house_of(property: Property) -> House:
    return House(property=property, raw_ids=(f"raw-{property.parcel_number}",), facts_by_source={})


def judged(*houses: Written, docs: Path | None = None) -> JudgedBatch:
    return judge_batch(houses, threshold=0.5, docs=docs)


class Breaking:
    """The real gate, which breaks on houses of these sizes."""

    def __init__(self, *sizes: int) -> None:
        self.sizes = sizes
        self.batches: list[int] = []

    def judge(self, candidates: Sequence[gate.Candidate], **options: object) -> gate.GateResult:
        self.batches.append(len(candidates))
        if any(one.property.square_feet in self.sizes for one in candidates):
            raise GateError("expectation expect_x could not run")
        return gate.judge(candidates, **options)  # type: ignore[arg-type]


def breaking(monkeypatch: pytest.MonkeyPatch, *sizes: int) -> Breaking:
    broken = Breaking(*sizes)
    monkeypatch.setattr("expectations.judgement.judge", broken.judge)
    return broken


def test_nothing_to_judge_is_no_error() -> None:
    assert judged() == JudgedBatch()


def test_true_texts_are_published_as_they_are(tmp_path: Path) -> None:
    house, texts = written()
    batch = judged((house, texts), docs=tmp_path / "docs")
    [one] = batch.judged
    assert (one.verdict.decision, one.rejected) == (Decision.PUBLISH, ())
    assert (one.house, one.enriched) == (house, texts)
    assert batch.docs
    assert batch.docs.is_file()


def test_a_false_text_is_replaced_and_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = breaking(monkeypatch)
    first, second = judged(written(1, description=FALSE_TEXT), written(2)).judged
    assert counted.batches == [2, 1]
    assert first.verdict.decision is Decision.PUBLISH
    assert first.enriched.enrichment.description != FALSE_TEXT
    assert [part.operation for part in first.rejected] == ["description"]
    assert (second.verdict.decision, second.rejected) == (Decision.PUBLISH, ())


def test_facts_that_fail_stay_rejected_and_no_text_is_replaced() -> None:
    [one] = judged(written(year_built=1492)).judged
    assert one.verdict.decision is Decision.REJECT
    assert one.rejected == ()
    assert any(reason.field.startswith("property.") for reason in one.verdict.reasons)


def test_a_house_that_breaks_the_gate_is_left_unjudged_and_the_others_are_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    breaking(monkeypatch, 1234)
    batch = judged(written(1), written(2, square_feet=1234), written(3))
    assert [one.verdict.property_id for one in batch.judged] == ["10306001", "10306003"]
    [unjudged] = batch.unjudged
    assert unjudged.house.raw_ids == ("raw-10306002",)
    assert unjudged.why == "expectation expect_x could not run"


def test_a_gate_that_cannot_judge_anything_publishes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    breaking(monkeypatch, 2150)
    batch = judged(written(1), written(2))
    assert batch.judged == ()
    assert len(batch.unjudged) == 2
