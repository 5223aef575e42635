"""What publishing keeps of facts that a model has read from a page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from phoenix_real_estate.batches import normalize_batch
from phoenix_real_estate.models import ExtractedRecord, OperationRecord, RawRecord
from phoenix_real_estate.store import Store
from tests.flows.records import house
from tests.publishing import NOON, Claim, documents, listing, store

__all__ = ["store"]

SURE = {"price": 0.9, "roof_type": 0.8, "year_built": 0.7}


def extracted(name: str, cost: int = 40, **data: Any) -> ExtractedRecord:
    """A listing whose page a model has read."""
    by = OperationRecord(
        provider="ollama",
        model="llama3.2",
        prompt_version="phoenix_mls/v1",
        tier="low",
        input_tokens=900,
        output_tokens=100,
        cost_micro_usd=cost,
        notes=("low tier",),
    )
    record = listing(name, **data)
    return ExtractedRecord(**record.model_dump(), confidence=SURE, extraction=by)


def with_pages(store: Store, *records: RawRecord) -> dict[str, Any]:
    """The document of one house, after its records, pages among them, are published."""
    claim = Claim(store, *(RawRecord.model_validate(one.model_dump()) for one in records))
    by_id = {one.id: one for one in records}
    claim.batch = normalize_batch([by_id[one.id] for one in claim.records], store)
    claim.publish_all()
    [document] = documents(store)
    return document


def test_what_a_model_read_from_a_page_is_marked_with_how_sure_and_who(store: Store) -> None:
    facts = with_pages(store, extracted("page-1"))["property"]
    assert facts["confidence"] == {"price": 0.9}
    assert facts["read_by"] == {"price": "ollama/llama3.2, extraction phoenix_mls/v1"}
    assert facts["provenance"]["price"] == "phoenix_mls"


def test_what_reading_pages_cost_is_in_the_documents_metadata(store: Store) -> None:
    metadata = with_pages(store, extracted("page-1"), extracted("page-2", cost=2), house(1))["metadata"]
    reading = metadata["operations"]["extraction"]
    assert (reading["model"], reading["prompt_version"], reading["tier"]) == (
        "llama3.2",
        "phoenix_mls/v1",
        "low",
    )
    assert (reading["cost_usd"], reading["input_tokens"], reading["output_tokens"]) == (0.000042, 1800, 200)
    assert metadata["processing_cost"] == 0.000123
    assert metadata["tokens_used"] == 2360
    assert metadata["llm_model"] == "gpt-4o-mini"


def test_a_house_of_two_sources_keeps_the_marks_of_the_facts_it_took(store: Store) -> None:
    facts = with_pages(store, extracted("page-1", YearBuilt=1955), house(1))["property"]
    assert facts["provenance"]["year_built"] == "maricopa_api"
    assert facts["confidence"].keys() == facts["read_by"].keys() == {"price"}


def test_a_fact_that_an_older_page_fills_in_keeps_its_mark_and_a_newer_one_has_none(store: Store) -> None:
    older = extracted("page-1", Roof="Tile").model_copy(update={"collected_at": NOON - timedelta(days=1)})
    newer = listing("row-1", ListPrice=299_000).model_copy(update={"collected_at": NOON})
    facts = with_pages(store, older, newer)["property"]
    assert (facts["price"], facts["roof_type"]) == (299_000, "Tile")
    assert facts["confidence"] == {"roof_type": 0.8}
