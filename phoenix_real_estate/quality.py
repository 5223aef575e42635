"""Five scores of an enrichment, each 0 to 1, and what each means. Parts that are not there are not judged.

- description_quality: half for its length (40 words at least and 250 at most count fully, less in
  proportion), half for how many of the known telling facts it uses (four or all of them count fully); each
  critical finding in it takes 0.5 off, each warning 0.1.
- feature_relevance: the mean over the features of what each has of four things (at most ten words, a known
  category, an appeal, said once only), times how near their number comes to five to eight (as many as the
  known facts allow, where these are few); each critical finding in a feature takes 0.25 off.
- analysis_accuracy: 0.4 for the recommendation that the figures allow, 0.3 for figures without a
  mismatch, 0.15 each for risks and opportunities; each critical finding in its texts takes 0.25 off.
- completeness: the share of what the parts should hold that is there and not blank.
- readability: Flesch-Kincaid grade of the prose; 1 up to grade 12, falling to 0 at grade 20.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from phoenix_real_estate.facts import facts_of
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.models import (
    Enrichment,
    Feature,
    Finding,
    InvestmentAnalysis,
    Property,
    Severity,
)

CATEGORIES = frozenset({"interior", "exterior", "location", "financial", "systems", "community"})
FEATURES = (5, 8)
FEATURE_WORDS = 10
DESCRIPTION_WORDS = (40, 250)
TELLING_FACTS = (
    "bedrooms",
    "bathrooms",
    "square_feet",
    "lot_size",
    "year_built",
    "price",
    "city",
    "subdivision",
    "garage_spaces",
    "hoa_fee",
)
USED_FACTS = 4
READABLE_GRADE = 12.0
UNREADABLE_GRADE = 20.0


def score(enrichment: Enrichment, property: Property, findings: Sequence[Finding]) -> dict[str, float]:
    """The scores that the parts of an enrichment allow, by name; empty when no part is there.

    `findings` are those of grounding and fair housing over the same enrichment.
    """
    scores: dict[str, float] = {}
    if enrichment.description is not None:
        scores["description_quality"] = _description(enrichment.description, property, findings)
    if enrichment.features is not None:
        scores["feature_relevance"] = _features(enrichment.features, property, findings)
    if enrichment.investment_analysis is not None:
        scores["analysis_accuracy"] = _analysis(enrichment.investment_analysis, property, findings)
    if scores:
        scores["completeness"] = _completeness(enrichment, property)
        scores["readability"] = _readability(enrichment)
    return {name: round(min(1.0, max(0.0, value)), 4) for name, value in scores.items()}


def mean(scores: dict[str, float]) -> float:
    """The quality score: the mean of the scores, 0 when nothing could be judged."""
    return round(sum(scores.values()) / len(scores), 4) if scores else 0.0


def empty_parts(enrichment: Enrichment) -> list[Finding]:
    """A part that is there but empty: a defect, where a part that is not there is none."""
    return [
        Finding(
            rule="part.empty",
            severity=Severity.CRITICAL,
            field=part.value,
            why=f"{part.value} is there but empty",
        )
        for part in enrichment.parts
        if _is_empty(getattr(enrichment, part.value))
    ]


def grade(text: str) -> float:
    """The Flesch-Kincaid grade: 0.39 words per sentence + 11.8 syllables per word - 15.59 (1975).

    Numbers count as one word of two syllables; a text without words has grade 0.
    """
    words = re.findall(r"[A-Za-z][A-Za-z']*|\$?\d[\d,.]*%?", text)
    if not words:
        return 0.0
    sentences = max(1, len(re.findall(r"[.!?]+(?=\s|$)", text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """The syllables of an English word by its vowel groups; two for a number."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if not letters:
        return 2
    groups = len(re.findall(r"[aeiouy]+", letters))
    silent = re.search(r"[^aeiouyl]e$|[^aeiouydt]ed$|[^aeiouy]les$|[^aeiouyscxzgh]es$", letters)
    hiatus = len(re.findall(r"ia(?!n?l|g)|io(?!n|u)|eo(?!u)|ua(?!r|g)|uou|ying|iet|[rd]ea$|crea", letters))
    return max(1, groups + hiatus - (1 if silent else 0))


