"""The listing pages of this room: invented houses in real layouts, and what visitors read there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.models import RawRecord, Source
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.normalize.page import facts_of_page, read_page

FOLDER = Path(__file__).parent / "pages"
NAMES = sorted(path.stem for path in FOLDER.glob("*.html"))

# What tells nothing of the house, or is prose: not part of a tally.
NOT_TALLIED = {"remarks", "price_kind", "state"}


@dataclass(frozen=True)
class Tally:
    """Fields of a page by how they were read; a fact that the page does not tell is wrong."""

    right: int
    missing: tuple[str, ...]
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        missing, wrong = (", ".join(fields) or "-" for fields in (self.missing, self.wrong))
        return f"{self.right:2} right, missing {missing}, wrong {wrong}"


def html_of(name: str) -> str:
    return (FOLDER / f"{name}.html").read_text(encoding="utf-8")


def record_of(name: str) -> RawRecord:
    return RawRecord(id=name, source=Source.MLS, html=html_of(name))


def expected_of(name: str) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return {**found, "address": str(found["address"]).lower()}


def tally(expected: Mapping[str, JsonValue], facts: Mapping[str, JsonValue]) -> Tally:
    """What the normalizer makes of the facts, against what a visitor reads."""
    found = _normalized(facts)
    wrong = [name for name in found if found[name] != expected.get(name) and name not in NOT_TALLIED]
    return Tally(
        right=sum(found.get(name) == fact for name, fact in expected.items()),
        missing=tuple(name for name in expected if name not in found),
        wrong=tuple(f"{name}={found[name]!r}" for name in wrong),
    )


def tally_of_patterns(name: str) -> Tally:
    return tally(expected_of(name), read_page(record_of(name)).patterns)


def tally_of_both(name: str) -> Tally:
    return tally(expected_of(name), facts_of_page(record_of(name)))


def _normalized(facts: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    try:
        read = normalize(RawRecord(id="page", source=Source.MLS, data=dict(facts)))
    except RecordError:
        return {}
    told = read.model_dump(
        mode="json", exclude_none=True, exclude_defaults=True, exclude={"provenance", "conflicts"}
    )
    told |= {
        "address": (read.address.street or "").lower(),
        **read.address.model_dump(exclude={"street", "raw", "state"}),
    }
    return {name: fact for name, fact in told.items() if fact is not None}
