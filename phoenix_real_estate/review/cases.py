"""The properties that wait for a person, read back from what was stored of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from phoenix_real_estate.documents import earlier_facts, raw_ids_of, written_at
from phoenix_real_estate.errors import RecordError
from phoenix_real_estate.models import Enrichment, Finding, Frozen, Property
from phoenix_real_estate.store import Store

Document = dict[str, Any]

WITHDRAW = "withdraw"
"""The decision that a property in review may carry and still waits for another one."""

_log = logging.getLogger(__name__)


class Writer(Frozen):
    """Who wrote a part, with which version of the prompt."""

    provider: str
    model: str
    prompt_version: str = ""


class Case(Frozen):
    """A property in review as a person is shown it.

    `version` is when it was written: a decision holds only while the stored property is still of this
    version. `facts` have the remarks again, so that they can be judged as they were.
    """

    property_id: str
    version: datetime | None
    facts: Property
    enrichment: Enrichment
    writers: dict[str, Writer]
    findings: tuple[Finding, ...]
    scores: dict[str, float]
    quality_score: float
    raw_ids: tuple[str, ...]

    @property
    def name(self) -> str:
        """What a person calls it: its address, else its id."""
        return self.facts.address.one_line or self.property_id


def waiting(store: Store) -> list[Case]:
    """The properties that nobody has decided yet, those that wait longest first."""
    documents = [one for one in store.processed.find("needs_review") if not is_decided(one)]
    cases = [case for document in documents if (case := _readable(document))]
    return sorted(cases, key=lambda case: (str(case.version or ""), case.property_id))


def case_of(store: Store, property_id: str) -> Case:
    """One property that waits.

    Raises:
        RecordError: there is none of this id, it has been decided, or it cannot be read.
    """
    document = store.processed.read(property_id)
    if document is None:
        raise RecordError(f"property {property_id} is not there. See phoenix review list.")
    if document["status"] != "needs_review" or is_decided(document):
        raise RecordError(f"property {property_id} is not in review: it is {_where(document)}.")
    return read_case(document)


def published_case(store: Store, property_id: str) -> Case:
    """One property that consumers read.

    Raises:
        RecordError: there is none of this id, it is not published, or it cannot be read.
    """
    document = store.processed.read(property_id)
    if document is None:
        raise RecordError(f"property {property_id} is not there. phoenix export - lists what is published.")
    if document["status"] != "published":
        raise RecordError(f"property {property_id} is not published: it is {_where(document)}.")
    return read_case(document)


def read_case(document: Document) -> Case:
    """A stored property as a case. Raises RecordError where it cannot be read."""
    metadata, quality = document.get("metadata") or {}, document.get("quality") or {}
    try:
        return Case(
            property_id=document["_id"],
            version=written_at(document),
            facts=_with_remarks(document),
            enrichment=Enrichment.model_validate(document.get("llm_enrichment") or {}),
            writers=metadata.get("operations") or {},
            findings=quality.get("review_reasons") or (),
            scores=quality.get("scores") or {},
            quality_score=document.get("quality_score") or 0.0,
            raw_ids=raw_ids_of(document),
        )
    except ValidationError as invalid:
        where = ".".join(str(step) for step in invalid.errors()[0]["loc"])
        raise RecordError(
            f"property {document['_id']} is stored in a form that cannot be read "
            f"({where}: {invalid.errors()[0]['msg']}). Load its records again."
        ) from None


def is_decided(document: Mapping[str, Any]) -> bool:
    """Whether a person has decided on this version: one in review then waits to be enriched again.

    One that was withdrawn waits for a person anew.
    """
    decision = decision_in(document)
    return decision is not None and decision["decision"] != WITHDRAW


def decision_in(document: Mapping[str, Any]) -> Document | None:
    """The decision that a stored property carries: {id, decision, by, at, reason}."""
    decision: Document | None = (document.get("metadata") or {}).get("review")
    return decision


def _where(document: Mapping[str, Any]) -> str:
    decision = decision_in(document)
    if document["status"] == "needs_review" and is_decided(document):
        status = "to be enriched again"
    else:
        status = str(document["status"]).replace("needs_review", "in review")
    return f"{status}, decided by {decision['by']}" if decision else status


def _readable(document: Document) -> Case | None:
    try:
        return read_case(document)
    except RecordError as unreadable:
        _log.warning("%s", unreadable)
        return None


def _with_remarks(document: Document) -> Property:
    """The facts as the gate saw them: the remarks are stored with their source alone."""
    facts = Property.model_validate(document.get("property"))
    known = earlier_facts(document)
    told = known.get(facts.provenance.get("remarks", "")) or next(iter(known.values()), facts)
    return facts.model_copy(update={"remarks": told.remarks})
