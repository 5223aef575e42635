"""Crashes, lost connections, and calls that end late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient, ReadPreference
from pymongo.database import Database
from pymongo.errors import AutoReconnect, BulkWriteError

from phoenix_real_estate.budget import BudgetPolicy, Ledger
from phoenix_real_estate.budget.days import durable
from phoenix_real_estate.errors import StoreUnavailable
from tests.ledgers import DAY, LABEL, Clock, Documents, invoiced, settle, state
from tests.ledgers import clock as clock
from tests.ledgers import ledger as ledger


def test_a_dead_process_has_its_reservation_settled_at_the_worst_case(
    ledger: Callable[..., Ledger], database: Documents, clock: Clock
) -> None:
    money = ledger(1000, lease=timedelta(minutes=5))
    abandoned = money.reserve(400, LABEL)
    clock.now += timedelta(minutes=4)
    money.reserve(100, LABEL)
    assert money.expire() == 0
    clock.now += timedelta(minutes=1)
    assert money.expire() == 1
    assert money.expire() == 0
    assert state(money) == (400, 100, 500)
    row = database.llm_calls.find_one() or {}
    assert (row["_id"], row["outcome"], row["cost_micro_usd"]) == (abandoned.id, "expired", 400)
    assert (row["input_tokens"], row["output_tokens"]) == (0, 0)


@pytest.mark.parametrize("cost", [0, 150, 400, 1200])
def test_a_settlement_that_comes_after_the_expiry_corrects_it(
    ledger: Callable[..., Ledger], database: Documents, clock: Clock, cost: int
) -> None:
    money = ledger(2000, lease=timedelta(minutes=5))
    late = money.reserve(400, LABEL)
    clock.now += timedelta(minutes=6)
    money.expire()
    for _ in range(2):
        settle(money, late, cost)
        assert state(money) == (cost, 0, 2000 - cost)
    row = database.llm_calls.find_one() or {}
    assert (row["_id"], row["outcome"], row["cost_micro_usd"]) == (late.id, "ok", cost)
    assert invoiced(database) == cost


def test_a_call_that_was_never_sent_costs_nothing_even_after_its_expiry(
    ledger: Callable[..., Ledger], database: Documents, clock: Clock
) -> None:
    money = ledger(1000, lease=timedelta(minutes=5))
    late = money.reserve(400, LABEL)
    clock.now += timedelta(minutes=6)
    money.expire()
    money.cancel(late)
    settle(money, late, 150)
    assert state(money) == (0, 0, 1000)
    assert [(row["outcome"], row["cost_micro_usd"]) for row in database.llm_calls.find()] == [
        ("cancelled", 0)
    ]


def test_a_crash_while_correcting_neither_loses_nor_doubles_the_invoice(
    ledger: Callable[..., Ledger], database: Documents, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(1000, lease=timedelta(minutes=5))
    late = money.reserve(400, LABEL)
    clock.now += timedelta(minutes=6)
    money.expire()
    with monkeypatch.context() as crashing:
        crashing.setattr(money._invoice, "correct", lambda _day, _rows: None)
        settle(money, late, 150)
    assert (state(money)[0], invoiced(database)) == (150, 400)
    assert ledger(1000).spent_on(DAY).cost_micro_usd == 150
    assert (database.llm_spend.find_one() or {})["corrected"] == {}


def test_a_correction_that_overtakes_its_row_on_the_invoice_stands(
    ledger: Callable[..., Ledger], database: Documents, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, money = ledger(1000, lease=timedelta(minutes=5)), ledger(1000)
    late = slow.reserve(400, LABEL)
    clock.now += timedelta(minutes=6)
    with monkeypatch.context() as paused:
        paused.setattr(slow._invoice, "take", lambda _day, _rows: None)
        slow.expire()
    settle(money, late, 150)
    assert money.spent_on(DAY).cost_micro_usd == 150
    assert invoiced(database) == state(money)[0] == 150


def test_a_row_that_another_process_took_meanwhile_is_taken_once(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    money = ledger(1000)
    first, second = money.reserve(400, LABEL), money.reserve(400, LABEL)
    settle(money, first, 150)
    row = database.llm_calls.find_one() or {}
    rows = {first.id: {**row, "cost_micro_usd": 7}, second.id: {**row, "cost_micro_usd": 20}}
    for one in rows.values():
        del one["_id"]
    money._invoice.take(DAY, rows)
    assert invoiced(database) == 170


def test_a_row_that_the_database_does_not_take_waits_on(
    ledger: Callable[..., Ledger], database: Documents
) -> None:
    def refuse(*_rows: object, **_options: object) -> None:
        raise BulkWriteError({"writeErrors": [{"code": 11000}, {"code": 121}]})

    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    with pytest.MonkeyPatch.context() as strict:
        strict.setattr(money._invoice._calls, "insert_many", refuse)
        with pytest.raises(BulkWriteError):
            settle(money, reservation, 150)
    assert database.llm_calls.count_documents({}) == 0
    assert money.spent_on(DAY).cost_micro_usd == state(money)[0] == 150


@contextmanager
def connection_lost(ledger: Ledger, step: str, *, made: bool) -> Iterator[None]:
    """The database goes away during a step, which was made or was not: nobody here can tell."""
    really = getattr(ledger._days, step)

    def lost(*arguments: Any, **named: Any) -> None:
        if made:
            really(*arguments, **named)
        raise AutoReconnect("connection closed")

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(ledger._days, step, lost)
        yield


@pytest.mark.parametrize("made", [False, True])
def test_a_reservation_in_doubt_was_not_used_and_is_given_back(
    ledger: Callable[..., Ledger], database: Documents, made: bool
) -> None:
    money = ledger(1000)
    settle(money, money.reserve(1, LABEL), 1)
    with connection_lost(money, "put_aside", made=made), pytest.raises(StoreUnavailable):
        money.reserve(400, LABEL)
    assert state(money)[1] == (400 if made else 0)
    assert money.expire() == 0
    assert state(money) == (1, 0, 999)
    assert invoiced(database) == 1


@pytest.mark.parametrize("made", [False, True])
def test_a_settlement_in_doubt_is_made_again_and_counts_once(
    ledger: Callable[..., Ledger], database: Documents, made: bool
) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    with connection_lost(money, "book", made=made):
        with pytest.raises(StoreUnavailable):
            settle(money, reservation, 150)
        with pytest.raises(StoreUnavailable):
            money.expire()
    assert money.expire() == 0
    assert state(money) == (150, 0, 850)
    assert invoiced(database) == 150


@pytest.mark.parametrize("made", [False, True])
def test_a_cancellation_in_doubt_is_made_again(ledger: Callable[..., Ledger], made: bool) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    money.reserve(400, LABEL)
    with connection_lost(money, "give_back", made=made), pytest.raises(StoreUnavailable):
        money.cancel(reservation)
    money.expire()
    assert state(money) == (0, 400, 600)


def test_what_is_owed_to_the_database_is_told_once(ledger: Callable[..., Ledger]) -> None:
    money = ledger(1000)
    reservation = money.reserve(400, LABEL)
    with connection_lost(money, "give_back", made=False), pytest.raises(StoreUnavailable):
        money.cancel(reservation)
    money.expire()
    assert not money._owed


def test_what_is_written_survives_the_loss_of_a_server_whatever_the_uri_asks_for(mongodb_uri: str) -> None:
    with MongoClient[dict[str, Any]](mongodb_uri, w=0, readPreference="secondary") as client:
        for name in ("llm_spend", "llm_calls"):
            collection = durable(client["any"], name)
            assert collection.write_concern.document == {"w": "majority", "j": True}
            assert collection.read_preference == ReadPreference.PRIMARY


def test_a_settlement_that_overtakes_the_expiry_wins(
    ledger: Callable[..., Ledger], database: Documents, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    money = ledger(1000, lease=timedelta(minutes=5))
    slow = money.reserve(400, LABEL)
    clock.now += timedelta(minutes=6)
    monkeypatch.setattr(money._days, "overdue", lambda _now: [slow])
    settle(money, slow, 150)
    assert money.expire() == 0
    assert invoiced(database) == 150


@pytest.mark.parametrize("row_was_written", [False, True])
def test_a_crash_while_settling_neither_loses_nor_doubles_the_invoice(
    ledger: Callable[..., Ledger],
    database: Documents,
    monkeypatch: pytest.MonkeyPatch,
    row_was_written: bool,
) -> None:
    class Crash(Exception):
        pass

    def crash(day: str, rows: dict[str, Any]) -> None:
        if row_was_written:
            for reservation_id, row in rows.items():
                database.llm_calls.insert_one({"_id": reservation_id, **row})
        raise Crash

    crashing = ledger(1000)
    reservation = crashing.reserve(400, LABEL)
    monkeypatch.setattr(crashing._invoice, "take", crash)
    with pytest.raises(Crash):
        settle(crashing, reservation, 150)
    after = ledger(1000)
    assert state(after) == (150, 0, 850)
    settle(after, reservation, 150)
    assert after.spent_in("run").cost_micro_usd == 150
    assert after.expire() == 0
    assert invoiced(database) == 150
    assert (database.llm_spend.find_one() or {})["settled"] == {}


def test_a_database_that_went_away_is_told_as_such(database: Documents) -> None:
    gone = Database(database.client.__class__("mongodb://127.0.0.1:1", serverSelectionTimeoutMS=50), "gone")
    with gone.client, pytest.raises(StoreUnavailable, match="MONGODB_URI"):
        Ledger(gone, BudgetPolicy(daily_limit_micro_usd=1)).reserve(1, LABEL)


@pytest.mark.parametrize("made", [True, False])
def test_reservations_in_doubt_are_given_back_when_the_database_is_there_again(
    ledger: Callable[..., Ledger], made: bool
) -> None:
    money = ledger(1000)
    money.reserve(1, LABEL)
    drafts = [money.drafted(100, LABEL) for _ in range(3)]
    with connection_lost(money, "put_aside", made=made), pytest.raises(StoreUnavailable):
        money.put_aside(drafts, lease=timedelta(hours=26))

    money.expire()

    assert state(money) == (0, 1, 999)
