"""Which raw records are of one house: by parcel number, else by address where that tells houses apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from phoenix_real_estate.models import Frozen, Property


class Normalized(Frozen):
    """What one raw record said."""

    raw_id: str
    source: str
    property: Property


def said_by(earlier: Iterable[Mapping[str, Property]]) -> Iterator[Property]:
    return (facts for by_source in earlier for facts in by_source.values())


def shared_addresses(known: Iterable[Property]) -> frozenset[str]:
    """The addresses that hold more than one parcel, as condominiums without a unit number do.

    A parcel with a unit number stands at the address without one, too.
    """
    parcels: defaultdict[str, set[str]] = defaultdict(set)
    for facts in known:
        building = facts.address.model_copy(update={"unit": None})
        for key in {facts.address.key, building.key}:
            if key and facts.parcel_number:
                parcels[key].add(facts.parcel_number)
    return frozenset(key for key, numbers in parcels.items() if len(numbers) > 1)


class Group:
    def __init__(self) -> None:
        self.raw_ids: list[str] = []
        self.said: list[tuple[str, Property]] = []
        self.parcel: str | None = None

    def take(self, source: str, facts: Property) -> None:
        self.said.append((source, facts))
        self.parcel = self.parcel or facts.parcel_number


class Groups:
    """Groups under construction, found by parcel number and by address key.

    At a shared address only records with the same parcel number belong to a parcel; those without any are
    one house there, apart from the parcels.
    """

    def __init__(self, shared_addresses: Collection[str]) -> None:
        self.all: list[Group] = []
        self._shared = shared_addresses
        self._by_parcel: dict[str, Group] = {}
        self._by_address: dict[str, list[Group]] = {}

    def add(self, record: Normalized) -> None:
        group = self._find(record.property)
        if group is None:
            group = Group()
            self.all.append(group)
        group.raw_ids.append(record.raw_id)
        self._put(group, record.source, record.property)

    def join(self, facts_by_source: Mapping[str, Property]) -> None:
        """Each source's facts into the first house that one of them belongs to.

        Facts that a parcel took in by an address that turned out to be shared may be another's: they are
        left out.
        """
        known = sorted(facts_by_source.values(), key=lambda facts: facts.parcel_number is None)
        if known and known[0].parcel_number:
            known = [facts for facts in known if facts.parcel_number or not self._is_shared(facts)]
        group = next((home for home in map(self._find, known) if home), None)
        for source, facts in facts_by_source.items():
            if group and facts in known:
                self._put(group, source, facts)

    def _find(self, facts: Property) -> Group | None:
        """By parcel, else by address where no parcel stands against it."""
        if facts.parcel_number in self._by_parcel:
            return self._by_parcel[facts.parcel_number]
        alike = self._by_address.get(facts.address.key or "", [])
        shared = self._is_shared(facts)
        return next((group for group in alike if _fits(group, facts, shared)), None)

    def _is_shared(self, facts: Property) -> bool:
        return facts.address.key in self._shared

    def _put(self, group: Group, source: str, facts: Property) -> None:
        group.take(source, facts)
        if facts.parcel_number:
            self._by_parcel[facts.parcel_number] = group
        alike = self._by_address.setdefault(facts.address.key, []) if facts.address.key else []
        if group not in alike:
            alike.append(group)


def _fits(group: Group, facts: Property, shared: bool) -> bool:
    if shared:
        return not group.parcel and not facts.parcel_number
    return not (group.parcel and facts.parcel_number)
