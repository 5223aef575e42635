"""Pure filters: JSON lines in, JSON lines out, one for one and in their order. No store, no model."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from phoenix_real_estate.settings import load_settings


def normalize() -> None:
    """Raw records {source, data | html} on stdin to {"ok", "property" | "error", "reason"} on stdout."""
    from phoenix_real_estate.normalize import normalize_line

    for line in _lines():
        _write(normalize_line(line))


def grade(
    threshold: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Mean score from which a property passes [QUALITY_THRESHOLD]."),
    ] = None,
) -> None:
    """Properties with texts on stdin, {"property", "llm_enrichment"}, to their verdicts on stdout."""
    from expectations.grade import grade_lines

    passes = load_settings().quality_threshold if threshold is None else threshold
    for verdict in grade_lines(_lines(), threshold=passes):
        _write(verdict)


def _lines() -> Iterator[str]:
    """Bytes that are no UTF-8 become replacement characters: they spoil their line, not the whole job."""
    return (raw.decode("utf-8", errors="replace") for raw in sys.stdin.buffer)


def _write(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
