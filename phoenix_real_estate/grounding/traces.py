"""What stands behind a text: each traced word with its sentence, its fact and the source of that fact."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from phoenix_real_estate.grounding import claims, numbers
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.texts import Text, texts_of
from phoenix_real_estate.models import Enrichment, Frozen, Property

COMPUTED = "computed"
"""The source of a figure that code computes, and of the assumptions behind it."""
UNTOLD = "property"
"""The source of a fact whose property does not tell where it comes from."""


class Trace(Frozen):
    """One claim that a fact supports.

    `field` is the text's path, `fact` a field of the property or a figure.
    """

    field: str
    sentence: str
    span: str
    fact: str
    source: str


def trace(enrichment: Enrichment, property: Property, known: Known | None = None) -> list[Trace]:
    """The claims of an enrichment with the facts behind them, in reading order.

    What no fact supports is no trace but a finding, see `grounding.check`.
    """
    facts = known or Known(property)
    traces = (one for text in texts_of(enrichment) for one in _of_text(text, facts))
    return list(dict.fromkeys(traces))


def _of_text(text: Text, known: Known) -> Iterator[Trace]:
    for start, span, fact in sorted(told_in(text, known)):
        yield Trace(
            field=text.field,
            sentence=_sentence_at(text.words, start),
            span=span,
            fact=fact,
            source=_source_of(fact, known.property),
        )


@lru_cache(maxsize=64)
def told_in(text: Text, known: Known) -> tuple[tuple[int, str, str], ...]:
    """Where each traced word of a text stands, the word, and the fact behind it."""
    return tuple(_told_in(text, known))


def _told_in(text: Text, known: Known) -> Iterator[tuple[int, str, str]]:
    words = known.names.mask(text.words)
    yield from numbers.traced_in(words, known, label=text.label)
    yield from claims.traced_in(words, known)
    yield from known.names.traced_in(text.words)
    yield from _phrases(words, known)


def _phrases(text: str, known: Known) -> Iterator[tuple[int, str, str]]:
    """The city, and what the records call the kind of home, its cooling and its roof."""
    for field, phrase in known.phrases:
        yield from ((match.start(), match.group(), field) for match in phrase.finditer(text))


def _sentence_at(text: str, place: int) -> str:
    ends = _ends_in(text)
    following = bisect_right(ends, place)
    return text[ends[following - 1] : ends[following]].strip()


@lru_cache(maxsize=64)
def _ends_in(text: str) -> list[int]:
    return [0, *(match.end() for match in _END.finditer(text)), len(text)]


_END = re.compile(r"[.!?](?=\s|$)|\n")
_FIELDS_OF = {
    **dict.fromkeys(("full_cash_value", "limited_property_value", "tax_year"), "valuations"),
    "assessed_limited_property_value": "valuations",
    **dict.fromkeys(("full_bathrooms", "half_bathrooms"), "bathrooms"),
    "covered_spaces": "garage_spaces",
    "units": "property_type",
}


def _source_of(fact: str, property: Property) -> str:
    field = _FIELDS_OF.get(fact, fact)
    if field not in type(property).model_fields:
        return COMPUTED
    return property.provenance.get(field, UNTOLD)
