"""The automation that a Prefect server comes with: an example to put one's own notification into."""

from __future__ import annotations

from datetime import timedelta

from prefect.automations import Automation, DoNothing, EventTrigger, Posture

from phoenix_real_estate.budget import Mark
from tasks.budget_watch import RESOURCE_ID, event_name

BUDGET_RUNS_LOW = "LLM budget runs low"


def register_automations() -> None:
    """Saves it unless there is one of this name: what people made of it stays."""
    try:
        Automation.read(name=BUDGET_RUNS_LOW)  # type: ignore[unused-coroutine]  # it is none outside of a loop
    except ValueError:
        budget_runs_low().create()


def budget_runs_low() -> Automation:
    """Fires at 80 % of the day's budget and when it is gone, once a day each."""
    return Automation(
        name=BUDGET_RUNS_LOW,
        description="Fires when 80 % of the day's LLM budget are spent and when it is gone, once a day each. "
        "It does nothing by itself: choose an action, such as a notification by mail or Slack.",
        trigger=EventTrigger(
            expect={event_name(mark) for mark in Mark},
            match={"prefect.resource.id": RESOURCE_ID},
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[DoNothing()],
    )
