"""Turns one raw record into the facts of one property, by the normalizer of its source.

A new source is a module with a `normalize(record)` and a line in SOURCES.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import JsonValue, ValidationError

from phoenix_real_estate.errors import RecordError, UnknownSource, UnusableRecord
from phoenix_real_estate.models import Property, RawRecord, Source
from phoenix_real_estate.normalize import maricopa, mls
from phoenix_real_estate.normalize.harmonize import House, Normalized, harmonize

__all__ = ["SOURCES", "House", "Normalized", "harmonize", "normalize", "normalize_line"]

SOURCES: Mapping[str, Callable[[RawRecord], Property]] = MappingProxyType(
    {Source.MARICOPA.value: maricopa.normalize, Source.MLS.value: mls.normalize}
)


def normalize(record: RawRecord) -> Property:
    """The facts of the record's property.

    Owners, mailing addresses, agents and phones stay behind. A fact that cannot be read, or that is out of
    all bounds, is unknown.

    Raises:
        UnknownSource: nobody here knows that source.
        UnusableRecord: there is no property in it, or none with an address.
        UnsupportedProperty: vacant land, commerce, a rental listing: a kind that is not enriched.
    """
    normalizer = SOURCES.get(record.source)
    if normalizer is None:
        known = ", ".join(SOURCES)
        raise UnknownSource(
            f"record {record.id} comes from {record.source[:60]!r}; known sources are {known}."
        )
    if record.data is None and record.html is None:
        raise UnusableRecord(f"record {record.id} has neither data nor html.")
    return normalizer(record)


def normalize_line(line: str) -> dict[str, JsonValue]:
    """One line of JSON, `{"source", "data" | "html"}`, into what `phoenix normalize` prints for it.

    `{"ok": true, "property": {...}}` without unknown fields, or `{"ok": false, "error", "reason"}`.
    """
    try:
        facts = normalize(_record_of(line))
    except RecordError as refused:
        return {"ok": False, "error": refused.reason, "reason": str(refused)}
    document: dict[str, JsonValue] = facts.model_dump(mode="json", exclude_none=True)
    return {"ok": True, "property": {"property_id": facts.property_id, **document}}


def _record_of(line: str) -> RawRecord:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as malformed:
        raise UnusableRecord(f"the line is not JSON: {malformed}.") from None
    if not isinstance(document, dict) or not isinstance(document.get("source"), str):
        raise UnusableRecord('the line is not a raw record: {"source": ..., "data": {...} or "html": "..."}.')
    return _validated(document)


def _validated(document: dict[str, Any]) -> RawRecord:
    named = document.get("_id", document.get("id", "line"))
    try:
        return RawRecord(**{**document, "id": named if isinstance(named, str) else str(named)[:80]})
    except ValidationError as invalid:
        field = ".".join(str(part) for part in invalid.errors()[0]["loc"][:2])
        raise UnusableRecord(
            f"the line is not a raw record: {field}: {invalid.errors()[0]['msg']}."
        ) from None
