"""What is unusual about a batch as a whole is told and changes no verdict."""

from __future__ import annotations

import logging

import pytest

from expectations import drift
from expectations.drift import FEWEST, drift_of
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.models import Decision, Severity
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Judged
from tests.judged import PAID, judged
from tests.sample import HOUSE

HELD = House(property=HOUSE, raw_ids=("raw-1",), facts_by_source={})


def batch(decision: Decision = Decision.PUBLISH, cost: int = 27) -> list[Judged]:
    return [judged(HELD, decision, record=PAID.model_copy(update={"cost_micro_usd": cost}))] * FEWEST


def test_a_batch_like_others_is_not_unusual() -> None:
    assert drift_of(batch()) == ()


def test_many_reviews_are_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        (found,) = drift_of(batch(Decision.REVIEW))
    assert (found.rule, found.severity, found.span) == ("batch.reviews", Severity.WARNING, "1")
    assert "20 properties is unusual: at most half of a batch needs a person" in caplog.text


def test_a_dear_batch_is_told() -> None:
    (found,) = drift_of(batch(cost=5_000))
    assert (found.rule, found.span) == ("batch.spend", "0.015")


def test_a_low_mean_score_is_told() -> None:
    low = [
        one.model_copy(update={"verdict": one.verdict.model_copy(update={"quality_score": 0.7})})
        for one in batch()
    ]
    assert [found.rule for found in drift_of(low)] == ["batch.score"]


def test_of_a_few_properties_nothing_is_told() -> None:
    assert drift_of(batch(Decision.REVIEW)[1:]) == ()


def test_where_it_cannot_be_told_the_verdicts_stand(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise GateError("expectation batch.spend could not run")

    monkeypatch.setattr(drift, "validate", breaks)
    with caplog.at_level(logging.WARNING):
        assert drift_of(batch(Decision.REVIEW)) == ()
    assert "could not be told" in caplog.text
