"""The words of US postal addresses (USPS Publication 28): directions, street suffixes, unit designators."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files

_TABLE = json.loads(files("phoenix_real_estate").joinpath("postal_words.json").read_text("utf-8"))

DIRECTIONS: dict[str, str] = _TABLE["directions"]
SUFFIXES: dict[str, str] = _TABLE["suffixes"]
UNIT_DESIGNATORS: frozenset[str] = frozenset(_TABLE["unit_designators"])
UNITS_WITHOUT_NUMBER: frozenset[str] = frozenset(_TABLE["units_without_number"])
STATES: frozenset[str] = frozenset(_TABLE["states"])


@lru_cache(maxsize=20_000)
def abbreviated(street: str) -> str:
    """`815 West Bridle Trail` as `815 W BRIDLE TRL`: what two spellings of one street have in common."""
    words = re.sub(r"[^\w\s]", "", street.upper()).split()
    return " ".join(DIRECTIONS.get(word) or SUFFIXES.get(word, word) for word in words)
