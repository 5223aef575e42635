"""One house out of the facts of several sources: field by field, with its provenance and its conflicts.

Which source wins a field, and how far two values may lie apart and still agree, is in tables/precedence.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from pydantic import Field

from phoenix_real_estate.models import Address, Conflict, Frozen, OperationRecord, Property, Source
from phoenix_real_estate.normalize.confidence import how_read
from phoenix_real_estate.normalize.grouping import Group, Groups, Normalized, said_by, shared_addresses
from phoenix_real_estate.postal import abbreviated

__all__ = ["House", "Normalized", "harmonize"]

_TABLE = json.loads(
    files("phoenix_real_estate.normalize").joinpath("tables/precedence.json").read_text("utf-8")
)
_COUNTY_FIRST = frozenset(_TABLE["county_first"])
_NEVER_IN_CONFLICT = frozenset(_TABLE["never_in_conflict"])
_ABOUT_THE_FACTS = {"collected_at", "provenance", "conflicts", "doubts", "confidence", "read_by"}
_NOT_MERGED = {"address", "comparables", *_ABOUT_THE_FACTS}
# Of a flat the county may count the building's lot and garages, and the listing the flat's own.
_OF_THE_BUILDING = frozenset(_TABLE["of_the_building"])
_SHARED_BUILDINGS = frozenset(_TABLE["shared_buildings"])
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class House(Frozen):
    """One house: its merged facts, the raw records of this batch, and what each source says of it.

    `stored` tells, by property id, when the documents were written that stood there for it by then;
    `extractions` how the pages among the raw records were read.
    """

    property: Property
    raw_ids: tuple[str, ...]
    facts_by_source: dict[str, Property]
    stored: dict[str, datetime | None] = Field(default={})
    extractions: tuple[OperationRecord, ...] = ()


def harmonize(
    normalized: Sequence[Normalized], earlier: Iterable[Mapping[str, Property]] = ()
) -> list[House]:
    """Groups records of one house and merges each group.

    Records belong together by parcel number, else by address key, unless the address is known to hold
    several parcels: a record without a parcel number is then none of them. `earlier` holds the facts by
    source of properties stored before: they join the house they belong to and never make one of their own.
    Of two records of one source the newer wins, the older fills what the newer does not say.
    """
    known = [*earlier]
    groups = Groups(shared_addresses([*(one.property for one in normalized), *said_by(known)]))
    # Parcels first: whether an address alone tells a house apart must not depend on the order of records.
    for record in sorted(normalized, key=lambda record: record.property.parcel_number is None):
        groups.add(record)
    for facts in known:
        groups.join(facts)
    return [_house(group) for group in groups.all]


def _house(group: Group) -> House:
    facts_by_source = {
        source: _newest([facts for other, facts in group.said if other == source])
        for source in sorted({source for source, _ in group.said})
    }
    return House(
        property=_merged(facts_by_source), raw_ids=tuple(group.raw_ids), facts_by_source=facts_by_source
    )


def _newest(said: list[Property]) -> Property:
    """One source's facts: each field from the newest record that has it."""
    newest, *older = sorted(said, key=_when, reverse=True)
    for facts in older:
        missing = {name: getattr(facts, name) for name in _fields() if not _has(newest, name)}
        missing = {name: value for name, value in missing.items() if _has(facts, name)}
        provenance = {name: facts.provenance[name] for name in missing if name in facts.provenance}
        address = _completed(newest.address, facts.address)
        update = {**missing, "address": address, "provenance": {**newest.provenance, **provenance}}
        taken = dict.fromkeys(newest.provenance, newest) | dict.fromkeys(provenance, facts)
        newest = newest.model_copy(update={**update, **how_read(taken)})
    return newest


