"""Keeps a run to the budget's policy as it is now, and tells Prefect when the day's money runs low.

Events, each once a day: `phoenix.budget.nearly-spent` at 80 % of the limit, `phoenix.budget.exhausted` when
no further call fits. Their resource is `phoenix-real-estate.daily-budget`.
"""

from __future__ import annotations

import logging
from datetime import timedelta

import httpx
from prefect.events import emit_event

from phoenix_real_estate.budget import Ledger, Mark
from phoenix_real_estate.errors import ConfigurationError, StoreUnavailable
from phoenix_real_estate.money import dollars, usd
from phoenix_real_estate.settings import Settings
from tasks.blocks import load_policy

# A limit that is changed in the Prefect UI holds from the first reservation after this time.
EVERY = timedelta(seconds=3)
RESOURCE_ID = "phoenix-real-estate.daily-budget"

_log = logging.getLogger(__name__)


def event_name(mark: Mark) -> str:
    return f"phoenix.budget.{mark}"


def watch(ledger: Ledger, settings: Settings) -> None:
    """One look: the policy of the block as it is now, leases that ran out, and what there is to tell."""
    try:
        ledger.hold_to(load_policy(settings))
    except (httpx.HTTPError, ConfigurationError, RuntimeError) as problem:
        _log.warning("The budget's policy stays as it was, the block cannot be read: %s", problem)
    try:
        ledger.expire()
        for mark in ledger.newly_reached():
            _tell(mark, ledger)
    except StoreUnavailable as unavailable:
        _log.warning("The budget could not be looked at and is the next time: %s", unavailable)


def _tell(mark: Mark, ledger: Ledger) -> None:
    today = ledger.today()
    spent, limit = today.spent_micro_usd, today.limit_micro_usd
    emit_event(
        event=event_name(mark),
        resource={"prefect.resource.id": RESOURCE_ID, "prefect.resource.name": "Daily LLM budget"},
        payload={
            "day": today.day,
            "spent_usd": usd(spent),
            "limit_usd": usd(limit),
            "message": f"{dollars(spent)} of {dollars(limit)} are spent on {today.day}.",
        },
    )
