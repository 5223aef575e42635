"""The main flow against a real Prefect server, MongoDB wire, Redis and the vendors' HTTP formats."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
)

from phoenix_real_estate.intake import Refusal, read_records
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.outcomes import Stage
from phoenix_real_estate.report import Outcome
from phoenix_real_estate.samples import samples_dir
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.flows.records import PRICES, house, houses
from tests.flows.reported import RunFlow, report_of
from tests.vendors import VendorServer


def test_every_sample_comes_to_rest_and_a_second_run_finds_nothing(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    records = [one for one in read_records(samples_dir()) if not isinstance(one, Refusal)]
    store.raw.add(records)
    report = report_of(run_flow(settings, models="composer"))
    assert sum(report.counts.values()) == len(records)
    assert report.counts[Outcome.PENDING] == 0
    assert report.counts[Outcome.DEAD_LETTER] >= 3
    counts = store.raw.counts()
    assert counts["processed"] == report.counts[Outcome.PUBLISHED]
    assert counts["needs_review"] == report.counts[Outcome.NEEDS_REVIEW]
    assert counts["dead_letter"] == report.counts[Outcome.DEAD_LETTER] == len(list(store.dead_letters.find()))
    assert report_of(run_flow(settings, models="composer")).lines == ()


def test_each_tier_is_served_by_its_model(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add([house(n, price=price) for n, price in enumerate(PRICES.values())])
    report = report_of(run_flow(vendors.settings_of(settings)))
    assert {call.vendor for call in vendors.calls} == {"ollama", "openai"}
    assert set(report.models) == {"llama3.2:latest", "gpt-3.5-turbo", "gpt-4o-mini"}
    assert report.spent_in_run_micro_usd >= vendors.bill_micro_usd > 0


def test_a_failing_primary_falls_back(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add([house(1)])
    vendors.fail("server_error", times=50, vendor="openai")
    report = report_of(run_flow(vendors.settings_of(settings)))
    assert report.counts[Outcome.PENDING] == 0
    assert {name for name, use in report.models.items() if use.output_tokens} == {"llama3.2:latest"}


def test_the_report_tells_the_days_spending_and_how_each_part_came_about(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    report = report_of(run_flow(vendors.settings_of(settings)))
    assert report.spending[-1].spent_micro_usd == report.spent_today_micro_usd > 0
    parts = [part for line in report.lines for part in line.operations.values()]
    assert {(part.tier, part.prompt_version, part.cached) for part in parts} == {("high", "v1", False)}
    assert all(part.seconds and part.seconds > 0 for part in parts)
    assert {line.stage for line in report.lines} == {Stage.PUBLISH}


def test_a_limit_and_sources_bound_what_is_taken(run_flow: RunFlow, store: Store, settings: Settings) -> None:
    store.raw.add([*houses(5), RawRecord(id="m", source="phoenix_mls", data={"ListPrice": 1})])
    report = report_of(run_flow(settings, models="composer", limit=3, batch_size=2, sources=["maricopa_api"]))
    assert (sum(report.counts.values()), report.batches) == (3, 2)
    assert store.raw.counts()["pending"] == 3


def test_records_stay_a_slow_runs_own(
    run_flow: RunFlow,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tasks.records.LEASE", timedelta(seconds=1))
    monkeypatch.setattr("flows.run.RENEW_EVERY", timedelta(seconds=0.25))
    vendors.latency_s = 0.5
    store.raw.add(houses(4))
    report = report_of(run_flow(vendors.settings_of(settings, max_concurrency=1), batch_size=2))
    assert report.batches == 2
    assert {raw["processing"]["attempts"] for raw in store.database["raw_properties"].find()} == {1}


def test_the_report_is_an_artifact_of_the_run_and_a_file(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    store.raw.add([house(1)])
    report = report_of(run_flow(settings, models="composer"))
    with get_client(sync_client=True) as client:
        artifacts = client.read_artifacts(
            artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[report.flow_run_id]))
        )
    pages = [one.data for one in artifacts if one.type == "markdown"]
    page, file = sorted((settings.phoenix_home / "reports").iterdir())
    assert pages == [file.read_text(encoding="utf-8")]
    assert "4001 N 55th Ave" in pages[0]
    assert report.data_docs
    assert Path(report.data_docs).is_file()
    assert (report.page, page.suffix, file.suffix) == (str(page), ".html", ".md")
    html = page.read_text(encoding="utf-8")
    assert "4001 N 55th Ave" in html
    assert 'href="../data-docs/verdicts.html"' in html
    assert f"/runs/flow-run/{report.flow_run_id}" in html
