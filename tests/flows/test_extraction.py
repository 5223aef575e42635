"""Listing pages through the whole flow, with a model that reads them and without."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from phoenix_real_estate.report import Outcome
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.flows.records import house
from tests.flows.reported import RunFlow, report_of, task_states
from tests.listing import ADDRESS, page
from tests.vendors import VendorServer


def operations(vendors: VendorServer) -> list[str]:
    """What each call was for, by the answer it wanted."""
    return ["extraction" if "<page>" in str(call.body) else "text" for call in vendors.calls]


def one_document(store: Store) -> dict[str, Any]:
    [document] = store.processed.find()
    return document


def test_a_page_is_read_by_a_model_on_its_way_and_a_second_run_asks_nobody(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    paid = vendors.settings_of(settings, llm_model_low_value="gpt-4o-mini")
    store.raw.add([page(), house(1)])
    report = report_of(run_flow(paid))
    assert task_states(report, "extract") == ["Completed"]
    assert operations(vendors).count("extraction") == 1
    document = next(one for one in store.processed.find() if one["property"]["address"]["zip"] == "85018")
    facts, metadata = document["property"], document["metadata"]
    assert (facts["bedrooms"], facts["year_built"], facts["price"]) == (3, 1974, 450_000)
    assert facts["confidence"]["bedrooms"] == 0.95
    assert facts["read_by"]["bedrooms"] == "openai/gpt-4o-mini, extraction phoenix_mls/v1"
    assert metadata["operations"]["extraction"]["cost_usd"] > 0
    costs = [one["cost_usd"] for one in metadata["operations"].values()]
    assert metadata["processing_cost"] == pytest.approx(sum(costs))
    assert sum(line.cost_micro_usd for line in report.lines) == report.spent_in_run_micro_usd

    calls = len(vendors.calls)
    store.raw.add([page("page-again")])
    again = report_of(run_flow(paid))
    assert (len(vendors.calls), again.spent_in_run_micro_usd) == (calls, 0)


def test_the_raw_page_stays_as_it_was_collected(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add([page()])
    run_flow(vendors.settings_of(settings))
    raw = store.database["raw_properties"].find_one({"_id": "page-1"})
    assert raw
    assert raw["html"] == page().html
    assert raw.keys() == {"_id", "source", "html", "processing"}


def test_without_models_patterns_serve_and_the_document_says_so(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    store.raw.add([page()])
    assert report_of(run_flow(settings, models="composer")).counts[Outcome.PENDING] == 0
    document = one_document(store)
    assert document["property"]["confidence"] == {}
    by = document["metadata"]["operations"]["extraction"]
    assert (by["provider"], by["notes"][-1]) == ("patterns", "patterns alone: no model is set up")


def test_with_free_models_a_page_costs_nothing(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add([page()])
    run_flow(vendors.settings_of(settings, daily_llm_budget=Decimal(0)), models="free")
    assert {call.vendor for call in vendors.calls} == {"ollama"}
    assert one_document(store)["property"]["read_by"]["bedrooms"].startswith("ollama/")


def test_money_that_ends_while_pages_are_read_leaves_them_to_patterns(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    """A page's worst case is over the limit; the texts are written by a free model."""
    store.raw.add([page()])
    tight = vendors.settings_of(
        settings,
        daily_llm_budget=Decimal("0.0001"),
        llm_model_low_value="gpt-4o-mini",
        llm_primary_provider="openai",
        llm_fallback_provider="openai",
        anthropic_api_key=None,
    )
    state = run_flow(tight)
    assert state.name == "BudgetExhausted"
    assert vendors.bill_micro_usd <= 100
    assert store.raw.counts()["pending"] == 1


def test_a_run_without_pages_has_no_extraction(run_flow: RunFlow, store: Store, settings: Settings) -> None:
    store.raw.add([house(1)])
    assert task_states(report_of(run_flow(settings, models="composer")), "extract") == []


def test_a_listings_page_and_the_countys_record_are_one_property(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    county = house(1, situs_address=ADDRESS, year_built=1974)
    store.raw.add([page(), county])
    run_flow(vendors.settings_of(settings))
    document = one_document(store)
    assert set(document["facts_by_source"]) == {"maricopa_api", "phoenix_mls"}
    assert document["property"]["provenance"]["year_built"] == "maricopa_api"
    assert "year_built" not in document["property"]["confidence"]
    assert document["property"]["confidence"]["price"] == 0.95


def test_records_stay_a_runs_own_while_their_pages_are_slowly_read(
    run_flow: RunFlow,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tasks.records.LEASE", timedelta(seconds=2))
    monkeypatch.setattr("flows.run.RENEW_EVERY", timedelta(seconds=0.25))
    vendors.latency_s = 1.5
    store.raw.add([page(f"page-{n}", price=f"Offered at ${400 + n},000") for n in range(3)])
    report_of(run_flow(vendors.settings_of(settings, max_concurrency=1)))
    assert {raw["processing"]["attempts"] for raw in store.database["raw_properties"].find()} == {1}
