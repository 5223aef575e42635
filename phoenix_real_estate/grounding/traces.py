"""What stands behind a text: each traced word with its sentence, its fact and the source of that fact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phoenix_real_estate.grounding import claims, numbers
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.names import Names
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
    facts, names = known or Known(property), Names(property)
    traces = (one for text in texts_of(enrichment) for one in _of_text(text, facts, names))
    return list(dict.fromkeys(traces))


def _of_text(text: Text, known: Known, names: Names) -> Iterator[Trace]:
    words = names.mask(text.words)
    told = [
        *numbers.traced_in(words, known, label=text.label),
        *claims.traced_in(words, known),
        *names.traced_in(text.words),
        *_phrases(words, known),
    ]
    for start, span, fact in sorted(told):
        yield Trace(
            field=text.field,
            sentence=_sentence_at(text.words, start),
            span=span,
            fact=fact,
            source=_source_of(fact, known.property),
        )


def _phrases(text: str, known: Known) -> Iterator[tuple[int, str, str]]:
    """The city, and what the records call the kind of home, its cooling and its roof."""
    for field, phrase in known.phrases:
        yield from ((match.start(), match.group(), field) for match in phrase.finditer(text))


def _sentence_at(text: str, place: int) -> str:
    ends = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    start = max(end for end in ends if end <= place)
    return text[start : min(end for end in ends if end > place)].strip()


_END = re.compile(r"[.!?](?=\s|$)|\n")
_FIELDS_OF = {
    **dict.fromkeys(("full_cash_value", "limited_property_value", "tax_year"), "valuations"),
    "assessed_limited_property_value": "valuations",
    **dict.fromkeys(("full_bathrooms", "half_bathrooms"), "bathrooms"),
    "covered_spaces": "garage_spaces",
}


def _source_of(fact: str, property: Property) -> str:
    field = _FIELDS_OF.get(fact, fact)
    if field not in type(property).model_fields:
        return COMPUTED
    return property.provenance.get(field, UNTOLD)
