"""What a backfill would cost, told before anything is paid."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import JsonValue

from phoenix_real_estate.answers import answer_key
from phoenix_real_estate.backfill import Estimate, estimate
from phoenix_real_estate.backfill.estimate import last_day
from phoenix_real_estate.batches import normalize_batch
from phoenix_real_estate.budget import BudgetPolicy, CallAverage, CallLabel, Ledger
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.extraction import question_about
from phoenix_real_estate.models import Operation, RawRecord
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prompts import prompt_for
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.backfill.stored import add
from tests.comparable_homes import home, published
from tests.flows.records import PRICES, house, houses
from tests.listing import page
from tests.panels import Documents, enriched_of, here, ledger, story, vendors
from tests.vendors import VendorServer

__all__ = ["here", "ledger", "vendors"]

TODAY = date(2026, 3, 14)


def reckoned(
    settings: Settings,
    store: Store,
    ledger: Ledger,
    ids: list[str],
    cached: set[str] | None = None,
    **options: Any,
) -> Estimate:
    """The estimate with these answers in the cache, and with the models that the settings name."""

    async def tell(panel: Panel) -> Estimate:
        await panel.check()
        return estimate(ids, store, panel, ledger, lambda _keys: cached or set(), **options)

    told = story(settings, ledger, tell)
    assert isinstance(told, Estimate)
    return told


def test_the_cost_is_that_of_the_calls_by_tier(here: Settings, store: Store, ledger: Ledger) -> None:
    ids = [*add(store, 1, 2), *add(store, 3, data=house(3, price=PRICES["mid"]).data)]
    told = reckoned(here, store, ledger, ids)
    assert (told.records, told.properties, told.refused, told.missing) == (3, 3, 0, 0)
    tiers = {tier.tier: tier for tier in told.tiers}
    assert tiers["high"].models == ("openai/gpt-4o-mini",)
    assert (tiers["high"].properties, tiers["high"].calls) == (2, 6)
    assert (tiers["mid"].models, tiers["mid"].calls) == (("openai/gpt-3.5-turbo",), 3)
    # 0.15 and 0.60 USD per million tokens, each call rounded up.
    high = tiers["high"]
    assert high.cost_micro_usd == pytest.approx(
        0.15 * high.input_tokens + 0.6 * high.output_tokens, abs=high.calls
    )
    assert told.cost_micro_usd == high.cost_micro_usd + tiers["mid"].cost_micro_usd


def test_local_models_and_the_composer_cost_nothing(
    here: Settings, settings: Settings, store: Store, ledger: Ledger
) -> None:
    ids = add(store, 1, data=house(1, price=PRICES["low"]).data)
    [low] = reckoned(here, store, ledger, ids).tiers
    assert (low.models, low.calls, low.cost_micro_usd) == (("ollama/llama3.2:latest",), 3, 0)
    nobody = settings.model_copy(update={"ollama_host": "http://127.0.0.1:1"})

    async def composer_only(panel: Panel) -> Estimate:
        return estimate(ids, store, panel, ledger, lambda _: set())

    [low] = story(nobody, ledger, composer_only, composer_only=True).tiers
    assert (low.models, low.calls, low.cost_micro_usd) == (("composer",), 0, 0)


def test_what_is_in_the_cache_costs_nothing(here: Settings, store: Store, ledger: Ledger) -> None:
    first, second = add(store, 1, 2)
    question = prompt_for(Operation.DESCRIPTION, normalize(house(1)))
    assert question
    known = {answer_key(question, "openai/gpt-4o-mini")}
    [high] = reckoned(here, store, ledger, [first, second], known).tiers
    assert (high.calls, high.cached) == (5, 1)


def test_what_the_facts_do_not_allow_is_not_asked(here: Settings, store: Store, ledger: Ledger) -> None:
    facts = {"parcel_number": "103-06-001", "situs_address": "4001 N 55TH AVE PHOENIX AZ 85031"}
    store.raw.add([RawRecord(id="little", source="maricopa_api", data=facts)])
    [low] = reckoned(here, store, ledger, ["little"]).tiers
    assert (low.properties, low.calls) == (1, 2)


def test_a_question_that_two_properties_share_is_paid_for_once(
    here: Settings, store: Store, ledger: Ledger
) -> None:
    twin = house(1).data
    assert twin
    ids = [
        *add(store, 1),
        *add(
            store,
            2,
            data=twin | {"parcel_number": "103-06-777", "situs_address": "4001 N 55TH AVE PHOENIX AZ 85031"},
        ),
    ]
    [high] = reckoned(here, store, ledger, ids).tiers
    assert (high.properties, high.calls, high.cached) == (2, 3, 3)


def test_records_that_hold_no_property_or_are_gone_are_counted(
    here: Settings, store: Store, ledger: Ledger
) -> None:
    store.raw.add([RawRecord(id="broken", source="maricopa_api", data={"bedrooms": 3})])
    seen: list[tuple[int, int]] = []
    told = reckoned(
        here, store, ledger, ["broken", "gone"], notes=["1 left out."], told=lambda *done: seen.append(done)
    )
    assert (told.records, told.refused, told.missing, told.tiers) == (1, 1, 1, ())
    assert told.notes[0] == "1 left out."
    assert seen == [(2, 2)]


def test_a_page_that_tells_all_or_cannot_be_read_is_no_question() -> None:
    assert question_about(page("page-1")) is not None
    for record in (
        RawRecord(id="row", source="phoenix_mls", data={"ListPrice": 1}),
        RawRecord(id="long", source="phoenix_mls", html="x" * 5_000_001),
        RawRecord(
            id="land",
            source="phoenix_mls",
            html="<table><tr><th>Property Type</th><td>Vacant Land</td></tr></table>",
        ),
    ):
        assert question_about(record) is None


def test_a_page_that_a_model_reads_is_one_question_more(here: Settings, store: Store, ledger: Ledger) -> None:
    store.raw.add([page()])
    told = reckoned(here, store, ledger, ["page-1"])
    assert told.pages == 1
    assert sum(tier.calls for tier in told.tiers) == 4
    assert any(line.startswith("extraction by ollama") for line in told.lengths)


def test_the_length_of_answers_is_the_invoices_mean_where_there_are_enough(
    here: Settings, store: Store, ledger: Ledger
) -> None:
    ids = add(store, 1)
    default = reckoned(here, store, ledger, ids)
    assert any("a default: too few answers" in line for line in default.lengths)
    for number in range(10):
        label = CallLabel(operation="description", provider="openai", model="gpt-4o-mini", property_id="1")
        held = ledger.reserve(100, label.model_copy(update={"property_id": str(number)}))
        ledger.settle(held, cost_micro_usd=1, input_tokens=1, output_tokens=1000, outcome="ok")
    told = reckoned(here, store, ledger, ids)
    [known] = [line for line in told.lengths if line.startswith("description")]
    assert "1000 tokens, the mean of 10 answers of the last 30 days, 1.00 calls each" in known
    assert told.tiers[0].output_tokens == default.tiers[0].output_tokens - 120 + 1000


def test_answers_that_failed_or_are_long_ago_say_nothing(ledger: Ledger, database: Documents) -> None:
    label = CallLabel(operation="description", provider="openai", model="gpt-4o-mini", property_id="1")
    for outcome in ("ok", "malformed"):
        ledger.settle(
            ledger.reserve(100, label), cost_micro_usd=1, input_tokens=1, output_tokens=7, outcome=outcome
        )
    assert ledger.call_averages(30)[("description", "openai/gpt-4o-mini")] == CallAverage(
        answers=1, output_tokens=7, per_property=2
    )
    database.llm_calls.update_many({}, {"$set": {"day": "2020-01-01"}})
    assert ledger.call_averages(30) == {}


def test_calls_of_the_first_day_that_counts_are_counted(ledger: Ledger) -> None:
    label = CallLabel(operation="description", provider="openai", model="gpt-4o-mini", property_id="1")
    held = ledger.reserve(100, label)
    ledger.settle(held, cost_micro_usd=1, input_tokens=1, output_tokens=7, outcome="ok")
    # The last no days begin today.
    assert ledger.call_averages(0)[("description", "openai/gpt-4o-mini")].answers == 1


def test_the_estimate_is_what_the_vendor_bills_give_or_take_a_tenth(
    here: Settings, store: Store, ledger: Ledger, vendors: VendorServer
) -> None:
    """From the invoice's own lengths: the first houses teach what the others cost."""
    store.raw.add(houses(20))
    known = [normalize(record) for record in houses(10)]
    story(here, ledger, lambda panel: enriched_of(panel, *known))
    billed = vendors.bill_micro_usd
    new = [house(number) for number in range(10, 20)]
    told = reckoned(here, store, ledger, [record.id for record in new])
    story(here, ledger, lambda panel: enriched_of(panel, *map(normalize, new)))
    assert float(told.cost_micro_usd / (vendors.bill_micro_usd - billed)) == pytest.approx(1, abs=0.1)


