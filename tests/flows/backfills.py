"""Runs the backfill in the test's process: import the fixture `run_backfill` into a test module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from prefect.client.schemas.objects import State

from phoenix_real_estate.backfill import BackfillReport, Estimate
from phoenix_real_estate.budget import BudgetPolicy, Ledger
from phoenix_real_estate.settings import Settings, using
from phoenix_real_estate.store import Store

RunBackfill = Callable[..., State[Any]]


@pytest.fixture
def run_backfill(prefect_url: str) -> RunBackfill:
    """Runs the backfill in this process with the given settings and parameters."""

    def run(settings: Settings, **parameters: Any) -> State[Any]:
        from flows.backfill import backfill

        with using(settings):
            return backfill(**{"dry_run": False, **parameters}, return_state=True)

    return run


def reported(state: State[Any]) -> BackfillReport:
    result = state.result(raise_on_failure=False)
    assert isinstance(result, BackfillReport), result
    return result


def estimated(state: State[Any]) -> Estimate:
    result = state.result(raise_on_failure=False)
    assert isinstance(result, Estimate), result
    return result


def interrupted(*_: Any, **__: Any) -> None:
    """As Ctrl-C ends a run."""
    raise KeyboardInterrupt


def spent(store: Store) -> int:
    return Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=1)).today().spent_micro_usd
