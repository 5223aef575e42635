"""The tables of the package: CSV files with `#` notes above the header."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def rows_of(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a table of ours, in the file's order."""
    text = (files("phoenix_real_estate") / "tables" / name).read_text("utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple({key: value or "" for key, value in row.items()} for row in csv.DictReader(lines))


@cache
def small_words(kind: str) -> frozenset[str]:
    """The words of one kind of lexicon_small_words.csv."""
    return frozenset(
        next(row["words"] for row in rows_of("lexicon_small_words.csv") if row["kind"] == kind).split()
    )
