"""What `phoenix status` tells people and programs."""

from __future__ import annotations

import json

from phoenix_real_estate.store import Store
from tests.deployments.command_line import Run, phoenix, store
from tests.flows.records import houses

__all__ = ["phoenix", "store"]


def test_status_for_programs_names_every_status(phoenix: Run, store: Store) -> None:
    store.raw.add(houses(2))
    told = phoenix("status", "--json")
    assert (told.code, told.err) == (0, "")
    assert json.loads(told.out) == {
        "raw": {"pending": 2, "claimed": 0, "processed": 0, "needs_review": 0, "dead_letter": 0},
        "processed": {"published": 0, "needs_review": 0},
        "answer_cache": {"answers": 0, "hit_rate": None, "hits": 0, "misses": 0, "saved_usd": 0.0},
    }


def test_status_for_people_is_a_table(phoenix: Run, store: Store) -> None:
    store.raw.add(houses(2))
    told = phoenix("status").out
    assert "Raw" in told
    assert "Processed" in told
    assert [row.split() for row in told.splitlines() if "pending" in row] == [["pending", "2"]]
