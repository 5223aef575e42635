"""The build step of prefect.yaml: what else a server needs, and what the file takes from the settings."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags

from deployments.automations import register_automations
from deployments.blocks import register_blocks
from phoenix_real_estate.models import Frozen
from phoenix_real_estate.settings import load_settings

SCHEDULED = ["phoenix-real-estate", "scheduled"]


class FromSettings(Frozen):
    """What prefect.yaml takes from the settings: `{{ settings.minutes }}`."""

    minutes: int
    on_arrival: bool
    today: str
    directory: str


def from_settings() -> FromSettings:
    """The values of the environment and `.env`. Raises ConfigurationError where one is out of its range."""
    settings = load_settings()
    return FromSettings(
        minutes=settings.processing_interval_minutes,
        on_arrival=settings.enrich_on_arrival,
        today=f"{datetime.now(UTC):%Y%m%d}",
        directory=str(Path.cwd()),
    )


def prepare() -> dict[str, object]:
    """Makes the server know blocks and automation, and gives what prefect.yaml takes from the settings.

    A schedule of another interval ends: it would start its runs beside the new one's.
    """
    values = from_settings()
    register_blocks()
    register_automations()
    _end_schedules_other_than(values.minutes)
    return values.model_dump()


def _end_schedules_other_than(minutes: int) -> None:
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=SCHEDULED))
    with get_client(sync_client=True) as client:
        for deployment in client.read_deployments(deployment_filter=ours):
            told = re.fullmatch(r"enrich-every-(\d+)-minutes", deployment.name)
            if told and int(told[1]) != minutes:
                client.delete_deployment(deployment.id)
