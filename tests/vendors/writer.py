"""What the vendors' models write: the right shape, and facts only as the placeholders they were shown."""

from __future__ import annotations

import json
import re
from typing import Any

_FACT = re.compile(r"^(.*\{\{\w+\}\}.*?) = ", re.MULTILINE)
_SHAPE = re.compile(r'one JSON object: \{"(\w+)"')


def write(system: str, user: str) -> str:
    """The JSON text that a well-behaved model would answer."""
    facts = _FACT.findall(user)
    shape = _SHAPE.search(system)
    assert shape, "the prompt does not say which JSON object it wants"
    return json.dumps(_WRITERS[shape[1]](facts))


def _description(facts: list[str]) -> dict[str, Any]:
    groups = (facts[start : start + 3] for start in range(0, len(facts), 3))
    return {"description": " ".join(f"The record lists {', '.join(group)}." for group in groups)}


def _features(facts: list[str]) -> dict[str, Any]:
    return {
        "features": [
            {"feature": fact, "category": "interior", "appeal": "stated in the record"} for fact in facts[:8]
        ]
    }


def _analysis(facts: list[str]) -> dict[str, Any]:
    return {
        "narrative": f"The figures are {', '.join(facts)}.",
        "risks": [f"This may change: {fact}." for fact in facts[:2]],
        "opportunities": [f"This is recorded: {fact}." for fact in facts[-2:]],
    }


_WRITERS = {"description": _description, "features": _features, "narrative": _analysis}
