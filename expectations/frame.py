"""The batch as a table: one row a candidate, with its facts, its counts of findings and its scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from phoenix_real_estate import fair_housing, grounding, legibility, quality
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.models import Doubt, Enrichment, Finding, Frozen, Property, Severity

if TYPE_CHECKING:
    import pandas as pd

KEY = "key"
FACTS = (
    "year_built",
    "bedrooms",
    "bathrooms",
    "square_feet",
    "lot_size",
    "price",
    "hoa_fee",
    "garage_spaces",
    "desert_landscaping_pct",
)
# What rent, cash flow and every text hang on. What is told of the others and cannot be so is just unknown.
_LOOKED_AT = frozenset({"bedrooms", "bathrooms", "square_feet", "year_built", "price", "hoa_fee"})
KINDS = ("grounding", "figures", "housing", "parts", "text")
_KINDS = {
    "housing": "housing",
    "part": "parts",
    "text": "text",
    "figure": "figures",
    "recommendation": "figures",
}


class Candidate(Frozen):
    """A property with its texts, as the gate judges it. `key` names the row: unique in its batch."""

    property: Property
    enrichment: Enrichment
    key: str


class Judged(NamedTuple):
    """A candidate with what the domain says of it."""

    candidate: Candidate
    findings: tuple[Finding, ...]
    scores: dict[str, float]
    quality_score: float
    traces: tuple[grounding.Trace, ...] = ()


def judged(candidate: Candidate, *, traced: bool = False) -> Judged:
    """All findings and scores of one candidate; pure domain, no table needed.

    `traced`: with the facts behind its claims, too.
    """
    enrichment, property = candidate.enrichment, candidate.property
    known = Known(property)
    findings = (
        *legibility.check(enrichment),
        *grounding.check(enrichment, property, known),
        *fair_housing.check(enrichment, property),
    )
    scores = quality.score(enrichment, property, findings, known)
    traces = grounding.trace(enrichment, property, known) if traced else ()
    return Judged(candidate, findings, scores, quality.mean(scores), tuple(traces))


def doubted(property: Property) -> list[Doubt]:
    """The doubts that a person has to look at: about facts that matter and that no other source tells."""
    about = (doubt for doubt in property.doubts if doubt.field in _LOOKED_AT)
    return [doubt for doubt in about if getattr(property, doubt.field) is None]


def kind_of(finding: Finding) -> str:
    """Which expectation a finding belongs to: grounding, figures, housing, parts or text."""
    return _KINDS.get(finding.rule.partition(".")[0], "grounding")


def frame_of(batch: Sequence[Judged]) -> pd.DataFrame:
    """The table that the suites judge, with a column for every column they name."""
    import pandas as pd

    frame = pd.DataFrame([dict(_row(one)) for one in batch])
    numbers = [name for name in frame.columns if name in (*FACTS, "quality_score")]
    # The copy holds columns of a type in one piece: the expectations select rows of it a hundred times.
    return frame.astype(dict.fromkeys(numbers, "float64")).copy()


def _row(one: Judged) -> Iterator[tuple[str, object]]:
    property = one.candidate.property
    yield KEY, one.candidate.key
    yield "address", property.address.one_line or None
    yield "city", property.address.city
    yield "state", property.address.state
    yield "zip", property.address.zip
    yield from ((name, getattr(property, name)) for name in FACTS)
    counts = Counter((kind_of(finding), finding.severity) for finding in one.findings)
    for kind in KINDS:
        yield f"{kind}_critical", counts[kind, Severity.CRITICAL]
        yield f"{kind}_warning", counts[kind, Severity.WARNING]
    yield "quality_score", one.quality_score if one.scores else None
    yield "conflicts", len(property.conflicts)
    yield "doubts", len(doubted(property))
