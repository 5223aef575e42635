from __future__ import annotations

from collections.abc import Iterator

import pytest

from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.connect(settings) as store:
        yield store
