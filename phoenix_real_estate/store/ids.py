"""MongoDB's `_id` may be anything; a record's id is text. The two map one to one."""

from __future__ import annotations

from typing import Any

from bson import ObjectId, json_util

OBJECT_ID = "oid:"
EXTENDED_JSON = "ejson:"


def record_id(stored: Any) -> str:
    """A string stands for itself, an ObjectId becomes `oid:<hex>`, all else is MongoDB's extended JSON."""
    if isinstance(stored, str) and not stored.startswith((OBJECT_ID, EXTENDED_JSON)):
        return stored
    if isinstance(stored, ObjectId):
        return OBJECT_ID + str(stored)
    return EXTENDED_JSON + json_util.dumps(stored, json_options=json_util.CANONICAL_JSON_OPTIONS)


def stored_id(record: str) -> Any:
    """The `_id` that `record_id` was given."""
    if record.startswith(OBJECT_ID):
        return ObjectId(record.removeprefix(OBJECT_ID))
    if record.startswith(EXTENDED_JSON):
        text = record.removeprefix(EXTENDED_JSON)
        return json_util.loads(text, json_options=json_util.CANONICAL_JSON_OPTIONS)
    return record
