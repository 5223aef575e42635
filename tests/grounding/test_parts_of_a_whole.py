"""Parts of a century and of an acre, and how much of a thing there is when there is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phoenix_real_estate.models import Address, Property
from tests.grounding.judged_texts import findings, rules

HOME = Property(
    address=Address(street="8476 E Temple St", city="Mesa", state="AZ", zip="85201"),
    property_type="Condominium",
    year_built=1975,
    square_feet=928,
    lot_size=3749,
    price=358_000,
    price_kind="list",
    desert_landscaping_pct=0,
    collected_at=datetime(2026, 11, 1, tzinfo=UTC),
)


@pytest.mark.parametrize(
    "text",
    [
        "It was built in 1975, about half a century ago.",
        "The home is half a century old.",
        "A half-century-old condo.",
        "The condo went up roughly half a century ago.",
        "A condo with half a century of history.",
        "The lot is just under a tenth of an acre.",
        "A lot of nearly a tenth of an acre.",
        "The lot is less than a tenth of an acre.",
        "It has a tenth of an acre of land.",
        "The lot is listed at 3,749.",
        "The lot size is listed at 3,749.",
        "The living area is listed at 928.",
        "The home is listed at $358,000.",
        "No desert landscaping on record (0%).",
        "No desert landscaping (0%).",
        "Desert landscaping at 0%.",
        "Desert landscaping: none (0%).",
        "Without desert landscaping (0 percent).",
    ],
)
def test_what_is_true_passes(text: str) -> None:
    assert findings(text, HOME) == []


@pytest.mark.parametrize(
    "text",
    [
        "It was built about a quarter of a century ago.",
        "It was built about a century ago.",
        "A condo with a century of history.",
        "Sixty-one years of history stand behind the home.",
        "The lot is just over a tenth of an acre.",
        "The lot is two tenths of an acre.",
        "The lot is nearly three tenths of an acre.",
        "The lot is listed at 4,749.",
        "The living area is listed at 1,028.",
        "The home is listed at $385,000.",
        "No desert landscaping (10%).",
        "Desert landscaping: none (60%).",
        "Desert landscaping at 10%.",
    ],
)
def test_what_is_false_is_found(text: str) -> None:
    assert rules(text, HOME)
