"""What another rent than the estimated one would bring: the rent that breaks even, the ends of the range."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phoenix_real_estate.investment import Figures

_TO_BREAK_EVEN = re.compile(
    r"\bbreak(?:s|ing)?[\s-]even|\b(?:clos|eras|bridg|fill|cover|eliminat)(?:e|es|ing) (?:the|that|this) "
    r"(?:gap|shortfall|deficit|difference|loss)|\bwould erase (?:it|the)|\bchange the sign|"
    r"\bturn(?:s|ing)? (?:the )?(?:cash flow |it )?positive",
    re.IGNORECASE,
)
_AT_AN_END = re.compile(
    r"\b(?:(?P<low>low(?:er)?|bottom)|(?P<high>high(?:er)?|upper|top))[\s-]"
    r"(?:(?:rent(?:al)? )?estimate|end\b|rent of|(?:end )?of (?:the |its )?(?:rent(?:al)? )?range)[^.;]*$",
    re.IGNORECASE,
)
_REACH = 110
"""Characters of a sentence that are looked at on either side of an amount."""


def derived_from(f: Figures) -> Iterator[tuple[str, float]]:
    """Rents and cash flows by the names of grounding_fields.csv, USD a month; expenses move with the rent."""
    assumed = f.assumptions
    collected = 1 - float(assumed.vacancy_pct) / 100
    kept = collected * (1 - float(assumed.management_pct) / 100) - float(assumed.maintenance_pct) / 100
    if kept > 0:
        rise = -f.cash_flow_annual / 12 / kept
        yield from (("break_even_rise", abs(rise)), ("break_even_rent", f.rent_monthly + rise))
    for end, rent in (("low", f.rent_low), ("high", f.rent_high)):
        yield f"cash_flow_at_rent_{end}", f.cash_flow_annual / 12 + (rent - f.rent_monthly) * kept


def fields_at(text: str, start: int, end: int) -> frozenset[str]:
    """What an amount may be where its sentence speaks of breaking even or of an end of the rent range."""
    before = re.split(r"[.;!?]\s", text[max(0, start - _REACH) : start])[-1]
    after = re.split(r"[.;!?](?:\s|$)", text[end : end + _REACH])[0]
    fields = {"break_even_rise", "break_even_rent"} if _TO_BREAK_EVEN.search(f"{before}#{after}") else set()
    if match := _AT_AN_END.search(before):
        fields.add(f"cash_flow_at_rent_{match.lastgroup}")
    return frozenset(fields)


def fact_at(fact: str, before: str) -> str:
    """The circumstance that a claim of positive or negative cash flow means, by its clause before it."""
    match = _AT_AN_END.search(before) if fact in ("positive_cash_flow", "negative_cash_flow") else None
    return f"{fact}_at_rent_{match.lastgroup}" if match else fact


def circumstances(f: Figures | None) -> dict[str, bool | None]:
    """Whether the cash flow is positive or negative at the ends of the rent range; None without figures."""
    flows = dict(derived_from(f)) if f else {}
    told: dict[str, bool | None] = {}
    for end in ("low", "high"):
        flow = flows.get(f"cash_flow_at_rent_{end}")
        told[f"positive_cash_flow_at_rent_{end}"] = None if flow is None else flow > 0
        told[f"negative_cash_flow_at_rent_{end}"] = None if flow is None else flow < 0
    return told
