"""What one process of a chaos run does. It is forked from a server that has imported this module.

A run has no time for real pauses: busy vendors are waited for a hundredth of the time, broken ones are left
alone for a fraction of a second, and what a dead process held is free after three seconds. Nothing else
differs from the main job.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.sharedctypes import Synchronized

from phoenix_real_estate import answers
from phoenix_real_estate.budget import BudgetPolicy, BudgetTiedUp, Ledger
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.errors import BudgetExhausted, RetriableError
from phoenix_real_estate.llm import circuit, shared, tokens
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.models import Operation, Property
from phoenix_real_estate.panel import Interview, Panel
from phoenix_real_estate.prompts import prompt_for
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store.connection import connect

LEASE = timedelta(seconds=3)
PROPERTIES_AT_ONCE = 8
GIVE_UP_S = 90.0

# Read once, for all that are forked from here.
tokens.count("", "gpt-4o")


@dataclass(frozen=True)
class Work:
    """`ahead` is how many seconds the ledger's clock is before this machine's, and may be moved meanwhile."""

    settings: Settings
    limit_micro_usd: int
    flow_run_id: str
    properties: tuple[Property, ...]
    ahead: Synchronized[float]


def _hurry() -> None:
    """In the forked process alone: whoever only imports this module keeps the real times."""
    # Eight processes start at once on a machine that may have two cores: a slow Redis is not what is tried.
    shared.ANSWER_TIMEOUT_S = 15.0
    circuit.COOL_DOWN_S = 0.3
    answers.LOCK_S = LEASE.total_seconds()


def until_the_money_is_gone(work: Work) -> None:
    """Goes round its properties until a call is refused for good."""

    async def rounds(enricher: Enricher, ledger: Ledger) -> None:
        end = time.monotonic() + GIVE_UP_S
        while await _round(enricher, ledger, work.properties):
            if time.monotonic() > end:
                raise TimeoutError(f"{work.flow_run_id} still has money after {GIVE_UP_S:.0f} s")

    _told(work, rounds)


def once(work: Work) -> None:
    """Each property once, all at the same time."""

    async def all_at_once(enricher: Enricher, _ledger: Ledger) -> None:
        await asyncio.gather(*(enricher.enrich(one, last_resort=True) for one in work.properties))

    _told(work, all_at_once)


def one_question_each(work: Work) -> None:
    """The description of every property, all asked for at the same time."""

    _hurry()

    async def asked() -> None:
        with ledger_of(work) as ledger:
            panel = Panel.build(work.settings, ledger, flow_run_id=work.flow_run_id, sleep=_shortly)
            await asyncio.gather(*(_described(panel, property) for property in work.properties))
            await panel.close()

    run(asked())


async def _described(panel: Panel, property: Property) -> None:
    prompt = prompt_for(Operation.DESCRIPTION, property)
    assert prompt
    assert await panel.ask(prompt, panel.route(property), property.property_id, Interview())


@contextmanager
def ledger_of(work: Work) -> Iterator[Ledger]:
    """The ledger as the processes of this work see it."""
    database = connect(work.settings)
    policy = BudgetPolicy(daily_limit_micro_usd=work.limit_micro_usd)
    with closing(database.client):
        yield Ledger(database, policy, clock=lambda: _clock(work), lease=LEASE)


def _clock(work: Work) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=work.ahead.value)


def _told(work: Work, tell: Callable[[Enricher, Ledger], Awaitable[None]]) -> None:
    logging.disable()
    _hurry()
    with ledger_of(work) as ledger:
        run(_with_models(work, ledger, tell))


async def _with_models(
    work: Work, ledger: Ledger, tell: Callable[[Enricher, Ledger], Awaitable[None]]
) -> None:
    panel = Panel.build(work.settings, ledger, flow_run_id=work.flow_run_id, sleep=_shortly)
    try:
        await tell(Enricher(panel), ledger)
    finally:
        await panel.close()


async def _round(enricher: Enricher, ledger: Ledger, properties: Sequence[Property]) -> bool:
    """False once a call is refused for good."""
    slots = asyncio.Semaphore(PROPERTIES_AT_ONCE)
    refused: list[BudgetExhausted] = []

    async def one(property: Property) -> None:
        async with slots:
            if not refused:
                try:
                    await _enriched(enricher, ledger, property)
                except BudgetExhausted as gone:
                    refused.append(gone)

    await asyncio.gather(*(one(property) for property in properties))
    return not refused


async def _enriched(enricher: Enricher, ledger: Ledger, property: Property) -> None:
    while True:
        try:
            await enricher.enrich(property, last_resort=True)
        except BudgetTiedUp:
            # Held by calls of other processes, or of dead ones.
            await asyncio.to_thread(ledger.expire)
            await asyncio.sleep(0.1)
        except RetriableError:
            return
        else:
            return


async def _shortly(seconds: float) -> None:
    await asyncio.sleep(seconds / 100)
