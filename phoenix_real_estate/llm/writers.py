"""What decides texts beside prompts and models: our own tables, figures and writing code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import phoenix_real_estate

# Within the package; of a folder its tables (*.csv) count.
WRITERS = (
    "assumptions.py",
    "facts.py",
    "figures.py",
    "investment.py",
    "llm/composer.py",
    "llm/selling_points.py",
    "llm/sentences.py",
    "market.py",
    "prompts/reading.py",
    "reasons.py",
    "rent_tables.py",
    "tables",
)


@cache
def writers_fingerprint() -> str:
    """Changes with every release that would write about the same facts in another way, model or not."""
    return fingerprint_of(WRITERS, files(phoenix_real_estate))


def fingerprint_of(names: Sequence[str], package: Traversable) -> str:
    """Changes with any byte of these files and tables, and with their names."""
    digest = hashlib.sha256()
    for name in names:
        for path, content in _contents(name, package.joinpath(*name.split("/"))):
            digest.update(f"{path} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _contents(name: str, source: Traversable) -> Iterator[tuple[str, bytes]]:
    if source.is_file():
        yield name, source.read_bytes()
        return
    for table in sorted(source.iterdir(), key=lambda entry: entry.name):
        if table.name.endswith(".csv"):
            yield f"{name}/{table.name}", table.read_bytes()
