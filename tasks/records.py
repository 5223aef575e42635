"""Records in and out: claimed from MongoDB, extracted from their pages, normalized, published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from prefect import get_run_logger, task
from prefect.assets import Asset, AssetProperties, materialize
from prefect.cache_policies import NO_CACHE

from phoenix_real_estate.batches import RENEWED, normalize_batch, publish_batch
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.outcomes import Judged, NormalizedBatch, Published, Refused
from tasks.resources import RunPlan, resources_of
from tasks.retries import is_retriable

# Long enough for a slow local model's batch; renewed while a run lives, so it only bounds how long the
# records of a dead run stay away.
LEASE = timedelta(minutes=10)

# Of collections, not of properties: one event a batch costs nothing that can be measured.
RAW = Asset(
    key="mongodb://phoenix-real-estate/raw_properties",
    properties=AssetProperties(name="Raw properties", description="MongoDB: raw_properties"),
)
PROCESSED = Asset(
    key="mongodb://phoenix-real-estate/processed_properties",
    properties=AssetProperties(name="Processed properties", description="MongoDB: processed_properties"),
)

PROGRESS_EVERY = 10
"""Pages between two lines of the log."""


@task(
    name="claim",
    retries=3,
    retry_delay_seconds=[1, 5, 20],
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def claim(plan: RunPlan, limit: int, sources: Sequence[str]) -> list[RawRecord]:
    """Up to `limit` pending records, held by this run until their lease ends."""
    return resources_of(plan).store.raw.claim(limit, lease=LEASE, sources=sources)


@task(name="extract", cache_policy=NO_CACHE)
def extract(plan: RunPlan, records: Sequence[RawRecord]) -> list[RawRecord]:
    """The records with the facts of their pages as data; all pages of the batch are read side by side.

    It needs no retries: a page that no model reads goes on with what patterns find.
    """
    log = get_run_logger()

    def told(read: int, pages: int) -> None:
        if read % PROGRESS_EVERY == 0 or read == pages:
            log.info("%d of %d pages are read", read, pages)

    return run(resources_of(plan).extractor.extract_all(records, told))


@task(
    name="normalize",
    retries=3,
    retry_delay_seconds=[1, 5, 20],
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def normalize(plan: RunPlan, records: Sequence[RawRecord]) -> NormalizedBatch:
    """The houses of the batch, and the records that hold none with their reasons."""
    return normalize_batch(records, resources_of(plan).store)


@materialize(
    PROCESSED,
    asset_deps=[RAW],
    name="publish",
    retries=5,
    retry_delay_seconds=[1, 5, 20, 60, 60],
    retry_condition_fn=is_retriable,
    cache_policy=NO_CACHE,
)
def publish(
    plan: RunPlan, records: Sequence[RawRecord], judged: Sequence[Judged], refused: Sequence[Refused]
) -> Published:
    """Stores the verdicts for the records this run still holds."""
    resources = resources_of(plan)
    published = publish_batch(
        str(records[0].claim_id),
        judged,
        refused,
        resources.store,
        lease=LEASE,
        at=datetime.now(UTC),
        attempts={record.id: record.attempts for record in records},
        manual_review=resources.settings.enable_manual_review,
        flow_run_id=plan.flow_run_id,
        why=f"backfill {plan.backfill}" if plan.backfill else RENEWED,
    )
    PROCESSED.add_metadata(dict(Counter(published.statuses.values())))
    return published
