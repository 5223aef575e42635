"""Finds the named values of a payload, however a collector nested it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from functools import lru_cache

from pydantic import JsonValue

MOST_NODES = 20_000
LONGEST_NAME = 80

# Persons, other parcels, drawings and histories: nothing below these keys is a fact of the property.
_OTHER_MATTERS = re.compile(
    r"owner(?!ship)|mailing|agent|office|member|similar|sketch|mapid|improvement|media|photo|history|rooms?$",
    re.IGNORECASE,
)


def compact(key: str) -> str:
    """`# Bedrooms`, `bedrooms` and `Bedrooms` are one name: letters and digits alone, in lower case."""
    return _compact(key[:LONGEST_NAME])


def named_values(payload: JsonValue, skip: str | None = None) -> dict[str, JsonValue]:
    """Every plain value (or list of plain values) by its compact name; of equal names the outermost wins.

    Walks breadth first over at most MOST_NODES nodes, past persons, other parcels and the key `skip`.
    Lists of several objects are not one property's values and are left out.
    """
    found: dict[str, JsonValue] = {}
    for node in _objects(payload, skip):
        for key, value in node.items():
            if type(value) is str:
                found.setdefault(_compact(key[:LONGEST_NAME]), value)
            elif _is_plain(value):
                only = value[0] if isinstance(value, list) and len(value) == 1 else value
                found.setdefault(compact(key), only)
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
        inner = isinstance(value, (dict, list))
        if inner and key != skip and not _is_of_other_matters(key[:LONGEST_NAME]):
            yield value


@lru_cache(maxsize=20_000)
def _compact(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


@lru_cache(maxsize=20_000)
def _is_of_other_matters(name: str) -> bool:
    return _OTHER_MATTERS.search(name) is not None


def _is_plain(value: JsonValue) -> bool:
    if isinstance(value, list):
        return bool(value) and not any(isinstance(item, (dict, list)) for item in value[:50])
    return value is not None and not isinstance(value, dict)
