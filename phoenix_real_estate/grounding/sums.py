"""The sums that a text does: a number that is no figure of the property, but comes out of one operation on such.

The rule. A number about money that no fact supports holds after all if it is the outcome of one simple
operation on figures of the property that the text itself names ("the mortgage", "operating expenses") or
tells in the same sentence or, where that has no two of them, in the one before: the monthly or yearly version
of an amount; the difference or the sum of amounts of one period; a share of one in another, told as a percent,
as "times" or in cents on the dollar; points between two rates; so many months of an amount; an amount for each
room.

Why that is safe. Few figures are named near a number, so few outcomes are possible; the number must meet one
as closely as `rounding` asks; what the number is a share of, or times of, is the figure named behind it; words
such as "exceeds", "short" or "left" must agree with which figure is the greater; and what "after the mortgage"
names must have been taken off. A number under a name of its own ("NOI of $392") is held to that figure: only
its own version by the month or the year is another way to tell it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from phoenix_real_estate.grounding.derived import derived_fields
from phoenix_real_estate.grounding.directions import agrees, sets_apart, takes_off
from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.labels import named_after, named_before
from phoenix_real_estate.grounding.nearby import Figure, Nearby
from phoenix_real_estate.grounding.operands import MONTHS, FactOf, Operand
from phoenix_real_estate.grounding.proportions import is_per_dollar, proportion_holds
from phoenix_real_estate.grounding.readings import Reading
from phoenix_real_estate.grounding.rounding import fits
from phoenix_real_estate.grounding.stipulated import is_stipulated
from phoenix_real_estate.grounding.surroundings import clause_before


def follows(readings: Sequence[Reading], place: int, text: str, known: Known, fact_of: FactOf) -> bool:
    """Whether a number to which there is an objection is the outcome of a sum by the rule above."""
    nearby = Nearby(readings, place, text, known, fact_of)
    if not _is_amount(nearby.reading) or is_per_dollar(nearby):
        return proportion_holds(nearby)
    if own := _own_fields(nearby):
        outcomes = (*_of_its_own(nearby, own), *_listed(nearby), *_in_turn(nearby), *_of_a_month(nearby))
    elif told := tuple(_told_of_a_cost(nearby)):
        outcomes = (*told, *_listed(nearby))
    else:
        outcomes = tuple(_outcomes(nearby))
    return any(_comes_out(nearby, one) for one in outcomes) or is_stipulated(nearby)


class Outcome(NamedTuple):
    """What an operation gives: USD, a year where the figures have a period, with the periods it may be told in."""

    value: float
    periods: frozenset[str]


_LEAST = 100
"""A bare number from here on may be an amount: "eight hundred"."""


def _is_amount(reading: Reading) -> bool:
    bare = reading.dimension == "number" and abs(reading.quantity.value) >= _LEAST
    return reading.dimension == "money" or bare


def _comes_out(nearby: Nearby, outcome: Outcome) -> bool:
    said = abs(nearby.reading.quantity.value)
    periods = outcome.periods - {""} if nearby.reading.period or _is_flow(nearby) else outcome.periods
    values = (outcome.value / (MONTHS if period == "month" else 1.0) for period in periods)
    return any(value > 0 and fits(said, nearby.reading, value, "money") for value in values)


def _is_flow(nearby: Nearby) -> bool:
    """Whether the words tell that something is gained or lost by the month or the year."""
    return bool(nearby.reading.fields & _FLOWS)


# -- a number with a name of its own


def _own_fields(nearby: Nearby) -> frozenset[str]:
    """The fields whose name stands right before or behind the number and tells what it is."""
    if not nearby.reading.fields or _COMPARED_WITH.match(nearby.after) or _leaves_for(nearby):
        return frozenset()
    taken = max((one.reach for one in nearby.readings if one.quantity.end <= nearby.start), default=0)
    before = clause_before(nearby.text, nearby.start, taken)
    fields = frozenset(named_before(before, nearby.reading.dimension))
    if not _OTHERWISE.match(nearby.after):
        fields |= frozenset(named_after(nearby.after, nearby.reading.dimension)[0])
    fields -= derived_fields()
    return frozenset() if fields & _FLOWS and not _CASH_FLOW.search(before[-40:] + nearby.after[:40]) else fields


def _leaves_for(nearby: Nearby) -> bool:
    """Whether "that leaves $82 for the taxes" tells what there is for a cost, and not the cost."""
    return _LEAVES.search(nearby.before) is not None and _FOR.match(nearby.after) is not None


_LEAVES = re.compile(r"\b(?:leave|leaves|leaving|left|with)\s+(?:(?:only|just|about|some)\s+)?$", re.IGNORECASE)
_FOR = re.compile(r"\s+(?:for|to (?:pay|cover|meet))\b", re.IGNORECASE)
_FLOWS = frozenset({"cash_flow_monthly", "cash_flow_annual"})
_CASH_FLOW = re.compile(r"\bcash[\s-]flows?\b|\bn?cf\b", re.IGNORECASE)
"""Other words for it, "gap" or "left", are said of any difference."""
_COMPARED_WITH = re.compile(
    r"\s*(?:(?:a|per|each|every) (?:month|year) )?(?:(?:above|over|below|under|beyond|behind|ahead of|short of|shy of) "
    r"(?:the|its|our|that|what|\w+ rent)\b|(?:more|higher|less|lower) than\b|from (?:the )?(?:low|bottom)\w*)",
    re.IGNORECASE,
)
"""Behind a number that tells a distance: what stands before it is compared, and not told by it."""
_OTHERWISE = re.compile(
    r"\s*(?:(?:a|per|each|every|this|that)\s+(?:month|year)\s+)?"
    r"(?:above|over|more|higher|below|under|less|lower|short|shy|beyond|behind|ahead|left|remain\w*|to spare|"
    r"of (?:the |that |its )?\w+ (?:\w+ ){0,2}(?:left|remain\w*)|between|after|before|per|for (?:each|every)|an? (?:bed|bath|room|square|sq|foot))\b",
    re.IGNORECASE,
)
"""What stands behind a number and is no name of it: "above the rent", "per bedroom"."""


def _of_its_own(nearby: Nearby, own: frozenset[str]) -> Iterator[Outcome]:
    """The figure of that name by the month or the year, or for each room."""
    if own & _STOCKS:
        # "Down payment" ends with the name of the monthly one.
        return
    for field in sorted(own):
        for number in nearby.known.by_field.get(field, ()):
            # Whether a cash flow or an income is a loss must be told, and by the month or the year it has a name.
            is_loss = number.value < 0 or nearby.reading.quantity.value < 0 or field in _FLOWS
            if number.dimension == "money" and number.period and not is_loss:
                yearly = abs(number.value) * (MONTHS if number.period == "month" else 1.0)
                yield Outcome(yearly, _periods(nearby, frozenset({number.period})))
                yield from _each(nearby, yearly, frozenset({number.period}))
                yield from _in_all(nearby, yearly)


_STOCKS = frozenset({"down_payment", "price", "value", "list_price", "sale_price", "stated_price"})


def _periods(nearby: Nearby, usual: frozenset[str]) -> frozenset[str]:
    """The period a number is told in: its own, else the usual ones of its figures and those of its sentence."""
    if nearby.reading.period:
        return frozenset({nearby.reading.period})
    told = {"month" if match["month"] else "year" for match in _PERIOD.finditer(nearby.before + nearby.after)}
    return usual | (told or {one.period for one in nearby.told if one.period})


_PERIOD = re.compile(r"\b(?:(?P<month>month\w*|averag\w+|mo)|year\w*|annual\w*|yr)\b", re.IGNORECASE)


def _listed(nearby: Nearby) -> Iterator[Outcome]:
    """The costs together whose names end right before the number: "taxes, dues and insurance of $7,200"."""
    start = nearby.start - len(nearby.before)
    digits = [start + match.end() for match in re.finditer(r"\d", nearby.before)]
    listed = {one.name: one for one in nearby.same if max(digits, default=start) <= one.start < nearby.start}
    costs = {name: one for name, one in listed.items() if one.side < 0}
    if len(costs) < _SEVERAL or not _AND.search(nearby.before[-_REACH:]):
        return
    behind = re.split(r"[.;)]", nearby.after, maxsplit=1)[0][:_REACH]
    more = {one.name: one for one in nearby.same if 0 <= one.start - nearby.end < len(behind) and one.side < 0}
    for together in (costs, {**more, **costs}):
        yield _together(nearby, tuple(together.values()))


_SEVERAL = 2
_REACH = 60
_AND = re.compile(r"\band\b|&|\+|\bplus\b", re.IGNORECASE)


def _told_of_a_cost(nearby: Nearby) -> Iterator[Outcome]:
    """The cost whose name stands right before the number, where no label of the tables is that name."""
    if _COMPARED_WITH.match(nearby.after) or _is_flow(nearby):
        return
    for one in nearby.same:
        between = nearby.text[one.end : nearby.start]
        if one.side < 0 and one.end <= nearby.start and _AT.fullmatch(between) and _TELLS.search(between):
            yield Outcome(one.value, _periods(nearby, frozenset({one.period})))


_TELLS = re.compile(r"\w|[:(]")


def _of_a_month(nearby: Nearby) -> Iterator[Outcome]:
    """The rent of the month that "a month's vacancy" costs."""
    for one in nearby.same:
        if one.name == "rent" and _A_MONTH.search(nearby.text, one.start, one.end) and _is_beside(nearby, one):
            yield Outcome(one.value, frozenset({"month"}))


_A_MONTH = re.compile(r"month", re.IGNORECASE)


def _in_turn(nearby: Nearby) -> Iterator[Outcome]:
    """The first of two figures that are compared, told in their order: "the payment is twice the rent: $4,991"."""
    if _MARK.search(nearby.before) and _COMPARED.search(nearby.before):
        for one in [one for one in nearby.same if one.start < nearby.start and one.period][:1]:
            yield Outcome(one.value, _periods(nearby, frozenset({one.period})))


_MARK = re.compile(r"(?:[:(–—]|\s-)\s*(?:(?:about|around|roughly|some|nearly)\s+)?$", re.IGNORECASE)
_COMPARED = re.compile(
    r"\b(?:relative to|double|twice|triple|half|times|against|versus|than|exceed\w*|cover\w*|carry|carries|pays?|"
    r"above|below|beats?|match\w*|compared|next to|beside)\b",
    re.IGNORECASE,
)


# -- a number that nothing names


def _outcomes(nearby: Nearby) -> Iterator[Outcome]:
    amounts = nearby.figures(lambda one: one.dimension == "money" and one.value > 0)
    for figure in amounts:
        one = figure[0]
        if one.period and not _is_flow(nearby) and any(_is_beside(nearby, place) for place in figure):
            yield Outcome(one.value, _periods(nearby, frozenset({one.period})))
        yield from _each(nearby, one.value, frozenset({one.period} - {""}))
        yield from _percentages(nearby, one)
        yield from _in_all(nearby, one.value) if one.period else ()
    if sets_apart(nearby):
        yield from _differences(nearby, amounts)
    if _SUM.search(nearby.before[-2 * _REACH :] + "#" + nearby.after[:_REACH]):
        yield from _sums(nearby, amounts)


def _is_beside(nearby: Nearby, one: Operand) -> bool:
    """Whether only small words part a figure's name from the number: "the costs, at more than $800"."""
    if one.start >= nearby.end:
        return _OF_ALL.fullmatch(nearby.text, nearby.end, one.start) is not None
    return _AT.fullmatch(nearby.text, one.end, nearby.start) is not None


