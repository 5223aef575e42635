"""The deployments: the main job every 30 minutes, and the same flow started by hand."""

from __future__ import annotations

from datetime import timedelta

from prefect import serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from deployments.blocks import register_blocks
from flows.enrich import enrich_pending
from phoenix_real_estate.settings import Settings

TAGS = ["phoenix-real-estate"]


def deployments(settings: Settings) -> list[RunnerDeployment]:
    """What is registered on the server. A scheduled run is skipped while the last one still works."""
    minutes = settings.processing_interval_minutes
    scheduled = RunnerDeployment.from_flow(
        enrich_pending,
        name=f"enrich-every-{minutes}-minutes",
        interval=timedelta(minutes=minutes),
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        description=f"Enriches what is pending, every {minutes} minutes, inside the daily budget.",
        tags=[*TAGS, "scheduled"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    ad_hoc = RunnerDeployment.from_flow(
        enrich_pending,
        name="enrich-ad-hoc",
        description="The same job, started by hand: choose how many records, which sources, which models.",
        tags=[*TAGS, "ad-hoc"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return [scheduled, ad_hoc]


def serve_deployments(settings: Settings) -> None:
    """Registers blocks and deployments, and runs what they start until it is interrupted."""
    register_blocks()
    serve(*deployments(settings), pause_on_shutdown=False, print_starting_message=False)
