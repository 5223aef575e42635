"""An amount with a name of its own, "expenses of $864": held to that figure, whatever else is near it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phoenix_real_estate.grounding.derived import derived_fields
from phoenix_real_estate.grounding.labels import named_after, named_before
from phoenix_real_estate.grounding.sums.nearby import Nearby
from phoenix_real_estate.grounding.sums.operands import MONTHS
from phoenix_real_estate.grounding.sums.outcomes import (
    AT,
    COMPARED_WITH,
    FLOWS,
    Outcome,
    for_each,
    is_beside,
    is_flow,
    over_time,
    periods_of,
    together,
)
from phoenix_real_estate.grounding.surroundings import clause_before


def outcomes_by_name(nearby: Nearby) -> tuple[Outcome, ...] | None:
    """What an amount may tell by the name right beside it; None where it has no name."""
    if own := _own_fields(nearby):
        of_own = _of_its_own(nearby, own)
        return (*of_own, *_listed(nearby), *_in_turn(nearby), *_of_a_month(nearby))
    told = tuple(_told_of_a_cost(nearby))
    return (*told, *_listed(nearby)) if told else None


def _own_fields(nearby: Nearby) -> frozenset[str]:
    """The fields whose name stands right before or behind the number and tells what it is."""
    if not nearby.reading.fields or COMPARED_WITH.match(nearby.after) or _leaves_for(nearby):
        return frozenset()
    taken = max((one.reach for one in nearby.readings if one.quantity.end <= nearby.start), default=0)
    before = clause_before(nearby.text, nearby.start, taken)
    fields = frozenset(named_before(before, nearby.reading.dimension))
    if not _OTHERWISE.match(nearby.after):
        fields |= frozenset(named_after(nearby.after, nearby.reading.dimension)[0])
    fields -= derived_fields()
    return (
        frozenset() if fields & FLOWS and not _CASH_FLOW.search(before[-40:] + nearby.after[:40]) else fields
    )


def _leaves_for(nearby: Nearby) -> bool:
    """Whether "that leaves $82 for the taxes" tells what there is for a cost, and not the cost."""
    return _LEAVES.search(nearby.before) is not None and _FOR.match(nearby.after) is not None


_LEAVES = re.compile(
    r"\b(?:leave|leaves|leaving|left|with)\s+(?:(?:only|just|about|some)\s+)?$", re.IGNORECASE
)
_FOR = re.compile(r"\s+(?:for|to (?:pay|cover|meet))\b", re.IGNORECASE)
_CASH_FLOW = re.compile(r"\bcash[\s-]flows?\b|\bn?cf\b", re.IGNORECASE)
"""Other words for it, "gap" or "left", are said of any difference."""
_OTHERWISE = re.compile(
    r"\s*(?:(?:a|per|each|every|this|that)\s+(?:month|year)\s+)?"
    r"(?:above|over|more|higher|below|under|less|lower|short|shy|beyond|behind|ahead|left|remain\w*|to spare|"
    r"of (?:the |that |its )?\w+ (?:\w+ ){0,2}(?:left|remain\w*)|between|after|before|per|for (?:each|"
    r"every)|an? (?:bed|bath|room|square|sq|foot))\b",
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
            # Whether a cash flow or an income is a loss must be told; by both periods it has names.
            is_loss = number.value < 0 or nearby.reading.quantity.value < 0 or field in FLOWS
            if number.dimension == "money" and number.period and not is_loss:
                yearly = abs(number.value) * (MONTHS if number.period == "month" else 1.0)
                yield Outcome(yearly, periods_of(nearby, frozenset({number.period})))
                yield from for_each(nearby, yearly, frozenset({number.period}))
                yield from over_time(nearby, yearly)


_STOCKS = frozenset({"down_payment", "price", "value", "list_price", "sale_price", "stated_price"})


def _listed(nearby: Nearby) -> Iterator[Outcome]:
    """The costs together whose names end right before the number: "taxes, dues and insurance of $7,200"."""
    start = nearby.start - len(nearby.before)
    digits = [start + match.end() for match in re.finditer(r"\d", nearby.before)]
    listed = {one.name: one for one in nearby.same if max(digits, default=start) <= one.start < nearby.start}
    costs = {name: one for name, one in listed.items() if one.side < 0}
    if len(costs) < _SEVERAL or not _AND.search(nearby.before[-_REACH:]):
        return
    behind = re.split(r"[.;)]", nearby.after, maxsplit=1)[0][:_REACH]
    more = {
        one.name: one for one in nearby.same if 0 <= one.start - nearby.end < len(behind) and one.side < 0
    }
    for several in (costs, {**more, **costs}):
        yield together(nearby, tuple(several.values()))


_SEVERAL = 2
_REACH = 60
_AND = re.compile(r"\band\b|&|\+|\bplus\b", re.IGNORECASE)


def _told_of_a_cost(nearby: Nearby) -> Iterator[Outcome]:
    """The cost whose name stands right before the number, where no label of the tables is that name."""
    if COMPARED_WITH.match(nearby.after) or is_flow(nearby):
        return
    for one in nearby.same:
        between = nearby.text[one.end : nearby.start]
        if (
            one.side < 0
            and not one.told
            and one.end <= nearby.start
            and AT.fullmatch(between)
            and _TELLS.search(between)
        ):
            yield Outcome(one.value, periods_of(nearby, frozenset({one.period})))


_TELLS = re.compile(r"\w|[:(]")


def _of_a_month(nearby: Nearby) -> Iterator[Outcome]:
    """The rent of the month that "a month's vacancy" costs."""
    for one in nearby.same:
        if one.name == "rent" and _A_MONTH.search(nearby.text, one.start, one.end) and is_beside(nearby, one):
            yield Outcome(one.value, frozenset({"month"}))


_A_MONTH = re.compile(r"month", re.IGNORECASE)


def _in_turn(nearby: Nearby) -> Iterator[Outcome]:
    """The first of two figures compared, told in their order: "the payment is twice the rent: $4,991"."""
    if _MARK.search(nearby.before) and _COMPARED.search(nearby.before):
        for one in [one for one in nearby.same if one.start < nearby.start and one.period][:1]:
            yield Outcome(one.value, periods_of(nearby, frozenset({one.period})))


_MARK = re.compile(r"(?:[:(–—]|\s-)\s*(?:(?:about|around|roughly|some|nearly)\s+)?$", re.IGNORECASE)
_COMPARED = re.compile(
    r"\b(?:relative to|double|twice|triple|half|times|against|versus|than|exceed\w*|cover\w*|carry|"
    r"carries|pays?|"
    r"above|below|beats?|match\w*|compared|next to|beside)\b",
    re.IGNORECASE,
)
