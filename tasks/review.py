"""A person's turns in a review: which property is shown, what is said to it, what comes of it.

A review that waits holds no process. What it was doing is kept with its run on the Prefect server, one
entry a turn, so that the process that goes on, whichever and whenever, asks nothing twice.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.input.actions import create_flow_run_input, read_flow_run_input
from pydantic import AwareDatetime

from expectations.opinion import opinion
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.models import Enrichment, Frozen, Property, Verdict
from phoenix_real_estate.review import (
    Answer,
    Case,
    Choice,
    Notes,
    Ruling,
    Texts,
    case_of,
    notes_of,
    put_in_order,
    rule,
    waiting,
)
from phoenix_real_estate.settings import load_settings
from phoenix_real_estate.store import Store
from tasks.retries import is_retriable

ARTIFACT_KEY = "review"


class Turn(Frozen):
    """One property shown once: its notes, what the form is filled in with, the version an answer holds for.

    `seen` are the properties of this review so far, `told` what became of them.
    """

    number: int
    property_id: str
    name: str
    version: AwareDatetime | None
    notes: Notes
    texts: Texts
    reviewer: str
    decision: Choice = Choice.SKIP
    reason: str = ""
    seen: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names the pause: Prefect knows by it that it has fired."""
        return f"turn-{self.number}"


@task(
    name="show",
    retries=3,
    retry_delay_seconds=[1, 5, 20],
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def show(property_id: str, seen: tuple[str, ...]) -> Case | None:
    """The named property, else the one that waits longest of those not seen; None when nothing waits.

    Raises:
        RecordError: the named property is not in review.
    """
    with Store.connect(load_settings()) as store:
        put_in_order(store, at=datetime.now(UTC))
        if property_id:
            return case_of(store, property_id)
        return next((case for case in waiting(store) if case.property_id not in seen), None)


@task(
    name="decide",
    retries=3,
    retry_delay_seconds=[1, 5, 20],
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def decide(turn: Turn, answer: Answer) -> Ruling:
    """Carries the answer out, unless the property is no longer what was shown."""
    settings = load_settings()

    def judge(property: Property, enrichment: Enrichment) -> Verdict:
        return opinion(property, enrichment, threshold=settings.quality_threshold)

    with Store.connect(settings) as store:
        put_in_order(store, at=datetime.now(UTC))
        try:
            return rule(store, turn.property_id, turn.version, answer, judge, at=datetime.now(UTC))
        except GateError as broken:
            return Ruling(outcome="refused", told=str(broken))


def turn_with(
    case: Case, number: int, *, answer: Answer | None = None, refused: Ruling | None = None, **rest: Any
) -> Turn:
    """A turn that shows the case; after an answer that was refused, as it was given, with the reason."""
    texts = Texts.of(case.enrichment)
    if answer and answer.edits:
        texts = Texts.of(answer.texts.put_into(case.enrichment))
    if answer:
        rest |= {"decision": answer.choice, "reason": answer.reason}
    return Turn(
        number=number,
        property_id=case.property_id,
        name=case.name,
        version=case.version,
        notes=notes_of(case, texts=texts, refused=refused),
        texts=texts,
        **rest,
    )


def last_turn() -> Turn | None:
    """The turn that this run was at when it went to wait; None in a run that has just begun."""
    turn: Turn | None = None
    number = 0
    while kept := read_flow_run_input(f"shown-{number}"):
        turn, number = Turn.model_validate(kept), number + 1
    return turn


def keep(turn: Turn) -> None:
    """Keeps the turn with its run, and shows the property on the run's page."""
    create_markdown_artifact(key=ARTIFACT_KEY, markdown=turn.notes.page, description=turn.name)
    create_flow_run_input(f"shown-{turn.number}", turn.model_dump(mode="json"))
