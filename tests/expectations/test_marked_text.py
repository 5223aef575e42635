"""Marks in a text: escaped, apart, findings before facts."""

from __future__ import annotations

from expectations.marked_text import marked
from phoenix_real_estate.grounding import Trace
from phoenix_real_estate.models import Finding, Severity


def finding(span: str | None, rule: str = "x") -> Finding:
    return Finding(rule=rule, severity=Severity.CRITICAL, field="description", span=span, why="so")


def fact(span: str, sentence: str) -> Trace:
    return Trace(field="description", sentence=sentence, span=span, fact="pool_type", source="phoenix_mls")


def test_what_is_not_marked_is_escaped() -> None:
    assert marked("a < b & c", [], []) == "a &lt; b &amp; c"
    assert marked("a < b", [finding("<")], []).startswith("a <mark class=critical")


def test_every_place_of_a_span_is_marked() -> None:
    assert marked("pool, pool", [finding("pool")], []).count("<mark") == 2


def test_a_finding_without_a_span_or_with_other_words_marks_nothing() -> None:
    assert marked("a pool", [finding(None), finding("spa")], [fact("spa", "no such sentence")]) == "a pool"


def test_where_both_are_about_the_same_words_the_finding_is_shown() -> None:
    html = marked("A pool.", [finding("pool")], [fact("pool", "A pool.")])
    assert html.count("<mark") == 1
    assert "class=critical" in html


def test_a_fact_is_marked_in_its_own_sentence() -> None:
    html = marked("No pool. A pool.", [], [fact("pool", "A pool.")])
    assert html == 'No pool. A <mark class=fact title="pool_type, from phoenix_mls">pool</mark>.'
