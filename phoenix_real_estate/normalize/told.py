"""What one record tells: its named values by slot (tables/fields.json), and what of it is not believed."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import JsonValue

from phoenix_real_estate.models import Doubt
from phoenix_real_estate.normalize import values
from phoenix_real_estate.normalize.payload import compact

TABLE: Mapping[str, Any] = json.loads(
    files("phoenix_real_estate.normalize").joinpath("tables/fields.json").read_text("utf-8")
)
Read = TypeVar("Read")

# Longer numbers may be a telephone's; words may be anybody's name.
_SHOWN = re.compile(r"([$-]{0,2}(?:[0-9],?){1,6}(?:\.[0-9]{1,4})?)[^0-9]{0,30}")
_MOST_SHOWN = 999_999


class Told:
    """The named values of one record. `doubts` grows with every measure that is told but not believed."""

    def __init__(self, found: Mapping[str, JsonValue], source: str) -> None:
        self.found = found
        self.source = source
        self.doubts: dict[str, Doubt] = {}
        self._names: dict[str, list[tuple[int, str]]] = {}
        slots_of = _slots_by_name(source)
        for name in found.keys() & slots_of.keys():
            for rank, slot in slots_of[name]:
                self._names.setdefault(slot, []).append((rank, name))

    def first(self, slot: str, read: Callable[[JsonValue], Read | None]) -> Read | None:
        """The first of the slot's names whose value can be read."""
        for value in self._values(slot):
            if (found := read(value)) is not None:
                return found
        return None

    def as_told(self, slot: str) -> JsonValue:
        """What the first of the slot's names says, unread."""
        return next(iter(self._values(slot)), None)

    def text(self, slot: str) -> str | None:
        """The first of the slot's names that says anything."""
        return self.first(slot, values.text)

    def every(self, slot: str) -> Iterator[str]:
        """What each of the slot's names says."""
        return (told for value in self._values(slot) if (told := values.text(value)))

    def measured(
        self, field: str, read: Callable[[JsonValue], Read | None], expected: str, slot: str | None = None
    ) -> Read | None:
        """Like `first`; where every name says something that is not `expected`, the field is in doubt."""
        doubted: JsonValue = None
        for value in self._values(slot or field):
            if (found := read(value)) is not None:
                return found
            if doubted is None and _is_said(value):
                doubted = value
        if doubted is not None:
            self.doubt(field, doubted, f"not {expected}")
        return None

    def doubt(self, field: str, value: JsonValue, why: str) -> None:
        """Notes that what the record says of a field is not believed."""
        self.doubts.setdefault(field, Doubt(field=field, source=self.source, told=_shown(value), why=why))

    def _values(self, slot: str) -> list[JsonValue]:
        names = self._names.get(slot, ())
        return [self.found[name] for _, name in sorted(names)] if names else []


def _is_said(value: JsonValue) -> bool:
    """Yes, no, nothing and a zero tell no measure, and so nothing that could be wrong."""
    if isinstance(value, bool) or values.number(value, 0, 0) is not None:
        return False
    told = values.text(value)
    return told is not None and (values.yes_no(told) is None or not told.isalpha())


def _shown(value: JsonValue) -> str | None:
    """A short number as it was told; of anything else nobody knows whether it is about a person."""
    if isinstance(value, str):
        match = _SHOWN.fullmatch(value[:80].strip())
        return match[1].rstrip(",") if match else None
    if isinstance(value, int | float) and abs(value) <= _MOST_SHOWN:
        return f"{value:g}" if isinstance(value, float) else str(value)
    return None


@lru_cache(maxsize=16)
def _slots_by_name(source: str) -> Mapping[str, list[tuple[int, str]]]:
    """Compact name -> the slots it stands for, with its rank: the source's names go before the shared."""
    keys = TABLE["keys"]
    slots: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for slot in {slot for names in keys.values() for slot in names} | set(TABLE["readers"]):
        named = (*keys.get(source, {}).get(slot, ()), *keys["shared"].get(slot, ()), slot)
        for rank, name in enumerate(dict.fromkeys(compact(name) for name in named)):
            slots[name].append((rank, slot))
    return slots
