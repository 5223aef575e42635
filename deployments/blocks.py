"""The blocks a Prefect server must know before its people can edit them."""

from __future__ import annotations

from tasks.blocks import BUDGET_BLOCK, DailyBudget


def register_blocks() -> None:
    """Makes the block type known, and saves the budget's block unless somebody has already."""
    DailyBudget.register_type_and_schema()
    try:
        DailyBudget.load(BUDGET_BLOCK)
    except ValueError:
        DailyBudget().save(BUDGET_BLOCK)
