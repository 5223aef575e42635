"""The deployments: the main job every 30 minutes, the same by hand, and what people do with records."""

from __future__ import annotations

from datetime import timedelta

from prefect import serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from deployments.automations import register_automations
from deployments.blocks import register_blocks
from flows.enrich import enrich_pending
from flows.replay import replay_dead_letters
from flows.review import review
from phoenix_real_estate.settings import Settings

TAGS = ["phoenix-real-estate"]

# A person who has sent a form waits for the next one.
ASKED_EVERY_SECONDS = 3


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
    return [scheduled, ad_hoc, *_for_people()]


def _for_people() -> list[RunnerDeployment]:
    """Review in a form, and dead letters put back to pending."""
    reviewing = RunnerDeployment.from_flow(
        review,
        name="review",
        description="Shows a property that needs review in a form (Resume) and carries out what is decided.",
        tags=[*TAGS, "people"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    replaying = RunnerDeployment.from_flow(
        replay_dead_letters,
        name="replay-dead-letters",
        description="Gives the records behind dead letters a fresh set of attempts. First as a dry run.",
        tags=[*TAGS, "people"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return [reviewing, replaying]


def serve_deployments(settings: Settings) -> None:
    """Registers blocks, the automation and deployments, and runs what they start until it is interrupted."""
    register_blocks()
    register_automations()
    serve(
        *deployments(settings),
        pause_on_shutdown=False,
        print_starting_message=False,
        query_seconds=ASKED_EVERY_SECONDS,
    )
