"""The sums that a text does: a number that is no figure of the property, but what comes out of some.

The rule. A number about money that no fact supports holds after all if it is the outcome of one simple
operation on figures of the property that the text itself names ("the mortgage", "operating expenses") or
tells in the same sentence or, where that has no two of them, in the one before: the monthly or yearly
version of an amount; the difference or the sum of amounts of one period; a share of one in another, told
as a percent, as "times" or in cents on the dollar; points between two rates; so many months of an amount;
an amount for each room.

Why that is safe. Few figures are named near a number, so few outcomes are possible; the number must meet
one as closely as `rounding` asks; what the number is a share of, or times of, is the figure named behind
it; words such as "exceeds", "short" or "left" must agree with which figure is the greater; and what "after
the mortgage" names must have been taken off. A number under a name of its own ("NOI of $392") is held to
that figure: only its own version by the month or the year is another way to tell it (`own_names`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from phoenix_real_estate.grounding.known import Known
from phoenix_real_estate.grounding.readings import Reading
from phoenix_real_estate.grounding.sums.directions import agrees, sets_apart, takes_off
from phoenix_real_estate.grounding.sums.nearby import Figure, Nearby
from phoenix_real_estate.grounding.sums.operands import FactOf, Operand
from phoenix_real_estate.grounding.sums.outcomes import (
    Outcome,
    comes_out,
    for_each,
    is_beside,
    is_flow,
    over_time,
    periods_of,
    together,
)
from phoenix_real_estate.grounding.sums.own_names import outcomes_by_name
from phoenix_real_estate.grounding.sums.proportions import is_per_dollar, proportion_holds
from phoenix_real_estate.grounding.sums.stipulated import is_stipulated


def follows(readings: Sequence[Reading], place: int, text: str, known: Known, fact_of: FactOf) -> bool:
    """Whether a number to which there is an objection is the outcome of a sum by the rule above."""
    nearby = Nearby(readings, place, text, known, fact_of)
    if not _is_amount(nearby.reading) or is_per_dollar(nearby):
        return proportion_holds(nearby)
    named = outcomes_by_name(nearby)
    outcomes = _outcomes(nearby) if named is None else named
    return any(comes_out(nearby, one) for one in outcomes) or is_stipulated(nearby)


_LEAST = 100
"""A bare number from here on may be an amount: "eight hundred"."""


def _is_amount(reading: Reading) -> bool:
    bare = reading.dimension == "number" and abs(reading.quantity.value) >= _LEAST
    return reading.dimension == "money" or bare


def _outcomes(nearby: Nearby) -> Iterator[Outcome]:
    amounts = nearby.figures(lambda one: one.dimension == "money" and one.value > 0)
    for figure in amounts:
        one = figure[0]
        if one.period and not is_flow(nearby) and any(is_beside(nearby, place) for place in figure):
            yield Outcome(one.value, periods_of(nearby, frozenset({one.period})))
        yield from for_each(nearby, one.value, frozenset({one.period} - {""}))
        yield from _percentages(nearby, one)
        yield from over_time(nearby, one.value) if one.period else ()
    if sets_apart(nearby):
        yield from _differences(nearby, amounts)
    if _SUM.search(nearby.before[-2 * _NEAR :] + "#" + nearby.after[:_NEAR]):
        yield from _sums(nearby, amounts)


def _percentages(nearby: Nearby, one: Operand) -> Iterator[Outcome]:
    """A percentage that the sentence tells of an amount."""
    for told in nearby.told_in_sentence():
        if told.dimension == "percent" and nearby.fact_of(told):
            yield Outcome(one.value * told.quantity.value / 100, frozenset({one.period or ""}))


def _differences(nearby: Nearby, amounts: Sequence[Figure]) -> Iterator[Outcome]:
    amounts = [figure for figure in amounts if figure[0].name != "cash_flow"]
    if not any(figure[0].side > 0 for figure in amounts) and (rent := nearby.implied("rent")):
        # "$695 behind each month just paying the mortgage" is counted from the rent.
        amounts = [*amounts, rent]
    for pair in combinations(amounts, 2):
        more, less = sorted(pair, key=lambda figure: -figure[0].value)
        if (
            bool(more[0].period) == bool(less[0].period)
            and agrees(nearby, more, less)
            and takes_off(nearby, pair)
        ):
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
    return Outcome(value, periods_of(nearby, periods) if one[0].period else frozenset({""}))


_NEAR = 60
_SUM = re.compile(
    r"\b(?:together|combined|sum|plus|in all|all told|altogether|both|total\w*|add(?:s|ed|ing)?|includ\w+|"
    r"come to|comes to|with|on top of|between them|and)\b|\+",
    re.IGNORECASE,
)


_MOST_PICKED = 3
"""More costs are added only all together."""


def _sums(nearby: Nearby, amounts: Sequence[Figure]) -> Iterator[Outcome]:
    costs = [figure[0] for figure in amounts if figure[0].side < 0]
    for count in range(2, _MOST_PICKED + 1):
        for several in combinations(costs, count):
            yield together(nearby, several)
    if len(costs) > _MOST_PICKED:
        yield together(nearby, costs)
