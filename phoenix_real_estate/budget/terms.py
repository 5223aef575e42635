"""The words of the budget. All amounts are integer micro-USD: 1 USD = 1,000,000."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, NonNegativeInt

from phoenix_real_estate.errors import BudgetExhausted, ConfigurationError
from phoenix_real_estate.models import Frozen
from phoenix_real_estate.store.connection import Document


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

    @property
    def zone(self) -> ZoneInfo:
        """The clock's time zone.

        Raises:
            ConfigurationError: it is not known on this machine.
        """
        try:
            return ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            raise ConfigurationError(
                f"The budget's time zone {self.time_zone!r} is not known here. Use a name like "
                "America/Phoenix; a machine without time zone data needs: pip install tzdata."
            ) from None


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

    def spent_as(
        self,
        outcome: str,
        cost_micro_usd: int,
        at: datetime,
        *,
        input_tokens: int = 0,
        output_tokens: int = 0,
    ) -> Call:
        """The invoice's row once the attempt is over."""
        return Call(
            **self.label.model_dump(),
            day=self.day,
            outcome=outcome,
            cost_micro_usd=cost_micro_usd,
            reserved_micro_usd=self.amount_micro_usd,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            settled_at=at,
        )


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

    @classmethod
    def of(cls, day: Document, limit_micro_usd: int) -> DaySpend:
        """What a day's document says, held to this limit."""
        spent, reserved = day["spent"], day["reserved"]
        return cls(
            day=day["_id"],
            limit_micro_usd=limit_micro_usd,
            spent_micro_usd=spent,
            reserved_micro_usd=reserved,
            remaining_micro_usd=max(0, limit_micro_usd - spent - reserved),
            calls_under_way=len(day["open"]),
        )


class SpendPoint(Frozen):
    """What a day had cost by a moment of it, micro-USD."""

    at: datetime
    spent_micro_usd: int


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
