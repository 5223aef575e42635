"""What stands in the store for the houses of a batch, when it is normalized and when it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from phoenix_real_estate.documents import earlier_facts, flow_run_of, raw_ids_of, written_at
from phoenix_real_estate.models import BY_ADDRESS, Property
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.review.cases import decision_in
from phoenix_real_estate.store import ProcessedProperties
from phoenix_real_estate.store.processed import address_of

Document = dict[str, Any]


class Standing:
    """The stored documents of these houses, found by property id or by address."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._by_id = {document["_id"]: document for document in documents}
        self._ids_at: defaultdict[str | None, list[str]] = defaultdict(list)
        for document in documents:
            self._ids_at[address_of(document).key].append(document["_id"])

    @classmethod
    def of(cls, houses: Sequence[House], processed: ProcessedProperties) -> Standing:
        facts = [house.property for house in houses]
        keys = {key for one in facts if (key := one.address.key)}
        return cls(processed.same_house({one.property_id for one in facts}, keys))

    def noted(self, house: House) -> House:
        """The house with a note of what stands there for it now."""
        return house.model_copy(update={"stored": {one["_id"]: written_at(one) for one in self._for(house)}})

    def overtakes(self, house: House) -> bool:
        """Whether another batch has published the house since: its facts would be lost, the texts miss them.

        What this very batch has written, before publishing broke off, is no other's.
        """
        return any(
            written_at(document) != house.stored.get(document["_id"])
            for document in self._for(house)
            if raw_ids_of(document) != house.raw_ids
        )

    def decided(self, house: House) -> Document | None:
        """What a person has decided on since the house was noted: itself, or what became of its records."""
        return next(filter(lambda document: self._is_decided(document, house), self._for(house)), None)

    @property
    def written(self) -> dict[str, datetime | None]:
        """By property id, when the documents were written."""
        return {one["_id"]: written_at(one) for one in self._by_id.values()}

    def earlier(self, ids: Iterable[str], *, than: str | None) -> list[Document]:
        """What stands there under these ids, but for what this run itself has written."""
        known = (self._by_id[one] for one in ids if one in self._by_id)
        return [one for one in known if than is None or flow_run_of(one) != than]

    def is_from(self, house: House, flow_run_id: str | None) -> bool:
        """Whether this run has stored the house already, from these records, and nobody has decided on it."""
        document = self._by_id.get(house.property.property_id)
        return (
            document is not None
            and not decision_in(document)
            and (flow_run_of(document), raw_ids_of(document))
            == (
                flow_run_id,
                house.raw_ids,
            )
        )

    def outruns(self, house: House, before: Standing, ours: Collection[str]) -> bool:
        """Whether another run has stored the house under another id since `before`.

        `ours` are the ids that this batch has stored itself. Another parcel is another house.
        """
        return any(
            before.written.get(one["_id"], _NOTHING) != written_at(one)
            for one in self._for(house)
            if one["_id"] not in ours and (_by_address(one) or not house.property.parcel_number)
        )

    def restore(self, ids: Iterable[str], *, at: datetime, processed: ProcessedProperties) -> None:
        """Takes back what was stored `at` that moment: what stood here before stands here again."""
        stored = dict.fromkeys(ids, at)
        processed.save([self._by_id[one] for one in stored if one in self._by_id], over=stored)
        processed.remove({one: at for one in stored if one not in self._by_id})

    def outgrown_by(self, houses: Sequence[House]) -> dict[str, datetime | None]:
        """Documents stored under an address, of houses whose parcel number has become known since.

        Where an address holds several parcels, it is nobody's: none has taken in its facts.
        """
        parcels = [house for house in houses if house.property.parcel_number]
        at_address: defaultdict[str | None, set[str]] = defaultdict(set)
        for house in parcels:
            stored = {one["_id"] for one in self._for(house) if not _by_address(one)}
            at_address[house.property.address.key] |= {house.property.property_id, *stored}
        return {
            document["_id"]: written_at(document)
            for house in parcels
            if len(at_address[house.property.address.key]) == 1
            for document in self._for(house)
            if _by_address(document) and house.facts_by_source.keys() >= earlier_facts(document).keys()
        }

    def _is_decided(self, document: Document, house: House) -> bool:
        """Another parcel at the address is another house."""
        return (
            decision_in(document) is not None
            and written_at(document) != house.stored.get(document["_id"])
            and (
                document["_id"] == house.property.property_id
                or not set(raw_ids_of(document)).isdisjoint(house.raw_ids)
            )
        )

    def _for(self, house: House) -> list[Document]:
        facts = house.property
        at_address = self._ids_at[facts.address.key] if facts.address.key else []
        return [self._by_id[one] for one in {facts.property_id, *at_address} if one in self._by_id]


_NOTHING = object()


def is_house(document: Document, property: Property) -> bool:
    """Whether a document tells of this house, by id or address. Another parcel is another house."""
    at_address = property.address.key and address_of(document).key == property.address.key
    return bool(
        document["_id"] == property.property_id
        or (at_address and (_by_address(document) or not property.parcel_number))
    )


def _by_address(document: Document) -> bool:
    return str(document["_id"]).startswith(BY_ADDRESS)
