"""A person decides on the properties in review, one after the other, in a form of the Prefect UI.

show -> wait for the form -> decide -> show the next one

While it waits the run is suspended: no process is held, a restart of whatever serves it changes nothing, and
the form may be sent days later. Until then the property stays in review.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.flow_runs import suspend_flow_run
from prefect.runtime import deployment, flow_run
from prefect.states import Completed, Failed
from pydantic import Field

from phoenix_real_estate.embedded import servers
from phoenix_real_estate.errors import ConfigurationError, RecordError
from phoenix_real_estate.review import Answer, Case, Ruling
from phoenix_real_estate.settings import load_settings, using
from tasks.review import Turn, decide, keep, last_turn, show, turn_with
from tasks.review_form import form_of

Properties = Annotated[int, Field(ge=0, le=1000)]
Hours = Annotated[float, Field(gt=0, le=24 * 90)]
NOTHING = "Nothing waits for a person."


def _flow_run_name() -> str:
    return f"review {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


@flow(name="review", flow_run_name=_flow_run_name)
def review(
    property_id: str = Field(
        default="",
        description="The id of the property to begin with, as phoenix review list tells it. "
        "Empty: the one that waits longest.",
    ),
    properties: Properties = Field(default=1, description="How many, one after the other. 0: all that wait."),
    reviewer: str = Field(default="", description="Your name, filled into the form."),
    wait_hours: Hours = Field(
        default=72.0,
        description="How many hours the form waits, 2160 at most. Then the property stays in review.",
    ),
) -> State[list[str]]:
    """Shows properties that wait for a person and carries out what is decided."""
    _require_deployment()
    settings = load_settings()
    with servers(settings) as running, using(running.settings):
        try:
            turn = last_turn() or _first(property_id, reviewer)
        except RecordError as error:
            return Failed(name="NotInReview", message=str(error))
        told: tuple[str, ...] = (NOTHING,)
        while turn:
            answer = _asked(turn, wait_hours)
            ruling = decide(turn, answer)
            told = (*turn.told, ruling.told)
            turn = _next(turn, answer, ruling, properties)
    return Completed(message=" ".join(told), data=list(told))


def _require_deployment() -> None:
    if deployment.id is None:
        raise ConfigurationError(
            "A review waits without holding a process, which needs its deployment. Start phoenix serve and "
            "run the deployment review, or decide on the command line: phoenix review."
        )


def _first(property_id: str, reviewer: str) -> Turn | None:
    case = show(property_id, ())
    return _kept(turn_with(case, 0, reviewer=reviewer)) if case else None


def _asked(turn: Turn, wait_hours: float) -> Answer:
    """What the person says. The first time this ends the process; it is run again with the answer."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=f"review {turn.name}")
    filled = {"decision": turn.decision.value, "reviewer": turn.reviewer, "reason": turn.reason}
    form = form_of(turn.notes, turn.texts, **filled)
    said = suspend_flow_run(wait_for_input=form, key=turn.key, timeout=int(wait_hours * 3600))
    return said.answer(f"{flow_run.id}-{turn.number}", turn.texts)


def _next(turn: Turn, answer: Answer, ruling: Ruling, properties: int) -> Turn | None:
    """The same property again where the answer was refused, else the next one, if there is to be one."""
    told, seen = (*turn.told, ruling.told), (*turn.seen, turn.property_id)
    number, reviewer = turn.number + 1, answer.by or turn.reviewer
    if ruling.outcome == "refused" and (case := _still_in_review(turn.property_id)):
        again = {"reviewer": reviewer, "seen": turn.seen, "told": turn.told}
        return _kept(turn_with(case, number, answer=answer, refused=ruling, **again))
    enough = properties and len(seen) >= properties
    case = None if enough else show("", seen)
    return _kept(turn_with(case, number, reviewer=reviewer, seen=seen, told=told)) if case else None


def _still_in_review(property_id: str) -> Case | None:
    try:
        return show(property_id, ())
    except RecordError:
        return None


def _kept(turn: Turn) -> Turn:
    keep(turn)
    return turn
