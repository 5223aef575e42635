"""Dead letters get another chance: chosen, counted in a dry run, then put back to pending."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field

from phoenix_real_estate.embedded import servers
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.replay import Replayed, Wanted
from phoenix_real_estate.settings import load_settings, using
from tasks.replay import replay_letters

SourceName = Literal["any", "maricopa_api", "phoenix_mls"]
StageName = Literal["any", "normalize", "enrich", "gate", "review"]
Days = Annotated[float, Field(ge=0, le=3650)]


@flow(name="replay-dead-letters")
def replay_dead_letters(
    ids: list[str] = Field(
        default=[], description="Only these raw records, by id. None: those that the fields below choose."
    ),
    error_class: str = Field(
        default="",
        description="Only of this error class, such as UnusableRecord. Empty: of any. A dry run "
        "tells which there are.",
    ),
    stage: StageName = Field(default="any", description="Only those that were given up at this stage."),
    source: SourceName = Field(default="any", description="Only records of this source."),
    older_than_days: Days = Field(
        default=0.0, description="Only letters at least so many days old. 0: of any age."
    ),
    dropped: bool = Field(
        default=False, description="On: those that were dropped. Off: those that nobody has decided about."
    ),
    everything: bool = Field(
        default=False, description="Needed where nothing above narrows the choice: really all of them."
    ),
    dry_run: bool = Field(
        default=True, description="On: only tell how many it would be, by class. Off: do it."
    ),
    by: str = Field(default="", description="Your name, kept with the letters."),
    why: str = Field(default="", description="What has changed, kept with the letters."),
) -> State[Replayed]:
    """Gives the records behind dead letters a fresh set of attempts. Their history is kept."""
    wanted = Wanted(
        ids=tuple(ids) or None,
        error_class=error_class or None,
        stage=None if stage == "any" else stage,
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
