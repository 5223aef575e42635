"""The day, its limit and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from phoenix_real_estate.budget import BudgetPolicy, BudgetTiedUp, Ledger, Mark
from phoenix_real_estate.errors import BudgetExhausted, ConfigurationError
from tests.ledgers import DAY, LABEL, NOON, Clock, Documents, settle, state
from tests.ledgers import clock as clock
from tests.ledgers import ledger as ledger


def test_a_free_call_fits_even_where_a_lowered_limit_is_already_passed(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    settle(ledger(1000), ledger(1000).reserve(400, LABEL), 400)
    money = ledger(100)
    settle(money, money.reserve(0, LABEL), 0)
    assert sorted(row["reserved_micro_usd"] for row in database.llm_calls.find()) == [0, 400]


def test_a_day_nobody_has_spent_on_has_its_whole_limit_left(ledger: Callable[..., Ledger]) -> None:
    assert ledger(1000).today().model_dump() == {
        "day": "2026-03-14",
        "limit_micro_usd": 1000,
        "spent_micro_usd": 0,
        "reserved_micro_usd": 0,
        "remaining_micro_usd": 1000,
        "calls_under_way": 0,
    }


def test_the_day_is_decided_in_arizona_and_a_new_day_has_a_new_budget(
    ledger: Callable[..., Ledger], clock: Clock
) -> None:
    clock.now = datetime(2026, 3, 15, 6, 59, tzinfo=UTC)
    money = ledger(1000)
    money.reserve(1000, LABEL)
    assert money.today().day == "2026-03-14"
    clock.now += timedelta(minutes=1)
    assert money.today().day == "2026-03-15"
    assert state(money) == (0, 0, 1000)
    money.reserve(1000, LABEL)


def test_a_call_that_crosses_midnight_belongs_to_the_day_it_was_reserved_on(
    ledger: Callable[..., Ledger], clock: Clock
) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    clock.now += timedelta(days=1)
    settle(money, reservation, 150)
    assert state(money) == (0, 0, 1000)
    assert money.spent_on("2026-03-14").cost_micro_usd == 150
    assert money.spent_on("2026-03-15").cost_micro_usd == 0


def test_another_limit_holds_from_the_next_reservation_on(ledger: Callable[..., Ledger]) -> None:
    ledger(1000).reserve(900, LABEL)
    with pytest.raises(BudgetExhausted):
        ledger(1000).reserve(200, LABEL)
    ledger(1200).reserve(200, LABEL)
    with pytest.raises(BudgetExhausted):
        ledger(500).reserve(1, LABEL)


def test_it_is_exhausted_when_nothing_is_left(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    assert not money.exhausted()
    settle(money, money.reserve(1000, LABEL), 1000)
    assert money.exhausted()
    assert ledger(0).exhausted()


def test_money_that_is_only_reserved_does_not_exhaust_the_day(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    reservation = money.reserve(1000, LABEL)
    with pytest.raises(BudgetTiedUp, match=r"the rest is reserved for calls under way"):
        money.reserve(900, LABEL)
    assert not money.exhausted()
    settle(money, reservation, 200)
    assert not money.exhausted()
    with pytest.raises(BudgetExhausted) as gone:
        money.reserve(801, LABEL)
    assert not isinstance(gone.value, BudgetTiedUp)
    assert money.exhausted()


def test_it_is_exhausted_while_less_is_left_than_was_refused(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    settle(money, money.reserve(900, LABEL), 900)
    for amount in (300, 200):
        with pytest.raises(BudgetExhausted):
            money.reserve(amount, LABEL)
    assert money.exhausted()
    assert not ledger(1100).exhausted()
    assert ledger(1099).exhausted()


def test_a_day_on_which_the_first_call_is_refused_is_exhausted(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    with pytest.raises(BudgetExhausted):
        money.reserve(5000, LABEL)
    assert money.exhausted()


def test_a_run_is_told_what_it_spent_by_model_and_operation(ledger: Callable[..., Ledger]) -> None:
    money = ledger(10_000)
    other_model = LABEL.model_copy(update={"model": "gpt-4o", "operation": "features"})
    other_run = LABEL.model_copy(update={"flow_run_id": "another"})
    for label, cost in ((LABEL, 10), (LABEL, 20), (other_model, 300), (other_run, 4000)):
        settle(money, money.reserve(4000, label), cost)
    spend = money.spent_in("run")
    assert (spend.calls, spend.cost_micro_usd, spend.input_tokens, spend.output_tokens) == (3, 330, 900, 150)
    assert {model: use.cost_micro_usd for model, use in spend.by_model.items()} == {
        "gpt-4o": 300,
        "gpt-4o-mini": 30,
    }
    assert {name: use.calls for name, use in spend.by_operation.items()} == {"description": 2, "features": 1}
    assert money.spent_on("2026-03-14").cost_micro_usd == 4330


def test_the_month_is_the_sum_of_its_days(ledger: Callable[..., Ledger], clock: Clock) -> None:
    money = ledger(1000)
    for now, cost in (
        (datetime(2026, 2, 28, 19, tzinfo=UTC), 1),
        (datetime(2026, 3, 1, 19, tzinfo=UTC), 20),
        (datetime(2026, 3, 31, 19, tzinfo=UTC), 300),
    ):
        clock.now = now
        settle(money, money.reserve(500, LABEL), cost)
    assert money.month() == 320


@pytest.mark.parametrize("zone", ["Arizona/Phoenix", "../etc", "America"])
def test_an_unknown_time_zone_is_a_clear_error(database: Documents, zone: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"time zone '{zone}' is not known.*America/Phoenix"):
        Ledger(database, BudgetPolicy(daily_limit_micro_usd=1, time_zone=zone))


def test_the_limit_in_force_is_the_one_the_last_reservation_was_held_to(
    ledger: Callable[..., Ledger],
) -> None:
    assert ledger(1000).limit_in_force() == 1000
    ledger(500).reserve(10, LABEL)
    assert ledger(1000).limit_in_force() == 500


def test_another_policy_holds_from_the_next_reservation_on(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    money.reserve(900, LABEL)
    money.hold_to(BudgetPolicy(daily_limit_micro_usd=1200, time_zone="Asia/Tokyo"))
    assert money.policy.daily_limit_micro_usd == 1200
    assert money.today().day == "2026-03-15"
    money.hold_to(BudgetPolicy(daily_limit_micro_usd=1100))
    money.reserve(200, LABEL)
    money.hold_to(BudgetPolicy(daily_limit_micro_usd=500))
    with pytest.raises(BudgetExhausted, match=r"the limit is \$0\.0005 a day"):
        money.reserve(501, LABEL)
    assert money.limit_in_force() == 500


def test_a_policy_that_cannot_be_used_leaves_the_one_before_in_force(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    with pytest.raises(ConfigurationError):
        money.hold_to(BudgetPolicy(daily_limit_micro_usd=5, time_zone="Arizona"))
    assert money.reserve(1000, LABEL).day == DAY


def test_calls_under_way_are_counted(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    first = money.reserve(10, LABEL)
    money.reserve(10, LABEL)
    assert money.today().calls_under_way == 2
    settle(money, first, 10)
    assert money.today().calls_under_way == 1


def test_80_percent_and_the_end_are_told_once_a_day_to_one_caller(
    ledger: Callable[..., Ledger], clock: Clock
) -> None:
    money, other = ledger(1000), ledger(1000)
    settle(money, money.reserve(799, LABEL), 799)
    assert money.newly_reached() == []
    settle(money, money.reserve(1, LABEL), 1)
    assert other.newly_reached() == [Mark.NEARLY_SPENT]
    assert money.newly_reached() == []
    settle(money, money.reserve(200, LABEL), 200)
    assert money.newly_reached() == [Mark.EXHAUSTED]
    assert other.newly_reached() == []
    clock.now += timedelta(days=1)
    assert money.newly_reached() == []
    settle(money, money.reserve(1000, LABEL), 1000)
    assert money.newly_reached() == [Mark.NEARLY_SPENT, Mark.EXHAUSTED]


def test_what_is_only_reserved_is_not_told_as_spent(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    money.reserve(1000, LABEL)
    assert money.newly_reached() == []


def test_the_end_is_told_where_the_rest_is_too_small_for_a_call(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    with pytest.raises(BudgetExhausted):
        money.reserve(1001, LABEL)
    assert money.newly_reached() == [Mark.NEARLY_SPENT, Mark.EXHAUSTED]


def test_the_end_of_a_day_without_money_is_told_though_nothing_was_reserved(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    assert ledger(0).newly_reached() == [Mark.NEARLY_SPENT, Mark.EXHAUSTED]
    assert database.llm_spend.count_documents({}) == 1


def test_a_day_that_has_reached_nothing_leaves_no_trace(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    assert ledger(10).newly_reached() == []
    assert database.llm_spend.count_documents({}) == 0


def test_what_fits_exactly_beside_what_is_spent_is_worth_waiting_for(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    settle(money, money.reserve(400, LABEL), 400)
    money.reserve(100, LABEL)
    with pytest.raises(BudgetTiedUp):
        money.reserve(600, LABEL)
    with pytest.raises(BudgetExhausted) as gone:
        money.reserve(601, LABEL)
    assert not isinstance(gone.value, BudgetTiedUp)


def test_a_day_that_is_gone_says_nothing_about_the_next(ledger: Callable[..., Ledger], clock: Clock) -> None:
    money = ledger(1000)
    settle(money, money.reserve(1000, LABEL), 1000)
    clock.now += timedelta(days=1)
    money.reserve(900, LABEL)
    with pytest.raises(BudgetTiedUp):
        money.reserve(500, LABEL)
    assert not money.exhausted()


def test_the_last_micro_dollar_is_money_while_nothing_was_refused(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    settle(money, money.reserve(999, LABEL), 999)
    assert not money.exhausted()


def test_the_course_of_the_day_tells_its_sum_minute_by_minute(
    ledger: Callable[..., Ledger], clock: Clock
) -> None:
    money = ledger(1000)
    assert money.course() == ()
    for seconds, cost in ((0, 10), (20, 20), (60, 30)):
        clock.now = NOON + timedelta(seconds=seconds)
        settle(money, money.reserve(100, LABEL), cost)
    assert [(point.at, point.spent_micro_usd) for point in money.course()] == [
        (NOON + timedelta(seconds=20), 30),
        (NOON + timedelta(seconds=60), 60),
    ]
    clock.now = NOON + timedelta(days=1)
    assert money.course() == ()
