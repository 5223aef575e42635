"""prefect.yaml, the one list of what is deployed, read for `phoenix serve` as `prefect deploy` reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.events import DeploymentEventTrigger
from prefect.utilities.templating import apply_values
from pydantic import ConfigDict, Field

from phoenix_real_estate.models import Frozen

# In the wheel it lies beside this module, in a checkout at the top.
_HERE = Path(__file__).resolve().parent
FILE = next(path for path in (_HERE / "prefect.yaml", _HERE.parent / "prefect.yaml") if path.is_file())


class WrittenSchedule(Frozen):
    """A schedule of cron, in UTC."""

    model_config = ConfigDict(extra="forbid")

    cron: str


class WrittenDeployment(Frozen):
    """A deployment as prefect.yaml has it. A key that is none of these is refused, not lost in silence."""

    model_config = ConfigDict(extra="forbid")

    name: str
    entrypoint: str
    description: str
    tags: tuple[str, ...]
    schedules: tuple[WrittenSchedule, ...] = ()
    concurrency_limit: ConcurrencyLimitConfig | None = None
    parameters: dict[str, Any] = Field(default={})
    triggers: tuple[DeploymentEventTrigger, ...] = ()
    work_pool: dict[str, str]


def written_deployments(values: dict[str, object]) -> list[WrittenDeployment]:
    """The deployments with `values` in the place of `{{ settings... }}`, in their order."""
    written = yaml.safe_load(FILE.read_text(encoding="utf-8"))["deployments"]
    return [WrittenDeployment.model_validate(apply_values(one, {"settings": values})) for one in written]
