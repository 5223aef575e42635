"""Houses that a person decided on while a run held their records: the decision stands, the run gives way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from phoenix_real_estate.documents import raw_ids_of
from phoenix_real_estate.outcomes import Judged
from phoenix_real_estate.review.cases import Document, decision_in
from phoenix_real_estate.review.moves import move_records
from phoenix_real_estate.standing import Standing
from phoenix_real_estate.store import Store
from phoenix_real_estate.store.processing import RESTING

MEANWHILE = "a person has decided on this house meanwhile"


class Decided:
    """The decided houses of one claim, with the documents that carry the decisions."""

    def __init__(self) -> None:
        self._houses: list[tuple[Judged, Document]] = []

    def sort_out(self, judged: Sequence[Judged], standing: Standing) -> list[Judged]:
        """Takes the houses that are decided; gives the others."""
        documents = [standing.decided(one.house) for one in judged]
        self._houses += [(one, found) for one, found in zip(judged, documents, strict=True) if found]
        return [one for one, found in zip(judged, documents, strict=True) if not found]

    def let_stand(self, claim_id: str, held: Set[str], store: Store) -> None:
        """Sends the records that the claim still holds where the decisions say.

        A record that a decision is not about rests again as it did before, and is done; a new one goes round
        again.
        """
        for one, document in self._houses:
            if mine := held & set(raw_ids_of(document)):
                move_records(store, document, sorted(mine))
            if others := held & set(one.house.raw_ids) - mine:
                store.raw.give_back(claim_id, sorted(others), error=MEANWHILE, done=True)

    def statuses(self, store: Store) -> dict[str, str]:
        """Where the records rest, by id; those that wait or are held are missing."""
        places = store.raw.whereabouts([raw_id for one, _ in self._houses for raw_id in one.house.raw_ids])
        return {raw_id: status for raw_id, (_, status) in places.items() if status in RESTING}

    @property
    def told(self) -> Mapping[str, str]:
        """What the report says, by property id."""
        return {
            one.house.property.property_id: _told(decision_in(found) or {}) for one, found in self._houses
        }


def _told(decision: Document) -> str:
    what = f"({decision['decision']}): that stands, nothing else is published"
    return f"{decision['by']} has decided on it meanwhile {what}"
