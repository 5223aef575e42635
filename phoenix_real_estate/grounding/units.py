"""The unit behind a number: what it counts or measures, square feet or bedrooms or years."""

from __future__ import annotations

import re
from functools import cache

from phoenix_real_estate.grounding.quantities import Quantity
from phoenix_real_estate.grounding.tables import rows_of


def unit_behind(after: str, quantity: Quantity) -> tuple[tuple[str, frozenset[str]] | None, int]:
    """The dimension and the fields that a unit right behind a number names, and where its words end."""
    if quantity.money or quantity.percent or quantity.ordinal or quantity.decade:
        return None, 0
    for pattern, dimension, fields in _units():
        match = pattern.match(after)
        if match and not _is_other(dimension, fields, quantity):
            # "One kitchen" counts nothing that another home would not have.
            is_idle = dimension == "foreign" or fields & {"units", "grm"}
            is_one = bool(is_idle) and quantity.words and quantity.value == 1
            return ("minus" if is_one else dimension, fields), _end_of(match, after)
    return None, 0


def _end_of(match: re.Match[str], after: str) -> int:
    """Where the unit ends: the point behind "sq ft" may end its sentence, too."""
    ends_sentence = match.group().endswith(".") and _SENTENCE.match(after, match.end())
    return match.end() - 1 if ends_sentence else match.end()


_SENTENCE = re.compile(r"\s+[A-Z]|\s*$")


def _is_other(dimension: str, fields: frozenset[str], quantity: Quantity) -> bool:
    """A unit that this number cannot have: "1973 homes", "3 of the", "0.8 puts the unit"."""
    if dimension == "minus":
        return not quantity.words
    could_be_year = 1800 <= quantity.value <= 2100
    if dimension in ("count", "foreign"):
        # "This 1984 patio home", "the 1974 unit": nothing is counted by such a number.
        is_ratio = "units" in fields and not quantity.value.is_integer()
        return is_ratio or (could_be_year and not quantity.words and not quantity.grouped)
    return dimension in ("years", "homes") and could_be_year


@cache
def _units() -> tuple[tuple[re.Pattern[str], str, frozenset[str]], ...]:
    """Unit nouns, tried in the table's order. Up to two adjectives may stand before a counted noun."""
    return tuple(
        (
            re.compile(
                rf"(?:\s?\+|[\s-]plus\b)?[\s-]*{_ADJECTIVES if row['dimension'] == 'count' else ''}"
                rf"(?:{row['unit']})(?![a-z])",
                re.IGNORECASE,
            ),
            row["dimension"],
            frozenset(row["fields"].replace("-", "").split()),
        )
        for row in rows_of("grounding_units.csv")
    )


_NOT_ADJECTIVES = (
    r"(?!(?:and|or|with|in|on|of|at|to|for|from|by|the|a|an|is|are|has|plus|per|home|house|one|two|three|"
    r"four|five|six|seven|eight|nine|ten|bed\w*|bath\w*|garages?|cars?|square|sq|acres?|lot|half)\b)"
)
_ADJECTIVES = rf"(?:{_NOT_ADJECTIVES}[a-z]+(?:-[a-z]+)?\s+){{0,2}}"