def test_the_panel_knows_which_answers_are_there(here: Settings, ledger: Ledger) -> None:
    facts = normalize(house(1))
    keys = [
        answer_key(question, "openai/gpt-4o-mini")
        for one in Operation
        if (question := prompt_for(one, facts))
    ]

    async def before_and_after(panel: Panel) -> list[set[str]]:
        before = await panel.answers.there([*keys, "phoenix:answers:0"])
        await Enricher(panel).enrich(facts, last_resort=False)
        return [before, await panel.answers.there([*keys, "phoenix:answers:0"])]

    assert story(here, ledger, before_and_after) == [set(), set(keys)]

    async def in_another_process(panel: Panel) -> set[str]:
        return await panel.answers.there(keys)

    assert story(here, ledger, in_another_process) == set(keys)


def test_an_estimate_writes_nothing_not_even_the_markets_snapshot(
    here: Settings, store: Store, ledger: Ledger, database: Documents
) -> None:
    listed: dict[str, JsonValue] = {"price_kind": "list", "property_type": "Single Family Residence"}
    store.processed.save([published(home(number, square_feet=1_450)) for number in range(100, 106)])
    store.raw.add([house(1, **listed)])
    ids = ["raw-1"]
    before = everything(database)
    estimate = reckoned(here, store, ledger, ids)
    assert estimate.properties == 1
    assert everything(database) == before
    [compared] = normalize_batch([one for one, _ in store.raw.read(ids).values()], store).houses
    assert compared.property.comparables, "its market is large enough for a snapshot"


