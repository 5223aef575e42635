"""A rejected part gets one more attempt by the models, paid and cached like any other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pymongo.database import Database

from phoenix_real_estate.budget import BudgetPolicy, Ledger
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.models import (
    Decision,
    EnrichedProperty,
    Finding,
    Operation,
    OperationRecord,
    Property,
    Severity,
)
from phoenix_real_estate.normalize.harmonize import House
from phoenix_real_estate.outcomes import Judged
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.replacement import COMPOSER
from phoenix_real_estate.rewriting import Rewriter, rewritable_parts
from phoenix_real_estate.settings import Settings
from tests.judged import PAID, enriched, verdict
from tests.panels import here as here
from tests.panels import invoice, story
from tests.panels import ledger as ledger
from tests.panels import vendors as vendors
from tests.sample import HOUSE
from tests.vendors import VendorServer

SEVEN = Finding(
    rule="grounding.number",
    severity=Severity.CRITICAL,
    field="description",
    span="7 bedrooms",
    why="the records say 4",
)


def rejected(texts: EnrichedProperty, *findings: Finding) -> Judged:
    """The house as the gate rejects it."""
    house = House(property=texts.property, raw_ids=("raw-1",), facts_by_source={})
    reasons = findings or (SEVEN,)
    return Judged(house=house, enriched=texts, verdict=verdict(texts.property, Decision.REJECT, reasons))


def by(record: OperationRecord = PAID, property: Property = HOUSE) -> Judged:
    return rejected(enriched(property, record))


def rewritten(settings: Settings, ledger: Ledger, *judged: Judged, **options: Any) -> list[Judged]:
    async def tell(panel: Panel) -> list[Judged]:
        await panel.check()
        return await Rewriter(panel).rewrite_all(judged)

    result: list[Judged] = story(settings, ledger, tell, **options)
    return result


def test_a_rejected_part_is_asked_for_again_with_what_was_wrong_and_the_others_stay(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    before = by()

    [after] = rewritten(here, ledger, before)

    [call] = vendors.calls
    assert "7 bedrooms" in call.body["messages"][1]["content"]
    assert after.enriched.enrichment.description != before.enriched.enrichment.description
    assert after.enriched.enrichment.features == before.enriched.enrichment.features
    [part] = after.rejected
    assert (part.operation, part.gave_way_to) == (Operation.DESCRIPTION, "rewrite")
    assert before.enriched.enrichment.description
    assert before.enriched.enrichment.description[:40] in part.text


def test_both_attempts_are_in_the_record_and_the_second_on_the_invoice(
    vendors: VendorServer, here: Settings, ledger: Ledger, database: Database[dict[str, Any]]
) -> None:
    [after] = rewritten(here, ledger, by())

    record = after.enriched.operations[Operation.DESCRIPTION]
    [row] = invoice(ledger, database)
    assert row["operation"] == "description"
    assert (row["property_id"], row["outcome"]) == (HOUSE.property_id, "ok")
    assert record.input_tokens == PAID.input_tokens + row["input_tokens"]
    assert record.output_tokens == PAID.output_tokens + row["output_tokens"]
    assert record.cost_micro_usd == PAID.cost_micro_usd + row["cost_micro_usd"]
    assert (record.model, record.prompt_version, record.cached) == ("gpt-4o-mini", "v1, rewrite v1", False)
    assert record.notes == ("rewrote the text of gpt-4o-mini: grounding.number",)


def test_it_goes_the_same_route_and_the_next_model_answers_where_one_cannot(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("server_error", times=3, vendor="openai")

    [after] = rewritten(here, ledger, by())

    record = after.enriched.operations[Operation.DESCRIPTION]
    assert record.provider == "ollama"
    assert any("openai/gpt-4o-mini left" in note for note in record.notes)


def test_all_rejected_parts_of_all_houses_are_rewritten(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    features = SEVEN.model_copy(update={"field": "features[0].feature"})
    risks = SEVEN.model_copy(update={"field": "investment_analysis.risks[0]"})
    other = HOUSE.model_copy(update={"parcel_number": "10230002", "square_feet": 2151})
    houses = [rejected(enriched(one), SEVEN, features, risks) for one in (HOUSE, other)]

    after = rewritten(here, ledger, *houses)

    assert len(vendors.calls) == 6
    assert [one.house for one in after] == [one.house for one in houses]
    assert [[part.operation for part in one.rejected] for one in after] == [list(Operation)] * 2


def test_a_second_rewrite_of_the_same_text_is_paid_by_nobody(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    rewritten(here, ledger, by())
    spent, calls = ledger.today().spent_micro_usd, len(vendors.calls)

    [again] = rewritten(here, ledger, by(PAID.model_copy(update={"cached": True, "cost_micro_usd": 0})))

    assert (ledger.today().spent_micro_usd, len(vendors.calls)) == (spent, calls)
    record = again.enriched.operations[Operation.DESCRIPTION]
    assert (record.cached, record.cost_micro_usd) == (True, 0)


def unchanged_but_for_the_record(before: Judged, after: Judged) -> OperationRecord:
    assert after.rejected == ()
    assert after.enriched.enrichment == before.enriched.enrichment
    return after.enriched.operations[Operation.DESCRIPTION]


def test_without_money_nothing_is_rewritten_and_the_record_says_why(
    vendors: VendorServer, here: Settings, database: Database[dict[str, Any]]
) -> None:
    broke = Ledger(database, BudgetPolicy(daily_limit_micro_usd=0))

    [after] = rewritten(here, broke, by())

    record = unchanged_but_for_the_record(by(), after)
    assert record.notes[-1].startswith("not rewritten: BudgetExhausted: ")
    assert record.cost_micro_usd == PAID.cost_micro_usd
    assert not vendors.calls


def test_a_model_that_answers_badly_has_rewritten_nothing_and_is_paid_all_the_same(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("wrong_shape", times=1000)

    [after] = rewritten(here, ledger, by())

    record = unchanged_but_for_the_record(by(), after)
    assert record.notes[-1].startswith("not rewritten: ")
    assert record.cost_micro_usd - PAID.cost_micro_usd == ledger.today().spent_micro_usd > 0
    assert Decimal(ledger.today().spent_micro_usd) >= vendors.bill_micro_usd


def test_a_rewrite_that_nobody_could_read_is_not_paid_for_again_in_this_run(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("wrong_shape", times=1000)

    async def twice(panel: Panel) -> list[int]:
        await panel.check()
        spent = []
        for _ in range(2):
            [after] = await Rewriter(panel).rewrite_all([by()])
            assert unchanged_but_for_the_record(by(), after).notes[-1].startswith("not rewritten: ")
            spent.append(len(vendors.calls))
        return spent

    first, both = story(here, ledger, twice)

    assert both == first > 0


def test_a_refused_key_stops_no_property_that_is_written_already(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("unauthorized", times=9)

    [after] = rewritten(here, ledger, by())

    assert "ConfigurationError" in unchanged_but_for_the_record(by(), after).notes[-1]


def test_without_a_model_nothing_is_rewritten(vendors: VendorServer, here: Settings, ledger: Ledger) -> None:
    [after] = rewritten(here, ledger, by(), composer_only=True)

    assert unchanged_but_for_the_record(by(), after).notes == ("not rewritten: no model to ask",)


def test_an_analysis_whose_figures_cannot_be_computed_any_more_is_not_rewritten(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    unpriced = HOUSE.model_copy(update={"price": None, "valuations": ()})
    about = SEVEN.model_copy(update={"field": "investment_analysis.narrative"})

    [after] = rewritten(here, ledger, rejected(enriched(unpriced), about))

    assert after.rejected == ()
    assert not vendors.calls


def test_a_defect_of_ours_costs_one_part_its_second_chance_and_no_house_its_way(
    vendors: VendorServer,
    here: Settings,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("phoenix_real_estate.rewriting.prompt_for", broken)

    [after] = rewritten(here, ledger, by())

    assert unchanged_but_for_the_record(by(), after).notes == ("not rewritten: ZeroDivisionError",)
    assert "10230001 could not be rewritten" in caplog.text


@pytest.mark.parametrize("record", [COMPOSER, COMPOSER.model_copy(update={"cached": True})])
def test_what_the_composer_wrote_is_never_rewritten(
    vendors: VendorServer, here: Settings, ledger: Ledger, record: OperationRecord
) -> None:
    assert rewritten(here, ledger, by(record)) == [by(record)]
    assert not vendors.calls


def test_a_house_that_is_rejected_for_its_facts_is_not_paid_for_again() -> None:
    too_old = SEVEN.model_copy(update={"field": "property.year_built"})

    assert rewritable_parts(rejected(enriched(HOUSE), SEVEN, too_old)) == ()
    assert rewritable_parts(by())


def test_warnings_alone_and_what_is_published_are_no_reason_to_rewrite() -> None:
    house = by()
    published = house.model_copy(
        update={"verdict": house.verdict.model_copy(update={"decision": Decision.PUBLISH})}
    )
    warned = rejected(enriched(HOUSE), SEVEN.model_copy(update={"severity": Severity.WARNING}))

    assert rewritable_parts(published) == rewritable_parts(warned) == ()


def test_the_first_answer_and_its_rewrite_are_kept_side_by_side(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    """Neither is taken for the other in a later run."""

    async def tell(panel: Panel) -> tuple[EnrichedProperty, list[Judged]]:
        first = await Enricher(panel).enrich(HOUSE, last_resort=False)
        return first, await Rewriter(panel).rewrite_all([rejected(first)])

    vendors.writes = lambda _system, user, good: (
        good if "<rejected>" in user or "description" not in good else {"description": "7 bedrooms."}
    )
    first, [second] = story(here, ledger, tell)
    again, [second_again] = story(here, ledger, tell)

    assert first.enrichment.description == again.enrichment.description == "7 bedrooms."
    assert (
        second.enriched.enrichment.description
        == second_again.enriched.enrichment.description
        != "7 bedrooms."
    )
    assert len(vendors.calls) == 4
    assert all(record.cached for record in second_again.enriched.operations.values())
