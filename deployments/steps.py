"""The build step of prefect.yaml: what else a server needs, and what the file takes from the settings."""

from __future__ import annotations

import re
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags

from deployments.automations import register_automations
from deployments.blocks import register_blocks
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.models import Frozen
from phoenix_real_estate.settings import load_settings

SCHEDULED = ["phoenix-real-estate", "scheduled"]
AN_HOUR, A_DAY = 60, 24 * 60


class FromSettings(Frozen):
    """What prefect.yaml takes from the settings: `{{ settings.minutes }}`."""

    minutes: int
    cron: str
    on_arrival: bool
    directory: str


def from_settings() -> FromSettings:
    """The values of the environment and `.env`. Raises ConfigurationError where one is out of its range."""
    settings = load_settings()
    return FromSettings(
        minutes=settings.processing_interval_minutes,
        cron=cron_of(settings.processing_interval_minutes),
        on_arrival=settings.enrich_on_arrival,
        directory=str(Path.cwd()),
    )


def cron_of(minutes: int) -> str:
    """The schedule of cron, from midnight on.

    Raises:
        ConfigurationError: cron knows no such interval.
    """
    if AN_HOUR % minutes == 0:
        return f"*/{minutes} * * * *" if minutes < AN_HOUR else "0 * * * *"
    if minutes % AN_HOUR == 0 and A_DAY % minutes == 0:
        return f"0 */{minutes // AN_HOUR} * * *" if minutes < A_DAY else "0 0 * * *"
    even = [one for one in range(1, A_DAY + 1) if AN_HOUR % one == 0 or one % AN_HOUR == A_DAY % one == 0]
    shorter = max(one for one in even if one < minutes)
    longer = next((f" or {one}" for one in even if one > minutes), "")
    raise ConfigurationError(
        f"PROCESSING_INTERVAL_MINUTES={minutes} fits neither into an hour nor into a day without a rest. "
        f"Set it to {shorter}{longer}."
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
