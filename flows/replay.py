"""Dead letters get another chance: chosen, counted in a dry run, then put back to pending."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field, NonNegativeFloat

from phoenix_real_estate.embedded import servers
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.replay import Replayed, Wanted
from phoenix_real_estate.settings import load_settings, using
from tasks.replay import replay_letters

SourceName = Literal["maricopa_api", "phoenix_mls", "any"]


@flow(name="replay-dead-letters")
def replay_dead_letters(
    ids: list[str] = Field(default=[], description="Only these raw records. None: see below."),
    error_class: str = Field(default="", description="Only of this error class, such as UnusableRecord."),
    stage: str = Field(default="", description="Only of this stage: normalize, enrich, gate or review."),
    source: SourceName = Field(default="any", description="Only of this source."),
    older_than_days: NonNegativeFloat = Field(default=0.0, description="Only letters at least this old."),
    dropped: bool = Field(default=False, description="Those that were dropped, not the open ones."),
    everything: bool = Field(default=False, description="Really all, where nothing above narrows it."),
    dry_run: bool = Field(default=True, description="Only tell how many it would be."),
    by: str = Field(default="", description="Your name, kept with the letters."),
    why: str = Field(default="", description="What has changed, kept with the letters."),
) -> State[Replayed]:
    """Gives the records behind dead letters a fresh set of attempts. Their history is kept."""
    wanted = Wanted(
        ids=tuple(ids) or None,
        error_class=error_class or None,
        stage=stage or None,
        source=None if source == "any" else source,
        older_than=timedelta(days=older_than_days) if older_than_days else None,
        state="dropped" if dropped else "open",
    )
    if wanted.is_everything and not (everything or dry_run):
        raise ConfigurationError(
            "Nothing narrows the choice: name ids, a class, a stage, or choose everything."
        )
    with servers(load_settings()) as running, using(running.settings):
        told = replay_letters(wanted, dry_run=dry_run, by=by or "prefect", why=why)
    return Completed(message=f"{'dry run: ' if dry_run else ''}{told.one_line}", data=told)
