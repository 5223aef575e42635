"""What the vendors' models answer: texts with facts only as placeholders; what a page says, in its words."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

_FACT = re.compile(r"^(.*\{\{\w+\}\}.*?) = ", re.MULTILINE)
_SHAPE = re.compile(r'one JSON object: \{"(\w+)"')


def write(system: str, user: str) -> str:
    """The JSON text that a well-behaved model would answer."""
    shape = _SHAPE.search(system)
    assert shape, "the prompt does not say which JSON object it wants"
    if shape[1] == "address":
        return json.dumps(_read(user))
    return json.dumps(_WRITERS[shape[1]](_FACT.findall(user)))


def _read(user: str) -> dict[str, Any]:
    """The wanted fields as the page between the fences says them."""
    wanted = set(re.findall(r"^- (\w+): ", user, re.MULTILINE))
    page = re.search(r"<page>\n(.*)\n</page>", user, re.DOTALL)
    assert page, "the page is not fenced"
    found = {name: re.search(pattern, page[1], re.IGNORECASE) for name, pattern in _SAID.items()}
    return {
        name: {"value": match[1], "quote": match[0], "confidence": 0.95} if match and name in wanted else None
        for name, match in found.items()
    }


def _description(facts: list[str]) -> dict[str, Any]:
    return {"description": _told(facts)}


def _features(facts: list[str]) -> dict[str, Any]:
    return {
        "features": [
            {"feature": f"Recorded: {fact}", "category": "interior", "appeal": "stated in the record"}
            for fact in facts[:8]
        ]
    }


def _analysis(facts: list[str]) -> dict[str, Any]:
    return {
        "narrative": _told(facts),
        "risks": [f"This may change: {fact}." for fact in facts[:2]],
        "opportunities": [f"This is recorded: {fact}." for fact in facts[-2:]],
    }


def _told(facts: list[str]) -> str:
    """Short sentences, one fact each, which do not all begin alike."""
    return " ".join(
        f"{opening} {fact}." for opening, fact in zip(itertools.cycle(_OPENINGS), facts, strict=False)
    )


_OPENINGS = (
    "On record here:",
    "The file lists",
    "Next comes",
    "Also noted:",
    "The county has",
    "Then there is",
    "It goes on with",
    "A reader finds",
    "Further down:",
    "The papers show",
    "Stated as well:",
    "In addition,",
    "Another entry:",
    "One more line:",
    "Besides that,",
    "Last comes",
)
_SAID = {
    "address": r"(\d+ [\w ]+, \w+, AZ \d{5})",
    "parcel_number": r"APN:? ([\d-]+)",
    "property_type": r"(single[- ]family home)",
    "price": r"(?:list price|offered at|listed for):? (\$[\d,]+)",
    "bedrooms": r"(\d+) (?:\w+ )?bedrooms",
    "bathrooms": r"([\d.]+) (?:\w+ )?baths",
    "square_feet": r"([\d,]+ sq ft) of living space",
    "lot_size": r"lot of ([\d.]+ acres)",
    "year_built": r"built in (\d{4})",
    "garage_spaces": r"(\d)-car garage",
    "pool_type": r"((?:private|community) pool)",
    "hoa_fee": r"HOA (?:fee )?of (\$\d+ a month)",
    "subdivision": r"subdivision: ([\w ]+)",
    "cooling_type": r"cooling: ([\w ]+)",
    "roof_type": r"roof: ([\w ]+)",
}
_WRITERS = {"description": _description, "features": _features, "narrative": _analysis}
