"""A number that tells how two figures of the property compare: a percent, "times", cents, points, years.

The figure that the number is a part or a multiple of is the one named behind it, "39% of the rent"; the
other is the one that stands nearest before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from phoenix_real_estate.grounding.derived import derived_fields
from phoenix_real_estate.grounding.labels import named_after, named_before
from phoenix_real_estate.grounding.rounding import fits
from phoenix_real_estate.grounding.sums.directions import agrees, object_of
from phoenix_real_estate.grounding.sums.nearby import Figure, Nearby
from phoenix_real_estate.grounding.sums.operands import MONTHS, Operand


def proportion_holds(nearby: Nearby) -> bool:
    """Whether a number that is no amount is the proportion of two figures that the text names near it."""
    said, dimension = abs(nearby.reading.quantity.value), nearby.reading.dimension
    if dimension == "money":
        # "$1.24 of payment for each dollar of rent"
        return any(fits(said, nearby.reading, cents / 100, "ratio") for cents in _cents(nearby))
    return any(
        value > 0 and fits(said, nearby.reading, value, "percent") for value in _values(nearby, dimension)
    )


def is_per_dollar(nearby: Nearby) -> bool:
    """Whether a few dollars are told for each dollar of something."""
    is_small = nearby.reading.dimension == "money" and nearby.reading.quantity.value < _FEW
    return is_small and _DOLLAR.search(nearby.before + "#" + nearby.after) is not None


_FEW = 20


def _values(nearby: Nearby, dimension: str) -> Iterator[float]:
    behind = nearby.reading.span[nearby.end - nearby.start :] + nearby.after
    if dimension == "points":
        yield from _points(nearby)
    elif dimension in ("percent", "number") and _CENTS.match(behind):
        yield from _cents(nearby)
    elif dimension == "percent":
        yield from _percents(nearby)
    elif dimension == "ratio":
        yield from _times(nearby)
    elif dimension in ("years", "foreign") or _CENTURY.search(nearby.reading.span):
        yield from _spans_of_time(nearby)


_CENTURY = re.compile(r"\bcentury$", re.IGNORECASE)


def _is_amount(one: Operand) -> bool:
    return one.dimension == "money" and one.value > 0


# -- points between two rates, cents on the dollar

_CENTS = re.compile(r"\s*(?:¢|cents?\b)", re.IGNORECASE)


def _points(nearby: Nearby) -> Iterator[float]:
    for pair in combinations(nearby.figures(lambda one: one.dimension == "percent"), 2):
        more, less = sorted(pair, key=lambda figure: -figure[0].value)
        if agrees(nearby, more, less):
            yield more[0].value - less[0].value


def _cents(nearby: Nearby) -> Iterator[float]:
    amounts = nearby.figures(_is_amount)
    dollar = _DOLLAR.search(nearby.text, nearby.end - len(nearby.before), nearby.end + len(nearby.after))
    bases = _first_from(amounts, dollar.start()) if dollar else []
    for part, whole in permutations(amounts, 2):
        if not bases or whole in bases:
            yield from _share(nearby, part, whole)


_DOLLAR = re.compile(
    r"\b(?:per|an?|(?:for |on |of )?(?:every|each|the))\s+(?:(?:\w+\s+)?dollar\b|\$1(?:\.00)?(?![\d.,]))",
    re.IGNORECASE,
)


def _first_from(figures: Sequence[Figure], at: int) -> list[Figure]:
    """The figures that stand first behind a place and close to it: several where one word may name them."""
    starts = {one.start for figure in figures for one in figure if at <= one.start <= at + _CLOSE}
    first = min(starts, default=-1)
    return [figure for figure in figures if any(one.start == first for one in figure)]


_CLOSE = 45


def _last_before(figures: Sequence[Figure], at: int) -> list[Figure]:
    starts = {one.start for figure in figures for one in figure if one.start < at}
    last = max(starts, default=-1)
    return [figure for figure in figures if any(one.start == last for one in figure)]


# -- percent


def _percents(nearby: Nearby) -> Iterator[float]:
    amounts = nearby.figures(_is_amount)
    of, parts = _OF.match(nearby.after), _named_parts(nearby)
    if parts is not None and (not of or not parts):
        return
    if of and not of["it"]:
        bases = _first_from(amounts, nearby.end + of.end())
        yield from _shares(nearby, amounts, bases, parts or [])
    elif of or not nearby.reading.fields:
        told = [figure for figure in amounts if any(one.told and one.start < nearby.start for one in figure)]
        for part, whole in permutations(told[:_TWO], 2):
            yield from _share(nearby, part, whole)
    yield from _of_before(nearby, amounts)
    yield from _differences(nearby, amounts)


def _of_before(nearby: Nearby, amounts: Sequence[Figure]) -> Iterator[float]:
    """What a percent is of where that is told before: "nearly half of the rent, 47%", "of the rent, 47%"."""
    start = nearby.start - len(nearby.before)
    for match in _OF_TOLD.finditer(nearby.text, start, nearby.start):
        for whole in _first_from(amounts, match.end()):
            others = [figure for figure in amounts if figure[0].name != whole[0].name]
            for part in _last_before(others, match.start()) or _first_from(others, nearby.end):
                yield from _share(nearby, part, whole)


_OF_TOLD = re.compile(
    r"\b(?:half|thirds?|quarters?|fourths?|fifths?|most|part|share|portion|bulk)\s+of\b|"
    r"(?<![\w,;] )\bof (?=(?:the|every|each|its) )",
    re.IGNORECASE,
)


_OF = re.compile(
    r"\s*(?:[a-z-]+\s+){0,2}?(?:of|on|over|against)\s+(?P<it>(?:it|them|the other|(?:this|"
    r"that)(?=\s*[.,;)]))\b)?",
    re.IGNORECASE,
)
_TWO = 2
"""Where no words say what a percent is of, it is one of the two amounts told before it in the other."""


def _differences(nearby: Nearby, amounts: Sequence[Figure]) -> Iterator[float]:
    """By what percent a figure is above or below the one it is compared with."""
    short = _SHORT.match(nearby.after)
    for one, other in permutations(amounts, 2):
        if bool(one[0].period) != bool(other[0].period):
            continue
        is_short = short and one[0].side > other[0].side and one[0].value < other[0].value
        if object_of(nearby, one, other) is other or is_short:
            yield 100 * abs(one[0].value - other[0].value) / other[0].value


_SHORT = re.compile(r"\s+(?:short|shy|too little)\b", re.IGNORECASE)
"""Of what it must cover an income is short: "12 percent short of being covered"."""


def _named_parts(nearby: Nearby) -> list[str] | None:
    """The names of the figure whose share a label before the number tells; None where there is no label."""
    fields = named_before(nearby.before[-_REACH:], "percent")
    if not _RIGHT_OF.match(nearby.after):
        fields = [*fields, *named_after(nearby.after, "percent")[0]]
    own = [field for field in fields if field in _SHARES or field not in derived_fields()]
    return [_SHARES[field] for field in own if field in _SHARES] if own else None


_RIGHT_OF = re.compile(r"\s*(?:of|on|over|against)\b", re.IGNORECASE)
_SHARES = {f"{name}_pct": name for name in ("vacancy", "maintenance", "management", "insurance")}
_SHARES |= {"tax_pct_of_value": "tax", "down_payment_pct": "down", "loan_to_value": "loan"}
_REACH = 70


def _shares(
    nearby: Nearby, amounts: Sequence[Figure], bases: Sequence[Figure], names: Sequence[str]
) -> Iterator[float]:
    for whole in bases:
        others = [figure for figure in amounts if figure[0].name != whole[0].name]
        before = [*_last_before(others, nearby.start), *_subject(nearby, others)]
        for part in before or _first_from(others, nearby.end):
            if not names or part[0].name in names or ("vacancy" in names and _of_month(nearby, part)):
                yield from _share(nearby, part, whole)
        if whole[0].name == "payment" and _REST.search(nearby.after) and (noi := nearby.implied("noi")):
            yield from (100 - share for share in _share(nearby, noi, whole))


def _subject(nearby: Nearby, figures: Sequence[Figure]) -> list[Figure]:
    """The figure that begins what is told: of "19% of rent and 41% of costs", of "they are 41% of costs"."""
    is_second = any(one.dimension == "percent" for one in nearby.told_before())
    is_theirs = _PRONOUN.match(nearby.before) and not any(one.start < nearby.start for one in nearby.same)
    if not is_second and not is_theirs:
        return []
    return [min(figures, key=lambda figure: figure[0].start)] if figures else []


_PRONOUN = re.compile(r"\W*(?:it|they|that|this|these|those)\b", re.IGNORECASE)
_REST = re.compile(
    r"\b(?:owner|pocket|rest|remain\w*|short|unpaid|uncovered|buyer|investor|you)\b", re.IGNORECASE
)
"""Who pays what the net operating income leaves unpaid."""


def _share(nearby: Nearby, part: Figure, whole: Figure) -> Iterator[float]:
    of_year = any(_YEAR.search(nearby.text[max(0, one.start - 20) : one.end]) for one in whole)
    share = 100 * part[0].value / whole[0].value
    yield share / MONTHS if of_year and _of_month(nearby, part) else share
    if part[0].name == "noi" and whole[0].name == "payment":
        # As a reader works it out of the coverage that is told, which is cut off and not rounded.
        yield float(int(share))


def _of_month(nearby: Nearby, part: Figure) -> bool:
    """Whether it is the amount of one month that is told: "a month's vacancy"."""
    return any(_MONTH.search(nearby.text, one.start, one.end) for one in part)


_MONTH = re.compile(r"\bmonth", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:annual|year)", re.IGNORECASE)


# -- times, and spans of time


def _times(nearby: Nearby) -> Iterator[float]:
    amounts = nearby.figures(_is_amount)
    start = nearby.start + len(nearby.reading.span)
    it = _THAT.match(nearby.text, start)
    bases = amounts if it else _first_from(amounts, start)
    if _OF_RENT.search(nearby.reading.span) and (rent := nearby.implied("rent")):
        bases = [rent]
    for whole in bases:
        others = [figure for figure in amounts if figure[0].name != whole[0].name]
        for part in _last_before(others, nearby.start):
            yield part[0].value / whole[0].value
            if whole[0].period and not part[0].period and _MONTHLY.search(nearby.after[:_CLOSE]):
                yield MONTHS * part[0].value / whole[0].value


_OF_RENT = re.compile(r"\byears? .*\brents?$", re.IGNORECASE)
"""Read as one unit, "four years of rent"."""
_THAT = re.compile(r"\s+(?:that|this|it|its|as much)\b(?!\s+\$)", re.IGNORECASE)
_MONTHLY = re.compile(r"\bmonth", re.IGNORECASE)


def _spans_of_time(nearby: Nearby) -> Iterator[float]:
    unit = _UNIT.search(nearby.reading.span)
    if not unit:
        return
    # A third of a century is read as 33 years.
    a_year = _A_YEAR[unit.group().lower()]
    amounts = nearby.figures(_is_amount)
    if _BACK.search(nearby.before):
        yield from (a_year * years for years in _paid_back(nearby, amounts))
    for whole in _first_from([one for one in amounts if one[0].period], nearby.end):
        if _WORTH.match(nearby.text, nearby.start + len(nearby.reading.span)):
            others = [figure for figure in amounts if figure[0].name != whole[0].name]
            for part in (*_last_before(others, nearby.start), *_first_from(others, whole[0].end)):
                yield a_year * part[0].value / whole[0].value
    if _WOULD.search(nearby.before + nearby.after):
        told = [one.quantity.value for one in nearby.told_in_sentence() if one.dimension == "money"]
        yield from (a_year * amount / one[0].value for amount in told for one in amounts if one[0].period)
    if _EMPTY.search(nearby.before + nearby.after) and nearby.known.figures:
        yield a_year * float(nearby.known.figures.assumptions.vacancy_pct) / 100


_WOULD = re.compile(
    r"\b(?:would|could|can|might|may|will|over|in|within|takes?|costs?|equals?|adds? up|totals?)\b",
    re.IGNORECASE,
)
_UNIT = re.compile(r"day|week|month|year|century", re.IGNORECASE)
_A_YEAR = {"day": 365.0, "week": 52.0, "month": MONTHS, "year": 1.0, "century": 1.0}
_BACK = re.compile(
    r"\b(?:(?:com|earn|pay|mak)(?:es?|ing)? (?:it |itself )?back|recoup\w*|recover\w*|payback|repa\w+|"
    r"returned)\b",
    re.IGNORECASE,
)
_WORTH = re.compile(r"\s+(?:of|worth of)\b", re.IGNORECASE)
_EMPTY = re.compile(r"\b(?:vacan\w+|empty|voids?|without a tenant)\b", re.IGNORECASE)


def _paid_back(nearby: Nearby, amounts: Sequence[Figure]) -> Iterator[float]:
    """The years in which what was put down comes back out of what is left each year."""
    figures = nearby.known.figures
    if figures and figures.cash_flow_annual > 0:
        for stock in (figure[0] for figure in amounts if figure[0].name == "down"):
            yield stock.value / figures.cash_flow_annual
