"""Where things stand, as `phoenix status` and `phoenix budget` tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phoenix_real_estate.answers import Answers
from phoenix_real_estate.budget import Ledger, Usage
from phoenix_real_estate.money import usd
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store


def status_summary(store: Store) -> dict[str, Any]:
    """Raw records and processed properties by status, every status named."""
    return {"raw": store.raw.counts(), "processed": store.processed.counts()}


async def answers_summary(settings: Settings) -> dict[str, Any] | None:
    """What the answer cache holds and saved; None when caching is off or Redis does not answer."""
    answers = Answers.of(settings)
    try:
        statistics = await answers.statistics()
    finally:
        await answers.close()
    if statistics is None:
        return None
    return {
        "answers": statistics.answers,
        "hits": statistics.hits,
        "misses": statistics.misses,
        "hit_rate": statistics.hit_rate,
        "saved_usd": usd(statistics.saved_micro_usd),
    }


def budget_summary(ledger: Ledger) -> dict[str, Any]:
    """Today's money in USD, who spent it and on what, dearest first.

    The limit is the one in force: a run may hold to another than this process's settings (the block's).
    """
    ledger.expire()
    today, limit = ledger.today(), ledger.limit_in_force()
    remaining = max(0, limit - today.spent_micro_usd - today.reserved_micro_usd)
    spent = ledger.spent_on(today.day)
    return {
        "day": today.day,
        "limit_usd": usd(limit),
        "spent_usd": usd(today.spent_micro_usd),
        "reserved_usd": usd(today.reserved_micro_usd),
        "remaining_usd": usd(remaining),
        "month_spent_usd": usd(ledger.month()),
        "calls": spent.calls,
        "calls_under_way": today.calls_under_way,
        "by_model": _told(spent.by_model),
        "by_operation": _told(spent.by_operation),
        "by_property": _told(spent.by_property),
    }


def _told(groups: Mapping[str, Usage]) -> dict[str, Any]:
    return {
        name: {
            "calls": use.calls,
            "input_tokens": use.input_tokens,
            "output_tokens": use.output_tokens,
            "cost_usd": usd(use.cost_micro_usd),
        }
        for name, use in groups.items()
    }
