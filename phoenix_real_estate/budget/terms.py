"""The words of the budget. All amounts are integer micro-USD: 1 USD = 1,000,000."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field, NonNegativeInt

from phoenix_real_estate.errors import BudgetExhausted
from phoenix_real_estate.models import Frozen


class BudgetTiedUp(BudgetExhausted):
    """The attempt fits beside what is spent, but not beside what calls under way have reserved as well."""


class BudgetPolicy(Frozen):
    """How much may be spent a day, which clock decides the day, and what happens when it is gone.

    A backfill goes on only while what is spent and reserved today stays under its share of the limit.
    """

    daily_limit_micro_usd: NonNegativeInt
    time_zone: str = "America/Phoenix"
    when_exhausted: Literal["stop", "local"] = "stop"
    backfill_share_percent: int = Field(default=50, ge=0, le=100)

    @property
    def backfill_limit_micro_usd(self) -> int:
        """Where a backfill stops, in micro-USD a day."""
        return self.daily_limit_micro_usd * self.backfill_share_percent // 100


class CallLabel(Frozen):
    """What an attempt is for."""

    operation: str
    provider: str
    model: str
    property_id: str
    flow_run_id: str | None = None


class Reservation(Frozen):
    """Money put aside for one attempt. It belongs to its day even if the call ends after midnight."""

    id: str
    day: str
    amount_micro_usd: NonNegativeInt
    label: CallLabel


class Call(CallLabel):
    """One row of the invoice."""

    day: str
    outcome: str
    cost_micro_usd: NonNegativeInt
    reserved_micro_usd: NonNegativeInt
    input_tokens: NonNegativeInt
    output_tokens: NonNegativeInt
    settled_at: datetime


class DaySpend(Frozen):
    """Where a day's budget stands, in micro-USD."""

    day: str
    limit_micro_usd: int
    spent_micro_usd: int
    reserved_micro_usd: int
    remaining_micro_usd: int
    calls_under_way: int


class Mark(StrEnum):
    """What is worth telling about a day's budget, once a day."""

    NEARLY_SPENT = "nearly-spent"  # 80 % of the limit, or all there is to spend
    EXHAUSTED = "exhausted"


class Usage(Frozen):
    """What a number of calls cost."""

    calls: int = 0
    cost_micro_usd: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


class CallAverage(Frozen):
    """What calls for one operation of one model were like: `answers` of so many tokens on average.

    `per_property` is how many calls a property took in a run: more than one where texts were asked for again.
    """

    answers: int
    output_tokens: float
    per_property: float


class RunSpend(Usage):
    """The same, in total and apart, dearest first."""

    by_model: dict[str, Usage] = Field(default={})
    by_operation: dict[str, Usage] = Field(default={})
    by_property: dict[str, Usage] = Field(default={})
