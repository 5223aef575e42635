"""How far a number may stand from the fact it tells.

A writer may round to the last place that is written ("$1.2 million" for 1,249,000, "5.2%" for 5.23); to
trailing zeros when that moves the value by at most 1 percent ("$390,000" for 389,900), or by at most 5
percent where a word says so ("about 1,900 sq ft" for 1,850; 2.5 percent where it rounds to five in that
place), and to the next lower or higher one on the right side of the fact: at most 12.5 percent away after
"nearly" or "just over", at most 20 percent after "over" or "less than" (25 for "more than half of the lot").
"""

from __future__ import annotations

import re

from phoenix_real_estate.grounding.quantities import Quantity
from phoenix_real_estate.grounding.readings import Reading

ROUNDED = 0.01
HEDGED = 0.05
HALF_STEP = 0.025
"""Five in the last place: "about 1,850" for 1,830, but "about 3,500" not for 3,392."""
_LARGE = 1_000
ONE_SIDED = 0.125
ONE_SIDE = 0.20
SLIGHT = 0.005
"""Where the fact lies on the other side than the words say, no rounding helps: 0.97 is not "at least 1.0"."""
FARTHEST = 0.25
"""No rounding moves a value farther: "$1 million" is not 525,000, though 0.2 acres may be 0.17."""
EXACT = ("count", "homes", "year", "years", "age", "percentile")


def fits(said: float, reading: Reading, fact: float, dimension: str) -> bool:
    """Whether a fact of a dimension may be written as this reading says it, by the rule above."""
    quantity = reading.quantity
    if dimension in EXACT:
        return abs(said - fact) < 1e-9
    apart, unit = abs(said - fact), abs(said / quantity.value) if quantity.value else 1.0
    if apart > SLIGHT * abs(fact) and (_BEYOND if said > fact else _SHORT_OF).search(reading.hedge):
        return False
    if apart <= _precision(quantity) * unit + 1e-6:
        return apart <= FARTHEST * abs(fact) + 1e-6
    if reading.hedge:
        allowed, step = _hedged(reading, said, fact)
        return apart <= allowed * abs(fact) and apart <= step * unit + 1e-6
    allowed = (HEDGED if quantity.scaled else ROUNDED) * abs(fact)
    return apart <= allowed and apart <= quantity.coarse / 2 * unit + 1e-6


def _precision(quantity: Quantity) -> float:
    """Half of the last place written; all of it where thousands are cut off: $415K for $415,900."""
    whole = quantity.scaled and quantity.precision < abs(quantity.value) * ROUNDED
    return quantity.precision if whole else quantity.precision / 2


def _hedged(reading: Reading, said: float, fact: float) -> tuple[float, float]:
    """The share and the distance that a hedge allows: "over 1,800" lets a fact lie above, none below."""
    side = OVER if said <= fact else UNDER
    if side.search(reading.hedge):
        # "Over 1,500" says on which side the fact lies, "nearly 1,500" that it is close by.
        far = FARTHEST if reading.quantity.words and reading.quantity.percent else ONE_SIDE
        return ONE_SIDED if CLOSE.search(reading.hedge) else far, reading.quantity.grain
    if OVER.search(reading.hedge) or UNDER.search(reading.hedge):
        return (HEDGED, reading.quantity.grain / 2) if _ABOUT.search(reading.hedge) else (0.0, 0.0)
    if said >= _LARGE and abs(said - fact) > reading.quantity.coarse / 2:
        return HALF_STEP, reading.quantity.grain / 2
    return HEDGED, reading.quantity.grain / 2


_BEYOND = re.compile(
    r"\b(?:over|more|larger|bigger|greater|higher|above|exceed\w*|surpass\w*|topping|excess|beyond|past|"
    r"no less|minimum|at least|north|clear\w*|beat\w*|tops)\b",
    re.IGNORECASE,
)
_SHORT_OF = re.compile(
    r"\b(?:under|smaller|lower|(?<!no )less|no more|at most|maximum|below|shy|short|south|not quite)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:close to|near)\b", re.IGNORECASE)
"""Words that name no side: "close to $1,270" may be a little more or less."""


OVER = re.compile(
    r"over|more|and change|larger|bigger|greater|higher|above|exceed|surpass|topping|excess|beyond|past|"
    r"no less|minimum|"
    r"at least|upward|north|plus|-some$|odd|something|clear|beat|tops|\+",
    re.IGNORECASE,
)
CLOSE = re.compile(
    r"just|right|slightly|touch|bit|hair|shade|little|tad|whisker|smidge|notch|sliver|throw|fraction|nearly|"
    r"almost|close to|near|approaching|bordering|verging|pushing|shy|not quite|some|odd",
    re.IGNORECASE,
)
UNDER = re.compile(
    r"under|smaller|lower|approaching|nearing|bordering|verging|pushing|no more|at most|maximum|"
    r"nearly|almost|less|below|close to|up to|shy|short|south|not quite|miss",
    re.IGNORECASE,
)
