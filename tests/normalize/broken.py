"""Real-shaped records with something broken in them, and what must hold of every one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.models import Property, RawRecord
from phoenix_real_estate.normalize import normalize
from tests.normalize.records import ARMLS, BUNDLE, PARCEL, RESO_LISTING, SEARCH_ROW, county, mls

Path = tuple[str | int, ...]

PAYLOADS = {
    "search row": SEARCH_ROW,
    "bundle": BUNDLE,
    "parcel": PARCEL,
    "export row": ARMLS,
    "listing": RESO_LISTING,
}
LONGEST_REFUSAL = 600

_SCALARS: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    -0.0,
    1e308,
    10**18,
    10**400,
    -(10**400),
    float("nan"),
    float("inf"),
    float("-inf"),
    "",
    " " * 99,
    "\t\n\r\x0b\u00a0\u2028",
    "\ufeff",
    "\x00",
    "\ud800",
    "\udfff\ud800",
    "#" * 300,
    "9" * 5_000,
    "-" * 200,
    "1,2,3,4",
    "1e999",
    "NaN",
    "½",
    "٣",
    "２０２６",
    "Ⅻ",
    "<script>alert(1)</script>",
    "{{square_feet}}",
    "$" * 50,
    "12 " * 200,
    "AZ " * 60,
    "# " * 100,
    "UNIT " * 40,
    ", " * 100,
]


def _values() -> st.SearchStrategy[Any]:
    nested: Any = {}
    for _ in range(60):
        nested = [{"a": nested}]
    return st.one_of(
        st.sampled_from(_SCALARS),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
        st.from_regex(r"[0-9$.,#A-Z -]{1,30}", fullmatch=True),
        st.lists(st.one_of(st.integers(), st.text(max_size=5)), max_size=3),
        st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
        st.sampled_from([nested, [[]], [None], {"": {}}, [{}, {}], [[[[[[{}]]]]]]]),
    )


def broken_payloads(payload: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The payload with values at any depth replaced, wrapped, gone, misnamed, or swapped with one another."""
    paths = [*_paths(payload)]
    changes = st.lists(
        st.tuples(
            st.sampled_from(["replace", "replace", "wrap", "remove", "rename", "swap", "shout"]),
            st.sampled_from(paths),
            st.sampled_from(paths),
            _values(),
        ),
        min_size=1,
        max_size=8,
    )
    return changes.map(lambda made: _changed(payload, made))


def broken_records() -> st.SearchStrategy[RawRecord]:
    """Records of both sources, sometimes of the wrong one."""
    payloads = st.one_of(*(broken_payloads(payload) for payload in PAYLOADS.values()))
    return st.tuples(payloads, st.sampled_from([county, mls])).map(lambda made: made[1](made[0]))


def assert_property_or_refusal(record: RawRecord) -> None:
    """A property that survives being stored, or a refusal of one short line that names the record."""
    read = _outcome(record)
    if isinstance(read, Property):
        assert Property.model_validate_json(read.model_dump_json()) == read
        return
    assert "\n" not in read
    assert len(read) <= LONGEST_REFUSAL
    assert any(named in read for named in (f"record {record.id}", "parcel "))


def _outcome(record: RawRecord) -> Property | str:
    try:
        return normalize(record)
    except RecordError as refused:
        return str(refused)


def _paths(value: Any, at: Path = ()) -> Iterator[Path]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*at, key)
        yield from _paths(inner, (*at, key))


def _changed(payload: dict[str, Any], changes: list[tuple[str, Path, Path, Any]]) -> dict[str, Any]:
    copied = copy.deepcopy(payload)
    for how, path, other, value in changes:
        node = _node(copied, path)
        if not isinstance(node, dict) or path[-1] not in node:
            continue
        old = node.pop(path[-1])
        kept = {
            "replace": {path[-1]: value},
            "wrap": {path[-1]: [old]},
            "remove": {},
            "rename": {str(value)[:30] if not isinstance(value, int) else "x": old},
            "swap": {path[-1]: copy.deepcopy(_value(payload, other))},
            "shout": {str(path[-1]).upper(): json.dumps(old) if isinstance(old, dict) else str(old)},
        }
        node.update(kept[how])
    return copied


def _node(payload: Any, path: Path) -> Any:
    for key in path[:-1]:
        payload = payload[key] if _holds(payload, key) else None
    return payload


def _value(payload: Any, path: Path) -> Any:
    for key in path:
        payload = payload[key]
    return payload


def _holds(node: Any, key: str | int) -> bool:
    return (
        key in node
        if isinstance(node, dict)
        else isinstance(node, list) and isinstance(key, int) and key < len(node)
    )
