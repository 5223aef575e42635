"""Answers bought in batches: half the price, in the cache for the live run, within the budget."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from phoenix_real_estate.budget import Ledger
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.llm.vendor_batches import Limits
from phoenix_real_estate.models import Operation
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prefetch import BatchEngine
from phoenix_real_estate.settings import Settings
from tests.panels import enrich, providers, spent
from tests.prefetch.engines import BOTH, HOUSES, QUESTIONS, SECOND, Desk, Documents, Time
from tests.sample import HOUSE, MODERATE, PLAIN
from tests.vendors import VendorServer


@BOTH
def test_a_batch_costs_half_by_the_vendors_own_bill(
    desk: Desk, vendors: VendorServer, changes: dict[str, Any]
) -> None:
    done = desk.prefetch(**changes)
    in_batch, vendors.bill_micro_usd = vendors.bill_micro_usd, Decimal(0)
    assert (done.submitted, done.answered, done.cost_micro_usd) == (QUESTIONS, QUESTIONS, desk.spent)
    assert in_batch <= desk.spent < in_batch + QUESTIONS

    desk.told(_live, enable_caching=False, **changes)

    assert vendors.bill_micro_usd == 2 * in_batch


async def _live(_engine: BatchEngine, panel: Panel) -> None:
    async def nothing(_key: str, _announced: bool) -> None:
        return None

    panel.answers.stand_before(nothing)
    for house in HOUSES:
        await Enricher(panel).enrich(house, last_resort=False)


@BOTH
def test_properties_are_then_enriched_without_a_call(
    desk: Desk, vendors: VendorServer, here: Settings, ledger: Ledger, changes: dict[str, Any]
) -> None:
    desk.prefetch(**changes)

    enriched = [enrich(here.model_copy(update=changes), ledger, house) for house in HOUSES]

    assert vendors.calls == []
    assert [spent(one) for one in enriched] == [0, 0, 0]
    assert all(record.cached for one in enriched for record in one.operations.values())
    assert enriched[0].enrichment.description
    assert desk.is_square()


@BOTH
def test_a_batch_asks_word_by_word_what_a_live_call_asks(
    desk: Desk, vendors: VendorServer, here: Settings, ledger: Ledger, changes: dict[str, Any]
) -> None:
    enrich(here.model_copy(update={"enable_caching": False, **changes}), ledger)
    desk.prefetch(HOUSE, **changes)

    [batch] = vendors.batches.sent
    live = [call.body for call in vendors.calls]
    assert all(body in live for body in batch.numbered.values())
    assert len(batch.numbered) == len(live) == len(Operation)


def test_the_invoice_names_the_property_the_run_and_the_operation(desk: Desk, database: Documents) -> None:
    desk.prefetch(HOUSE)

    rows = list(database.llm_calls.find())
    assert {row["operation"] for row in rows} == {operation.value for operation in Operation}
    assert {row["property_id"] for row in rows} == {HOUSE.property_id}
    assert {row["flow_run_id"] for row in rows} == {"run"}
    assert desk.outcomes() == {"ok": len(Operation)}


def test_the_property_that_paid_in_a_batch_shows_its_cost_once_in_the_run_that_paid(
    desk: Desk, here: Settings, ledger: Ledger
) -> None:
    desk.prefetch(HOUSE)

    payer = enrich(here, ledger, HOUSE, flow_run_id="run")
    shown = {name: record.cost_micro_usd for name, record in payer.operations.items()}
    assert sum(shown.values()) == desk.spent > 0
    assert all(record.cached for record in payer.operations.values())
    assert spent(enrich(here, ledger, HOUSE, flow_run_id="later")) == 0
    assert spent(enrich(here, ledger, HOUSE)) == 0
    other = HOUSE.model_copy(update={"parcel_number": "99990001"})
    assert other.property_id != HOUSE.property_id
    assert spent(enrich(here, ledger, other, flow_run_id="run")) == 0


def test_one_question_is_sent_once_however_many_properties_ask_it(desk: Desk, vendors: VendorServer) -> None:
    twin = HOUSE.model_copy(update={"collected_at": None})

    assert desk.prefetch(HOUSE, twin, HOUSE).submitted == len(Operation)
    assert desk.prefetch(HOUSE).cached == len(Operation)
    assert len(vendors.batches.sent) == 1


def test_each_model_has_a_batch_of_its_own(desk: Desk, vendors: VendorServer) -> None:
    done = desk.prefetch(HOUSE, MODERATE)

    models = [{body["model"] for body in batch.numbered.values()} for batch in vendors.batches.sent]
    assert models == [{"gpt-4o-mini"}, {"gpt-3.5-turbo"}]
    assert done.answered == done.submitted > len(Operation)
    assert desk.is_square()


def test_a_property_whose_first_model_is_free_is_left_to_it(desk: Desk, vendors: VendorServer) -> None:
    assert desk.prefetch(PLAIN).submitted == 0

    assert vendors.batches.sent == []
    assert providers(desk.enrich(PLAIN)) == ["ollama"] * 3


def test_without_a_key_nothing_is_asked(desk: Desk, vendors: VendorServer) -> None:
    assert desk.prefetch(openai_api_key=None, anthropic_api_key=None).submitted == 0
    assert vendors.batches.sent == []


def test_what_does_not_fit_into_the_budget_is_left_out_and_said(
    desk: Desk, vendors: VendorServer, ledger: Ledger
) -> None:
    seen = []
    vendors.batches.on_poll = lambda _: seen.append(ledger.today())
    ledger.hold_to(ledger.policy.model_copy(update={"daily_limit_micro_usd": 900}))

    done = desk.prefetch()

    assert 0 < done.submitted < QUESTIONS
    assert done.submitted + done.unaffordable == QUESTIONS
    assert "too little for all questions" in done.notes[0]
    first = len(vendors.batches.sent[0].numbered)
    assert 450 < seen[0].reserved_micro_usd <= 900
    assert seen[0].calls_under_way == first < QUESTIONS
    assert desk.is_square()


def test_what_did_not_fit_at_its_worst_case_is_sent_once_the_first_batch_has_settled(
    desk: Desk, vendors: VendorServer, ledger: Ledger
) -> None:
    ledger.hold_to(ledger.policy.model_copy(update={"daily_limit_micro_usd": 1800}))

    done = desk.prefetch()

    assert len(vendors.batches.sent) > 1
    assert (done.answered, done.submitted, done.unaffordable, done.notes) == (QUESTIONS, QUESTIONS, 0, ())
    assert desk.is_square()


def test_without_any_money_nothing_is_sent_or_left_behind(
    desk: Desk, vendors: VendorServer, ledger: Ledger
) -> None:
    ledger.hold_to(ledger.policy.model_copy(update={"daily_limit_micro_usd": 1}))

    assert desk.prefetch().unaffordable == QUESTIONS
    assert vendors.batches.sent == []
    assert desk.nothing_open


def test_what_is_left_out_is_asked_the_next_day_and_no_more_than_that(
    desk: Desk, ledger: Ledger, time: Time
) -> None:
    ledger.hold_to(ledger.policy.model_copy(update={"daily_limit_micro_usd": 900}))
    first = desk.prefetch()
    time.pass_by(hours=24)
    ledger.hold_to(ledger.policy.model_copy(update={"daily_limit_micro_usd": 630_000}))

    second = desk.prefetch()

    assert (second.cached, second.submitted) == (first.answered, first.unaffordable)


def test_a_batch_belongs_to_the_day_it_was_reserved_on(desk: Desk, ledger: Ledger, time: Time) -> None:
    desk.vendors.batches.polls = 30
    _until_ten_in_the_evening(time)
    day = ledger.today().day

    desk.prefetch(HOUSE)

    assert ledger.today().day > day
    assert ledger.today().spent_micro_usd == 0
    assert ledger.spent_on(day).calls == len(Operation)


def _until_ten_in_the_evening(time: Time) -> None:
    now = time().astimezone(ZoneInfo("America/Phoenix"))
    time.pass_by(seconds=(now.replace(hour=22, minute=0) - now).total_seconds() % 86_400)


def test_reservations_outlast_the_vendors_24_hours(desk: Desk, ledger: Ledger, vendors: VendorServer) -> None:
    vendors.batches.polls = 270
    vendors.batches.on_poll = lambda _: ledger.expire()

    desk.prefetch(HOUSE)

    assert sum(desk.time.slept) > 22 * 3600
    assert desk.outcomes() == {"ok": len(Operation)}


def test_the_vendor_is_asked_less_and_less_often_and_progress_is_told(
    desk: Desk, vendors: VendorServer
) -> None:
    vendors.batches.polls = 6
    told: list[tuple[int, int]] = []

    desk.told(lambda engine, _: engine.prefetch([HOUSE], lambda *step: told.append(step)))

    assert desk.time.slept == [15, 30, 60, 120, 240, 300]
    assert (told[0], told[-1]) == ((0, 3), (3, 3))


def test_big_batches_are_cut_as_the_vendor_takes_them(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phoenix_real_estate.prefetch.questions.LARGEST_BATCH", 2)

    done = desk.prefetch()

    assert [len(batch.numbered) for batch in vendors.batches.sent] == [2, 2, 2, 2, 1]
    assert done.answered == QUESTIONS
    assert desk.is_square()


@BOTH
def test_batches_stay_below_the_vendors_limit_of_bytes(
    desk: Desk, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    for name in ("openai.OpenAIBatches", "anthropic.AnthropicBatches"):
        limits = Limits(requests=100, size=10_000)
        monkeypatch.setattr(f"phoenix_real_estate.llm.vendor_batches.{name}.limits", limits)

    desk.prefetch(**changes)

    sizes = [sum(len(line) for line in content.splitlines()) for content in vendors.batches.files.values()]
    assert all(size < 10_000 for size in sizes)
    assert len(vendors.batches.sent) > 1


def test_more_than_one_day_document_holds_is_put_off_until_that_is_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phoenix_real_estate.prefetch.engine.MOST_QUESTIONS", 4)

    done = desk.prefetch()

    assert [len(batch.numbered) for batch in desk.vendors.batches.sent] == [4, 4, 1]
    assert (done.submitted, done.put_off) == (QUESTIONS, 0)


def test_what_the_cache_has_lost_is_found_in_the_journal_and_paid_once(
    desk: Desk, vendors: VendorServer, redis_client: Any
) -> None:
    desk.prefetch()
    redis_client.flushall()

    assert providers(desk.enrich(SECOND)) == ["openai"] * 3
    assert desk.prefetch().cached == QUESTIONS

    assert vendors.calls == []
    assert len(vendors.batches.sent) == 1


def test_without_redis_the_journal_serves(desk: Desk, vendors: VendorServer) -> None:
    away = {"redis_url": "redis://127.0.0.1:9/0"}

    desk.prefetch(**away)
    again = desk.enrich(**away)

    assert vendors.calls == []
    assert all(record.cached for record in again.operations.values())


def test_old_batches_are_forgotten(desk: Desk, database: Documents, time: Time, redis_client: Any) -> None:
    desk.prefetch()
    time.pass_by(days=8)

    desk.resume()

    assert database.llm_batches.count_documents({}) == 0
    assert database.llm_batch_requests.count_documents({}) == 0


def test_only_what_the_facts_allow_is_asked(desk: Desk) -> None:
    """Without a value there is no investment analysis to ask for."""
    unvalued = HOUSE.model_copy(update={"price": None, "valuations": ()})

    assert desk.prefetch(unvalued).answered == len(Operation) - 1
