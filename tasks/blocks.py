"""The block that holds the budget's policy, edited in the Prefect UI. The ledger holds the money."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, cast

from prefect.blocks.core import Block
from pydantic import Field

from phoenix_real_estate.budget import BudgetPolicy
from phoenix_real_estate.money import micro_usd
from phoenix_real_estate.settings import Settings


class DailyBudget(Block):
    """How much may be spent on LLM calls in a day, and what happens when it is gone."""

    _block_type_name = "Daily LLM Budget"
    _block_type_slug = "daily-llm-budget"
    _description = "The hard daily limit for paid LLM calls. `phoenix budget` tells what is spent of it."

    daily_limit_usd: Decimal | None = Field(
        default=None,
        ge=0,
        title="Daily limit (USD)",
        description="Never more than this is spent in a day, say 0.63. Runs that are under way hold to a new "
        "limit within seconds. Empty: what DAILY_LLM_BUDGET says. 0: nothing is spent.",
    )
    time_zone: str = Field(
        default="America/Phoenix",
        title="Time zone",
        description="Its midnight begins a new day with a new budget. A name like America/Phoenix.",
    )
    when_exhausted: Literal["stop", "local"] = Field(
        default="stop",
        title="When the budget is gone",
        description="stop: the run ends, what is finished is published, and the rest waits for tomorrow. "
        "local: the rest is written by free models (Ollama and the built-in composer).",
    )

    backfill_share_percent: int = Field(
        default=50,
        ge=0,
        le=100,
        title="Share of backfills (percent)",
        description="A backfill goes on only while less than this share of the daily limit is spent and "
        "reserved today, so that the scheduled run keeps the rest.",
    )

    def policy(self, settings: Settings) -> BudgetPolicy:
        """The policy of the ledger; the block's limit wins over DAILY_LLM_BUDGET where it is set."""
        limit = settings.daily_llm_budget if self.daily_limit_usd is None else self.daily_limit_usd
        return BudgetPolicy(
            daily_limit_micro_usd=micro_usd(limit),
            time_zone=self.time_zone,
            when_exhausted=self.when_exhausted,
            backfill_share_percent=self.backfill_share_percent,
        )


BUDGET_BLOCK = "phoenix"


def load_policy(settings: Settings) -> BudgetPolicy:
    """The policy of the saved block, or the settings' where none is saved."""
    try:
        block = cast(DailyBudget, DailyBudget.load(BUDGET_BLOCK))
    except ValueError:
        block = DailyBudget()
    return block.policy(settings)
