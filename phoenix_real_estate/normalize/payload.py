"""Finds the named values of a payload, however a collector nested it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

MOST_NODES = 20_000

# Persons, other parcels, drawings and histories: nothing below these keys is a fact of the property.
_OTHER_MATTERS = re.compile(
    r"owner(?!ship)|mailing|agent|office|member|similar|sketch|mapid|improvement|media|photo|history|rooms?$",
    re.IGNORECASE,
)


def compact(key: str) -> str:
    """`# Bedrooms`, `bedrooms` and `Bedrooms` are one name: letters and digits alone, in lower case."""
    return re.sub(r"[^a-z0-9]", "", key[:80].lower())


def named_values(payload: JsonValue, skip: str | None = None) -> dict[str, JsonValue]:
    """Every plain value (or list of plain values) by its compact name; of equal names the outermost wins.

    Walks breadth first over at most MOST_NODES nodes, past persons, other parcels and the key `skip`.
    Lists of several objects are not one property's values and are left out.
    """
    found: dict[str, JsonValue] = {}
    for node in _objects(payload, skip):
        for key, value in node.items():
            if _is_plain(value):
                found.setdefault(compact(key), value)
    return found


def lists_of_objects(payload: JsonValue) -> Iterator[list[dict[str, JsonValue]]]:
    """Every list whose first element is an object: valuations, search results."""
    for node in _objects(payload, None):
        for value in node.values():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                yield [item for item in value if isinstance(item, dict)]


def _objects(payload: JsonValue, skip: str | None) -> Iterator[dict[str, JsonValue]]:
    waiting: deque[JsonValue] = deque([payload])
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node = waiting.popleft()
        if isinstance(node, list) and len(node) == 1:
            node = node[0]
        if isinstance(node, dict):
            yield node
            waiting.extend(_inner(node, skip))


def _inner(node: Mapping[str, JsonValue], skip: str | None) -> Iterator[JsonValue]:
    for key, value in node.items():
        if isinstance(value, dict | list) and key != skip and not _OTHER_MATTERS.search(key):
            yield value


def _is_plain(value: JsonValue) -> bool:
    if isinstance(value, list):
        return bool(value) and not any(isinstance(item, dict | list) for item in value[:50])
    return value is not None and not isinstance(value, dict)
