"""What a person decides on a property in review, carried out.

approve and edit publish, reject ends the records as dead letters, re-enrich sends them round again; withdraw
brings a published property back into review. Whatever
is published passes the gate again: over a warning, a low score or a conflict a person may decide, over a
critical finding nobody may, since nothing false is published.

Each ruling takes effect with one conditional write of the property: of two people who decide at once the
first one wins, and a property that was written again since it was shown is left alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from phoenix_real_estate.documents import written_at
from phoenix_real_estate.grounding import trace
from phoenix_real_estate.models import Enrichment, Finding, Frozen, Operation, Property, Severity, Verdict
from phoenix_real_estate.review.cases import (
    WITHDRAW,
    Case,
    Document,
    decision_in,
    is_decided,
    read_case,
)
from phoenix_real_estate.review.moves import move_records
from phoenix_real_estate.review.texts import Texts, changed_parts
from phoenix_real_estate.store import Store
from phoenix_real_estate.store.processing import IN_RUNS

Judge = Callable[[Property, Enrichment], Verdict]

PERSON = "person"


class Choice(StrEnum):
    """What can be decided."""

    APPROVE = "approve"
    EDIT = "edit and approve"
    REJECT = "reject"
    RE_ENRICH = "re-enrich"
    SKIP = "skip"
    WITHDRAW = WITHDRAW


class Answer(Frozen):
    """What a person says to a case. `id` makes the same answer, given twice, one decision."""

    choice: Choice
    by: str
    reason: str = ""
    texts: Texts = Texts()
    id: str = Field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def edits(self) -> bool:
        """Whether its texts are meant."""
        return self.choice is Choice.EDIT


class Ruling(Frozen):
    """What became of an answer.

    refused: it has to be given again, for the reason told and the findings. overtaken: the property is no
    longer what was shown.
    """

    outcome: Literal["published", "rejected", "re-enriched", "skipped", "withdrawn", "refused", "overtaken"]
    told: str
    findings: tuple[Finding, ...] = ()


def rule(
    store: Store, property_id: str, version: datetime | None, answer: Answer, judge: Judge, *, at: datetime
) -> Ruling:
    """Carries the answer out for the version of the property that was shown. Raises what `judge` raises."""
    if refusal := _incomplete(answer):
        return Ruling(outcome="refused", told=refusal)
    if (earlier := store.decisions.read(answer.id)) and earlier["applied"]:
        return Ruling(outcome=earlier["outcome"], told=f"{property_id}: this was decided already.")
    document = store.processed.read(property_id)
    if document is None or not _is_decidable(answer.choice, document) or written_at(document) != version:
        return _overtaken(property_id, document)
    document = {"metadata": {}, "quality": {}} | document
    case = read_case(document)
    if answer.choice is Choice.SKIP:
        return Ruling(outcome="skipped", told=f"{case.name} stays in review.")
    if answer.choice is Choice.WITHDRAW:
        return _withdraw(store, case, document, answer, at)
    if answer.choice is Choice.REJECT:
        return _reject(store, case, document, answer, at)
    if answer.choice is Choice.RE_ENRICH:
        return _re_enrich(store, case, document, answer, at)
    return _publish(store, case, document, answer, judge, at)


def _incomplete(answer: Answer) -> str | None:
    if not answer.by.strip():
        return "Say who decides: decisions are kept with a name."
    if answer.choice is Choice.REJECT and not answer.reason.strip():
        return "Say why it is rejected: the reason goes into the dead letters."
    if answer.choice is Choice.WITHDRAW and not answer.reason.strip():
        return "Say why it is withdrawn: the reason is shown to whoever decides anew."
    return None


def _is_decidable(choice: Choice, document: Document) -> bool:
    """Withdrawn is what is published; all else is about what is in review."""
    if choice is Choice.WITHDRAW:
        return bool(document["status"] == "published")
    return document["status"] == "needs_review" and not is_decided(document)


def _overtaken(property_id: str, document: Document | None) -> Ruling:
    """Who or what was quicker."""
    decision = decision_in(document or {})
    what = f"was written again and is now {document['status']}" if document else "is gone"
    if decision:
        what = f"has been decided by {decision['by']} ({decision['decision']})"
    told = f"{property_id} {what} since it was shown: nothing was changed. Look at it again."
    return Ruling(outcome="overtaken", told=told.replace("needs_review", "in review"))


def _publish(
    store: Store, case: Case, document: Document, answer: Answer, judge: Judge, at: datetime
) -> Ruling:
    texts = answer.texts if answer.edits else Texts()
    after = texts.put_into(case.enrichment)
    changed = changed_parts(case.enrichment, after)
    verdict = judge(case.facts, after)
    critical = tuple(one for one in verdict.reasons if one.severity is Severity.CRITICAL)
    if critical:
        return Ruling(outcome="refused", told=_why_not(critical), findings=critical)
    operations = _edited(document["metadata"].get("operations") or {}, changed, answer)
    published = {
        **document,
        "status": "published",
        "llm_enrichment": after.model_dump(mode="json"),
        "provenance": [one.model_dump(mode="json") for one in trace(after, case.facts)],
        "quality_score": verdict.quality_score,
        "quality": {
            "scores": verdict.scores,
            "passed": True,
            "needs_review": False,
            "review_reasons": [reason.model_dump(mode="json") for reason in verdict.reasons],
        },
        "metadata": {
            **document["metadata"],
            "operations": operations,
            "llm_model": " + ".join(sorted({operations[one]["model"] for one in _texts(operations)})),
        },
    }
    told = f"{case.name} is published" + (f"; {_list(changed)} edited." if changed else " as it was.")
    ruling = Ruling(outcome="published", told=told, findings=verdict.reasons)
    return _decided(store, case, published, answer, ruling, at, after=after)


def _reject(store: Store, case: Case, document: Document, answer: Answer, at: datetime) -> Ruling:
    rejected = {**document, "status": "rejected", "quality": {**document["quality"], "needs_review": False}}
    ruling = Ruling(outcome="rejected", told=f"{case.name} is rejected; its records are dead letters.")
    return _decided(store, case, rejected, answer, ruling, at)


def _withdraw(store: Store, case: Case, document: Document, answer: Answer, at: datetime) -> Ruling:
    """Consumers no longer read it. Why, stands first among the reasons for whoever decides anew."""
    why = Finding(
        rule="review.withdrawn",
        severity=Severity.WARNING,
        field="property",
        why=f"withdrawn by {answer.by}: {answer.reason}",
    )
    reasons = [one.model_dump(mode="json") for one in (why, *case.findings)]
    quality = {**document["quality"], "needs_review": True, "passed": False, "review_reasons": reasons}
    withdrawn = {**document, "status": "needs_review", "quality": quality}
    told = f"{case.name} is no longer published; it is in review."
    return _decided(store, case, withdrawn, answer, Ruling(outcome="withdrawn", told=told), at)


def _re_enrich(store: Store, case: Case, document: Document, answer: Answer, at: datetime) -> Ruling:
    statuses = {status for _, status in store.raw.whereabouts(case.raw_ids).values()}
    if statuses.isdisjoint(("needs_review", *IN_RUNS)):
        return Ruling(
            outcome="refused",
            told=f"{case.name} has no record left that could be enriched again. Load it again.",
        )
    ruling = Ruling(outcome="re-enriched", told=f"{case.name} is pending: the next run enriches it again.")
    return _decided(store, case, document, answer, ruling, at)


def _decided(
    store: Store,
    case: Case,
    document: Document,
    answer: Answer,
    ruling: Ruling,
    at: datetime,
    *,
    after: Enrichment | None = None,
) -> Ruling:
    """Notes the decision, writes the property if it is still the one shown, then moves its records."""
    decision = _decision(case, answer, ruling, at, after or case.enrichment)
    store.decisions.note(decision)
    mark = {
        "id": answer.id,
        "decision": answer.choice.value,
        "by": answer.by,
        "at": at,
        "reason": answer.reason,
        "enriched_at": case.version,
    }
    written = {**document, "metadata": {**document["metadata"], "enriched_at": at, "review": mark}}
    if store.processed.save([written], over={case.property_id: case.version}):
        store.decisions.forget(answer.id)
        return _overtaken(case.property_id, store.processed.read(case.property_id))
    move_records(store, written, case.raw_ids)
    store.decisions.apply(answer.id)
    return ruling


def _decision(case: Case, answer: Answer, ruling: Ruling, at: datetime, after: Enrichment) -> Document:
    """The whole of it, so that it can be studied when the property is long another one."""
    return {
        "_id": answer.id,
        "property_id": case.property_id,
        "decision": answer.choice.value,
        "outcome": ruling.outcome,
        "by": answer.by,
        "at": at,
        "reason": answer.reason,
        "version": case.version,
        "changed": [one.value for one in changed_parts(case.enrichment, after)],
        "before": case.enrichment.model_dump(mode="json"),
        "after": after.model_dump(mode="json"),
        "findings": [one.model_dump(mode="json") for one in case.findings],
        "findings_after": [one.model_dump(mode="json") for one in ruling.findings],
        "scores": case.scores,
        "writers": {name: one.model_dump(mode="json") for name, one in case.writers.items()},
        "property": case.facts.model_dump(mode="json", exclude={"remarks"}),
        "raw_ids": list(case.raw_ids),
    }


def _edited(operations: Document, changed: Sequence[Operation], answer: Answer) -> dict[str, Any]:
    """The edited parts are the person's; what the model's text cost was paid all the same."""
    written = dict(operations)
    for operation in changed:
        before = written.get(operation.value) or {}
        note = f"edited by {answer.by}, written by {before.get('model', 'nobody')}"
        person = {"provider": PERSON, "model": PERSON, "prompt_version": ""}
        written[operation.value] = {**before, **person, "notes": [*before.get("notes", ()), note]}
    return written


def _texts(operations: Document) -> list[str]:
    return [one.value for one in Operation if one.value in operations]


def _why_not(critical: Sequence[Finding]) -> str:
    reasons = "; ".join(f"{one.field}: {one.why}" for one in critical)
    return f"The gate does not let this out, and nobody can overrule it: {reasons}"


def _list(changed: Sequence[Operation]) -> str:
    return ", ".join(one.value.replace("_", " ") for one in changed)
