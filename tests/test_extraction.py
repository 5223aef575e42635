"""A listing's page becomes a record's data: by its markup, by patterns, and by a model that is checked."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from phoenix_real_estate.budget import BudgetPolicy, Ledger
from phoenix_real_estate.extraction import Extractor, extractor
from phoenix_real_estate.models import ExtractedRecord, Property, RawRecord
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.normalize.page import Page
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.settings import Settings
from tests.listing import ADDRESS, page
from tests.panels import Documents, invoice, story
from tests.panels import here as here
from tests.panels import ledger as ledger
from tests.panels import vendors as vendors
from tests.vendors import Fault, VendorServer

BARE = RawRecord(id="page-1", source="phoenix_mls", html="<p>placeholder</p>")


@pytest.fixture
def read_as(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Decides what the reader of pages hands over: labelled facts, text and patterns."""

    def hands_over(text: str, labelled: dict[str, Any] | None = None, **patterns: Any) -> None:
        given = Page(labelled=labelled or {}, text=text, patterns=patterns)
        monkeypatch.setattr(extractor, "read_page", lambda _: given)

    return hands_over


def extract_all(settings: Settings, ledger: Ledger, *records: RawRecord, **options: Any) -> list[RawRecord]:
    async def tell(panel: Panel) -> list[RawRecord]:
        await panel.check()
        return await Extractor(panel).extract_all(records)

    extracted: list[RawRecord] = story(settings, ledger, tell, **options)
    return extracted


def extract(settings: Settings, ledger: Ledger, record: RawRecord, **options: Any) -> ExtractedRecord:
    [extracted] = extract_all(settings, ledger, record, **options)
    assert isinstance(extracted, ExtractedRecord)
    return extracted


def facts(record: RawRecord) -> Property:
    return normalize(record)


