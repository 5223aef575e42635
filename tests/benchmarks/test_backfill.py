"""Ten thousand records backfilled and killed on the way; the estimate against a vendor's bill.

Run with `make bench-backfill`; BACKFILL_ROWS=500 takes fewer. It prints records a minute and memory, and
asserts that every record is done, once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.objects import State

from phoenix_real_estate.backfill import Estimate, Jobs, Selection
from phoenix_real_estate.report import RunReport
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.benchmarks.assessor_rows import ROWS, assessor_records
from tests.flows.backfills import run_backfill
from tests.flows.conftest import nothing_cached, prefect_url, run_flow, store
from tests.vendors import VendorServer
from tests.vendors.fixtures import vendors

__all__ = ["nothing_cached", "prefect_url", "run_backfill", "run_flow", "store", "vendors"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(7200),
    pytest.mark.filterwarnings("default"),
    pytest.mark.skipif(not ROWS.exists(), reason=f"{ROWS} is not on this machine"),
]

LIMIT = int(os.environ.get("BACKFILL_ROWS", "0")) or None
# Killed early, so that the last process has most of the way to show that its memory stays flat.
KILLED_AT = (0.05, 0.1, 0.15)
FIRST = 1000
WITHIN_MB = 50
ROOT = Path(__file__).resolve().parents[2]
RunFlow = Callable[..., State[RunReport]]


def test_a_backfill_that_is_killed_three_times_does_every_record_once(
    prefect_url: str, settings: Settings, store: Store, tmp_path: Path
) -> None:
    records = store.raw.add(assessor_records(LIMIT)).new
    began = time.monotonic()
    for number, share in enumerate(KILLED_AT):
        told = work("latest" if number else "", settings, kill_at=share)
        print(f"\nkilled at {told[-1]['done']:,} of {records:,} records, {told[-1]['mb']:.0f} MB resident")
    last = time.monotonic()
    told = work("latest", settings)
    ended = time.monotonic()
    sizes = [one for one in told if "mb" in one]
    first_mb, last_mb = sizes_at(sizes, FIRST), sizes[-1]["mb"]
    done = sizes[-1]["done"] - sizes[0]["done"]
    print(f"{told[-1]['ended']}: {told[-1]['report']}")
    print(f"{done / (ended - last) * 60:,.0f} records a minute in the last process, start and end included")
    print(f"{records:,} records in {(ended - began) / 60:.1f} minutes, three kills and restarts included")
    most = max(one["mb"] for one in sizes)
    print(f"resident: at most {most:.0f} MB, {last_mb - first_mb:+.0f} MB from the first thousand")
    [job] = Jobs(store.database).all()
    counts = Jobs(store.database).counts(job)
    raw = store.raw.counts()
    assert job.state == "done"
    assert (raw["pending"], raw["claimed"]) == (0, 0)
    assert counts == {name: count for name, count in raw.items() if count}
    assert sum(counts.values()) == records
    assert sum(store.processed.counts().values()) == raw["processed"] + raw["needs_review"]
    taken = store.database.raw_properties.count_documents({"processing.attempts": {"$ne": 1}})
    print(f"{taken} records were taken more than once; {again(store)} stood already when a kill came between")
    assert taken == 0
    assert LIMIT or last_mb - first_mb < WITHIN_MB


def test_the_estimate_against_the_bill(
    run_flow: RunFlow,
    run_backfill: Callable[..., State[Any]],
    store: Store,
    settings: Settings,
    vendors: VendorServer,
) -> None:
    """Two hundred records by defaults, by the invoice, and with half of them in the cache."""
    models = dict.fromkeys(
        ("llm_model_low_value", "llm_model_mid_value", "llm_model_high_value"), "gpt-4o-mini"
    )
    here = vendors.settings_of(settings, daily_llm_budget=Decimal(10), batch_size=100, **models)
    records = list(assessor_records(600))

    def foreseen() -> int:
        result = run_backfill(here, dry_run=True, what=Selection(redo="all")).result()
        assert isinstance(result, Estimate)
        return result.cost_micro_usd

    def billed(run: Callable[[], object]) -> Decimal:
        before = vendors.bill_micro_usd
        run()
        return vendors.bill_micro_usd - before

    def compared(what: str, told: int, bill: Decimal) -> float:
        off = float(told / bill) - 1
        print(f"\n{what}: {told:,} micro-USD foreseen, {bill:,.0f} billed, {off:+.1%}")
        return abs(off)

    everything = Selection(redo="all")
    store.raw.add(records[:200])
    by_default = foreseen()
    compared("200 records, by defaults", by_default, billed(lambda: run_backfill(here, what=everything)))
    store.raw.add(records[200:400])
    by_invoice = foreseen()
    bill = billed(lambda: run_flow(here, slice_size=25))
    assert compared("200 new ones beside 200 cached, by the invoice", by_invoice, bill) < 0.1
    store.raw.add(records[400:600])
    whole = foreseen()
    half = billed(lambda: run_flow(here, slice_size=25, limit=100))
    rest = foreseen()
    bill = billed(lambda: run_backfill(here, what=everything))
    assert compared("200 records, by the invoice", whole, half + bill) < 0.1
    assert compared("the same with half of them cached", rest, bill) < 0.1


def work(resume: str, settings: Settings, *, kill_at: float | None = None) -> list[dict[str, Any]]:
    """What a process told until it was killed, or until its end."""
    environment = {
        **os.environ,
        "MONGODB_URI": str(settings.mongodb_uri),
        "MONGODB_DATABASE": settings.mongodb_database,
        "REDIS_URL": str(settings.redis_url),
        "PHOENIX_HOME": str(settings.phoenix_home),
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.benchmarks.backfill_worker", resume]
    told: list[dict[str, Any]] = []
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("{"):
                told.append(json.loads(line))
                print(f"{time.monotonic() - began:7.1f} s {line}", end="", flush=True)
                if kill_at and told[-1].get("done", 0) >= kill_at * told[-1].get("of", 1):
                    process.send_signal(signal.SIGKILL)
                    break
    return told


def sizes_at(sizes: list[dict[str, Any]], records: int) -> float:
    """Memory when so many records were done in this process."""
    begun = sizes[0]["done"]
    return next((float(one["mb"]) for one in sizes if one["done"] - begun >= records), float(sizes[0]["mb"]))


def again(store: Store) -> int:
    return store.database.processed_history.count_documents({})
