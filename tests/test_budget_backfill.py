"""A backfill has a share of the day's money, and leaves everything else about the budget as it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from phoenix_real_estate.accounts import budget_summary
from phoenix_real_estate.budget import BudgetPolicy, BudgetTiedUp, Ledger, Mark
from phoenix_real_estate.errors import BudgetExhausted
from tests.ledgers import LABEL, Clock, Documents, clock, ledger, settle

__all__ = ["clock", "ledger"]

LIMIT = 1000


@pytest.fixture
def backfill(database: Documents, clock: Clock) -> Ledger:
    policy = BudgetPolicy(daily_limit_micro_usd=LIMIT, backfill_share_percent=40)
    return Ledger(database, policy, clock=clock, for_backfill=True)


def test_a_backfill_reserves_up_to_its_share_and_the_scheduled_run_the_rest(
    backfill: Ledger, ledger: Callable[..., Ledger]
) -> None:
    scheduled = ledger(LIMIT)
    backfill.reserve(400, LABEL)
    with pytest.raises(BudgetExhausted):
        backfill.reserve(1, LABEL)
    scheduled.reserve(600, LABEL)
    assert scheduled.today().remaining_micro_usd == 0


def test_what_the_scheduled_run_spends_counts_towards_the_share(
    backfill: Ledger, ledger: Callable[..., Ledger]
) -> None:
    scheduled = ledger(LIMIT)
    settle(scheduled, scheduled.reserve(350, LABEL), 350)
    with pytest.raises(BudgetExhausted, match=r"the backfills' 40 % of \$0\.001 a day"):
        backfill.reserve(60, LABEL)


def test_the_end_of_the_share_is_not_the_end_of_the_budget(
    backfill: Ledger, ledger: Callable[..., Ledger]
) -> None:
    scheduled = ledger(LIMIT)
    settle(backfill, backfill.reserve(390, LABEL), 390)
    with pytest.raises(BudgetExhausted):
        backfill.reserve(20, LABEL)
    assert backfill.exhausted()
    assert not scheduled.exhausted()
    assert backfill.newly_reached() == scheduled.newly_reached() == []


def test_money_that_others_have_only_reserved_may_come_back_to_a_backfill(
    backfill: Ledger, ledger: Callable[..., Ledger]
) -> None:
    held = ledger(LIMIT).reserve(400, LABEL)
    with pytest.raises(BudgetTiedUp):
        backfill.reserve(100, LABEL)
    assert not backfill.exhausted()
    ledger(LIMIT).cancel(held)
    backfill.reserve(100, LABEL)


def test_the_marks_and_the_limit_shown_are_those_of_the_whole_day(
    backfill: Ledger, ledger: Callable[..., Ledger]
) -> None:
    settle(backfill, backfill.reserve(400, LABEL), 400)
    assert budget_summary(ledger(5 * LIMIT))["limit_usd"] == LIMIT / 1_000_000
    assert backfill.today().limit_micro_usd == LIMIT
    scheduled = ledger(LIMIT)
    settle(scheduled, scheduled.reserve(400, LABEL), 400)
    assert backfill.newly_reached() == [Mark.NEARLY_SPENT]


def test_a_share_of_nothing_is_gone_at_once(database: Documents, clock: Clock) -> None:
    policy = BudgetPolicy(daily_limit_micro_usd=LIMIT, backfill_share_percent=0)
    assert Ledger(database, policy, clock=clock, for_backfill=True).exhausted()


@pytest.mark.parametrize("share", [-1, 101])
def test_a_share_is_a_percentage(share: int) -> None:
    with pytest.raises(ValidationError):
        BudgetPolicy(daily_limit_micro_usd=LIMIT, backfill_share_percent=share)