def test_what_a_model_reads_from_a_page_becomes_the_records_facts(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    extracted = extract(here, ledger, page())
    read = facts(extracted)
    assert read.address.one_line == ADDRESS
    assert (read.bedrooms, read.bathrooms, read.square_feet, read.year_built) == (3, 2.5, 1850, 1974)
    assert (read.price, read.price_kind, read.lot_size) == (450_000, "list", 8276)
    assert (read.pool_type, read.garage_spaces, read.hoa_fee) == ("private", 2, 45)
    assert extracted.html is None
    assert vendors.models_called() == ["llama3.2:latest"]


def test_how_sure_the_model_was_and_how_the_reading_came_about_is_kept(
    here: Settings, ledger: Ledger
) -> None:
    extracted = extract(here, ledger, page())
    assert extracted.confidence["bedrooms"] == 0.95
    by = extracted.extraction
    assert (by.provider, by.model, by.prompt_version) == ("ollama", "llama3.2:latest", "phoenix_mls/v1")
    assert by.tier == "low"
    assert by.input_tokens > 300
    assert extracted.reader == "ollama/llama3.2:latest, extraction phoenix_mls/v1"


def test_a_reading_is_paid_through_the_ledger_and_labelled(
    vendors: VendorServer, here: Settings, ledger: Ledger, database: Documents
) -> None:
    paid = here.model_copy(update={"llm_model_low_value": "gpt-4o-mini"})
    extracted = extract(paid, ledger, page(), flow_run_id="run-1")
    [row] = invoice(ledger, database)
    assert (row["operation"], row["property_id"], row["flow_run_id"]) == ("extraction", "page-1", "run-1")
    assert row["cost_micro_usd"] == extracted.extraction.cost_micro_usd >= vendors.bill_micro_usd > 0


def test_the_same_page_is_read_once(vendors: VendorServer, here: Settings, ledger: Ledger) -> None:
    first = extract(here, ledger, page())
    again = extract(here, ledger, page("page-2"))
    assert (again.data, again.confidence) == (first.data, first.confidence)
    assert again.extraction.cached
    assert len(vendors.calls) == 1


def test_without_caching_a_run_still_reads_a_page_once(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    uncached = here.model_copy(update={"enable_caching": False})
    extract_all(uncached, ledger, page(), page("page-2"))
    assert len(vendors.calls) == 1


def test_pages_are_read_side_by_side_and_in_their_order(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.latency_s = 0.3
    records = [page(f"page-{n}", price=f"Offered at ${400 + n},000") for n in range(5)]
    extracted = extract_all(here, ledger, *records)
    assert [one.id for one in extracted] == [one.id for one in records]
    assert [facts(one).price for one in extracted] == [400_000, 401_000, 402_000, 403_000, 404_000]
    assert vendors.most_in_flight > 1


def test_progress_is_told_of_pages_alone(vendors: VendorServer, here: Settings, ledger: Ledger) -> None:
    told: list[tuple[int, int]] = []
    row = RawRecord(id="row", source="phoenix_mls", data={"ListPrice": 1})

    async def tell(panel: Panel) -> None:
        await Extractor(panel).extract_all(
            [row, page(), row, page("page-2")], lambda *so_far: told.append(so_far)
        )

    story(here, ledger, tell)
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    "record",
    [
        RawRecord(id="row", source="phoenix_mls", data={"ListPrice": 1}, html="<p>x</p>"),
        RawRecord(id="county", source="maricopa_api", html="<p>3 bedrooms</p>"),
        RawRecord(id="nothing", source="phoenix_mls"),
        RawRecord(id="long", source="phoenix_mls", html="x" * 5_000_001),
        RawRecord(
            id="land",
            source="phoenix_mls",
            html="<table><tr><th>Property Type</th><td>Vacant Land</td></tr></table>",
        ),
    ],
)
def test_what_is_no_page_of_a_dwelling_is_left_to_the_normalizer(
    vendors: VendorServer, here: Settings, ledger: Ledger, record: RawRecord
) -> None:
    assert extract_all(here, ledger, record) == [record]
    assert not vendors.calls


LABELLED = {
    "address": ADDRESS,
    "list_price": 450_000,
    "bedrooms": 3,
    "bathrooms": 2,
    "square_feet": 1850,
    "lot_size": 8276,
    "year_built": 1974,
    "garage_spaces": 2,
    "pool_type": "private",
    "hoa_fee": "$45 monthly",
    "property_type": "Single Family Residence",
}


def test_a_page_that_labels_all_that_matters_asks_nobody(
    vendors: VendorServer, here: Settings, ledger: Ledger, read_as: Any
) -> None:
    read_as("roof: tile", LABELLED)
    assert extract_all(here, ledger, BARE) == [BARE]
    assert not vendors.calls


def test_only_what_is_not_labelled_is_asked_for_and_labels_are_certain(
    vendors: VendorServer, here: Settings, ledger: Ledger, read_as: Any
) -> None:
    read_as(
        "has 4 sunny bedrooms and was built in 1980",
        {name: one for name, one in LABELLED.items() if name != "year_built"},
    )
    read = facts(extract(here, ledger, BARE))
    asked = vendors.calls[0].body["messages"][1]["content"]
    assert "- year_built:" in asked
    assert "- bedrooms:" not in asked
    assert (read.bedrooms, read.year_built) == (3, 1980)


def test_a_label_that_cannot_be_read_gives_way(here: Settings, ledger: Ledger, read_as: Any) -> None:
    read_as("a home built in 1980", {**LABELLED, "year_built": "see remarks"})
    assert facts(extract(here, ledger, BARE)).year_built == 1980


def test_two_readings_of_one_field_leave_it_unknown(here: Settings, ledger: Ledger, read_as: Any) -> None:
    text = f"{ADDRESS}\n3 remodeled bedrooms, built in 1980, a private pool"
    read_as(text, bedrooms=4, year_built=1980, pool_type="community", address=ADDRESS)
    extracted = extract(here, ledger, BARE)
    read = facts(extracted)
    assert (read.bedrooms, read.year_built, read.pool_type) == (None, 1980, None)
    assert "bedrooms stays unknown: two readings: 4 by patterns, 3 by the model" in extracted.extraction.notes
    assert "pool_type stays unknown: two readings" in extracted.extraction.notes
    assert extracted.confidence.keys() == {"address", "year_built"}


def test_what_only_patterns_read_is_kept_without_a_confidence(
    here: Settings, ledger: Ledger, read_as: Any
) -> None:
    read_as("a home built in 1980", address=ADDRESS, bedrooms=4)
    extracted = extract(here, ledger, BARE)
    assert facts(extracted).bedrooms == 4
    assert extracted.confidence.keys() == {"year_built"}


def test_a_page_without_any_fact_keeps_its_html_for_the_normalizer_to_refuse(
    here: Settings, ledger: Ledger, read_as: Any
) -> None:
    read_as("nothing of interest")
    extracted = extract(here, ledger, BARE)
    assert (extracted.data, extracted.html) == (None, BARE.html)


def alone(extracted: ExtractedRecord) -> str:
    """Asserts that patterns served alone; gives why."""
    assert (extracted.extraction.provider, extracted.confidence) == ("patterns", {})
    assert facts(extracted).address.one_line == ADDRESS
    return extracted.extraction.notes[-1]


def test_without_a_model_patterns_serve_alone(vendors: VendorServer, here: Settings, ledger: Ledger) -> None:
    assert alone(extract(here, ledger, page(), composer_only=True)) == "patterns alone: no model is set up"
    assert not vendors.calls


def test_with_free_models_only_ollama_reads(vendors: VendorServer, here: Settings, ledger: Ledger) -> None:
    extract(here, ledger, page(), free_only=True)
    assert [call.vendor for call in vendors.calls] == ["ollama"]


def test_a_silent_model_gives_way_to_the_next_one(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("server_error", vendor="ollama")
    extracted = extract(here, ledger, page())
    assert extracted.extraction.provider == "openai"
    assert any("ollama/llama3.2:latest left" in note for note in extracted.extraction.notes)


@pytest.mark.parametrize("fault", ["server_error", "wrong_shape", "not_an_object"])
def test_when_no_model_answers_well_patterns_serve_alone(
    vendors: VendorServer, here: Settings, ledger: Ledger, fault: Fault
) -> None:
    vendors.fail(fault, times=100)
    assert alone(extract(here, ledger, page())) == "patterns alone: no model answered"


def test_without_money_patterns_serve_alone(
    vendors: VendorServer, here: Settings, database: Documents
) -> None:
    broke = Ledger(database, BudgetPolicy(daily_limit_micro_usd=0))
    paid = here.model_copy(update={"llm_model_low_value": "gpt-4o-mini"})
    assert alone(extract(paid, broke, page())).startswith("patterns alone: Budget")
    assert not vendors.calls


def test_a_key_that_is_refused_midway_does_not_fail_the_page(
    vendors: VendorServer, here: Settings, ledger: Ledger
) -> None:
    vendors.fail("unauthorized", vendor="openai")
    paid = here.model_copy(update={"llm_model_low_value": "gpt-4o-mini"})
    assert "ConfigurationError" in alone(extract(paid, ledger, page()))


def test_a_page_that_breaks_the_extraction_does_not_hold_up_the_others(
    here: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read_page = extractor.read_page

    def breaks_on_one(record: RawRecord) -> Page:
        if record.id == "page-1":
            raise KeyError("a bug")
        return read_page(record)

    monkeypatch.setattr(extractor, "read_page", breaks_on_one)
    with caplog.at_level(logging.ERROR):
        first, second = extract_all(here, ledger, page(), page("page-2"))
    assert first == page()
    assert isinstance(second, ExtractedRecord)
    assert "page-1" in caplog.text


def test_how_far_it_is_is_told_page_by_page(here: Settings, ledger: Ledger) -> None:
    told = []

    async def tell(panel: Panel) -> None:
        records = [page(), RawRecord(id="row", source="phoenix_mls", data={"ListPrice": 1}), page("page-2")]
        await Extractor(panel).extract_all(records, lambda read, pages: told.append((read, pages)))

    story(here, ledger, tell)
    assert max(told) == (2, 2)
