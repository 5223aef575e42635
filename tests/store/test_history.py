"""Earlier versions are kept, once, however often the replacing breaks off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from phoenix_real_estate.store import Store

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def version(day: int, text: str) -> dict[str, Any]:
    return {"_id": "10213002", "text": text, "metadata": {"enriched_at": THEN + timedelta(days=day)}}


def test_versions_are_told_the_oldest_first_with_when_and_why(store: Store) -> None:
    store.history.keep([version(1, "second")], at=THEN + timedelta(days=2), by="run-2", why="backfill b")
    store.history.keep([version(0, "first")], at=THEN + timedelta(days=1), by="run-1", why="its records came")
    first, second = store.history.of("10213002")
    assert (first["version"]["text"], first["why"], first["replaced_by"]) == (
        "first",
        "its records came",
        "run-1",
    )
    assert (second["version"]["text"], second["replaced_at"]) == ("second", THEN + timedelta(days=2))


def test_a_version_is_kept_once(store: Store) -> None:
    for _ in range(2):
        store.history.keep([version(0, "first")], at=THEN, by=None, why="again")
    assert len(store.history.of("10213002")) == 1


def test_a_version_that_does_not_tell_when_it_was_written_is_kept_too(store: Store) -> None:
    store.history.keep([{"_id": "1", "metadata": None}, {"_id": "2"}], at=THEN, by=None, why="again")
    assert len(store.history.of("1")) == len(store.history.of("2")) == 1


def test_nothing_replaced_is_nothing_kept(store: Store) -> None:
    store.history.keep([], at=THEN, by=None, why="again")
    assert store.database.processed_history.count_documents({}) == 0
