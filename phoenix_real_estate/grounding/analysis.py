"""The investment analysis against the figures that code computes: its numbers and its recommendation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phoenix_real_estate.grounding.known import Known, Number
from phoenix_real_estate.grounding.texts import Text, numbers_of, texts_of
from phoenix_real_estate.models import Enrichment, Finding, InvestmentAnalysis, Severity

RELATIVE = 0.005
"""How far a claimed figure may lie from the computed one: half a percent, the rounding of a rate."""


def findings_in(analysis: InvestmentAnalysis, known: Known) -> Iterator[Finding]:
    """Claimed figures that are not the computed ones, and recommendations they do not allow."""
    for path, key, value in numbers_of(analysis):
        why = _objection(key, value, known)
        if why:
            yield _critical("figure.mismatch", path, f"{value:.10g}", why)
    yield from _recommendations(analysis, known)


def _objection(key: str, value: float, known: Known) -> str | None:
    named = [number for number in known.numbers if number.field == key.casefold()]
    candidates = named or known.numbers
    if any(_equal(value, number) for number in candidates):
        return None
    if named:
        return f"the computed {key} is {named[0].value:,.10g}"
    return "no computed figure has this value"


def _equal(value: float, number: Number) -> bool:
    shown = [value, value * 100] if number.dimension == "percent" else [value]
    return any(abs(each - number.value) <= max(abs(number.value) * RELATIVE, 1e-9) for each in shown)


def _recommendations(analysis: InvestmentAnalysis, known: Known) -> Iterator[Finding]:
    allowed = known.recommendation
    said = " ".join(analysis.recommendation.split()).casefold()
    if said and said != allowed:
        span = analysis.recommendation
        yield _critical(
            "recommendation.mismatch",
            "investment_analysis.recommendation",
            span,
            f"the figures allow {allowed}",
        )
    for text in texts_of(Enrichment(investment_analysis=analysis)):
        if text.field != "investment_analysis.recommendation":
            yield from _contradictions(text, allowed)


def _contradictions(text: Text, allowed: str) -> Iterator[Finding]:
    for match in _SAID.finditer(f"{text.label}: {text.words}"):
        said = next(filter(None, match.groups()))
        if said.casefold().replace("-", " ") != allowed:
            yield _critical(
                "recommendation.mismatch", text.field, match.group(), f"the figures allow {allowed}"
            )


def _critical(rule: str, field: str, span: str, why: str) -> Finding:
    return Finding(rule=rule, severity=Severity.CRITICAL, field=field, span=span, why=why)


_ONE = r"(strong[\s-]buy|buy|hold|pass)"
_SAID = re.compile(
    rf"\b(?:recommend(?:ation|ed|s|ing)?|rat(?:ing|ed)|verdict)\b(?:\s+(?:is|of|this|it|to|as|an?|the|property|home))*"
    rf"[\s:]+[\"'“]?{_ONE}\b(?!-|\w|\s+(?:and|to|or)\s+(?!the\b))"
    rf"|\b{_ONE}[\"'”]?\s+(?:recommendation|rating|verdict)\b"
    rf"|\b(?:is|as|makes?|remains?|looks like)\s+(?:clearly |currently )?an?\s+{_ONE}\b",
    re.IGNORECASE,
)
