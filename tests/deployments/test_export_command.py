"""What `phoenix export` writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from phoenix_real_estate.store import Store
from tests.deployments.command_line import Run, lines, phoenix, store
from tests.judged import enriched
from tests.sample import HOUSE

__all__ = ["phoenix", "store"]


def published(store: Store) -> None:
    texts = enriched(HOUSE)
    document = {
        "_id": "10230001",
        "status": "published",
        "property": HOUSE.model_dump(mode="json"),
        "llm_enrichment": texts.enrichment.model_dump(mode="json"),
        "metadata": {"enriched_at": datetime(2026, 11, 21, tzinfo=UTC)},
    }
    store.processed.save([document, {**document, "_id": "2", "status": "needs_review"}])


def test_an_empty_collection_is_exported_as_an_empty_file(phoenix: Run) -> None:
    assert phoenix("export", "out.jsonl") == (0, "", "0 properties written to out.jsonl\n")
    assert Path("out.jsonl").read_text() == ""
    assert phoenix("export", "out.json").code == 0
    assert json.loads(Path("out.json").read_text()) == []


def test_published_properties_are_exported_and_the_others_where_asked_for(phoenix: Run, store: Store) -> None:
    published(store)
    assert phoenix("export", "out.jsonl").err == "1 properties written to out.jsonl\n"
    [exported] = lines(Path("out.jsonl").read_text(encoding="utf-8"))
    assert exported["property_id"] == "10230001"
    assert exported["metadata"]["enriched_at"] == "2026-11-21T00:00:00+00:00"
    assert [one["property_id"] for one in lines(phoenix("export", "-", "--status", "all").out)] == [
        "10230001",
        "2",
    ]


def test_reso_names_are_exported_where_asked_for(phoenix: Run, store: Store) -> None:
    published(store)
    phoenix("export", "out.json", "--names", "reso", "--status", "needs_review")
    [exported] = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert exported["property"]["BedroomsTotal"] == 4


def test_a_foreign_ending_is_refused(phoenix: Run) -> None:
    assert phoenix("export", "out.csv").complaint == (
        "out.csv: export writes .jsonl or .json; choose one of these endings."
    )


def test_a_path_that_cannot_be_written_is_named_with_its_cause(phoenix: Run) -> None:
    assert phoenix("export", "nowhere/out.json").complaint == (
        "nowhere/out.json cannot be written: No such file or directory. Choose another path."
    )
