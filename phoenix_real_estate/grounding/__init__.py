"""Every number, amenity, place and promise of a text traced to a fact of the property.

A fact is a field of the property or a figure that code computes from them. What the enrichment claims to
have computed counts for nothing, and neither do the remarks: they are untrusted text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from phoenix_real_estate.grounding import claims, footing, numbers, outsiders, places, rankings
from phoenix_real_estate.grounding.analysis import findings_in as _of_analysis
from phoenix_real_estate.grounding.analysis import recommendations_in, stances_in
from phoenix_real_estate.grounding.denial import is_negated
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.grounding.texts import Text, texts_of
from phoenix_real_estate.grounding.traces import Trace, trace
from phoenix_real_estate.grounding.wording import Lexicon
from phoenix_real_estate.models import Enrichment, Finding, Property, Severity

__all__ = ["Trace", "check", "trace"]


def check(enrichment: Enrichment, property: Property, known: Known | None = None) -> list[Finding]:
    """The findings of an enrichment, part by part: critical for what is false, warning for praise.

    Spans are the words of the text as they stand there.
    """
    known = known or Known(property)
    findings = [finding for text in texts_of(enrichment) for finding in _of_text(text, known)]
    findings += footing.findings_in(enrichment, known)
    if enrichment.investment_analysis is not None:
        findings += _of_analysis(enrichment.investment_analysis, known)
    return list(dict.fromkeys(findings))


def _of_text(text: Text, known: Known) -> Iterator[Finding]:
    words = known.names.mask(text.words)
    yield from numbers.findings_in(words, text.field, known, label=text.label)
    yield from claims.findings_in(words, text.field, known)
    yield from rankings.findings_in(words, text.field, known.figures)
    yield from places.findings_in(words, text.field, known)
    yield from recommendations_in(words, text.field, known, label=text.label)
    yield from stances_in(words, text.field, known)
    yield from _of_style(words, text.field)
    yield from outsiders.findings_in(words, text.field, known.property.address.city)


def _of_style(text: str, field: str) -> Iterator[Finding]:
    for (rule, severity, why), match in _style().matches(text):
        if not is_negated(text, match):
            yield Finding(rule=rule, severity=severity, field=field, span=match.group(), why=why)


@cache
def _style() -> Lexicon[tuple[str, Severity, str]]:
    return Lexicon(
        (row["pattern"], (row["rule"], Severity(row["severity"]), row["why"]))
        for row in rows_of("lexicon_style.csv")
    )
