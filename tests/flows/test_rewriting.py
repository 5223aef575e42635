"""What the gate rejects is written once more by the models, and else by the composer."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from expectations.gate_process import GateProcess
from expectations.judgement import JudgedBatch
from phoenix_real_estate.budget import BudgetPolicy, CallLabel, Ledger
from phoenix_real_estate.report import Outcome
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.flows.records import house, houses
from tests.flows.reported import RunFlow, report_of
from tests.vendors import VendorServer

LABEL = CallLabel(operation="description", provider="openai", model="gpt-4o-mini", property_id="1")
FALSE_TEXT = "This home with 7 bedrooms stands on 999 acres."
FALSE_AGAIN = "This home with 6 bedrooms stands on 99 acres."


def answering(first: str, second: str | None = None) -> Callable[[str, str, dict[str, Any]], dict[str, Any]]:
    """A model that describes a home like this, and when it is asked again like that; else well."""

    def writes(_system: str, user: str, good: dict[str, Any]) -> dict[str, Any]:
        said = second if "<rejected>" in user else first
        return {"description": said} if "description" in good and said else good

    return writes


def described(store: Store) -> tuple[dict[str, Any], dict[str, Any]]:
    """The one stored document and how its description came about."""
    [document] = store.processed.find()
    return document, document["metadata"]["operations"]["description"]


def spent(store: Store) -> int:
    return Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=630_000)).today().spent_micro_usd


def test_a_text_that_is_good_at_the_second_try_is_published_as_the_models_and_marked(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add([house(1)])
    vendors.writes = answering(FALSE_TEXT)
    report = report_of(run_flow(vendors.settings_of(settings)))
    document, operation = described(store)
    assert (report.counts[Outcome.PUBLISHED], document["status"]) == (1, "published")
    assert "1,451 square feet" in document["llm_enrichment"]["description"]
    assert (operation["provider"], operation["prompt_version"]) == ("openai", "v1, rewrite v1")
    assert operation["notes"][1].startswith("rewrote the text of gpt-4o-mini: number.")
    [rejected] = document["rejected_parts"]
    assert rejected["gave_way_to"] == "rewrite"
    assert "7 bedrooms" in rejected["text"]
    assert any(reason.startswith("description rewritten: ") for reason in report.lines[0].reasons)
    assert len(vendors.calls) == 4


def test_a_text_that_is_false_twice_is_the_composers_and_both_are_kept_for_study(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add([house(1)])
    vendors.writes = answering(FALSE_TEXT, FALSE_AGAIN)
    report = report_of(run_flow(vendors.settings_of(settings)))
    document, operation = described(store)
    assert document["status"] == "published"
    assert operation["provider"] == "composer"
    assert operation["notes"][-1].startswith("replaced the text of gpt-4o-mini: ")
    assert "bedrooms stands on" not in document["llm_enrichment"]["description"]
    assert [(one["gave_way_to"], json.loads(one["text"])) for one in document["rejected_parts"]] == [
        ("rewrite", {"description": FALSE_TEXT}),
        ("composer", {"description": FALSE_AGAIN}),
    ]
    assert any(reason.startswith("description replaced: ") for reason in report.lines[0].reasons)
    assert len(vendors.calls) == 4


def test_both_attempts_are_in_the_document_the_invoice_and_the_report_and_the_bill_is_the_ledgers(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add([house(1)])
    vendors.writes = answering(FALSE_TEXT, FALSE_AGAIN)
    report = report_of(run_flow(vendors.settings_of(settings)))
    _, operation = described(store)
    rows = list(store.database.llm_calls.find({"operation": "description"}))
    assert len(rows) == 2
    assert operation["cost_usd"] == pytest.approx(sum(row["cost_micro_usd"] for row in rows) / 1e6)
    assert operation["input_tokens"] == sum(row["input_tokens"] for row in rows)
    assert operation["output_tokens"] == sum(row["output_tokens"] for row in rows)
    assert report.spent_in_run_micro_usd == spent(store) == report.lines[0].cost_micro_usd
    # Each call is rounded up to whole micro-USD.
    assert 0 <= spent(store) - vendors.bill_micro_usd < len(vendors.calls)


@pytest.mark.parametrize("second", [None, FALSE_AGAIN])
def test_a_second_run_over_the_same_facts_pays_for_neither_attempt(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer, second: str | None
) -> None:
    vendors.writes = answering(FALSE_TEXT, second)
    texts = []
    for run in ("first", "second"):
        store.raw.add([house(1).model_copy(update={"id": run})])
        report = report_of(run_flow(vendors.settings_of(settings)))
        texts.append(described(store)[0]["llm_enrichment"])
    assert texts[0] == texts[1]
    assert len(vendors.calls) == 4
    assert (report.spent_in_run_micro_usd, report.lines[0].cost_micro_usd) == (0, 0)


def test_money_that_is_gone_before_the_rewrite_leaves_the_house_to_the_composer(
    run_flow: RunFlow,
    store: Store,
    settings: Settings,
    vendors: VendorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judge = GateProcess.judge

    def spends_all(gate: GateProcess, *batch: Any) -> JudgedBatch:
        """While the gate judges, another run spends what is left of the day."""
        ledger = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=630_000))
        left = ledger.today().remaining_micro_usd
        reservation = ledger.reserve(left, LABEL)
        ledger.settle(reservation, cost_micro_usd=left, input_tokens=0, output_tokens=0, outcome="ok")
        return judge(gate, *batch)

    monkeypatch.setattr(GateProcess, "judge", spends_all)
    store.raw.add([house(1)])
    vendors.writes = answering(FALSE_TEXT)
    report = report_of(run_flow(vendors.settings_of(settings)))
    _, operation = described(store)
    assert report.counts[Outcome.PUBLISHED] == 1
    assert operation["provider"] == "composer"
    assert any(note.startswith("not rewritten: BudgetExhausted: ") for note in operation["notes"])
    assert len(vendors.calls) == 3
    assert spent(store) == 630_000


def test_models_that_answer_badly_at_the_rewrite_leave_the_house_to_the_composer(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer
) -> None:
    store.raw.add([house(1)])
    good = answering(FALSE_TEXT)

    def writes(system: str, user: str, answer: dict[str, Any]) -> dict[str, Any]:
        return {"nothing": "of use"} if "<rejected>" in user else good(system, user, answer)

    vendors.writes = writes
    report = report_of(run_flow(vendors.settings_of(settings)))
    document, operation = described(store)
    assert (report.counts[Outcome.PUBLISHED], operation["provider"]) == (1, "composer")
    assert [one["gave_way_to"] for one in document["rejected_parts"]] == ["composer"]
    assert Decimal(spent(store)) >= vendors.bill_micro_usd


@pytest.mark.parametrize("slice_size", [1, 3])
def test_many_houses_are_rewritten_in_one_task_run_and_told_on_the_report_card(
    run_flow: RunFlow, store: Store, settings: Settings, vendors: VendorServer, slice_size: int
) -> None:
    store.raw.add(houses(3))
    vendors.writes = answering(FALSE_TEXT)
    report = report_of(run_flow(vendors.settings_of(settings), slice_size=slice_size))
    rows = {row.operation.value: row for row in report.report_card}
    assert report.counts[Outcome.PUBLISHED] == 3
    assert len(vendors.calls) == 12
    described = rows["description"]
    assert (described.model, described.prompt_version, described.texts) == ("gpt-4o-mini", "v1", 3)
    assert (described.rejected_share, described.rewritten_share, described.replaced_share) == (1, 1, 0)
    assert rows["features"].rejected_share == 0
    assert sum(row.cost_micro_usd for row in report.report_card) == report.spent_in_run_micro_usd
    assert "Report card" in Path(report.page or "").read_text(encoding="utf-8")
    assert report.model_dump(mode="json")["report_card"][0]["operation"] == "description"
