"""A real Prefect server for the flow tests, the same as `phoenix serve` starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from prefect.client.schemas.objects import State

from deployments.blocks import register_blocks
from deployments.prefect_server import prefect_api
from phoenix_real_estate.embedded import Servers
from phoenix_real_estate.report import RunReport
from phoenix_real_estate.settings import Settings, using


@pytest.fixture(scope="session")
def prefect_url(embedded_servers: Servers) -> Iterator[str]:
    with prefect_api(embedded_servers.settings, embedded=True) as url:
        register_blocks()
        yield url


@pytest.fixture
def run_flow(prefect_url: str, settings: Settings) -> Callable[..., State[RunReport]]:
    """Runs the main flow in this process with these settings; changes to them are keyword `env`."""

    def run(env: dict[str, Any] | None = None, **parameters: Any) -> State[RunReport]:
        from flows.enrich import enrich_pending

        with using(settings.model_copy(update=env or {})):
            return enrich_pending(**parameters, return_state=True)

    return run
