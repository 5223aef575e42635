"""The investment analysis against the figures that code computes: its numbers and its recommendation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from phoenix_real_estate.grounding.denial import is_negated
from phoenix_real_estate.grounding.known import Known, Number
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.grounding.texts import numbers_of
from phoenix_real_estate.grounding.wording import Lexicon
from phoenix_real_estate.models import Finding, InvestmentAnalysis, Severity

RELATIVE = 0.005
"""How far a claimed figure may lie from the computed one: half a percent, the rounding of a rate."""


def findings_in(analysis: InvestmentAnalysis, known: Known) -> Iterator[Finding]:
    """Claimed figures that are not the computed ones, and a recommendation they do not allow."""
    for path, key, value in numbers_of(analysis):
        why = _objection(key, value, known)
        if why:
            yield _critical("figure.mismatch", path, f"{value:.10g}", why)
    allowed = known.recommendation
    if analysis.recommendation.strip() and _named(analysis.recommendation) != allowed:
        yield _contradiction("investment_analysis.recommendation", analysis.recommendation, allowed)


def _objection(key: str, value: float, known: Known) -> str | None:
    named = known.by_field.get(key.casefold(), ())
    candidates = named or known.numbers
    if any(_equal(value, number) for number in candidates):
        return None
    if named:
        return f"the computed {key} is {named[0].value:,.10g}"
    return "no computed figure has this value"


def _equal(value: float, number: Number) -> bool:
    shown = [value, value * 100] if number.dimension == "percent" else [value]
    return any(abs(each - number.value) <= max(abs(number.value) * RELATIVE, 1e-9) for each in shown)


def recommendations_in(text: str, field: str, known: Known, *, label: str = "") -> Iterator[Finding]:
    """Recommendations that a text names and the figures do not allow, or that recommend something else."""
    lowered = text.lower()
    for other in _OTHER.finditer(text) if "recommendation" in lowered else ():
        yield _contradiction(field, other.group(), known.recommendation)
    if field != "investment_analysis.recommendation" and any(one in lowered for one in _ANY):
        for match in _SAID.finditer(f"{label}: {text}" if label else text):
            if _plain(next(filter(None, match.groups()))) != known.recommendation:
                yield _contradiction(field, match.group(), known.recommendation)


def stances_in(text: str, field: str, known: Known) -> Iterator[Finding]:
    """What a text advises in words of its own where the figures do not allow it: "a smart investment"."""
    taken: list[range] = []
    for allowed, match in _stances().matches(text):
        if any(match.start() in span or match.end() - 1 in span for span in taken):
            continue
        taken.append(range(*match.span()))
        if known.recommendation not in allowed and not is_negated(text, match):
            yield _contradiction(field, match.group(), known.recommendation)


@cache
def _stances() -> Lexicon[tuple[str, ...]]:
    rows = rows_of("lexicon_stances.csv")
    return Lexicon((row["pattern"], tuple(row["allowed"].split("/"))) for row in rows)


def _named(recommendation: str) -> str:
    """The recommendation that a field names, whatever follows it: "Strong Buy: the yield is high"."""
    match = _FIRST.match(recommendation)
    return _plain(match.group(1)) if match else ""


def _plain(said: str) -> str:
    return re.sub(r"[\s_-]+", " ", said).casefold()


def _contradiction(field: str, span: str, allowed: str) -> Finding:
    return _critical("recommendation.mismatch", field, span, f"the figures allow {allowed}")


def _critical(rule: str, field: str, span: str, why: str) -> Finding:
    return Finding(rule=rule, severity=Severity.CRITICAL, field=field, span=span, why=why)


_OTHER = re.compile(
    r"\brecommendation (?:is|was|would be|remains) (?:that|to|for)\b"
    r"(?![^.;\n]*\b(?:strong buy|buy|hold|pass|wait|keep|hang on|purchas|acqui|invest|avoid|"
    r"skip|walk|decline|look elsewhere|stay away|steer|sell|reject))[^.;\n]*",
    re.IGNORECASE,
)
"""A recommendation of something that is none: "the recommendation is that it should be a condominium"."""
_ANY = ("buy", "hold", "pass")
_ONE = r"(strong[\s_-]buy|buy|hold|pass)"
_FIRST = re.compile(r"\W*(strong[\s_-]buy|buy|hold|pass|insufficient[\s_-]data)(?!\w)", re.IGNORECASE)
_SAID = re.compile(
    rf"\b(?:recommend(?:ation|ed|s|ing)?|rat(?:ing|ed?|es)|verdict|call|consider(?:ed)?|deem(?:ed)?|"
    rf"conclusion|advice|view)\b"
    rf"(?:\s+(?:is|are|of|this|it|to|as|an?|the|property|home|would|be|for|that|you|we|one|they|investors?|buyers?|"
    rf"owners?|should|simply|stands?|at|remains?))*"
    rf"[\s:]+[\"'“]?(?:(strong[\s_-]buy)\b|{_ONE}\b(?!-|\w|\s+(?:and|to|or)\s+(?!the\b)))"
    rf"|\b{_ONE}[\"'”]?\s+(?:recommendation|rating|verdict)\b"
    rf"|\b(?:is|as|makes?|remains?|looks like|becomes)\s+(?:clearly |currently |still )?an?\s+(?:clear |"
    rf"firm |solid |cautious )?{_ONE}\b"
    rf"|(?<!\bfor )(?<!\bnot )(?<!\bthan )(?<!\bof )(?<!\bnear )(?<!\bbelow )\ban?\s+{_ONE}(?=[.,;:!]|$|"
    rf"\s+(?:at|given|because|based|today|on these))"
    rf"|(?:^|[.!?]\s+)\**{_ONE}[.!:]"
    rf"|\b(?:we|investors?|buyers?)\s+(?:would|should|must|can)\s+(?:\w+\s+)?{_ONE}\b(?!\s+(?:the|"
    rf"this)?\s*(?:keys|test|inspection))"
    r"|(?<![\w-])(?-i:(Strong Buy|STRONG BUY|BUY|HOLD|PASS))(?![\w-])",
    re.IGNORECASE,
)
