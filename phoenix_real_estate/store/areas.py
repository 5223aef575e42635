"""What published properties are priced at, area by area: `market_areas` and `market_snapshots`.

An area is one document: `members` holds, by property id, the price per square foot and when it was
collected. It follows what is saved to and removed from `processed_properties`; a crash in between leaves it
behind until that property is saved the next time. A snapshot is written once and never changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from pymongo import UpdateOne
from pymongo.database import Database

from phoenix_real_estate.comparables import FEWEST, Snapshot, level_of
from phoenix_real_estate.store.connection import Document, reachable

RECENT = timedelta(days=365)
"""An older price says nothing of today's market."""


class Member(NamedTuple):
    """A property in its area: whole USD per square foot, and when the price was collected."""

    area: str
    price_per_square_foot: int
    on: datetime


class MarketAreas:
    """The collections `market_areas` and `market_snapshots`."""

    def __init__(self, database: Database[Document], clock: Callable[[], datetime]) -> None:
        self._areas = database["market_areas"]
        self._snapshots = database["market_snapshots"]
        self._clock = clock

    @reachable()
    def follow(self, before: Mapping[str, str], now: Mapping[str, Member]) -> None:
        """Moves properties, by id, from the areas where they were before into those where they are now."""
        changes: defaultdict[str, Document] = defaultdict(lambda: {"$set": {}, "$unset": {}})
        for property_id, member in now.items():
            entry = {"price_per_square_foot": member.price_per_square_foot, "on": member.on}
            changes[member.area]["$set"][f"members.{property_id}"] = entry
        for property_id, area in before.items():
            if property_id not in now or now[property_id].area != area:
                changes[area]["$unset"][f"members.{property_id}"] = ""
        if changes:
            self._areas.bulk_write([_update(area, change) for area, change in changes.items()])

    @reachable()
    def snapshots(self, areas: Collection[str], *, keep: bool = True) -> dict[str, Snapshot]:
        """The month's snapshots of these areas, by their keys; of areas with too few recent members none.

        New ones are written down, unless they are not to be kept.
        """
        taken = {area["_id"]: self._taken(area) for area in self._areas.find({"_id": {"$in": [*areas]}})}
        wanted = {area: one for area, one in taken.items() if len(one.values) >= FEWEST}
        stored = self._stored({one.id for one in wanted.values()})
        new = [one for one in wanted.values() if one.id not in stored]
        if not keep:
            stored |= {one.id: one for one in new}
        elif new:
            self._snapshots.bulk_write([_unless_there(one) for one in new])
            # Another run may have been quicker: what stands there is what counts.
            stored |= self._stored({one.id for one in new})
        return {area: stored[one.id] for area, one in wanted.items()}

    def _taken(self, area: Document) -> Snapshot:
        now = self._clock()
        values = {
            property_id: member["price_per_square_foot"]
            for property_id, member in area.get("members", {}).items()
            if now - member["on"] <= RECENT
        }
        name = f"{area['_id']}|{now:%Y-%m}|{level_of(len(values))}"
        return Snapshot(id=name, as_of=now.date(), values=values)

    def _stored(self, ids: Collection[str]) -> dict[str, Snapshot]:
        found = self._snapshots.find({"_id": {"$in": [*ids]}}) if ids else ()
        return {one["_id"]: Snapshot.model_validate({**one, "id": one["_id"]}) for one in found}


def _update(area: str, change: Document) -> UpdateOne:
    """An area begins with its first member: where one only leaves, there may be nothing to leave."""
    written = {name: fields for name, fields in change.items() if fields}
    return UpdateOne({"_id": area}, written, upsert="$set" in written)


def _unless_there(snapshot: Snapshot) -> UpdateOne:
    document = snapshot.model_dump(mode="json", exclude={"id"})
    return UpdateOne({"_id": snapshot.id}, {"$setOnInsert": document}, upsert=True)
