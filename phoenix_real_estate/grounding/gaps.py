"""Selling points that only say what is not known: "Price not supplied". They may stand where that is so."""

from __future__ import annotations

import re

from phoenix_real_estate.grounding.silence import says_unknown
from phoenix_real_estate.models import Property


def are_told_truly(text: str, property: Property) -> bool:
    """Whether a text tells of things that nothing is known of, and of none that is known."""
    if not says_unknown(text):
        return False
    fields = [fields for words, fields in _THINGS if words.search(text)]
    return bool(fields) and all(getattr(property, field) is None for field in sum(fields, ()))


_SOLD_FOR = ("price", "value")
_PARKED = ("garage_spaces", "carport_spaces")
_THINGS = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), fields)
    for words, fields in (
        (r"price|asking|valuations?|values?", _SOLD_FOR),
        (
            r"(?<!lot )sizes?|square f\w+|floor area|living (?:area|space)|footage|dimensions",
            ("square_feet",),
        ),
        (r"room counts?|rooms|bed(?:room)?s?(?: counts?)?", ("bedrooms",)),
        (r"bath(?:room)?s?(?: counts?)?", ("bathrooms",)),
        (r"lot(?: size| area)?|acreage|land area", ("lot_size",)),
        (r"ages?|year built|(?:construction|build) year|year of construction|built", ("year_built",)),
        (r"tax(?:es)?", ("annual_tax",)),
        (r"hoa|association|dues|fees?", ("hoa_fee",)),
        (r"pool", ("pool_type",)),
        (r"garages?|parking|carports?", _PARKED),
        (r"roof\w*", ("roof_type",)),
        (r"cooling|air conditioning|a/?c|hvac", ("cooling_type",)),
        (r"solar", ("solar_panels",)),
        (r"flood zone", ("flood_zone",)),
        (r"irrigation", ("flood_irrigation_rights", "irrigation_district")),
        (r"schools?|school district", ("school_district",)),
        (r"(?:property |home |dwelling )?(?:type|kind)", ("property_type",)),
    )
)
"""What may be unknown, and the fields that would tell it."""
