"""The decisions as a data set for the tuning of prompts, one example a decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from phoenix_real_estate.export import as_json
from phoenix_real_estate.store import Store

_FIELDS = (
    *("property_id", "decision", "by", "at", "reason", "changed", "property", "writers"),
    *("before", "after", "findings", "findings_after", "scores"),
)


def examples(store: Store) -> Iterator[dict[str, Any]]:
    """Facts, the texts before and after, what was found and decided; times ISO 8601. The oldest first."""
    for decision in store.decisions.find():
        yield {"id": decision["_id"]} | {name: as_json(decision.get(name)) for name in _FIELDS}
