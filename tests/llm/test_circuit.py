"""Circuits of one process, and of several over a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
import redis

from phoenix_real_estate.errors import (
    BudgetExhausted,
    MalformedAnswer,
    PhoenixError,
    ProviderUnavailable,
    RateLimited,
)
from phoenix_real_estate.llm.circuit import (
    COOL_DOWN_S,
    FRESH_S,
    LEAST_CALLS,
    PREFIX,
    PROBE_S,
    WINDOW,
    Circuit,
)
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.shared import Shared

NAME = "openai/gpt-4o-mini"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def _attempt(circuit: Circuit, error: Exception | None = None) -> None:
    async with circuit.attempt():
        if error:
            raise error


async def _fail(circuit: Circuit, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(ProviderUnavailable, match="down"):
            await _attempt(circuit, ProviderUnavailable("down"))


async def _succeed(circuit: Circuit, times: int = 1) -> None:
    for _ in range(times):
        await _attempt(circuit)


async def _refused(circuit: Circuit) -> bool:
    class Called(Exception):
        """The attempt got as far as the model."""

    with pytest.raises((Called, ProviderUnavailable)) as raised:
        await _attempt(circuit, Called())
    if raised.type is Called:
        return False
    return str(raised.value).startswith(f"{NAME} failed too often") and not raised.value.maybe_billed


def alone(story: Callable[[Circuit, Clock], Coroutine[Any, Any, Any]]) -> Any:
    """The story of a circuit that knows of no other process."""

    async def told() -> Any:
        clock = Clock()
        return await story(Circuit(NAME, Shared(None, ""), clock), clock)

    return run(told())


@pytest.fixture
def together(
    redis_url: str, redis_client: redis.Redis
) -> Callable[[Callable[[Circuit, Circuit, Clock], Awaitable[Any]]], Any]:
    """The story of two processes' circuits of one model: to Redis, two connections are that."""

    def tell(story: Callable[[Circuit, Circuit, Clock], Awaitable[Any]]) -> Any:
        async def told() -> Any:
            clock = Clock()
            one, other = Shared(redis_url, "alone"), Shared(redis_url, "alone")
            try:
                return await story(Circuit(NAME, one, clock), Circuit(NAME, other, clock), clock)
            finally:
                await one.close()
                await other.close()

        return run(told())

    return tell


def test_half_of_the_calls_failing_opens_the_circuit() -> None:
    async def story(circuit: Circuit, _: Clock) -> list[bool]:
        await _succeed(circuit, 5)
        await _fail(circuit, 4)
        before = circuit.open
        await _fail(circuit)
        return [before, circuit.open]

    assert alone(story) == [False, True]


def test_a_few_failures_are_no_failure_rate() -> None:
    async def story(circuit: Circuit, _: Clock) -> bool:
        await _fail(circuit, LEAST_CALLS - 1)
        return circuit.open

    assert alone(story) is False


