"""Five scores of an enrichment, each 0 to 1, and what each means. Parts that are not there are not judged.

- description_quality: half for its length (30 words at least and 250 at most count fully, less in
  proportion), half for how many of the known telling facts it uses (four or all of them count fully), a fact
  being used where grounding traces a word to it; each critical finding takes 0.5 off, each warning 0.1.
- feature_relevance: the mean over the features of what each has of four things (at most ten words, a known
  category, an appeal, said once only), times how near their number comes to five to eight (as many as the
  known facts allow, where these are few); each critical finding in a feature takes 0.25 off.
- analysis_accuracy: 0.4 for the recommendation that the figures allow, 0.3 for figures without a
  mismatch, 0.15 each for risks and opportunities; each critical finding in its texts takes 0.25 off.
- completeness: how much of the property is covered, the facts' share times the texts'. Facts: how many of the
  core facts are known (four count fully; an address alone counts nothing); they are asked of all three parts
  together, and no part alone is blamed for them. Texts: the share of what the parts should hold that is there
  and not blank.
- readability: Flesch-Kincaid grade of the prose; 1 up to grade 12, falling to 0 at grade 20.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.texts import Text
from phoenix_real_estate.grounding.traces import told_in
from phoenix_real_estate.legibility import READABLE_GRADE, UNREADABLE_GRADE, blank_pieces_of, grade, is_blank
from phoenix_real_estate.models import (
    Enrichment,
    Feature,
    Finding,
    InvestmentAnalysis,
    Operation,
    Property,
    Severity,
)

CATEGORIES = frozenset({"interior", "exterior", "location", "financial", "systems", "community"})
FEATURES = (5, 8)
FEATURE_WORDS = 10
DESCRIPTION_WORDS = (30, 250)
TELLING_FACTS = {
    "bedrooms": ("bedrooms",),
    "bathrooms": ("bathrooms", "full_bathrooms", "half_bathrooms"),
    "square_feet": ("square_feet",),
    "lot_size": ("lot_size",),
    "year_built": ("year_built",),
    "value": ("price", "value", "full_cash_value", "price_per_square_foot"),
    "address": ("address",),
    "subdivision": ("subdivision", "neighborhood"),
    "parking": ("garage_spaces", "carport_spaces", "covered_spaces"),
    "pool_type": ("pool_type",),
    "hoa_fee": ("hoa_fee", "hoa_annual"),
}
"""What a reader wants to know, and the facts and figures that tell it."""
CORE_FACTS = ("property_type", "bedrooms", "bathrooms", "square_feet", "lot_size", "year_built", "value")
"""What must be known of a dwelling before a text about it is complete; an address is not enough."""
CORE_KNOWN = 4
USED_FACTS = 4


def score(
    enrichment: Enrichment, property: Property, findings: Sequence[Finding], known: Known | None = None
) -> dict[str, float]:
    """The scores that the parts of an enrichment allow, by name; empty when no part is there.

    `findings` are those of grounding and fair housing over the same enrichment.
    """
    known, scores = known or Known(property), {}
    used = _facts_used(enrichment.description, known)
    if enrichment.description is not None:
        scores["description_quality"] = _description(enrichment.description, used, findings)
    if enrichment.features is not None:
        scores["feature_relevance"] = _features(enrichment.features, used, findings)
    if enrichment.investment_analysis is not None:
        scores["analysis_accuracy"] = _analysis(enrichment.investment_analysis, known, findings)
    if scores:
        is_whole = set(enrichment.parts) == set(Operation)
        scores["completeness"] = _told_share(enrichment, used) * (known_share(property) if is_whole else 1.0)
        scores["readability"] = _readability(enrichment)
    return {name: round(min(1.0, max(0.0, value)), 4) for name, value in scores.items()}


def mean(scores: dict[str, float]) -> float:
    """The quality score: the mean of the scores, 0 when nothing could be judged."""
    return round(sum(scores.values()) / len(scores), 4) if scores else 0.0


def known_share(property: Property) -> float:
    """How much of what a text needs is known of a property: 1.0 from four core facts on."""
    known = sum(getattr(property, name) is not None for name in CORE_FACTS)
    return min(1.0, known / CORE_KNOWN)


class _Used(NamedTuple):
    """How many of the telling facts a description uses, and how many are known."""

    used: int
    known: int

    @property
    def share(self) -> float:
        """1.0 when four of the known facts, or all of them, are used."""
        return min(1.0, self.used / max(1, min(USED_FACTS, self.known)))


def _facts_used(description: str | None, known: Known) -> _Used:
    p = known.property
    text = Text("description", description or "")
    told = {fact for _, _, fact in told_in(text, known)} if description else set()
    there = (
        {
            name
            for name in TELLING_FACTS
            if name not in ("parking", "address") and getattr(p, name) is not None
        }
        | ({"parking"} if p.garage_spaces or p.carport_spaces else set())
        | ({"address"} if p.address.one_line else set())
    )
    groups = {fact: name for name, facts in TELLING_FACTS.items() for fact in facts}
    return _Used(len({groups.get(fact, fact) for fact in told}), len(there))


def _description(text: str, facts: _Used, findings: Sequence[Finding]) -> float:
    length = len(text.split())
    fewest, most = DESCRIPTION_WORDS
    # Few facts make a short text: ten words a known fact are asked for, never more than the fewest.
    enough = max(1, min(fewest, 10 * facts.known))
    fullness = min(1.0, length / enough) if length <= most else most / length
    return 0.5 * fullness + 0.5 * facts.share - _penalty(findings, "description", 0.5)


def _features(features: tuple[Feature, ...], facts: _Used, findings: Sequence[Finding]) -> float:
    if not features:
        return 0.0
    said = [" ".join(feature.feature.casefold().split()) for feature in features]
    merits = [_merit(feature, said.count(words) == 1) for feature, words in zip(features, said, strict=True)]
    return sum(merits) / len(merits) * _number(len(features), facts) - _penalty(findings, "features", 0.25)


def _merit(feature: Feature, is_single: bool) -> float:
    merits = [0 < len(feature.feature.split()) <= FEATURE_WORDS, is_single]
    # A plain text among the features brings neither category nor appeal, and is not judged for them.
    if "category" in feature.model_fields_set:
        merits.append(feature.category.strip().casefold() in CATEGORIES)
    if "appeal" in feature.model_fields_set:
        merits.append(bool(feature.appeal.strip()))
    return sum(merits) / len(merits)


def _number(features: int, facts: _Used) -> float:
    fewest, most = FEATURES
    return min(1.0, features / max(1, min(fewest, facts.known)), most / features)


def _analysis(analysis: InvestmentAnalysis, known: Known, findings: Sequence[Finding]) -> float:
    allowed = known.recommendation
    said = " ".join(analysis.recommendation.split()).casefold()
    mismatches = any(finding.rule == "figure.mismatch" for finding in findings)
    lists = [any(map(str.strip, texts)) for texts in (analysis.risks, analysis.opportunities)]
    points = 0.4 * (said == allowed) + 0.3 * (not mismatches) + 0.15 * sum(lists)
    return points - _penalty(findings, "investment_analysis", 0.25)


def _told_share(enrichment: Enrichment, facts: _Used) -> float:
    asked = list(_asked(enrichment, facts))
    return sum(asked) / len(asked)


def _asked(enrichment: Enrichment, facts: _Used) -> Iterator[float]:
    if enrichment.description is not None:
        yield not is_blank(enrichment.description)
        yield facts.share
    if enrichment.features is not None:
        yield bool(enrichment.features)
        yield not any(blank_pieces_of(enrichment.features))
    if enrichment.investment_analysis is not None:
        analysis = enrichment.investment_analysis
        yield from (not is_blank(text) for text in (analysis.recommendation, analysis.narrative))
        yield from (any(map(str.strip, texts)) for texts in (analysis.risks, analysis.opportunities))


def _readability(enrichment: Enrichment) -> float:
    prose = " ".join(_prose(enrichment)).strip()
    if not prose:
        return 0.0
    return 1.0 - max(0.0, grade(prose) - READABLE_GRADE) / (UNREADABLE_GRADE - READABLE_GRADE)


def _prose(enrichment: Enrichment) -> Iterator[str]:
    yield enrichment.description or ""
    if enrichment.investment_analysis is not None:
        analysis = enrichment.investment_analysis
        yield from (analysis.narrative, *analysis.risks, *analysis.opportunities)
    elif enrichment.description is None:
        yield ". ".join(feature.feature for feature in enrichment.features or ())


def _penalty(findings: Sequence[Finding], part: str, critical: float) -> float:
    weights = {Severity.CRITICAL: critical, Severity.WARNING: 0.1, Severity.INFO: 0.0}
    return sum(weights[finding.severity] for finding in findings if finding.field.startswith(part))
