"""What a source says and nobody can believe goes before a person, where the fact matters."""

import pytest

from expectations.gate import judge
from phoenix_real_estate.models import Decision, Doubt, Verdict
from tests.expectations.candidates import house_with_words


def verdict(field: str, **facts: object) -> Verdict:
    doubt = Doubt(field=field, source="phoenix_mls", told="99", why="not a number from 0.25 to 60")
    one = house_with_words(doubts=(doubt,), **facts)
    return judge([one]).verdicts[one.key]


def test_a_fact_in_doubt_sends_to_review_and_says_what_was_told() -> None:
    found = verdict("bathrooms", bathrooms=None)
    (reason,) = [reason for reason in found.reasons if reason.rule == "facts.doubt"]
    assert found.decision is Decision.REVIEW
    assert (reason.field, reason.span) == ("property.bathrooms", "99")
    assert reason.why == "bathrooms: phoenix_mls says 99, not a number from 0.25 to 60"


@pytest.mark.parametrize(
    ("field", "facts"), [("bathrooms", {"bathrooms": 2.5}), ("carport_spaces", {"carport_spaces": None})]
)
def test_a_doubt_that_another_source_settles_or_that_matters_little_is_not_for_review(
    field: str, facts: dict[str, object]
) -> None:
    assert "facts.doubt" not in {reason.rule for reason in verdict(field, **facts).reasons}
