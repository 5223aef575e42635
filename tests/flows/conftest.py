"""A real Prefect server for the flow tests, the same as `phoenix serve` starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from deployments.blocks import register_blocks
from deployments.prefect_server import prefect_api
from phoenix_real_estate.embedded import Servers
from phoenix_real_estate.report import RunReport
from phoenix_real_estate.settings import Settings, using
from phoenix_real_estate.store import Store
from tests.vendors.fixtures import vendors

__all__ = ["vendors"]


@pytest.fixture(scope="session")
def prefect_url(embedded_servers: Servers) -> Iterator[str]:
    with prefect_api(embedded_servers.settings, embedded=True) as url:
        register_blocks()
        # The end of every run waits up to a second for the thread of its heartbeats.
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            yield url


@pytest.fixture
def run_flow(prefect_url: str) -> Callable[..., State[RunReport]]:
    """Runs the main flow in this process with the given settings and parameters."""

    def run(settings: Settings, **parameters: Any) -> State[RunReport]:
        from flows.enrich import enrich_pending

        with using(settings):
            return enrich_pending(**parameters, return_state=True)

    return run


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = Store.connect(settings)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def nothing_cached(redis_client: object) -> None:
    """Each test starts without remembered answers."""
