"""Removes from a text whom to call: phone numbers, e-mail addresses and names."""

from __future__ import annotations

import json
import re
from importlib.resources import files

_TABLE = json.loads(
    files("phoenix_real_estate.normalize").joinpath("tables/vocabulary.json").read_text("utf-8")
)
# Ten digits without a break are a telephone's too: nothing else of a house has as many.
_PHONE = re.compile(
    r"(?<!\d)(?:\+?1[\s.-]?)?(?:\(?\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4}|[2-9]\d{2}[2-9]\d{6})(?!\d)"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_REMOVED = "[removed]"
# After a verb two capitalized words are a name, after a role with a colon one is.
_NAME = r"[A-Z][a-z'’]+(?:[A-Z][a-z]+)?"
_CONTACT = re.compile(
    rf"(?P<lead>\b(?i:call|text|contact|email|ask for|listed by|presented by|offered by|marketed by)\s"
    rf"|\b(?i:agent|realtor|broker|owner|seller|listor)s?(?i: is)?:\s?)"
    rf"(?P<name>{_NAME}(?:\s(?:[A-Z]\.\s)?{_NAME}){{1,2}}|(?<=:\s){_NAME}|{_NAME}(?=\s(?:at|@)\s))"
)
_NO_NAMES = frozenset(_TABLE["not_names"])


def without_contacts(told: str) -> str:
    """A text without phone numbers, e-mail addresses and the names that one is told to turn to."""
    return _CONTACT.sub(_without_name, without_numbers(told))


def without_numbers(told: str) -> str:
    """A text without phone numbers and e-mail addresses."""
    told = _PHONE.sub(_REMOVED, told)
    return _EMAIL.sub(_REMOVED, told) if "@" in told else told


def _without_name(match: re.Match[str]) -> str:
    """`Call Jane Doe` and `Listing agent: Jane Doe` without her; `Call Today For Details` stays."""
    words = {word.lower() for word in match["name"].split()}
    return match[0] if words & _NO_NAMES else match["lead"] + _REMOVED
