"""The main flow against a real Prefect server, MongoDB wire, Redis and the vendors' HTTP formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterId,
)
from prefect.client.schemas.objects import State
from pydantic import SecretStr

from expectations.gate_process import GateProcess
from expectations.judgement import JudgedBatch, Written, judge_batch
from phoenix_real_estate.errors import ConfigurationError, GateError
from phoenix_real_estate.intake import Refusal, read_records
from phoenix_real_estate.models import RawRecord
from phoenix_real_estate.outcomes import Stage
from phoenix_real_estate.report import Outcome, RunReport
from phoenix_real_estate.samples import samples_dir
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tasks.blocks import BUDGET_BLOCK, DailyBudget
from tests.flows.records import PRICES, house, houses
from tests.vendors import VendorServer

LEASE = timedelta(minutes=1)
RunFlow = Callable[..., State[RunReport]]


def report_of(state: State[RunReport]) -> RunReport:
    result = state.result(raise_on_failure=False)
    assert isinstance(result, RunReport), result
    return result


def judged_here(
    _gate: GateProcess, written: Sequence[Written], settings: Settings, docs: Path | None
) -> JudgedBatch:
    """The gate in this process, where a test can break it."""
    return judge_batch(written, threshold=settings.quality_threshold, docs=docs)


def task_states(report: RunReport, name: str) -> list[str]:
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs(
            flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[report.flow_run_id])),
        )
    return sorted(run.state_name or "" for run in runs if run.task_key.startswith(name))


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


def test_one_house_from_two_sources_is_one_property(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    listing = {
        "Assessor Number": "103-06-001",
        "House Number": "4001",
        "Compass": "N",
        "Street Name": "55TH",
        "St Suffix": "AVE",
        "City/Town Code": "Phoenix",
        "State/Province": "AZ",
        "Zip Code": "85031",
        "List Price": "312000.00",
        "# Bedrooms": "3",
        "Private Pool Y/N": "Y",
        "Dwelling Type": "Single Family - Detached",
    }
    store.raw.add([house(1), RawRecord(id="listing-1", source="phoenix_mls", data=listing)])
    report = report_of(run_flow(settings, models="composer"))
    [document] = store.processed.find()
    assert sorted(document["metadata"]["raw_ids"]) == ["listing-1", "raw-1"]
    assert set(document["facts_by_source"]) == {"maricopa_api", "phoenix_mls"}
    assert sum(report.counts.values()) == 2


def test_one_house_in_two_batches_is_one_property_with_the_facts_of_both(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    listing = {"UnparsedAddress": "4001 N 55th Ave, Phoenix, AZ 85031", "ListPrice": 312000}
    store.raw.add([house(1), RawRecord(id="raw-1-listing", source="phoenix_mls", data=listing), house(2)])
    report = report_of(run_flow(settings, models="composer", batch_size=1))
    documents = {document["_id"]: document for document in store.processed.find()}
    assert set(documents) == {"10306001", "10306002"}
    assert set(documents["10306001"]["facts_by_source"]) == {"maricopa_api", "phoenix_mls"}
    assert sum(report.counts.values()) == 3


def test_facts_that_came_earlier_from_another_source_are_kept(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    store.raw.add([house(1, pool="yes")])
    run_flow(settings, models="composer")
    listing = {"UnparsedAddress": "4001 N 55th Ave, Phoenix, AZ 85031", "ListPrice": 312000}
    store.raw.add([RawRecord(id="listing-1", source="phoenix_mls", data=listing)])
    run_flow(settings, models="composer")
    [document] = store.processed.find()
    assert document["property"]["price"] == 312000
    assert document["property"]["square_feet"] == 1451
    assert set(document["facts_by_source"]) == {"maricopa_api", "phoenix_mls"}


def test_a_house_whose_parcel_number_becomes_known_stays_one_property(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    listing = {"UnparsedAddress": "4001 N 55th Ave, Phoenix, AZ 85031", "ListPrice": 312000}
    store.raw.add([RawRecord(id="listing-1", source="phoenix_mls", data=listing)])
    run_flow(settings, models="composer")
    store.raw.add([house(1)])
    run_flow(settings, models="composer")
    [document] = store.processed.find()
    assert document["_id"] == "10306001"
    assert document["property"]["price"] == 312000


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


def test_the_second_run_over_the_same_facts_makes_no_call(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(3))
    report_of(run_flow(vendors.settings_of(settings)))
    paid, calls = vendors.bill_micro_usd, len(vendors.calls)
    assert calls == 9
    store.raw.add([one.model_copy(update={"id": f"again-{one.id}"}) for one in houses(3)])
    again = report_of(run_flow(vendors.settings_of(settings)))
    assert (len(vendors.calls), vendors.bill_micro_usd) == (calls, paid)
    assert again.spent_in_run_micro_usd == 0
    assert all(line.cached and line.cost_micro_usd == 0 for line in again.lines)
    assert task_states(again, "enrich") == ["Cached"] * 3


def test_what_becomes_known_of_neighbours_makes_no_text_to_be_paid_anew(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    def run_over(name: str, count: int) -> RunReport:
        listed = houses(count, price_kind="list", property_type="Single Family Residence")
        store.raw.add([one.model_copy(update={"id": f"{name}-{one.id}"}) for one in listed])
        return report_of(run_flow(vendors.settings_of(settings)))

    def narratives() -> list[str]:
        stored = store.processed.find("published")
        return [one["llm_enrichment"]["investment_analysis"]["narrative"] for one in stored]

    run_over("first", 6)
    calls = len(vendors.calls)
    assert not any("other homes" in told for told in narratives())
    # The comparison is new, so that the tasks run again: with the answers that are there.
    compared = run_over("second", 6)
    assert (len(vendors.calls), compared.spent_in_run_micro_usd) == (calls, 0)
    assert task_states(compared, "enrich") == ["Completed"] * 6
    assert all("Among 5 other homes" in told for told in narratives())
    # A seventh house changes the area, but not what was taken of it for this month.
    unchanged = run_over("third", 7)
    assert len(vendors.calls) == calls + 3
    assert task_states(unchanged, "enrich") == ["Cached"] * 6 + ["Completed"]


def test_without_caching_every_run_asks_again(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    uncached = vendors.settings_of(settings, enable_caching=False)
    store.raw.add([house(1)])
    run_flow(uncached)
    store.raw.add([house(1).model_copy(update={"id": "again"})])
    run_flow(uncached)
    assert len(vendors.calls) == 6


def test_the_budget_stops_the_run_and_what_was_not_reached_is_pending(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(12))
    tight = vendors.settings_of(settings, daily_llm_budget=Decimal("0.001"), batch_size=4)
    state = run_flow(tight)
    assert (state.name, state.type.value) == ("BudgetExhausted", "COMPLETED")
    assert vendors.bill_micro_usd <= 1000
    pending = store.raw.counts()["pending"]
    assert pending > 0
    assert store.raw.counts()["claimed"] == 0
    assert pending + sum(n for status, n in store.raw.counts().items() if status != "pending") == 12
    assert all(record.attempts == 1 for record in store.raw.claim(12, lease=LEASE))


def test_a_run_without_money_ends_at_once_without_claiming(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    state = run_flow(vendors.settings_of(settings, daily_llm_budget=Decimal(0)))
    assert state.name == "BudgetExhausted"
    assert report_of(state).batches == 0
    assert vendors.calls == []
    assert store.raw.counts()["pending"] == 2


def test_models_that_cost_nothing_need_no_budget(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    state = run_flow(vendors.settings_of(settings, daily_llm_budget=Decimal(0)), models="free")
    assert state.name == "Completed"
    assert {call.vendor for call in vendors.calls} == {"ollama"}


def test_the_block_may_let_a_run_without_money_go_on_with_free_models(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    DailyBudget(when_exhausted="local").save(BUDGET_BLOCK, overwrite=True)
    try:
        store.raw.add(houses(2))
        report = report_of(run_flow(vendors.settings_of(settings, daily_llm_budget=Decimal(0))))
    finally:
        DailyBudget().save(BUDGET_BLOCK, overwrite=True)
    assert report.counts[Outcome.PENDING] == 0
    assert {call.vendor for call in vendors.calls} == {"ollama"}


def test_a_refused_key_stops_the_run_before_anything_is_claimed(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    wrong = SecretStr("sk-wrong-key-98765")
    error = run_flow(vendors.settings_of(settings, openai_api_key=wrong)).result(raise_on_failure=False)
    assert isinstance(error, ConfigurationError)
    assert "OPENAI_API_KEY" in str(error)
    assert "98765" not in str(error)
    assert store.raw.counts()["pending"] == 2


def test_a_key_refused_midway_gives_every_record_back(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    vendors.fail("unauthorized", times=6, vendor="openai")
    state = run_flow(vendors.settings_of(settings))
    assert state.name == "ConfigurationError"
    assert store.raw.counts()["pending"] == 2


def test_a_gate_that_cannot_run_publishes_nothing(
    run_flow: RunFlow, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise GateError("expectation expect_x could not run")

    monkeypatch.setattr("expectations.judgement.judge", broken)
    monkeypatch.setattr(GateProcess, "judge", judged_here)
    store.raw.add(houses(4))
    state = run_flow(settings, models="composer", batch_size=2)
    assert (state.name, state.type.value) == ("GateError", "FAILED")
    assert list(store.processed.find()) == []
    assert store.raw.counts()["pending"] == 4


def test_a_property_that_breaks_the_gate_does_not_hold_up_the_others(
    run_flow: RunFlow, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expectations import gate

    def breaks_on_one(candidates: list[gate.Candidate], **options: Any) -> gate.GateResult:
        if any(one.property.square_feet == 1451 for one in candidates):
            raise GateError("expectation expect_x could not run")
        return gate.judge(candidates, **options)

    monkeypatch.setattr("expectations.judgement.judge", breaks_on_one)
    monkeypatch.setattr(GateProcess, "judge", judged_here)
    store.raw.add(houses(3))
    report = report_of(run_flow(settings, models="composer"))
    assert report.ended == "Completed"
    assert (report.counts[Outcome.PUBLISHED], report.counts[Outcome.PENDING]) == (2, 1)


def test_a_house_waits_for_silent_models_and_at_the_last_attempt_the_composer_writes(
    run_flow: RunFlow,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("flows.batch.MAX_ATTEMPTS", 2)
    monkeypatch.setattr("flows.batch.RETRY_DELAY", timedelta(0))
    store.raw.add([house(1)])
    vendors.fail("server_error", times=1000)
    first = report_of(run_flow(vendors.settings_of(settings), time_limit_minutes=1))
    assert first.counts[Outcome.PENDING] == 1
    last = report_of(run_flow(vendors.settings_of(settings)))
    assert (last.counts[Outcome.PENDING], last.lines[0].models) == (0, "composer")


def test_an_unreachable_redis_is_a_warning(run_flow: RunFlow, store: Store, settings: Settings) -> None:
    store.raw.add([house(1)])
    nowhere = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    report = report_of(run_flow(nowhere, models="composer"))
    assert report.counts[Outcome.PENDING] == 0
    assert any("REDIS_URL" in note for note in report.notes)


def test_a_limit_and_sources_bound_what_is_taken(run_flow: RunFlow, store: Store, settings: Settings) -> None:
    store.raw.add([*houses(5), RawRecord(id="m", source="phoenix_mls", data={"ListPrice": 1})])
    report = report_of(run_flow(settings, models="composer", limit=3, batch_size=2, sources=["maricopa_api"]))
    assert (sum(report.counts.values()), report.batches) == (3, 2)
    assert store.raw.counts()["pending"] == 3


@pytest.mark.parametrize("step", ["start", "finish"])
def test_a_run_that_breaks_gives_its_records_back(
    run_flow: RunFlow, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def breaks(*_args: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(f"flows.run.{step}", breaks)
    store.raw.add(houses(5))
    assert run_flow(settings, models="composer", batch_size=2).is_failed()
    assert store.raw.counts()["pending"] == 5


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


def test_texts_out_of_the_cache_are_stored_with_the_facts_of_the_day(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    for day in (1, 2):
        collected = datetime(2026, 11, day, tzinfo=UTC)
        store.raw.add([house(1).model_copy(update={"id": f"day-{day}", "collected_at": collected})])
        report = report_of(run_flow(settings, models="composer"))
    assert report.lines[0].cached
    [document] = store.processed.find()
    assert document["property"]["collected_at"] == "2026-11-02T00:00:00Z"


def test_what_the_money_did_not_reach_counts_no_limit_when_free_models_go_on(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    DailyBudget(when_exhausted="local").save(BUDGET_BLOCK, overwrite=True)
    try:
        store.raw.add(houses(6))
        tight = vendors.settings_of(settings, daily_llm_budget=Decimal("0.001"))
        report = report_of(run_flow(tight, limit=4))
    finally:
        DailyBudget().save(BUDGET_BLOCK, overwrite=True)
    assert report.ended == "Completed"
    assert report.counts[Outcome.PENDING] == 0
    assert store.raw.counts()["pending"] == 2


def test_a_budget_of_nothing_does_not_stop_a_run_that_costs_nothing(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    store.raw.add(houses(2))
    report = report_of(run_flow(settings.model_copy(update={"daily_llm_budget": Decimal(0)})))
    assert (report.ended, report.counts[Outcome.PUBLISHED]) == ("Completed", 2)


def test_a_record_that_fails_again_and_again_becomes_a_dead_letter(
    run_flow: RunFlow, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_args: object, **_options: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("phoenix_real_estate.enrich.Enricher.enrich", fails)
    monkeypatch.setattr("flows.batch.RETRY_DELAY", timedelta(0))
    store.raw.add([house(1)])
    for _ in range(4):
        assert report_of(run_flow(settings, models="composer")).counts[Outcome.PENDING] == 1
    assert report_of(run_flow(settings, models="composer")).counts[Outcome.DEAD_LETTER] == 1
    [letter] = store.dead_letters.find()
    assert letter.message == "failed 5 times, the last time with RuntimeError: a bug"


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