_OF_ALL = re.compile(
    r"\s+(?:(?:a|per|each) (?:month|year)\s+)?(?:of|in|for)\s+"
    r"(?:(?:the|its|average|monthly|yearly|annual|operating|all|these|such|total)\s+)*",
    re.IGNORECASE,
)
_AT = re.compile(
    r"(?:[\s,:~(–—-]|\b(?:at|of|is|are|about|around|roughly|some|averag\w+|runs?|total\w*|comes? to|more than|over|"
    r"nearly|almost|just|under|less than|an?|estimated|approximately|close to|near|(?:would|could|can|will|may) (?:be|costs?)|costs?|which)\b)+",
    re.IGNORECASE,
)


def _each(nearby: Nearby, value: float, periods: frozenset[str]) -> Iterator[Outcome]:
    """An amount for each room or square foot, where the text says so."""
    match = _PER.match(nearby.after)
    count = getattr(nearby.known.property, _ROOMS[match.lastgroup or ""], None) if match else None
    if count:
        yield Outcome(value / count, periods or frozenset({""}))


_PER = re.compile(
    r"\s*(?:(?:a|per)\s+month\s+)?(?:/|per|for (?:each|every)|an?|each|every)\s*"
    r"(?:(?P<bed>bed)|(?P<bath>bath)|(?P<foot>sq\w*\.?\s*f|foot|ft))",
    re.IGNORECASE,
)
_ROOMS = {"bed": "bedrooms", "bath": "bathrooms", "foot": "square_feet"}


