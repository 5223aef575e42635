"""How the facts of a house were read, where a model read them, carried along when records are merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from phoenix_real_estate.models import Property


class HowRead(TypedDict):
    """The fields of Property that say it."""

    confidence: dict[str, float]
    read_by: dict[str, str]


def how_read(taken: Mapping[str, Property]) -> HowRead:
    """How each field was read, by the facts it is taken from. What no model read is not in it."""
    return {
        "confidence": {name: one.confidence[name] for name, one in taken.items() if name in one.confidence},
        "read_by": {name: one.read_by[name] for name, one in taken.items() if name in one.read_by},
    }
