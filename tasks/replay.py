"""Dead letters back to pending, and the page that tells which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from phoenix_real_estate.replay import (
    Found,
    Replayed,
    Wanted,
    find_letters,
    foreseen,
    grouped,
    letters_page,
    replay,
)
from phoenix_real_estate.settings import load_settings
from phoenix_real_estate.store import Store
from tasks.retries import is_retriable

ARTIFACT_KEY = "dead-letters"


@task(
    name="replay",
    retries=3,
    retry_delay_seconds=[1, 5, 20],
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def replay_letters(wanted: Wanted, *, dry_run: bool, by: str, why: str) -> Replayed:
    """Replays the letters that are wanted, or tells what that would do."""
    now = datetime.now(UTC)
    with Store.connect(load_settings()) as store:
        found = find_letters(store, wanted, now=now)
        told = foreseen(found) if dry_run else replay(store, found, by=by, at=now, why=why)
    _tell(found, told, dry_run)
    return told


def _tell(found: Sequence[Found], told: Replayed, dry_run: bool) -> None:
    did = f"{'Dry run: would put ' if dry_run else ''}{told.one_line}"
    create_markdown_artifact(key=ARTIFACT_KEY, markdown=letters_page(grouped(found), did), description=did)
