"""What prefect.yaml deploys, served from this process: no work pool and no worker are needed."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import serve
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import load_flow_from_entrypoint
from prefect.types.entrypoint import EntrypointType

from deployments.prefect_yaml import WrittenDeployment, written_deployments

# A person who has sent a form waits for the next one.
ASKED_EVERY_SECONDS = 3


def serve_deployments(served: Sequence[RunnerDeployment]) -> None:
    """Registers the deployments, and runs what they start until it is interrupted."""
    serve(
        *served,
        pause_on_shutdown=False,
        print_starting_message=False,
        query_seconds=ASKED_EVERY_SECONDS,
    )


def deployments(values: dict[str, object]) -> list[RunnerDeployment]:
    """What is registered on the server; `values` are those of the settings."""
    return [_served(one) for one in written_deployments(values)]


def _served(written: WrittenDeployment) -> RunnerDeployment:
    """The deployment without its work pool."""
    return RunnerDeployment.from_flow(
        # A placeholder would hide a flow that cannot be imported.
        load_flow_from_entrypoint(written.entrypoint, use_placeholder_flow=False),
        name=written.name,
        description=written.description,
        tags=list(written.tags),
        schedules=[
            DeploymentScheduleCreate(schedule=CronSchedule(cron=one.cron)) for one in written.schedules
        ],
        concurrency_limit=written.concurrency_limit,
        parameters=written.parameters,
        triggers=list(written.triggers),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
