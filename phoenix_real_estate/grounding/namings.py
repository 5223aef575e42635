"""The fields that the words around a number name: its unit, the labels before and behind it."""

from __future__ import annotations

import re

from phoenix_real_estate.grounding.derived import derived_fields
from phoenix_real_estate.grounding.labels import named_after

_INFERRED = re.compile(r"\b(?:inferred|assum|estimat)", re.IGNORECASE)


def fields_named(
    named: list[str], before: str, after: str, unit: tuple[str, frozenset[str]] | None, dimension: str
) -> tuple[frozenset[str], int]:
    """The fields that the words name, and how far behind the number these words reach."""
    if unit and dimension == "count":
        inferred = "bedrooms" in unit[1] and _INFERRED.search(before + after)
        of_each = _OF_EACH_BEFORE.search(before) or _OF_EACH.match(after)
        each = {f"{field}_per_unit" for field in unit[1]} & derived_fields() if of_each else set()
        return _parked_in(unit[1], before) | ({"rent_bedrooms"} if inferred else set()) | each, 0
    is_part = dimension == "money" and _PART_OF.match(after)
    behind, reach = ([], 0) if is_part else named_after(after, dimension)
    if behind and OF_ANOTHER.search(before):
        # "The debt service on a $236,000 loan": the amount is the loan's.
        named = []
    if unit and unit[1]:
        # "Living space on 0.14 acres": the unit tells more than the words before it.
        return unit[1] | (frozenset(behind) if unit[0] == "ratio" else frozenset()), reach
    if dimension == "number" and _LEFT.search(after[:reach]):
        # "Use one bedroom for guests and have three left": no amount of money.
        behind, reach = [], 0
    named, behind = _told_apart(named, behind, after)
    fields = frozenset(named if _UNPAID in named else [*named, *behind])
    # A median is of others: beside that word an amount is never the property's own.
    return fields & _OF_OTHERS or fields, reach


def _told_apart(named: list[str], behind: list[str], after: str) -> tuple[list[str], list[str]]:
    """The fields named before and behind a number without those that only look as if they were."""
    if FLOWS & {*behind}:
        # "After expenses $1,649 would be left": what is left is none of the costs told before it.
        named = [field for field in named if field not in _COSTS]
    if "gross_yield" in named and _NET_OF_COSTS.match(after):
        # "A yield of 1.5% after costs" is the cap rate by another name.
        named = ["cap_rate"]
    if "grm" in named:
        # "Price to annual rent" ends with the name of the rent.
        named = ["grm"]
    if _OF_DEBT & {*behind}:
        # "Four-fifths of the loan" is neither the share that is borrowed nor its rate.
        behind = [field for field in behind if field not in _OF_LOAN]
    return named, behind


def _parked_in(fields: frozenset[str], before: str) -> frozenset[str]:
    """The fields of cars and spaces; a label says where they are: "Garage: 3 cars"."""
    place = _PLACE.search(before) if "garage_spaces" in fields else None
    return fields & {f"{'carport' if place['carport'] else 'garage'}_spaces"} if place else fields


_PLACE = re.compile(
    r"\b(?:gar(?:age)?s?|(?P<carport>carports?))\b\.?(?: spaces?)?\s*[:=(–—-]+\s*$", re.IGNORECASE
)
_PART_OF = re.compile(r"\s+(?:out )?of (?:the|its|all|those|these|total|that)\b", re.IGNORECASE)
"""Behind an amount that is a part of what follows: "$5,410 of the annual costs"."""
OF_ANOTHER = re.compile(
    r"\b(?:on|of|with|for|from|against|under|behind) (?:an?|the|this|that|its) $", re.IGNORECASE
)
_HOMES = r"(?:unit|door|side|half|apartment|home|residence|one)"
_OF_EACH_BEFORE = re.compile(
    rf"\b(?:each|every|average|averages|averaging|either)(?: of [\w ]{{0,20}}{_HOMES}s| {_HOMES})?\b[^.;]*$",
    re.IGNORECASE,
)
_OF_EACH = re.compile(
    rf"[^.;]{{0,70}}?\b(?:(?:per|in each|in every|for each|a|each|every) {_HOMES}|each|apiece)\b",
    re.IGNORECASE,
)
"""Words that tell what each home of a building has, and not the whole."""
_LEFT = re.compile(r"\b(?:left|remain\w*)$", re.IGNORECASE)
_NET_OF_COSTS = re.compile(
    r"\s+(?:(?:net of|after) (?:all |the |its )?(?:operating |running )?(?:costs?|expenses|outgoings|bills)\b"
    r"(?! and)|net\b)",
    re.IGNORECASE,
)
_OF_DEBT = frozenset({"noi_share_of_debt_service"})
_OF_LOAN = frozenset({"loan_to_value", "mortgage_rate_pct"})
_UNPAID = "noi_margin_over_debt_service"
FLOWS = frozenset({"cash_flow_monthly", "cash_flow_annual"})
_COSTS = frozenset(
    {"operating_expenses", "monthly_payment", "annual_debt_service", "loan_amount", "annual_tax", "hoa_fee"}
) | {"property_tax", "insurance", "maintenance", "management", "hoa_annual"}
_OF_OTHERS = frozenset({"comparable_price_per_square_foot"})
