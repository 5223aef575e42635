"""Raw records as MongoDB holds them. Collectors we do not know wrote some: reading never fails."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue

from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.store.connection import Document
from phoenix_real_estate.store.ids import record_id, stored_id


def raw_document(record: RawRecord) -> Document:
    """What a collector would have stored for this record."""
    fields = {"collected_at": record.collected_at, "data": record.data, "html": record.html}
    known = {name: value for name, value in fields.items() if value is not None}
    return {"_id": stored_id(record.id), "source": record.source, **known}


def raw_record(document: Document) -> RawRecord:
    """A payload that is no object is left out, for the normalizer to refuse with its reason."""
    data, html, source = document.get("data"), document.get("html"), document.get("source")
    processing = document.get("processing") or {}
    return RawRecord(
        id=record_id(document["_id"]),
        source=source if isinstance(source, str) else "",
        collected_at=time_of(document.get("collected_at")),
        data={key: _json(value) for key, value in data.items()} if isinstance(data, dict) else None,
        html=html if isinstance(html, str) else None,
        claim_id=processing.get("claim_id"),
        attempts=processing.get("attempts", 0),
    )


def time_of(value: Any) -> datetime | None:
    """A moment as collectors write it, in UTC; None for what is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _json(value: Any) -> JsonValue:
    """MongoDB's own types (ObjectId, dates, decimals) become text, as a JSON file would have them."""
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
