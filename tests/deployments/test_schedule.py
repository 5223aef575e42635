"""What `phoenix serve` registers on the server."""

from __future__ import annotations

from prefect.flows import load_flow_from_entrypoint

from deployments.schedule import deployments
from phoenix_real_estate.settings import Settings


def test_every_deployment_finds_its_flow(settings: Settings) -> None:
    served = deployments(settings)
    assert [one.name for one in served][-2:] == ["review", "replay-dead-letters"]
    for one in served:
        assert one.entrypoint
        # A placeholder would hide a flow that cannot be imported.
        assert load_flow_from_entrypoint(one.entrypoint, use_placeholder_flow=False).name == one.flow_name


def test_what_people_start_is_not_scheduled(settings: Settings) -> None:
    scheduled = {one.name for one in deployments(settings) if one.schedules}
    assert scheduled.isdisjoint({"review", "replay-dead-letters", "enrich-ad-hoc"})
