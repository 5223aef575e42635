"""Microdata (`itemscope`, `itemtype`, `itemprop`) as the objects that JSON-LD would write."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

MOST_PROPERTIES = 200
MOST_ITEMS = 500


class Items:
    """The items of a page; what stands inside another item as its property is only there."""

    def __init__(self) -> None:
        self.outermost: list[JsonValue] = []
        self._open: list[dict[str, JsonValue]] = []
        self._count = 0

    def __bool__(self) -> bool:
        return bool(self._open)

    def enter(self, attributes: Mapping[str, str]) -> None:
        node: dict[str, JsonValue] = {"@type": attributes.get("itemtype", "").rstrip("/").rpartition("/")[2]}
        self._count += 1
        if self._open and attributes.get("itemprop"):
            self.add(attributes["itemprop"], node)
        elif self._count <= MOST_ITEMS:
            self.outermost.append(node)
        self._open.append(node)

    def leave(self) -> None:
        self._open.pop()

    def add(self, names: str, value: JsonValue) -> None:
        """Gives the innermost item a property; the first value of a name counts."""
        for name in names.split()[:5]:
            if len(self._open[-1]) < MOST_PROPERTIES:
                self._open[-1].setdefault(name, value)


def written_value(attributes: Mapping[str, str]) -> str:
    """The value that an attribute tells instead of the text; empty where the text is the value."""
    return next((told for name in ("content", "datetime", "value") if (told := attributes.get(name))), "")
