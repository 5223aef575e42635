"""Not one micro-dollar over, through kills, faults, midnight and two runs at once.

`make chaos SEED=n` repeats a seed. It fixes what fails and when a process is killed, counted in calls and
money; how far each process is by then is up to the machine.
"""

from __future__ import annotations

from typing import Any

import pytest
import redis
from pymongo.database import Database

from phoenix_real_estate.settings import Settings
from tests.chaos.storm import (
    CALLS_AT_ONCE,
    LIMIT,
    Books,
    Storm,
    finish,
    houses,
    processes,
    settings_of,
    start,
)
from tests.chaos.worker import Work, one_question_each
from tests.vendors import VendorServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

Documents = Database[dict[str, Any]]

USABLE = 0.98


def test_no_seed_spends_a_micro_dollar_too_much(
    seed: int,
    vendors: VendorServer,
    settings: Settings,
    database: Documents,
    redis_client: redis.Redis,
    all_books: list[Books],
) -> None:
    books = Storm(seed, vendors, settings, database).blows()
    all_books.append(books)
    assert books.overspent == 0
    assert books.billed <= books.spent <= books.limit
    assert books.highest_share <= 1
    assert books.invoiced == books.spent
    assert books.stranded == 0
    assert books.usable >= USABLE
    assert books.paid_twice == 0
    # An answer dies with its process between the settlement and the cache.
    assert books.asked_again <= books.killed * CALLS_AT_ONCE


def test_200_requests_over_10_prompts_from_4_processes_are_10_calls(
    vendors: VendorServer,
    settings: Settings,
    database: Documents,
    redis_client: redis.Redis,
    lines: list[str],
) -> None:
    vendors.latency_s = 0.2
    work = Work(
        settings=settings_of(vendors, settings, llm_timeout_seconds=30.0),
        limit_micro_usd=10 * LIMIT,
        flow_run_id="200",
        properties=tuple(houses(10) * 5),
        ahead=processes.Value("d", 0.0),
    )
    finish(*(start(one_question_each, work) for _ in range(4)))
    [day] = database.llm_spend.find()
    lines.append(f"200 requests over 10 prompts from 4 processes: {len(vendors.calls)} calls")
    assert len(vendors.calls) == 10
    assert database.llm_calls.count_documents({"outcome": "ok"}) == 10
    assert vendors.bill_micro_usd <= day["spent"] < vendors.bill_micro_usd + 10
