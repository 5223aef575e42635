"""What stands in the store for the houses of a batch, when it is normalized and when it is published."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from phoenix_real_estate.documents import address_of, earlier_facts, raw_ids_of, written_at
from phoenix_real_estate.models import BY_ADDRESS
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.store import ProcessedProperties

Document = Mapping[str, Any]


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

    def outgrown_by(self, houses: Sequence[House]) -> set[str]:
        """Documents stored under an address, of houses whose parcel number has become known since.

        Where an address holds several parcels, it is nobody's: none has taken in its facts.
        """
        parcels = [house for house in houses if house.property.parcel_number]
        alone = Counter(house.property.address.key for house in parcels)
        return {
            document["_id"]
            for house in parcels
            if alone[house.property.address.key] == 1
            for document in self._for(house)
            if document["_id"].startswith(BY_ADDRESS)
            and house.facts_by_source.keys() >= earlier_facts(document).keys()
        }

    def _for(self, house: House) -> list[Document]:
        facts = house.property
        at_address = self._ids_at[facts.address.key] if facts.address.key else []
        return [self._by_id[one] for one in {facts.property_id, *at_address} if one in self._by_id]