def _in_all(nearby: Nearby, yearly: float) -> Iterator[Outcome]:
    """An amount over so many months as the sentence tells."""
    for told in nearby.told_in_sentence():
        if match := _TIME.search(told.span):
            yield Outcome(yearly * told.quantity.value / _A_YEAR[match.group().lower()], frozenset({"year"}))


def _percentages(nearby: Nearby, one: Operand) -> Iterator[Outcome]:
    """A percentage that the sentence tells of an amount."""
    for told in nearby.told_in_sentence():
        if told.dimension == "percent" and nearby.fact_of(told):
            yield Outcome(one.value * told.quantity.value / 100, frozenset({one.period or ""}))


_TIME = re.compile(r"week|month|year", re.IGNORECASE)
_A_YEAR = {"week": 52.0, "month": MONTHS, "year": 1.0}


def _differences(nearby: Nearby, amounts: Sequence[Figure]) -> Iterator[Outcome]:
    amounts = [figure for figure in amounts if figure[0].name != "cash_flow"]
    if not any(figure[0].side > 0 for figure in amounts) and (rent := nearby.implied("rent")):
        # "$695 behind each month just paying the mortgage" is counted from the rent.
        amounts = [*amounts, rent]
    for pair in combinations(amounts, 2):
        more, less = sorted(pair, key=lambda figure: -figure[0].value)
        if bool(more[0].period) == bool(less[0].period) and agrees(nearby, more, less) and takes_off(nearby, pair):
            yield _apart(nearby, more, (less,))
    for income in (figure for figure in amounts if figure[0].side > 0):
        costs = [figure for figure in amounts if figure[0].side < 0]
        for taken in combinations(costs, 2):
            if takes_off(nearby, taken) and _is_that_side(nearby, income, taken):
                yield _apart(nearby, income, taken)


