"""The gate's word on one enrichment."""

from __future__ import annotations

from expectations.opinion import opinion
from phoenix_real_estate.models import Decision, Enrichment
from tests.judged import enriched
from tests.sample import HOUSE


def test_a_true_text_may_go_out() -> None:
    assert opinion(HOUSE, enriched(HOUSE).enrichment, threshold=0.5).decision is Decision.PUBLISH


def test_a_false_text_is_rejected_and_not_replaced() -> None:
    verdict = opinion(HOUSE, Enrichment(description="It has 7 bedrooms."), threshold=0.0)
    assert verdict.decision is Decision.REJECT
    assert "7 bedrooms" in {reason.span for reason in verdict.reasons}
