"""What the main flow does not ask again, by Prefect's cache and by the answers'."""

from __future__ import annotations

from datetime import UTC, datetime

from phoenix_real_estate.report import RunReport
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.flows.records import house, houses
from tests.flows.reported import RunFlow, report_of, task_states
from tests.vendors import VendorServer


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
