"""Removes from a text whom to call, and who owns it: phone numbers, e-mail addresses and names."""

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
    rf"|\b(?i:agent|realtor|broker|owner|seller|listor)s?(?i: name| is)?:\s?)"
    rf"(?P<name>{_NAME}(?:\s(?:[A-Z]\.\s)?{_NAME}){{1,2}}|(?<=:\s){_NAME}|{_NAME}(?=\s(?:at|@)\s))"
)
# What a line about an owner or an agent begins with; "Owner's suite" is a room.
_PERSON = re.compile(
    r"\W*(?:(?:property |home |current )?owners?"
    r"(?!['’]|\s+(?:suite|retreat|bed|bath|entry|financ|occup|will|may|carry))"
    r"|mail(?:ing)?|(?:listing |seller'?s? |co-?)?agent|courtesy"
    r"|listing (?:by|agent|broker\w*|office|provided|courtesy)"
    r"|(?:listed|presented|offered|marketed|brokered|represented) by"
    r"|broker(?:age|ed)?|realtor|contact|seller name|tax ?payer|call|text|phone|cell|e-?mail)\b",
    re.IGNORECASE,
)
_ONLY_A_NAME = re.compile(
    rf"\W*{_NAME}(?:,?\s(?:[A-Z]\.?\s)?{_NAME}){{1,3}}\W*|[\W]*[A-Z]{{2,}}(?:,?\s[A-Z]+){{1,3}}\W*"
)
_OF_OWNER = re.compile(r"owner|\bmail|payer")
_STREET = re.compile(
    r"\s*(?:\d{1,6}\s+\S.{0,60}\b(?:st|street|ave?|avenue|dr|drive|rd|road|ln|lane|ct|court|blvd|way|pl|place"
    r"|cir|trl|ter)\b|p\.?\s?o\.?\s+box\b)",
    re.IGNORECASE,
)
# A name that stands beside a telephone number is whom one reaches there.
_NAME_BESIDE = re.compile(rf"{_NAME}(?:\s(?:[A-Z]\.?\s)?{_NAME}){{1,2}}[\s,:–-]{{0,3}}{re.escape(_REMOVED)}")
_ROLE = re.compile(r"\b(?:owner|agent|contact|cell|phone|broker|realtor|e-?mail)\b", re.IGNORECASE)
_NO_NAMES = frozenset(_TABLE["not_names"])


def without_contacts(told: str) -> str:
    """A text without phone numbers, e-mail addresses and the names that one is told to turn to."""
    return _CONTACT.sub(_without_name, without_numbers(told))


def without_persons(page: str) -> str:
    """A page's text without the lines that speak of its owners and agents, and without all contacts.

    Names below such a line go with it, and below one of an owner their street. Twice is as good as once.
    """
    kept, heading = list[str](), ""
    for line in page.splitlines():
        if person := _PERSON.match(line):
            heading = person[0].lower()
        elif not (heading and _goes_with(heading, line)):
            kept.append(_NAME_BESIDE.sub(_REMOVED, without_contacts(line)))
            heading = "" if line.strip() else heading
    return "\n".join(kept)


def _goes_with(heading: str, line: str) -> bool:
    """Whether a line below a heading about a person is that person's name or street."""
    if _ONLY_A_NAME.fullmatch(line):
        return not {word.lower() for word in line.split()} & _NO_NAMES
    return bool(_OF_OWNER.search(heading) and _STREET.match(line))


def names_a_person(told: str) -> bool:
    """Whether a name is, or comes with, a person's role or contact."""
    return _REMOVED in told or bool(_ROLE.search(told)) or without_contacts(told) != told


def without_numbers(told: str) -> str:
    """A text without phone numbers and e-mail addresses."""
    told = _PHONE.sub(_REMOVED, told)
    return _EMAIL.sub(_REMOVED, told) if "@" in told else told


def _without_name(match: re.Match[str]) -> str:
    """`Call Jane Doe` and `Listing agent: Jane Doe` without her; `Call Today For Details` stays."""
    words = {word.lower() for word in match["name"].split()}
    return match[0] if words & _NO_NAMES else match["lead"] + _REMOVED
