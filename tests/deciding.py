"""A person who decides on a house in review: import the fixture `store` into a test module."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from expectations.frame import Candidate, judged
from phoenix_real_estate.models import Decision, Enrichment, Property, Verdict
from phoenix_real_estate.review import Answer, Case, Choice, Ruling, case_of, rule
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.in_review import NOON

LATER = NOON + timedelta(hours=1)
HOUSE_1 = "10306001"


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.connect(settings) as store:
        yield store


def judge(property: Property, enrichment: Enrichment) -> Verdict:
    """What the gate finds, without the seconds that Great Expectations takes to say the same."""
    one = judged(Candidate(key="1", property=property, enrichment=enrichment))
    return Verdict(
        property_id=property.property_id,
        decision=Decision.REVIEW if one.findings else Decision.PUBLISH,
        quality_score=one.quality_score,
        scores=one.scores,
        reasons=one.findings,
    )


def decide(store: Store, choice: Choice, *, case: Case | None = None, **answer: Any) -> Ruling:
    shown = case or case_of(store, HOUSE_1)
    given = Answer(choice=choice, **{"by": "ann", "reason": "seen it", **answer})
    return rule(store, shown.property_id, shown.version, given, judge, at=LATER)


def document(store: Store) -> dict[str, Any]:
    found = store.processed.read(HOUSE_1)
    assert found
    return found


def counted(store: Store) -> dict[str, int]:
    return {status: count for status, count in store.raw.counts().items() if count}
