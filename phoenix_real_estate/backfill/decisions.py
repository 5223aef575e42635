"""Records whose house a person has decided on, known by the house itself.

A property names the raw records that it was last made of. An older record of the house is none of them, and
yet would replace what the person decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from phoenix_real_estate.models import Property, RawRecord
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.review.cases import decision_in
from phoenix_real_estate.standing import is_house
from phoenix_real_estate.store import Store

# Records read at a time where a choice needs their payload.
READ_BATCH = 200


def left_to_machines(store: Store, ids: Sequence[str]) -> list[str]:
    """Without the records of decided houses; a pending one brings facts that nobody has decided on."""
    places = store.raw.whereabouts(ids)
    at_rest = [one for one in ids if one in places and places[one][1] != "pending"]
    decided = on_decided_houses(store, at_rest)
    return [one for one in ids if one not in decided]


def on_decided_houses(store: Store, ids: Iterable[str]) -> set[str]:
    """Those of the records that tell of such a house. Their payloads are read."""
    remaining = iter(ids)
    found: set[str] = set()
    while batch := list(islice(remaining, READ_BATCH)):
        read = store.raw.read(batch)
        facts = {raw_id: known for raw_id, (record, _) in read.items() if (known := facts_of(record))}
        found |= set(_decided(store, facts))
    return found


def facts_of(record: RawRecord) -> Property | None:
    """None also for a record that the normalizer breaks on: a run refuses it with its reason."""
    try:
        return normalize(record)
    except Exception:  # noqa: BLE001 - here it only is of no house
        return None


def _decided(store: Store, facts: dict[str, Property]) -> Iterator[str]:
    keys: Collection[str] = {key for one in facts.values() if (key := one.address.key)}
    stored = store.processed.same_house({one.property_id for one in facts.values()}, keys)
    decided = [document for document in stored if decision_in(document)]
    for raw_id, one in facts.items():
        if any(is_house(document, one) for document in decided):
            yield raw_id
