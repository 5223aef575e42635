"""What is reserved, settled and given back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import ValidationError

from phoenix_real_estate.budget import Ledger, RunSpend
from phoenix_real_estate.errors import BudgetExhausted
from tests.ledgers import LABEL, NOON, Clock, Documents, invoiced, settle, state
from tests.ledgers import clock as clock
from tests.ledgers import ledger as ledger


def test_a_reservation_is_put_aside_and_settled_at_what_was_used(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    assert (reservation.day, reservation.amount_micro_usd) == ("2026-03-14", 400)
    assert state(money) == (0, 400, 600)
    settle(money, reservation, 150)
    assert state(money) == (150, 0, 850)
    assert database.llm_calls.find_one() == {
        "_id": reservation.id,
        "day": "2026-03-14",
        "operation": "description",
        "provider": "openai",
        "model": "gpt-4o-mini",
        "property_id": "10213002",
        "flow_run_id": "run",
        "outcome": "ok",
        "cost_micro_usd": 150,
        "reserved_micro_usd": 400,
        "input_tokens": 300,
        "output_tokens": 50,
        "settled_at": NOON,
    }


def test_the_whole_limit_can_be_reserved_and_not_one_micro_dollar_more(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    money.reserve(999, LABEL)
    with pytest.raises(BudgetExhausted):
        money.reserve(2, LABEL)
    money.reserve(1, LABEL)


def test_a_refusal_names_the_amount_the_call_and_the_setting(ledger: Callable[..., Ledger]) -> None:
    with pytest.raises(BudgetExhausted) as refused:
        ledger(1000).reserve(1001, LABEL)
    assert str(refused.value) == (
        "The budget of 2026-03-14 has no $0.001001 left for description with gpt-4o-mini: "
        "the limit is $0.001 a day. Raise the daily limit or wait for tomorrow."
    )


def test_a_settlement_counts_once_however_often_it_is_repeated(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    for cost in (150, 150, 399):
        settle(money, reservation, cost)
    assert state(money) == (150, 0, 850)
    assert invoiced(database) == 150


def test_a_cost_above_the_reservation_is_booked_in_full(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)
    settle(money, money.reserve(400, LABEL), 1200)
    assert state(money) == (1200, 0, 0)
    assert invoiced(database) == 1200


def test_what_was_never_sent_costs_nothing(ledger: Callable[..., Ledger], database: Documents) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    money.cancel(reservation)
    money.cancel(reservation)
    settle(money, reservation, 150)
    assert state(money) == (0, 0, 1000)
    assert database.llm_calls.count_documents({}) == 0


def test_cancelling_a_settled_reservation_gives_nothing_back(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    settle(money, reservation, 150)
    money.cancel(reservation)
    assert state(money) == (150, 0, 850)


def test_a_negative_amount_or_cost_is_refused(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    with pytest.raises(ValidationError):
        money.reserve(-1, LABEL)
    with pytest.raises(ValidationError):
        settle(money, money.reserve(10, LABEL), -10)
    assert state(money) == (0, 10, 990)


def test_a_spend_of_nothing_is_zero() -> None:
    assert set(RunSpend().model_dump(exclude={"by_model", "by_operation", "by_property"}).values()) == {0}
    assert RunSpend().by_model == RunSpend().by_operation == RunSpend().by_property == {}


def test_calls_sent_together_are_reserved_in_their_order_as_far_as_they_fit(
    ledger: Callable[..., Ledger],
) -> None:
    money = ledger(1000)
    drafts = [money.drafted(amount, LABEL) for amount in (400, 500, 200, 100, 50)]
    assert state(money) == (0, 0, 1000)

    assert money.put_aside(drafts, lease=timedelta(hours=26)) == [drafts[0], drafts[1], drafts[3]]
    assert state(money) == (0, 1000, 0)

    settle(money, drafts[0], 150)
    money.cancel(drafts[1])
    assert state(money) == (150, 100, 750)


def test_many_calls_are_reserved_until_the_first_hundred_that_does_not_fit(
    ledger: Callable[..., Ledger],
) -> None:
    money = ledger(1000)
    drafts = [money.drafted(amount, LABEL) for amount in [4] * 240 + [50] * 60 + [1] * 100]

    assert money.put_aside(drafts, lease=timedelta(hours=26)) == drafts[:240]
    assert money.put_aside([], lease=timedelta(hours=26)) == []
    assert money.today().calls_under_way == 240


def test_a_long_lease_outlasts_the_usual_one(ledger: Callable[..., Ledger], clock: Clock) -> None:
    money = ledger(1000)
    money.reserve(100, LABEL)
    money.put_aside([money.drafted(400, LABEL)], lease=timedelta(hours=26))

    clock.now += timedelta(hours=25)
    assert money.expire() == 1
    clock.now += timedelta(hours=1)
    assert money.expire() == 1


def test_calls_that_are_not_sent_together_are_given_back_whether_open_or_not(
    ledger: Callable[..., Ledger],
) -> None:
    money = ledger(1000)
    drafts = [money.drafted(3, LABEL) for _ in range(250)]
    money.put_aside(drafts[:200], lease=timedelta(hours=26))
    settle(money, drafts[0], 2)

    for _ in range(2):
        money.cancel_all(drafts)
        assert state(money) == (2, 0, 998)
