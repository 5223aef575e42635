"""What a text claims besides numbers: amenities, systems, conditions, kinds of property."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.grounding.wording import Lexicon
from phoenix_real_estate.models import Finding, Severity


class Claim(NamedTuple):
    """One assertion: `fact` names what must stand behind it, `negated` that the text denies it."""

    name: str
    fact: str
    severity: Severity
    span: str
    negated: bool


def findings_in(text: str, field: str, known: Known) -> Iterator[Finding]:
    """The claims of a text that no fact supports or that a fact contradicts."""
    for claim in claims_in(text):
        truth = _truth(claim.fact, known)
        if truth is None:
            yield _unsupported(claim, field, known)
        elif truth == claim.negated:
            why = f"the facts say otherwise of {claim.name}: {_evidence(claim.fact, known)}"
            yield _finding("claim.contradicted", Severity.CRITICAL, claim, field, why)


def claims_in(text: str) -> Iterator[Claim]:
    """The claims that a text asserts or denies; what it only wishes, asks or leaves open is none."""
    taken: list[range] = []
    for (name, fact, severity), match in _lexicon().matches(text):
        if any(match.start() in span or match.end() - 1 in span for span in taken):
            continue
        taken.append(range(match.start(), match.end()))
        if fact != "-" and not _is_open(text, match):
            yield Claim(name, fact, severity, match.group(), _is_negated(text, match))


def is_negated(text: str, match: re.Match[str]) -> bool:
    """Whether a "no", "without" or "not" before the words denies them."""
    return _NEGATED.search(_before(text, match)) is not None


def _unsupported(claim: Claim, field: str, known: Known) -> Finding:
    if _only_in_remarks(claim, known.property.remarks):
        why = f"only the untrusted remarks tell of {claim.name}; no fact does"
        return _finding("claim.unsupported", Severity.WARNING, claim, field, why)
    why = f"no fact tells {'the absence of ' if claim.negated else 'of '}{claim.name}"
    return _finding("claim.unsupported", claim.severity, claim, field, why)


def _only_in_remarks(claim: Claim, remarks: str | None) -> bool:
    said = (claim.span.casefold(), claim.negated)
    return any((told.span.casefold(), told.negated) == said for told in claims_in(remarks or ""))


def _finding(rule: str, severity: Severity, claim: Claim, field: str, why: str) -> Finding:
    return Finding(rule=rule, severity=severity, field=field, span=claim.span, why=why)


def _truth(fact: str, known: Known) -> bool | None:
    """Whether a fact holds; None where nothing is known or nothing ever could be."""
    name, _, pattern = fact.partition("~")
    if not pattern:
        return known.circumstances[name] if name else None
    value = getattr(known.property, name)
    return bool(re.search(pattern, value, re.IGNORECASE)) if value else None


def _evidence(fact: str, known: Known) -> str:
    name, _, pattern = fact.partition("~")
    return f"{name} is {getattr(known.property, name) if pattern else known.circumstances[name]}"


_WORDS = (
    r"(?:[\s,/-]+(?!but\b|with\b|and\b|plus\b|yet\b|although\b|has\b|have\b|only\b|an?\b|the\b)"
    r"[\w'$.-]+){0,5}"
)
_NEGATED = re.compile(
    rf"(?:\b(?:no|without|not|lacks?|lacking|absence of|free of|neither|nor|never|none of)|n't|n't have|"
    rf"not have|not include)(?:\s+(?:an?|any|the))?(?:\s+(?:kind|sort|type) of)?{_WORDS}[\s,/-]*$",
    re.IGNORECASE,
)
_NOT_NEGATED = re.compile(r"\b(?:not only|not just|no shortage of|nothing but)\b[^,;]*$", re.IGNORECASE)
_NEGATED_AFTER = re.compile(
    r"^(?:[\s-]free\b|:?\s+(?:none|no)\b|\s+(?:is|are) not (?:present|included))", re.IGNORECASE
)
_OPEN_BEFORE = re.compile(
    r"\b(?:whether|if (?:an?|the|there|it)|unless|verify(?:ing)?|confirm(?:ing)?|inspect(?:ing)?|"
    r"check(?:ing)?|ask(?:ing)? (?:about|for|whether)|"
    r"add(?:ing)?|install(?:ing)?|build(?:ing)?|room for|space for|potential (?:for|to)|"
    r"unknown|(?:could|can|may|might|would|should|to) (?:be )?"
    r"(?:add\w*|install\w*|buil\w+|convert\w*|becom\w+|renovat\w*|remodel\w*)|"
    r"(?:could|may|might|should|to) be)\b"
    r"(?:\W+[\w'$-]+){0,6}\W*$",
    re.IGNORECASE,
)
_OPEN_AFTER = re.compile(
    r"^(?:\W+[\w'-]+){0,6}?\W+(?:unknown|not known|not recorded|not on record|unverified|unconfirmed|"
    r"not confirmed|not verified|(?:to|should|must) be (?:checked|verified|confirmed|inspected)|not stated|"
    r"not available|not reported|not listed|(?:is|are) missing)\b",
    re.IGNORECASE,
)


def _is_open(text: str, match: re.Match[str]) -> bool:
    return bool(_OPEN_BEFORE.search(_before(text, match)) or _OPEN_AFTER.search(_after(text, match)))


def _is_negated(text: str, match: re.Match[str]) -> bool:
    if _NOT_NEGATED.search(_before(text, match)):
        return False
    return is_negated(text, match) or _NEGATED_AFTER.search(_after(text, match)) is not None


def _before(text: str, match: re.Match[str]) -> str:
    return re.split(r"[.;!?](?=\s)|\bbut\b|\bwhile\b", text[max(0, match.start() - 90) : match.start()])[-1]


def _after(text: str, match: re.Match[str]) -> str:
    return re.split(r"[.;!?](?=\s|$)|\bbut\b|\bwhile\b", text[match.end() : match.end() + 90])[0]


@cache
def _lexicon() -> Lexicon[tuple[str, str, Severity]]:
    return Lexicon(
        (row["pattern"], (row["claim"], row["fact"], Severity(row["severity"] or "critical")))
        for row in rows_of("lexicon_claims.csv")
    )
