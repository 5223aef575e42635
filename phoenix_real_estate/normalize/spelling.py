"""Title case for names that sources shout: N 43rd Ave, McDowell, Rancho Del Sol, O'Neil."""

from __future__ import annotations

import re
from functools import lru_cache

from phoenix_real_estate.postal import DIRECTIONS

_ORDINAL = re.compile(r"([0-9]+)(st|nd|rd|th)", re.IGNORECASE)
_KEPT_UPPER = {
    "II",
    "III",
    "IV",
    "VI",
    "VII",
    "US",
    "SR",
    "AFB",
    "HOA",
    "LLC",
    "SRP",
    "RID",
    *"NSEW",
    "NE",
    "NW",
    "SE",
    "SW",
}
# Where Mac begins a name, and not only a word: machine, macaw, Mackin.
_MAC = re.compile(r"mac(arthur|donald|dougal|gregor|kenzie|leod|millan|pherson)", re.IGNORECASE)
_ORDINAL_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def title_case(text: str) -> str:
    """A name in title case; a word that already mixes its cases is left alone."""
    return " ".join(_word(word) for word in text.split())


def ordinal(number: int) -> str:
    """68 is 68th: some exports drop the ending of numbered streets."""
    tens = number % 100
    return f"{number}{'th' if 10 <= tens <= 20 else _ORDINAL_ENDINGS.get(number % 10, 'th')}"


@lru_cache(maxsize=20_000)
def _word(word: str) -> str:
    upper = word.upper()
    if upper in _KEPT_UPPER or (upper in DIRECTIONS and len(word) < 3):
        return upper
    if ordinal_word := _ORDINAL.fullmatch(word):
        return ordinal_word[1] + ordinal_word[2].lower()
    if word not in (upper, word.lower()):
        return word
    if any(character.isdigit() for character in word):
        return upper
    return "-".join(_cased(part) for part in word.split("-"))


def _cased(word: str) -> str:
    if len(word) > 4 and word[:2].upper() == "MC":
        return "Mc" + word[2:].capitalize()
    if name := _MAC.fullmatch(word):
        return "Mac" + name[1].capitalize()
    if len(word) > 3 and word[1] == "'":
        return word[:2].upper() + word[2:].capitalize()
    return word.capitalize()
