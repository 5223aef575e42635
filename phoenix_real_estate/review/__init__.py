"""Review by a person: what waits, what is shown, what is decided, and what can be learned from it.

`cases.py` reads the properties that wait, `page.py` shows one, `rulings.py` carries a decision out,
`recovery.py` finishes what a crash left half done, `data_set.py` exports the decisions.
"""

from __future__ import annotations

from phoenix_real_estate.review.cases import Case, case_of, published_case, waiting
from phoenix_real_estate.review.data_set import examples
from phoenix_real_estate.review.page import Notes, notes_of
from phoenix_real_estate.review.recovery import put_in_order
from phoenix_real_estate.review.rulings import Answer, Choice, Ruling, rule
from phoenix_real_estate.review.texts import Texts

__all__ = [
    "Answer",
    "Case",
    "Choice",
    "Notes",
    "Ruling",
    "Texts",
    "case_of",
    "examples",
    "notes_of",
    "published_case",
    "put_in_order",
    "rule",
    "waiting",
]
