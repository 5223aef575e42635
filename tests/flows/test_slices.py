"""Several properties in one task run: the same outcome for every record, in fewer task runs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from phoenix_real_estate.errors import ProviderUnavailable
from phoenix_real_estate.report import Outcome
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tasks import slices
from tests.flows.records import houses
from tests.flows.reported import RunFlow, report_of, task_states
from tests.sample import HOUSE, PLAIN
from tests.vendors import VendorServer


def test_slices_publish_what_single_properties_publish(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(7))
    report = report_of(run_flow(vendors.settings_of(settings), slice_size=3))
    assert report.counts[Outcome.PUBLISHED] == 7
    assert task_states(report, "enrich") == ["Completed"] * 3
    assert len(vendors.calls) == 21


def test_a_slice_is_called_after_its_first_property_and_those_beside_it() -> None:
    assert slices.slice_name({"properties": [HOUSE]}) == HOUSE.address.one_line
    assert slices.slice_name({"properties": [HOUSE, PLAIN]}) == f"{HOUSE.address.one_line} and 1 more"


def test_a_slice_that_meets_the_end_of_the_budget_keeps_what_is_paid_for(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(12))
    tight = vendors.settings_of(settings, daily_llm_budget=Decimal("0.003"))
    state = run_flow(tight, slice_size=12)
    assert state.name == "BudgetExhausted"
    counts = store.raw.counts()
    assert counts["processed"] > 0
    assert counts["pending"] > 0
    assert counts["processed"] + counts["pending"] == 12


def test_a_key_refused_in_a_slice_gives_every_record_back(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(4))
    vendors.fail("unauthorized", vendor="openai")
    state = run_flow(vendors.settings_of(settings), slice_size=2)
    assert state.name == "ConfigurationError"
    assert store.raw.counts()["pending"] == 4


def test_a_slice_is_tried_again_and_pays_only_for_what_failed(
    run_flow: RunFlow,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slices, "enrich_slice", slices.enrich_slice.with_options(retry_delay_seconds=0))
    store.raw.add(houses(3))
    vendors.fail("server_error", times=2)
    report = report_of(run_flow(vendors.settings_of(settings), slice_size=3))
    assert report.counts[Outcome.PUBLISHED] == 3
    assert len(vendors.calls) >= 9 + 2
    assert sum(line.cost_micro_usd for line in report.lines) == report.spent_in_run_micro_usd > 0
    assert sum(row.cost_micro_usd for row in report.report_card) == report.spent_in_run_micro_usd


def test_a_slice_that_breaks_gives_its_records_another_attempt(
    run_flow: RunFlow, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ProviderUnavailable("nobody is there", maybe_billed=False)

    monkeypatch.setattr(slices, "_side_by_side", broken)
    monkeypatch.setattr(
        slices, "enrich_slice", slices.enrich_slice.with_options(retries=0, retry_delay_seconds=0)
    )
    store.raw.add(houses(3))
    report = report_of(run_flow(settings, slice_size=2))
    assert report.counts[Outcome.PENDING] == 3
    assert store.raw.counts()["pending"] == 3
