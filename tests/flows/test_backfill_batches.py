"""The backfill by the vendors' batches: half the price, and a killed run's batches are gone on with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flows.backfill import Pace
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.flows.backfills import RunBackfill, estimated, reported, run_backfill, spent
from tests.flows.records import houses
from tests.flows.reported import RunFlow
from tests.vendors import VendorServer

__all__ = ["run_backfill"]


@pytest.fixture
def quick_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendors' batches are looked at again at once."""
    monkeypatch.setattr("phoenix_real_estate.prefetch.watching.FIRST_PAUSE_S", 0.05)


@pytest.mark.usefixtures("quick_batches")
def test_with_batches_a_backfill_costs_half_and_no_live_call(
    run_backfill: RunBackfill,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
) -> None:
    store.raw.add(houses(4))
    there, how = vendors.settings_of(settings), Pace(engine="batch", chunk_size=3)
    live = estimated(run_backfill(there, dry_run=True)).cost_micro_usd
    foreseen = estimated(run_backfill(there, dry_run=True, how=how)).cost_micro_usd
    report = reported(run_backfill(there, how=how))
    assert (report.counts, len(vendors.batches.sent), vendors.calls) == ({"processed": 4}, 2, [])
    assert spent(store) == report.spent_in_run_micro_usd >= vendors.batches.billed > 0
    assert foreseen == pytest.approx(live / 2, rel=0.02)


@pytest.mark.usefixtures("quick_batches")
def test_what_a_batch_leaves_open_is_told_and_asked_live(
    run_backfill: RunBackfill,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
) -> None:
    vendors.batches.statuses["upload"] = [403] * 10
    store.raw.add(houses(2))
    state = run_backfill(vendors.settings_of(settings), how=Pace(engine="batch"))
    report = reported(state)
    assert report.counts == {"processed": 2}
    assert len(vendors.calls) == 6
    assert report.notes


class Killed(BaseException):
    """As a process ends."""


async def _killed(*_: Any) -> None:
    raise Killed


def killed_at(step: str, dies: Callable[..., Any], run_backfill: RunBackfill, settings: Settings) -> None:
    """A backfill by batches that ends at this step of its prefetch."""
    with pytest.MonkeyPatch.context() as killing:
        killing.setattr(f"phoenix_real_estate.prefetch.{step}", dies)
        with pytest.raises(Killed):
            run_backfill(settings, how=Pace(engine="batch"))


@pytest.mark.usefixtures("quick_batches")
def test_a_backfill_by_batches_that_was_killed_goes_on_with_them_and_pays_nothing_twice(
    run_backfill: RunBackfill,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
) -> None:
    store.raw.add(houses(2))
    there = vendors.settings_of(settings)
    killed_at("collecting.Collector.collect", _killed, run_backfill, there)
    assert store.raw.counts()["claimed"] == 0
    foreseen = estimated(run_backfill(there, resume="latest", dry_run=True)).cost_micro_usd
    report = reported(run_backfill(there, resume="latest"))
    assert report.counts == {"processed": 2}
    assert (len(vendors.batches.sent), vendors.calls) == (1, [])
    assert vendors.batches.billed <= spent(store) < 1.5 * foreseen


async def _killed_once_submitted(_self: object, batches: list[Any], *_: Any, **__: Any) -> list[Any]:
    if batches:
        raise Killed
    return []


@pytest.mark.parametrize("slice_size", [1, 2])
def test_a_scheduled_run_waits_for_what_a_killed_backfill_has_left_at_a_vendor(
    run_backfill: RunBackfill,
    run_flow: RunFlow,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
    slice_size: int,
) -> None:
    store.raw.add(houses(2))
    there = vendors.settings_of(settings)
    vendors.batches.polls = 10**6
    killed_at("watching.Watcher.wait", _killed_once_submitted, run_backfill, there)

    run_flow(there, slice_size=slice_size)

    assert vendors.calls == []
    waiting = list(store.database.raw_properties.find({}, {"processing": 1}))
    assert [one["processing"]["status"] for one in waiting] == ["pending"] * 2
    assert [one["processing"]["attempts"] for one in waiting] == [0] * 2
    assert all("batch" in one["processing"]["last_error"] for one in waiting)

    vendors.batches.polls = 0
    store.database.raw_properties.update_many({}, {"$unset": {"processing.not_before": ""}})
    run_flow(there, slice_size=slice_size)

    assert store.raw.counts()["processed"] == 2
    assert (len(vendors.batches.sent), vendors.calls) == (1, [])
    assert spent(store) >= vendors.batches.billed > 0
