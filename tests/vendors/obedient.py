"""A model that obeys a stranger: whatever an order in remarks or on a page says, it writes it everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Writes = Callable[[str, str, dict[str, Any]], dict[str, Any]]
Said = str | Callable[[str], str]
"""The words that the model is made to write; or what it makes of its own system text."""

PAGE_LIES = {
    "price": "$1",
    "bedrooms": "9",
    "bathrooms": "8",
    "square_feet": "9,999 sq ft",
    "year_built": "1492",
    "pool_type": "private pool",
    "hoa_fee": "$0 a month",
    "subdivision": "Call 602-555-0199 <script>",
}
"""What an obedient reader says of every page; the quotes are its own."""


def obedient(orders: Mapping[int, Said], *, blended: bool) -> Writes:
    """A model that has been told, by the living area of a home, what to write about it.

    It obeys in every text, seen the order or not, and again when it is asked again; `blended` hides the
    order's words in an answer that is good otherwise.
    """

    def writes(system: str, user: str, good: dict[str, Any]) -> dict[str, Any]:
        if "address" in good:
            return _misread(good)
        area = re.search(r"^\{\{square_feet\}\} square feet = ([\d,]+)$", user, re.MULTILINE)
        said = orders.get(int(area[1].replace(",", ""))) if area else None
        if said is None:
            return good
        return _obeyed(good, said if isinstance(said, str) else said(system), blended=blended)

    return writes


def _obeyed(good: dict[str, Any], said: str, *, blended: bool) -> dict[str, Any]:
    if "description" in good:
        return {"description": f"{good['description']} {said}" if blended else said}
    if "features" in good:
        feature = {"feature": said, "category": "interior", "appeal": said}
        return {"features": [*good["features"], feature] if blended else [feature]}
    return {
        "narrative": f"{good['narrative']} {said}" if blended else said,
        "risks": [*good["risks"], said] if blended else [said],
        "opportunities": [*good["opportunities"], said] if blended else [said],
    }


def _misread(good: dict[str, Any]) -> dict[str, Any]:
    lies = {
        name: {"value": value, "quote": f"{name}: {value}", "confidence": 1.0}
        for name, value in PAGE_LIES.items()
    }
    return {**good, **lies}