def everything(database: Documents) -> dict[str, list[Any]]:
    names = sorted(database.list_collection_names())
    return {name: list(database[name].find().sort("_id", 1)) for name in names}


@pytest.mark.parametrize(
    ("cost", "left", "a_day", "day"),
    [
        (0, 0, 0, TODAY),
        (300, 300, 315, TODAY),
        (301, 300, 315, date(2026, 3, 15)),
        (300 + 315, 300, 315, date(2026, 3, 15)),
        (300 + 316, 300, 315, date(2026, 3, 16)),
        (1, 0, 0, None),
    ],
)
def test_the_last_day_is_the_one_on_which_the_money_suffices(
    cost: int, left: int, a_day: int, day: date | None
) -> None:
    assert last_day(cost, left_today=left, a_day=a_day, today=TODAY) == day


def test_the_share_of_the_day_decides_when_it_ends(here: Settings, store: Store, database: Documents) -> None:
    policy = BudgetPolicy(daily_limit_micro_usd=2000, backfill_share_percent=10)
    scarce = Ledger(database, policy)
    told = reckoned(here, store, scarce, add(store, *range(10)))
    assert (told.a_day_micro_usd, told.left_today_micro_usd) == (200, 200)
    assert told.ends_on
    days = (told.ends_on - date.fromisoformat(scarce.today().day)).days
    assert days == -(-(told.cost_micro_usd - 200) // 200)
    assert told.one_line.endswith(f"at $0.0002 a day done on {told.ends_on}")
