"""Schools called like the home's own street, subdivision or district: a record tells of a district alone.

Those of foreign names are found among the places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from phoenix_real_estate.grounding.names import MASK


def named_in(text: str, district: str | None) -> Iterator[str]:
    """The schools of a text, its own names masked, that are called by a name that is the property's."""
    if not any(kind in text for kind in _NEEDED):
        return
    known = district or ""
    for match in _OF_A_NAME.finditer(text):
        # "Tempe Union High" is a shorter name of Tempe Union High School District.
        if len(match["name"]) != len(known):
            yield match.group().strip(MASK + " ")
    for match in _OF_THE_DISTRICT.finditer(text) if known else ():
        said, own = _words(match.group()), _words(known)
        if _words(match["name"]) <= own and not own <= said:
            yield match.group()


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", name.casefold()))


_NEEDED = ("chool", "Elementary", "Middle", "High", "Academy", "Prep", "Montessori")
_KIND = (
    r"(?:Elementary|Middle|High|Junior High|Intermediate|Primary|Charter|Academy|Prep(?:aratory)?|Montessori)"
)
_END = r"(?![\w-])(?!\s+(?:(?:[Hh]igh )?[Ss]chools?\s+)?[Dd]istrict)(?!\s+[A-Z])"
"""No district, and no words of a headline: "Maya High Ceilings"."""
_OF_A_NAME = re.compile(
    rf"(?P<name>{MASK}+)(?:['’]s)?\s+"
    rf"(?:{_KIND}(?:\s+(?:and|&|/)\s+{_KIND})?(?:\s+[Ss]chool)?"
    rf"|(?:elementary|middle|high|primary)\s+school|School){_END}"
)
_OF_THE_DISTRICT = re.compile(rf"\b(?P<name>(?:[A-Z][\w'’]+\s+){{1,3}}?){_KIND}(?:\s+[Ss]chool)?{_END}")
