"""Amounts that a text supposes, and what follows from them: "each $10,000 off lowers the loan by $8,000"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phoenix_real_estate.grounding.rounding import fits
from phoenix_real_estate.grounding.sums.nearby import Nearby
from phoenix_real_estate.grounding.sums.operands import MONTHS

MOST_TOO_MUCH = 1.5
"""A cost that "would wipe out" a gain may be so many times that gain."""


def is_stipulated(nearby: Nearby) -> bool:
    """Whether an amount is a step, what a step brings, or a cost that would do, and no figure."""
    return (
        _is_step(nearby) or any(_is_said(nearby, value) for value in _brought(nearby)) or _is_enough(nearby)
    )


def _is_said(nearby: Nearby, value: float) -> bool:
    return fits(abs(nearby.reading.quantity.value), nearby.reading, value, "money")


def _is_step(nearby: Nearby) -> bool:
    """Whether it is a round step such as "every $10,000 off" or "each additional $100 of rent"."""
    quantity = nearby.reading.quantity
    if quantity.value == 1 and _EVERY.search(nearby.before):
        return True
    is_round = quantity.coarse >= quantity.value / _DIGITS
    return (
        is_round
        and _EVERY.search(nearby.before) is not None
        and _MORE_OR_LESS.match(nearby.after) is not None
    )


_DIGITS = 9
_EVERY = re.compile(
    r"\b(?:(?:each|every|another|per)(?: (?:extra|additional|further))?|an? (?:extra|additional|"
    r"further))\s+\$?\s*$",
    re.IGNORECASE,
)
_MORE_OR_LESS = re.compile(
    r"\s+(?:off|less|more|lower|higher|cut|knocked|added|shaved|(?:price )?(?:reduction|increase|discount|"
    r"concession)|"
    r"(?:of|in) (?:(?:extra|additional|monthly|lower|higher|more|less) )*(?:rent|price|discount|reduction|"
    r"savings?|"
    r"costs?|expenses?|dues|down payment|equity|debt))\b",
    re.IGNORECASE,
)


def _brought(nearby: Nearby) -> Iterator[float]:
    """What the steps of the sentence change in the loan, the down payment, or over a year."""
    figures = nearby.known.figures
    steps = [
        one.quantity.value for one in nearby.told_before() if _EVERY.search(nearby.text[: one.quantity.start])
    ]
    if not steps or figures is None:
        return
    down = float(figures.assumptions.down_payment_pct) / 100
    clause = nearby.before[-_CLAUSE:] + "#" + nearby.after[:_CLAUSE]
    for step in steps:
        if _LOAN.search(clause):
            yield step * (1 - down)
        if _DOWN.search(clause):
            yield step * down
        if nearby.reading.period == "year":
            yield step * MONTHS
        if _PAYMENT.search(clause) and nearby.reading.period != "year":
            yield step * figures.monthly_payment / figures.value


_CLAUSE = 40
_LOAN = re.compile(r"\b(?:loan|mortgage|borrow\w*|debt|financed)\b(?! payment)", re.IGNORECASE)
_DOWN = re.compile(r"\b(?:down payment|equity|deposit|cash needed|cash required)\b", re.IGNORECASE)
_PAYMENT = re.compile(r"\bpayments?\b", re.IGNORECASE)


def _is_enough(nearby: Nearby) -> bool:
    """Whether "a repair of $400 would wipe out the year's profit" is true and not far from it."""
    figures, match = nearby.known.figures, _WIPES_OUT.match(nearby.after)
    if not figures or not match or figures.cash_flow_annual <= 0 or _is_of_a_figure(nearby):
        return False
    gain = figures.cash_flow_annual if _OF_YEAR.search(match["gain"]) else figures.cash_flow_monthly
    return gain <= nearby.reading.quantity.value <= MOST_TOO_MUCH * gain


def _is_of_a_figure(nearby: Nearby) -> bool:
    """Whether it is a limit, "dues above $531", or the amount of a figure: "a vacant month ($2,981)"."""
    return bool(nearby.reading.hedge) or any(one.start < nearby.start for one in nearby.same)


_WIPES_OUT = re.compile(
    r"[^.;,$\d]{0,30}?\b(?:would|could|can|will|might|may) (?:\w+ )?(?:wipe out|erase|eliminate|undo|"
    r"consume|swallow|"
    r"cancel|absorb|exceed|use up|eat up|eat) (?P<gain>[^.;,$\d]{0,40}?\b(?:profit|cash flow|surplus|gain|"
    r"cushion))",
    re.IGNORECASE,
)
_OF_YEAR = re.compile(r"\b(?:year|annual)", re.IGNORECASE)