def _description(text: str, property: Property, findings: Sequence[Finding]) -> float:
    used, known = _facts_used(text, property)
    length = len(text.split())
    fewest, most = DESCRIPTION_WORDS
    # Few facts make a short text: thirteen words a known fact are asked for, never more than the fewest.
    enough = max(1, min(fewest, 13 * known))
    fullness = min(1.0, length / enough) if length <= most else most / length
    facts = min(1.0, used / max(1, min(USED_FACTS, known)))
    return 0.5 * fullness + 0.5 * facts - _penalty(findings, "description", 0.5)


def _facts_used(text: str, property: Property) -> tuple[int, int]:
    facts = facts_of(property)
    telling = [facts[name] for name in TELLING_FACTS if name in facts]
    plain = text.casefold().replace(",", "")
    return sum(_names(plain, words) for words in telling), len(telling)


def _names(plain: str, words: str) -> bool:
    amount = words.casefold().replace(",", "")
    spelled = _IN_WORDS.get(amount, amount)
    return re.search(rf"(?<![\w.])(?:{re.escape(amount)}|{spelled})(?![\w])", plain) is not None


_IN_WORDS = {
    "1": "one|single",
    "2": "two",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "7": "seven",
    "2.5": "two and a half",
    "1.5": "one and a half",
    "3.5": "three and a half",
}


def _features(features: tuple[Feature, ...], property: Property, findings: Sequence[Finding]) -> float:
    if not features:
        return 0.0
    said = [" ".join(feature.feature.casefold().split()) for feature in features]
    merits = [_merit(feature, said.count(words) == 1) for feature, words in zip(features, said, strict=True)]
    return sum(merits) / len(merits) * _number(len(features), property) - _penalty(findings, "features", 0.25)


def _merit(feature: Feature, is_single: bool) -> float:
    words = len(feature.feature.split())
    category = feature.category.strip().casefold() in CATEGORIES
    return (0 < words <= FEATURE_WORDS) / 4 + category / 4 + bool(feature.appeal.strip()) / 4 + is_single / 4


def _number(features: int, property: Property) -> float:
    fewest, most = FEATURES
    known = sum(name in facts_of(property) for name in TELLING_FACTS)
    return min(1.0, features / max(1, min(fewest, known)), most / features)


def _analysis(analysis: InvestmentAnalysis, property: Property, findings: Sequence[Finding]) -> float:
    allowed = Known(property).recommendation
    said = " ".join(analysis.recommendation.split()).casefold()
    mismatches = any(finding.rule == "figure.mismatch" for finding in findings)
    lists = [any(map(str.strip, texts)) for texts in (analysis.risks, analysis.opportunities)]
    points = 0.4 * (said == allowed) + 0.3 * (not mismatches) + 0.15 * sum(lists)
    return points - _penalty(findings, "investment_analysis", 0.25)


def _completeness(enrichment: Enrichment, property: Property) -> float:
    asked = list(_asked(enrichment, property))
    return sum(asked) / len(asked)


def _asked(enrichment: Enrichment, property: Property) -> Iterator[bool]:
    if enrichment.description is not None:
        used, known = _facts_used(enrichment.description, property)
        yield bool(enrichment.description.strip())
        yield used >= min(USED_FACTS, known)
    if enrichment.features is not None:
        yield bool(enrichment.features)
        yield all(f.feature.strip() and f.category.strip() and f.appeal.strip() for f in enrichment.features)
    if enrichment.investment_analysis is not None:
        analysis = enrichment.investment_analysis
        yield from (bool(text.strip()) for text in (analysis.recommendation, analysis.narrative))
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


def _is_empty(part: str | tuple[Feature, ...] | InvestmentAnalysis) -> bool:
    if isinstance(part, str):
        return not part.strip()
    if isinstance(part, InvestmentAnalysis):
        return not (part.narrative.strip() or part.recommendation.strip() or any(_lists(part)))
    return not part or all(not feature.feature.strip() for feature in part)


def _lists(analysis: InvestmentAnalysis) -> Iterator[bool]:
    yield from (bool(words.strip()) for words in (*analysis.risks, *analysis.opportunities))