def test_only_the_recent_calls_count() -> None:
    async def story(circuit: Circuit, _: Clock) -> bool:
        await _succeed(circuit, 100)
        await _fail(circuit, WINDOW // 2)
        return circuit.open

    assert alone(story) is True


def test_an_answer_that_was_not_what_was_asked_for_is_a_failure() -> None:
    async def story(circuit: Circuit, _: Clock) -> bool:
        for _ in range(LEAST_CALLS):
            with pytest.raises(MalformedAnswer):
                await _attempt(circuit, MalformedAnswer("bad JSON"))
        return circuit.open

    assert alone(story) is True


def test_an_open_circuit_refuses_without_a_call_and_without_a_bill() -> None:
    async def story(circuit: Circuit, _: Clock) -> bool:
        await _fail(circuit, LEAST_CALLS)
        return await _refused(circuit)

    assert alone(story)


def test_after_the_cool_down_a_successful_probe_closes_it() -> None:
    async def story(circuit: Circuit, clock: Clock) -> list[bool]:
        await _fail(circuit, LEAST_CALLS)
        clock.now += COOL_DOWN_S
        await _succeed(circuit)
        closed = not circuit.open
        await _fail(circuit, LEAST_CALLS // 2 - 1)
        return [closed, circuit.open]

    assert alone(story) == [True, False]


def test_after_the_cool_down_a_failed_probe_opens_it_for_another() -> None:
    async def story(circuit: Circuit, clock: Clock) -> list[bool]:
        await _fail(circuit, LEAST_CALLS)
        clock.now += COOL_DOWN_S
        await _fail(circuit)
        again = circuit.open
        clock.now += COOL_DOWN_S
        return [again, circuit.open]

    assert alone(story) == [True, False]


def test_while_a_probe_is_under_way_everyone_else_is_refused() -> None:
    async def story(circuit: Circuit, clock: Clock) -> list[bool]:
        await _fail(circuit, LEAST_CALLS)
        clock.now += COOL_DOWN_S
        async with circuit.attempt():
            meanwhile = [circuit.open, await _refused(circuit)]
        return [*meanwhile, circuit.open]

    assert alone(story) == [True, True, False]


@pytest.mark.parametrize("error", [RateLimited("slow down"), BudgetExhausted("gone")])
def test_a_model_that_is_busy_or_too_dear_has_not_failed(error: PhoenixError) -> None:
    async def story(circuit: Circuit, _: Clock) -> bool:
        for _ in range(LEAST_CALLS):
            with pytest.raises(type(error)):
                await _attempt(circuit, error)
        return circuit.open

    assert alone(story) is False


def test_the_last_retry_of_a_task_finds_the_cool_down_over() -> None:
    """Its waits are 2, 4 and 8 s, all together never under 14 s."""
    assert COOL_DOWN_S < 14


def test_a_probe_that_never_reached_the_model_leaves_the_next_one_to_probe() -> None:
    async def story(circuit: Circuit, clock: Clock) -> bool:
        await _fail(circuit, LEAST_CALLS)
        clock.now += COOL_DOWN_S
        with pytest.raises(BudgetExhausted):
            await _attempt(circuit, BudgetExhausted("gone"))
        await _succeed(circuit)
        return circuit.open

    assert alone(story) is False


def test_what_fails_for_one_process_is_left_alone_by_all(together: Callable[..., Any]) -> None:
    async def story(one: Circuit, other: Circuit, _: Clock) -> bool:
        await _fail(one, LEAST_CALLS)
        return await _refused(other)

    assert together(story)


def test_a_process_that_works_meanwhile_learns_of_it_within_half_a_second(
    together: Callable[..., Any],
) -> None:
    async def story(one: Circuit, other: Circuit, clock: Clock) -> list[bool]:
        await _succeed(other)
        await _fail(one, LEAST_CALLS)
        at_once = await _refused(other)
        clock.now += FRESH_S
        return [at_once, await _refused(other)]

    assert together(story) == [False, True]


def test_the_failures_of_all_processes_add_up(together: Callable[..., Any]) -> None:
    async def story(one: Circuit, other: Circuit, _: Clock) -> bool:
        await _fail(one, LEAST_CALLS // 2)
        await _fail(other, LEAST_CALLS // 2)
        return other.open

    assert together(story) is True


def test_the_answers_of_the_others_count_as_well(together: Callable[..., Any]) -> None:
    """A process whose own network is broken closes no model for those that it answers."""

    async def story(one: Circuit, other: Circuit, clock: Clock) -> bool:
        await _succeed(other, 2 * LEAST_CALLS)
        clock.now += FRESH_S
        await _succeed(other)
        await _fail(one, LEAST_CALLS)
        return one.open

    assert together(story) is False


def test_of_all_processes_one_probes(together: Callable[..., Any]) -> None:
    async def story(one: Circuit, other: Circuit, clock: Clock) -> list[bool]:
        await _fail(one, LEAST_CALLS)
        clock.now += COOL_DOWN_S
        async with one.attempt():
            meanwhile = await _refused(other)
        clock.now += FRESH_S
        return [meanwhile, await _refused(other)]

    assert together(story) == [True, False]


def test_the_probe_of_a_process_that_died_is_taken_over(together: Callable[..., Any]) -> None:
    async def story(one: Circuit, other: Circuit, clock: Clock) -> bool:
        await _fail(one, LEAST_CALLS)
        clock.now += COOL_DOWN_S
        async with one.attempt():
            clock.now += PROBE_S
            await _succeed(other)
        return one.open

    assert together(story) is False


def test_failures_at_the_same_time_are_all_counted(together: Callable[..., Any]) -> None:
    async def story(one: Circuit, other: Circuit, clock: Clock) -> list[bool]:
        circuits = [one, other] * (LEAST_CALLS // 2)
        await asyncio.gather(*(_fail(circuit) for circuit in circuits))
        clock.now += FRESH_S
        return [await _refused(one), await _refused(other)]

    assert together(story) == [True, True]


def test_a_redis_that_is_away_leaves_each_process_to_itself(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> list[bool]:
        clock, shared = Clock(), Shared("redis://127.0.0.1:9/0", "Each process watches the models by itself")
        circuit = Circuit(NAME, shared, clock)
        await _fail(circuit, LEAST_CALLS)
        refused = await _refused(circuit)
        clock.now += COOL_DOWN_S
        await _succeed(circuit)
        await shared.close()
        return [refused, circuit.open]

    assert run(story()) == [True, False]
    assert [record.message for record in caplog.records] == [
        "Each process watches the models by itself: Redis does not answer (ConnectionError)."
    ]


@pytest.mark.parametrize("rubbish", ["not json", '{"outcomes": 5}'])
def test_what_cannot_be_read_is_forgotten(
    together: Callable[..., Any], redis_client: redis.Redis, rubbish: str
) -> None:
    redis_client.set(PREFIX + NAME, rubbish)

    async def story(one: Circuit, other: Circuit, _: Clock) -> bool:
        await _fail(one, LEAST_CALLS)
        return await _refused(other)

    assert together(story)
    assert 0 < redis_client.ttl(PREFIX + NAME) <= 3600
