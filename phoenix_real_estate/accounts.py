"""Where things stand, as `phoenix status` and `phoenix budget` tell it."""

from __future__ import annotations

from typing import Any

from phoenix_real_estate.budget import BudgetPolicy, Ledger, micro_usd
from phoenix_real_estate.documents import usd
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store


def status_summary(store: Store) -> dict[str, dict[str, int]]:
    """Records and properties by status, every status named."""
    return {
        "raw": store.raw.counts(),
        "processed": store.processed.counts(),
    }


def budget_summary(store: Store, settings: Settings) -> dict[str, Any]:
    """Today's money in USD, and who spent it."""
    policy = BudgetPolicy(daily_limit_micro_usd=micro_usd(settings.daily_llm_budget))
    ledger = Ledger(store.database, policy)
    today = ledger.today()
    return {
        "day": today.day,
        "limit_usd": usd(today.limit_micro_usd),
        "spent_usd": usd(today.spent_micro_usd),
        "reserved_usd": usd(today.reserved_micro_usd),
        "remaining_usd": usd(today.remaining_micro_usd),
    }
