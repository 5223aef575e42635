"""A batch's verdicts: rewritten and replaced parts, facts that fail, and houses that break the gate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from expectations import gate
from expectations.judgement import JudgedBatch, judge_again, judge_batch
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.models import Decision, EnrichedProperty, Property
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Judged
from phoenix_real_estate.replacement import rejected_parts
from tests.judged import enriched
from tests.sample import HOUSE

FALSE_TEXT = "This home has 7 bedrooms and stands on 999 acres."
FALSE_AGAIN = "This home has 6 bedrooms and stands on 99 acres."
TRUE_TEXT = "This home has 4 bedrooms and 2,150 square feet. It was built in 1994 and has a private pool."
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


def settled(*houses: Written) -> JudgedBatch:
    return judge_again(judged(*houses), threshold=0.5)


def rewritten(batch: JudgedBatch, description: str) -> JudgedBatch:
    """The batch after a model has written another description wherever one was rejected."""
    return batch.model_copy(update={"judged": tuple(_again(one, description) for one in batch.judged)})


def _again(one: Judged, description: str) -> Judged:
    parts = rejected_parts(one.enriched, one.verdict)
    if not parts:
        return one
    texts = one.enriched.enrichment.model_copy(update={"description": description})
    enriched = one.enriched.model_copy(update={"enrichment": texts})
    gave_way = tuple(part.model_copy(update={"gave_way_to": "rewrite"}) for part in parts)
    return one.model_copy(update={"enriched": enriched, "rejected": gave_way})


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


def test_a_false_text_is_rejected_and_left_as_it_is_until_it_is_judged_again() -> None:
    batch = judged(written(1, description=FALSE_TEXT), written(2))
    assert batch.rejects
    assert [one.verdict.decision for one in batch.judged] == [Decision.REJECT, Decision.PUBLISH]
    assert batch.judged[0].enriched.enrichment.description == FALSE_TEXT


def test_a_false_text_that_nobody_rewrote_is_replaced_and_judged_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = breaking(monkeypatch)
    first, second = settled(written(1, description=FALSE_TEXT), written(2)).judged
    assert counted.batches == [2, 1]
    assert first.verdict.decision is Decision.PUBLISH
    assert first.enriched.enrichment.description != FALSE_TEXT
    assert [(part.operation, part.gave_way_to) for part in first.rejected] == [("description", "composer")]
    assert (second.verdict.decision, second.rejected) == (Decision.PUBLISH, ())


def test_a_text_that_was_rewritten_well_is_published_with_the_first_one_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = breaking(monkeypatch)
    batch = rewritten(judged(*(written(n, description=FALSE_TEXT) for n in (1, 2, 3))), TRUE_TEXT)
    batch = judge_again(batch, threshold=0.5)
    assert counted.batches == [3, 3]
    assert {one.verdict.decision for one in batch.judged} == {Decision.PUBLISH}
    assert {one.enriched.enrichment.description for one in batch.judged} == {TRUE_TEXT}
    assert [part.gave_way_to for part in batch.judged[0].rejected] == ["rewrite"]
    assert not batch.judged[0].replaced


def test_a_text_that_is_false_again_is_replaced_and_both_are_kept() -> None:
    batch = judge_again(rewritten(judged(written(description=FALSE_TEXT)), FALSE_AGAIN), threshold=0.5)
    [one] = batch.judged
    assert one.verdict.decision is Decision.PUBLISH
    assert one.enriched.operations["description"].provider == "composer"
    assert [part.gave_way_to for part in one.rejected] == ["rewrite", "composer"]
    assert FALSE_TEXT in one.rejected[0].text
    assert FALSE_AGAIN in one.rejected[1].text
    assert one.replaced


def test_a_rewritten_text_that_breaks_the_gate_gives_way_to_the_composers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = rewritten(judged(written(description=FALSE_TEXT)), FALSE_AGAIN)

    def breaks_on_it(candidates: Sequence[gate.Candidate], **options: object) -> gate.GateResult:
        if any(one.enrichment.description == FALSE_AGAIN for one in candidates):
            raise GateError("expectation expect_x could not run")
        return gate.judge(candidates, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("expectations.judgement.judge", breaks_on_it)
    batch = judge_again(batch, threshold=0.5)
    [one] = batch.judged
    assert (one.verdict.decision, batch.unjudged) == (Decision.PUBLISH, ())
    assert one.enriched.operations["description"].provider == "composer"


def test_a_house_that_breaks_the_gate_with_the_composers_text_is_left_unjudged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = judged(written(1, description=FALSE_TEXT), written(2))
    breaking(monkeypatch, 2150)
    batch = judge_again(batch, threshold=0.5)
    assert [one.verdict.property_id for one in batch.judged] == ["10306002"]
    assert [one.why for one in batch.unjudged] == ["expectation expect_x could not run"]


def test_facts_that_fail_stay_rejected_and_no_text_is_replaced() -> None:
    [one] = settled(written(year_built=1492)).judged
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
