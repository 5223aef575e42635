"""MongoDB's `_id` may be anything; a record's id is text. The two map one to one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from bson import ObjectId, json_util
from bson.errors import BSONError

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
    """The `_id` that `record_id` was given. Text that it never gave stands for itself."""
    kind, _, rest = record.partition(":")
    if f"{kind}:" == OBJECT_ID and ObjectId.is_valid(rest):
        return ObjectId(rest)
    if f"{kind}:" == EXTENDED_JSON:
        with suppress(ValueError, TypeError, BSONError):
            return json_util.loads(rest, json_options=json_util.CANONICAL_JSON_OPTIONS)
    return record
