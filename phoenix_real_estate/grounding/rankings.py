"""Which of the running costs a text calls the largest, against the computed ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phoenix_real_estate.figures import Figures
from phoenix_real_estate.models import Finding, Severity


def findings_in(text: str, field: str, figures: Figures | None) -> Iterator[Finding]:
    """The costs that are called the largest and are not; where several are named nothing is told of one."""
    if figures is None or _LARGEST.search(text) is None:
        return
    for match in _RANKED.finditer(text):
        named = _named(text, match)
        if named and (larger := _larger_than(named, figures)):
            yield Finding(
                rule="claim.contradicted",
                severity=Severity.CRITICAL,
                field=field,
                span=match.group(),
                why=f"{named} is {getattr(figures, named)}, {larger} is {getattr(figures, larger)}",
            )


def _named(text: str, match: re.Match[str]) -> str | None:
    """The one cost that the clause names before the rank, or else the first one behind it."""
    before = _things_in(_CLAUSE_END.split(text[: match.start()])[-1])
    if before:
        return before.pop() if len(before) == 1 else None
    behind = _BEHIND.match(text, match.end())
    return _things_in(behind.group()).pop() if behind else None


def _things_in(words: str) -> set[str]:
    return {name for match in _THING.finditer(words) for name, said in match.groupdict().items() if said}


def _larger_than(named: str, figures: Figures) -> str | None:
    others = max(_RUNNING, key=lambda cost: getattr(figures, cost))
    return others if getattr(figures, others) > getattr(figures, named) else None


_RUNNING = ("property_tax", "insurance", "maintenance", "management", "hoa_annual")
_LARGEST = re.compile(r"largest|biggest|highest|heaviest", re.IGNORECASE)
_RANKED = re.compile(
    r"(?<!second )(?<!next )(?<!third )(?<!of the )(?<!of its )(?<!among the )"
    r"\b(?:largest|biggest|highest|heaviest) "
    r"(?:(?:single|operating|annual|monthly|yearly|recurring|running|carrying|fixed|ongoing|holding|"
    r"regular) )*"
    r"(?:expenses?|costs?|outlays?|charges?|bills?|line items?|lines?|expenditures?|deductions?|"
    r"of (?:the |these |its |all )*(?:(?:operating|annual|running) )*(?:expenses|costs))\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;:!?](?=\s)|\n|\b(?:but|while|whereas|though|although)\b")
_COST = (
    r"(?P<hoa_annual>hoa|dues|association)|(?P<property_tax>tax(?:es)?)|(?P<insurance>insurance)"
    r"|(?P<maintenance>maintenance|upkeep|repairs)|(?P<management>management)"
    r"|(?P<annual_debt_service>mortgage|loan|debt service)|(?P<vacancy_loss>vacancy|voids)"
)
_THING = re.compile(rf"\b(?:{_COST})\b", re.IGNORECASE)
_BEHIND = re.compile(
    r"(?:[\s:,(–—-]|\b(?:is|are|here|remains?|the|its|by far|of all|in|this|budget|property|annual|still|"
    r"being)\b)*"
    rf"\b(?:{_COST})\b(?! and\b| or\b|,)",
    re.IGNORECASE,
)