def _is_that_side(nearby: Nearby, income: Figure, taken: Sequence[Figure]) -> bool:
    left = income[0].value - sum(figure[0].value for figure in taken)
    return left * nearby.reading.sign >= 0


def _apart(nearby: Nearby, one: Figure, taken: Sequence[Figure]) -> Outcome:
    parts = (one, *taken)
    periods = frozenset(figure[0].period for figure in parts)
    value = abs(one[0].value - sum(figure[0].value for figure in taken))
    return Outcome(value, _periods(nearby, periods) if one[0].period else frozenset({""}))


_SUM = re.compile(
    r"\b(?:together|combined|sum|plus|in all|all told|altogether|both|total\w*|add(?:s|ed|ing)?|includ\w+|"
    r"come to|comes to|with|on top of|between them|and)\b|\+",
    re.IGNORECASE,
)


def _sums(nearby: Nearby, amounts: Sequence[Figure]) -> Iterator[Outcome]:
    costs = [figure[0] for figure in amounts if figure[0].side < 0]
    for count in (2, 3):
        for several in combinations(costs, count):
            yield _together(nearby, several)
    if len(costs) > _SEVERAL + 1:
        yield _together(nearby, costs)


def _together(nearby: Nearby, several: Sequence[Operand]) -> Outcome:
    return Outcome(sum(one.value for one in several), _periods(nearby, frozenset(one.period for one in several)))
