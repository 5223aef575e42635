"""Tells a Prefect server that raw records came in: with ENRICH_ON_ARRIVAL it starts a run.

Collectors that write into MongoDB themselves say the same with

    prefect event emit raw-property.collected --resource-id phoenix-real-estate.raw-properties
"""

from __future__ import annotations

import httpx

from deployments.prefect_server import api_at_hand
from phoenix_real_estate.settings import Settings

EVENT = "raw-property.collected"
RESOURCE_ID = "phoenix-real-estate.raw-properties"
TIMEOUT_S = 5.0


def tell_of_arrival(settings: Settings, records: int) -> None:
    """Emits the event. Where no server is at hand, or it does not answer, there is still the schedule."""
    url = api_at_hand(settings)
    if url is None:
        return
    from prefect.client.orchestration import get_client
    from prefect.events import Event, Resource
    from prefect.settings import PREFECT_API_URL, temporary_settings

    event = Event(
        event=EVENT,
        resource=Resource({"prefect.resource.id": RESOURCE_ID, "prefect.resource.name": "Raw properties"}),
        payload={"records": records},
    )
    with temporary_settings({PREFECT_API_URL: url}):
        client = get_client(sync_client=True, httpx_settings={"timeout": TIMEOUT_S})
        try:
            with client:
                client.request("POST", "/events", json=[event.model_dump(mode="json")])
        except (httpx.HTTPError, RuntimeError):
            return
