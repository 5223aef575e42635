"""What a text claims besides numbers: amenities, systems, conditions, kinds of property."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from phoenix_real_estate.grounding.absence import is_absent
from phoenix_real_estate.grounding.denial import clause_around, is_denied, is_open
from phoenix_real_estate.grounding.known import ERAS, Known
from phoenix_real_estate.grounding.sensitivity import fact_at
from phoenix_real_estate.grounding.silence import is_listed_as_untold, is_of_its_papers, is_untold
from phoenix_real_estate.grounding.suppositions import is_supposed
from phoenix_real_estate.grounding.tables import rows_of
from phoenix_real_estate.grounding.wording import Lexicon
from phoenix_real_estate.models import Finding, Severity


class Claim(NamedTuple):
    """One assertion: `fact` names what must stand behind it, `negated` that the text denies it.

    `plain` is a feature of the building or the land, which a listing's remarks may tell. That no record tells
    of a thing (`untold`) is no claim that it is absent.
    """

    name: str
    fact: str
    severity: Severity
    plain: bool
    span: str
    start: int
    negated: bool
    untold: bool = False


def findings_in(text: str, field: str, known: Known) -> Iterator[Finding]:
    """The claims of a text that no fact supports or that a fact contradicts."""
    for claim in claims_in(text, known):
        truth = _truth(claim.fact, known)
        if truth is None and not claim.untold:
            yield _unsupported(claim, field, known)
        elif truth is not None and truth == claim.negated:
            why = f"the facts say otherwise of {claim.name}: {_evidence(claim.fact, known)}"
            yield _finding("claim.contradicted", Severity.CRITICAL, claim, field, why)


def traced_in(text: str, known: Known) -> Iterator[tuple[int, str, str]]:
    """Where a claim stands, its words and the field behind it, for every claim that a fact supports."""
    for claim in claims_in(text, known):
        if _truth(claim.fact, known) == (not claim.negated):
            yield claim.start, claim.span, _field_behind(claim.fact)


@lru_cache(maxsize=128)
def claims_in(text: str, known: Known | None = None) -> tuple[Claim, ...]:
    """The claims that a text asserts or denies; what it only wishes, asks, supposes or leaves open is none.

    What stands inside the facts' own words ("patio home", "ceiling fans") claims nothing beyond them.
    """
    return tuple(_in_turn(text, known))


def _in_turn(text: str, known: Known | None) -> Iterator[Claim]:
    matches = _lexicon().matches(text)
    phrases = known.phrases if known and matches else ()
    own = [range(*match.span()) for _, phrase in phrases for match in phrase.finditer(text)]
    taken: list[range] = []
    for (name, fact, severity, plain), match in matches:
        if any(match.start() in span or match.end() - 1 in span for span in taken):
            continue
        taken.append(range(*match.span()))
        inside = not fact and any(match.start() in span and match.end() - 1 in span for span in own)
        if fact == "-" or inside or is_open(text, match):
            continue
        before, after = clause_around(text, match)
        meant = fact_at(fact, before)
        if meant == fact and (_WOULD_BE.search(match.group()) or is_supposed(before, after, name, known)):
            continue
        untold = is_untold(text, match)
        if untold and is_of_its_papers(text, match):
            continue
        negated = is_denied(text, match) or is_absent(text, match) or is_listed_as_untold(text, match)
        if negated or not untold:
            yield Claim(name, meant, severity, plain, match.group(), match.start(), negated, untold)


_WOULD_BE = re.compile(r"\b(?:would|could|might)\b", re.IGNORECASE)
"""Within a claim: "cash flow could turn negative" says what another rent or price would bring."""


def words_of(text: str) -> set[str]:
    """The beginnings of its longer words, so that "remodeled baths" and "bath remodeled" are alike."""
    return {word[:_STEM] for word in re.findall(r"[a-z]{4,}", text.casefold())}


_STEM = 5


def _unsupported(claim: Claim, field: str, known: Known) -> Finding:
    remarks = known.property.remarks or ""
    told = list(_in_remarks(claim, remarks))
    if told or (not claim.fact and words_of(claim.span) & words_of(remarks)):
        why = f"only the untrusted remarks tell of {claim.name}; no fact does"
        is_told = claim.plain and any(words_of(claim.span) & words_of(one.span) for one in told)
        severity = Severity.INFO if is_told else Severity.WARNING
        return _finding("claim.unsupported", severity, claim, field, why)
    why = f"no fact tells {'the absence of ' if claim.negated else 'of '}{claim.name}"
    # What nothing is known of may well be absent: that is for a person to say.
    severity = Severity.WARNING if claim.negated else claim.severity
    return _finding("claim.unsupported", severity, claim, field, why)


def _in_remarks(claim: Claim, remarks: str) -> Iterator[Claim]:
    """What the remarks claim of the same kind, asserted or denied alike."""
    said = (claim.name, claim.negated)
    return (told for told in claims_in(remarks) if (told.name, told.negated) == said)


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


def _field_behind(fact: str) -> str:
    """The field or figure of a fact expression: private_pool -> pool_type, roof_type~tile -> roof_type."""
    name = fact.partition("~")[0]
    return _FIELDS.get(name, name)


_FIELDS = {
    **dict.fromkeys(("private_pool", "community_pool", "any_pool"), "pool_type"),
    **dict.fromkeys(("solar", "solar_owned", "solar_leased"), "solar_panels"),
    **dict.fromkeys(
        (
            *("positive_cash_flow", "negative_cash_flow"),
            *("positive_cash_flow_at_rent_low", "negative_cash_flow_at_rent_low"),
            *("positive_cash_flow_at_rent_high", "negative_cash_flow_at_rent_high"),
        ),
        "cash_flow_monthly",
    ),
    **dict.fromkeys(("rent_over_mortgage", "rent_under_mortgage"), "rent_monthly"),
    **dict.fromkeys(("cap_rate_over_mortgage", "cap_rate_under_mortgage"), "cap_rate"),
    "half_bath": "bathrooms",
    "garage": "garage_spaces",
    "carport": "carport_spaces",
    "covered_parking": "garage_spaces",
    "hoa": "hoa_fee",
    "irrigation": "flood_irrigation_rights",
    **dict.fromkeys(("condominium_place", "townhouse_place"), "subdivision"),
    **dict.fromkeys(("flood_hazard", "no_flood_hazard"), "flood_zone"),
    "desert_landscaping": "desert_landscaping_pct",
    **dict.fromkeys(("new_construction", *ERAS), "year_built"),
}


@cache
def _lexicon() -> Lexicon[tuple[str, str, Severity, bool]]:
    rows = rows_of("lexicon_claims.csv")
    return Lexicon(
        (
            row["pattern"],
            (row["claim"], row["fact"], Severity(row["severity"] or "critical"), row["remarks"] == "enough"),
        )
        for row in rows
    )