def _when(facts: Property) -> datetime:
    when = facts.collected_at or _LONG_AGO
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _merged(facts_by_source: dict[str, Property]) -> Property:
    if len(facts_by_source) == 1:
        return next(iter(facts_by_source.values()))
    facts: dict[str, Any] = {}
    provenance: dict[str, str] = {}
    conflicts: list[Conflict] = []
    for name in _fields():
        saying = [source for source in _order(facts_by_source, name) if _has(facts_by_source[source], name)]
        if saying:
            facts[name] = getattr(facts_by_source[saying[0]], name)
            provenance[name] = saying[0]
            conflicts += _conflicts(name, saying, facts_by_source)
    address, address_source = _address(facts_by_source)
    facts = _one_price(facts, facts_by_source, provenance)
    provenance = {"address": address_source, **provenance}
    return Property(
        **facts,
        **how_read({name: facts_by_source[source] for name, source in provenance.items()}),
        address=address,
        provenance=provenance,
        conflicts=tuple(conflicts),
        doubts=tuple(doubt for said in facts_by_source.values() for doubt in said.doubts),
        collected_at=max(facts_by_source.values(), key=_when).collected_at,
    )


def _one_price(
    facts: dict[str, Any], facts_by_source: dict[str, Property], provenance: dict[str, str]
) -> dict[str, Any]:
    """A price and its kind come from one source."""
    if "price" not in provenance:
        return facts
    kind = facts_by_source[provenance["price"]].price_kind
    provenance["price_kind"] = provenance["price"]
    return {**facts, "price_kind": kind}


def _fields() -> list[str]:
    return [name for name in Property.model_fields if name not in _NOT_MERGED]


def _has(facts: Property, name: str) -> bool:
    return getattr(facts, name) not in (None, ())


def _order(sources: Iterable[str], name: str) -> list[str]:
    first = Source.MARICOPA if name in _COUNTY_FIRST else Source.MLS
    return sorted(sources, key=lambda source: (source != first, source))


def _address(facts_by_source: dict[str, Property]) -> tuple[Address, str]:
    """The county's, completed by what the other writes of the same street: units, ZIP codes."""
    first, *others = _order(facts_by_source, "parcel_number")
    address = facts_by_source[first].address
    for other in others:
        address = _completed(address, facts_by_source[other].address)
    return address, first


def _completed(address: Address, other: Address) -> Address:
    if abbreviated(address.street or "") != abbreviated(other.street or ""):
        return address
    gaps = {
        name: getattr(other, name) for name in ("unit", "city", "state", "zip") if not getattr(address, name)
    }
    return address.model_copy(update=gaps)


def _conflicts(name: str, saying: list[str], facts_by_source: dict[str, Property]) -> list[Conflict]:
    if name in _NEVER_IN_CONFLICT:
        return []
    kept_source, *others = saying
    kept = facts_by_source[kept_source]
    return [
        Conflict(
            field=name,
            kept=getattr(kept, name),
            kept_source=kept_source,
            other=getattr(facts_by_source[other], name),
            other_source=other,
        )
        for other in others
        if not _agree(name, kept, facts_by_source[other])
    ]


def _agree(name: str, kept: Property, other: Property) -> bool:
    one, two = getattr(kept, name), getattr(other, name)
    if name == "price" and kept.price_kind != other.price_kind:
        return True
    if name in _OF_THE_BUILDING and _SHARED_BUILDINGS & {kept.property_type, other.property_type}:
        return True
    if name == "pool_type":
        return _private(one) == _private(two)
    if name in {"cooling_type", "roof_type", "subdivision", "school_district", "irrigation_district"}:
        return _alike(one, two)
    if isinstance(one, int | float) and not isinstance(one, bool):
        return _near(name, one, two)
    return bool(one == two)


def _private(pool_type: str) -> bool:
    """The county knows private pools only: it cannot deny the community's."""
    return pool_type in {"private", "both"}


def _near(name: str, one: float, two: float) -> bool:
    relative = _TABLE["relative_tolerance"].get(name, 0.0) * max(one, two)
    return bool(abs(one - two) <= max(relative, _TABLE["absolute_tolerance"].get(name, 0.0)))


def _alike(one: str, two: str) -> bool:
    """Two descriptions that share a word (Tile and Concrete Tile) do not contradict each other."""
    return not _words(one).isdisjoint(_words(two))


def _words(text: str) -> set[str]:
    words = set(re.findall(r"\w+", text.lower()))
    return words | {other for word in words for other in _TABLE["same_thing"].get(word, ())}
