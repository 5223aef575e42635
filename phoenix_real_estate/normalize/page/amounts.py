"""Reads money off listing pages: prices, taxes a year, fees with how often they are paid."""

from __future__ import annotations

import re

from pydantic import JsonValue

from phoenix_real_estate.normalize import values, vocabulary
from phoenix_real_estate.normalize.page.expressions import expression

_MONEY = expression("money")
_FREQUENCY = expression("frequency")
_ODD_PERIOD = expression("odd_period")
_NOT_PRICE = expression("not_price")
_NOT_FEE = expression("not_fee")
_BARE_FEE = expression("bare_fee")
_NONE = expression("none")
_PERIODS = {
    "mo": "monthly",
    "mth": "monthly",
    "mnth": "monthly",
    "month": "monthly",
    "qtr": "quarterly",
    "quarter": "quarterly",
    "yr": "yearly",
    "year": "yearly",
    "annual": "annual",
    "week": "weekly",
}


def price(told: str) -> JsonValue:
    """USD; a rent or a payment a month is no price."""
    match = _MONEY.match(told)
    if not match or re.match(r"\s?(?:/|per |a |-\s?\$|–)", told[match.end() :]) or "%" in told:
        return None
    if _NOT_PRICE.match(told[match.end() :]):
        return None
    return values.whole(money(match), 15_000, 200_000_000)


def money(match: re.Match[str]) -> float:
    times = {"k": 1_000, "m": 1_000_000, "mm": 1_000_000, "million": 1_000_000, "mil": 1_000_000}
    return float(match[1].replace(",", "")) * times.get((match[2] or "").lower(), 1)


def annual_tax(told: str) -> JsonValue:
    match = _MONEY.match(re.sub(r"^\(?20\d\d\)?\s?[:\-–]?\s?(?=\$)", "", told))
    if not match or re.search(r"/\s?mo|month|%", told[:40], re.IGNORECASE):
        return None
    if "$" not in match[0] and values.year(match[1]):
        return None
    return values.whole(money(match), 50, 500_000)


def hoa_fee(told: str) -> JsonValue:
    """USD a month where the text tells the frequency, else as it is paid; 0 for none."""
    if _NONE.match(told):
        return 0.0
    match = _MONEY.match(told, told.index("$")) if "$" in told else _BARE_FEE.match(told)
    if not match or is_other_fee(told[match.end() : match.end() + 30]):
        return None
    period = frequency(told[match.end() : match.end() + 30])
    amount = values.number(money(match), 0, 20_000)
    return amount if amount is None or period is None else monthly(amount, period)


def is_other_fee(following: str) -> bool:
    """What follows an amount says that it is paid once, or to a second association."""
    return bool(_NOT_FEE.search(re.split(r"[$;+]|\bplus\b|\band\b", following)[0]))


def frequency(told: str) -> str | None:
    """How often, in a word of the vocabulary; in one that it does not know for every other rhythm."""
    if odd := _ODD_PERIOD.search(told):
        return odd[0]
    match = _FREQUENCY.search(told)
    if not match:
        return None
    word = re.sub(r"[- ]", "", match[1].lower())
    semi = {
        "semiannual": "semi-annual",
        "bimonth": "bi-monthly",
        "semimonth": "semi-monthly",
        "biweek": "biweekly",
    }
    return semi.get(word) or _PERIODS.get(word, word)


def monthly(amount: float, period: str) -> float | None:
    times = vocabulary.payments_a_year(period)
    return None if times is None else round(amount * times / 12, 2)
