"""Records that come in start a run: on a real Prefect server, from the command line and from collectors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.arrivals import EVENT, RESOURCE_ID, tell_of_arrival
from deployments.schedule import deployments
from deployments.steps import prepare
from phoenix_real_estate.embedded import Servers
from phoenix_real_estate.settings import Settings, using
from tests.deployments.command_line import Run, as_file, phoenix, raw, store
from tests.deployments.test_deployments import clean_server, prefect
from tests.flows.conftest import prefect_url

__all__ = ["clean_server", "phoenix", "prefect_url", "store"]

GATHERING = timedelta(seconds=15)

Serve = Callable[..., UUID]
Events = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def served(clean_server: str, settings: Settings) -> Iterator[Serve]:
    """Registers everything as `phoenix serve` does, and gives the ad-hoc deployment, which nobody runs."""

    def serve(**changes: Any) -> UUID:
        with using(settings.model_copy(update=changes)):
            ids = {one.name: one.apply() for one in deployments(prepare())}
        return ids["enrich-ad-hoc"]

    yield serve
    with using(settings):
        serve()


@pytest.fixture
def events() -> Events:
    """Gives the arrivals told since the test began, newest first: earlier ones may still come in."""
    asked = {
        "filter": {
            "event": {"name": [EVENT]},
            "resource": {"id": [RESOURCE_ID]},
            "occurred": {"since": datetime.now(UTC).isoformat()},
        }
    }

    def told() -> list[dict[str, Any]]:
        with get_client(sync_client=True) as client:
            found: list[dict[str, Any]] = client.request("POST", "/events/filter", json=asked).json()[
                "events"
            ]
        return found

    return told


def runs(deployment: UUID) -> list[FlowRun]:
    ours = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment]))
    with get_client(sync_client=True) as client:
        return client.read_flow_runs(flow_run_filter=ours)


def until(what: str, happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.2)


def test_many_loads_in_a_short_time_start_one_run_for_all_of_them(
    served: Serve, phoenix: Run, events: Events, tmp_path: Path
) -> None:
    ad_hoc = served(enrich_on_arrival=True)
    # First, as it is slow to start: the loads are all within the time that is waited for others.
    prefect("event", "emit", EVENT, "--resource-id", RESOURCE_ID, folder=tmp_path)
    for number in range(4):
        loaded = phoenix("load", as_file("more.jsonl", raw(number)))
        assert (loaded.code, loaded.err) == (0, "more.jsonl: 1 new, 0 known already, 0 refused\n")
    until("all are told", lambda: len(events()) == 5)
    until("a run is there", lambda: bool(runs(ad_hoc)))
    [run] = runs(ad_hoc)
    # Late enough for all of them, and for what comes in until then: the first one started the clock.
    first = min(datetime.fromisoformat(event["occurred"]) for event in events())
    assert run.expected_start_time is not None
    assert run.expected_start_time >= first + GATHERING
    # By now it may be late: nobody runs it here.
    assert run.state
    assert run.state.is_scheduled()


def test_nothing_is_started_unless_it_is_asked_for(served: Serve, phoenix: Run, events: Events) -> None:
    ad_hoc = served()
    assert phoenix("load", as_file("records.jsonl", raw(1))).code == 0
    until("it is told", lambda: len(events()) == 1)
    assert runs(ad_hoc) == []


def test_records_that_are_known_already_are_no_arrival(served: Serve, phoenix: Run, events: Events) -> None:
    served()
    file = as_file("records.jsonl", raw(1))
    for _ in range(3):
        phoenix("load", file)
    phoenix("load", as_file("more.jsonl", raw(2), raw(3)))
    # They come in the order they were told in: with the last there, an arrival too many would be there too.
    until("the last load is told", lambda: any(one["payload"]["records"] == 2 for one in events()))
    assert [one["payload"]["records"] for one in events()] == [2, 1]


def test_the_embedded_server_is_told_where_none_is_configured(
    clean_server: str, events: Events, embedded_servers: Servers
) -> None:
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        tell_of_arrival(embedded_servers.settings, 3)
    until("it is told", lambda: len(events()) == 1)


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:1/api"])
def test_without_a_server_loading_is_silent(phoenix: Run, url: str | None) -> None:
    with temporary_settings({PREFECT_API_URL: url}):
        loaded = phoenix("load", as_file("records.jsonl", raw(1)))
    assert (loaded.code, loaded.err) == (0, "records.jsonl: 1 new, 0 known already, 0 refused\n")
