from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from phoenix_real_estate.store import Store


class Clock:
    """Stands still until it is moved."""

    now = datetime(2026, 3, 14, 19, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: Database[dict[str, Any]], clock: Clock) -> Store:
    return Store(database, clock)
