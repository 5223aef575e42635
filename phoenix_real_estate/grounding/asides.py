"""Numbers that state nothing: "give or take eight", "over twelve months", "as of November 28"."""

from __future__ import annotations

import re

from phoenix_real_estate.grounding.quantities import Quantity


def is_aside(quantity: Quantity, before: str, after: str) -> bool:
    """Whether it is a margin, the months of a year or the day of the text, and no fact of the property."""
    months = quantity.value == _MONTHS and _SPANNING.search(before) and _OF_A_YEAR.match(after)
    few = quantity.words and _A_FEW.search(before)
    return bool(few or months or _GIVE_OR_TAKE.search(before) or _AS_OF.search(before))


_MONTHS = 12
_A_FEW = re.compile(r"\b(?:few|several|couple(?: of)?|many)\s+$", re.IGNORECASE)
_SPANNING = re.compile(r"\b(?:over|in|for|across|every|times)\s+(?:the\s+|an?\s+)?$", re.IGNORECASE)
_OF_A_YEAR = re.compile(r"[\s-]+months?\b|\s*(?:$|[.,;)])", re.IGNORECASE)
_GIVE_OR_TAKE = re.compile(r"\b(?:give or take|plus or minus)\s+(?:about\s+|an?\s+)?$", re.IGNORECASE)
_AS_OF = re.compile(
    r"\b(?:as of|as at|dated?|today,?|prepared(?: on)?|checked(?: on)?|retrieved(?: on)?|accessed(?: on)?|"
    r"current (?:as of|to|through)|written(?: on)?)\s+(?:the\s+)?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\.?\s+$",
    re.IGNORECASE,
)
