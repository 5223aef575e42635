"""The sets written apart: texts by other hands than the rules', each measured once before anything was mended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.truth.lines import CLEAN, Line

SETS = (
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
)
_PARTS = {"text": "description", "features": "features", "analysis": "investment_analysis"}


def lines_of(name: str) -> Iterator[Line]:
    """The lines of a set; its classes are its own."""
    known = json.loads((Path(__file__).parent / "sets" / f"{name}.json").read_text("utf-8"))
    for text in known["texts"]:
        yield Line(
            CLEAN if text["kind"] == "clean" else text["kind"], _line(known["homes"][text["home"]], text)
        )


def _line(home: dict[str, Any], text: dict[str, Any]) -> str:
    parts = {part: text[name] for name, part in _PARTS.items() if name in text}
    return json.dumps({"property": home, "llm_enrichment": parts})
