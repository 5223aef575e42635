"""Whether a text rests on the facts at all: prose may say much that no rule knows and no fact tells.

What a text claims is looked up in tables, and no table holds all that can be made up. So what says nothing of
the property's facts is not believed: a description most of whose sentences hold no number, no name and no
claim of the facts, a selling point that neither the facts nor the listing's remarks tell of, and an analysis
that tells no number although there are figures. A sentence that says only how little is known counts neither
way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from math import ceil

from phoenix_real_estate.facts import facts_of
from phoenix_real_estate.grounding import claims, gaps
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.names import MASK
from phoenix_real_estate.grounding.quantities import Quantity, quantities_in
from phoenix_real_estate.grounding.readings import readings_in
from phoenix_real_estate.grounding.silence import tells_of_silence
from phoenix_real_estate.models import Enrichment, Feature, Finding, Severity

LEAST = 1 / 3
"""The share of sentences, and of selling points, that must rest on facts."""
FEWEST = 3
"""Sentences from which a description or an analysis is judged."""


def findings_in(enrichment: Enrichment, known: Known) -> Iterator[Finding]:
    """The parts that have no footing: critical for a whole part, a warning for one selling point."""
    if enrichment.description:
        yield from _of_description(enrichment.description, known)
    if enrichment.features:
        yield from _of_features(enrichment.features, known)
    if enrichment.investment_analysis and known.figures:
        yield from _of_narrative(enrichment.investment_analysis.narrative, known)


def _of_description(text: str, known: Known) -> Iterator[Finding]:
    said = _sentences_of(known.names.mask(text))
    enough = ceil(LEAST * len(said))
    grounded = list(islice((one for one in said if _rests_on_facts(one, known)), enough))
    if len(said) < FEWEST or len(grounded) == enough:
        return
    sentences = [one for one in said if one in grounded or not tells_of_silence(one)]
    if len(sentences) >= FEWEST and len(grounded) < LEAST * len(sentences):
        why = f"{len(grounded)} of its {len(sentences)} sentences tell a fact"
        yield _finding("description", Severity.CRITICAL, None, why)


def _sentences_of(text: str) -> list[str]:
    return [one for one in _SENTENCE_END.split(text) if _WORD.search(one)]


def _of_features(features: tuple[Feature, ...], known: Known) -> Iterator[Finding]:
    remarks = known.property.remarks or ""
    floating = [
        place
        for place, one in enumerate(features)
        if _WORD.search(one.feature)
        and not _rests_on_facts(known.names.mask(one.feature), known)
        and not claims.words_of(one.feature) & claims.words_of(remarks)
        and not gaps.are_told_truly(one.feature, known.property)
    ]
    for place in floating:
        why = "neither the facts nor the remarks tell of it"
        yield _finding(f"features[{place}].feature", Severity.WARNING, features[place].feature, why)
    if len(features) - len(floating) < LEAST * len(features):
        why = f"{len(features) - len(floating)} of its {len(features)} selling points tell a fact"
        yield _finding("features", Severity.CRITICAL, None, why)


def _of_narrative(text: str, known: Known) -> Iterator[Finding]:
    words = known.names.mask(text)
    if len(_sentences_of(words)) >= FEWEST and next(quantities_in(words), None) is None:
        yield _finding(
            "investment_analysis.narrative", Severity.CRITICAL, None, "it tells none of the figures"
        )


def _rests_on_facts(text: str, known: Known) -> bool:
    """Whether a text holds a number, a name, a word of the records or a claim that a fact supports.

    Of a number that is no fact there is a finding of its own; "two features" counts nothing.
    """
    return (
        MASK in text
        or any(_counts(reading.quantity, text) for reading in readings_in(text))
        or any(words.search(text) for field, words in _BARE.items() if known.by_field.get(field))
        or any(phrase.search(text) for _, phrase in known.phrases)
        or any(words in text.casefold() for words in _words_of_facts(known))
        or any(True for _ in claims.traced_in(text, known))
    )


def _counts(quantity: Quantity, text: str) -> bool:
    return quantity.value != 1 or not _NO_COUNT.match(text, quantity.end)


@lru_cache(maxsize=16)
def _words_of_facts(known: Known) -> tuple[str, ...]:
    """The facts that are told in words: "list price", "owned solar panels"."""
    told = (words.casefold() for words in facts_of(known.property).values())
    return tuple(words for words in told if words.replace(" ", "").isalpha() and len(words) >= _TELLING)


_TELLING = 4
"""Letters from which a fact's words tell something: a flood zone is called X."""


def _finding(field: str, severity: Severity, span: str | None, why: str) -> Finding:
    return Finding(rule="text.ungrounded", severity=severity, field=field, span=span, why=why)


_SENTENCE_END = re.compile(r"[.!](?=\s|$)|\n")
"""A question and its answer are one sentence."""
_NO_COUNT = re.compile(r"(?:\s+(?:of|to|that|who|which|could|can|may|might|is|has)\b|\W*$)", re.IGNORECASE)
"""What follows "one" where it counts nothing: "one of a kind"."""
_BARE = {
    "hoa_fee": re.compile(r"\bassociation\b", re.IGNORECASE),
    "desert_landscaping_pct": re.compile(r"\bdesert\b", re.IGNORECASE),
}
"""Words that tell a fact without its number: "no association"."""
_WORD = re.compile(r"[^\W\d_]")
