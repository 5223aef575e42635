"""Where published properties come from, as Prefect's events tell it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State

from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tasks.records import PROCESSED, RAW
from tests.flows.records import houses


def materialized(flow_run_id: str) -> list[dict[str, Any]]:
    asked = {
        "filter": {
            "event": {"name": ["prefect.asset.materialization.succeeded"]},
            "related": {"id": [f"prefect.flow-run.{flow_run_id}"]},
        }
    }
    with get_client(sync_client=True) as client:
        found: list[dict[str, Any]] = client.request("POST", "/events/filter", json=asked).json()["events"]
    return found


def test_every_published_batch_tells_that_processed_properties_come_from_raw_ones(
    run_flow: Callable[..., State[Any]], settings: Settings, store: Store
) -> None:
    store.raw.add(houses(3))
    report = run_flow(settings, models="composer", batch_size=2).result()
    deadline = time.monotonic() + 60
    while len(events := materialized(report.flow_run_id)) < 2:
        assert time.monotonic() < deadline, events
        time.sleep(0.2)
    for event in events:
        assert event["resource"]["prefect.resource.id"] == PROCESSED.key
        assert RAW.key in {related["prefect.resource.id"] for related in event["related"]}
    assert sorted(event["payload"]["processed"] for event in events) == [1, 2]
