from __future__ import annotations

import pytest

from phoenix_real_estate.errors import BudgetExhausted, PhoenixError, ProviderUnavailable, RateLimited
from phoenix_real_estate.llm.circuit import COOL_DOWN_S, LEAST_CALLS, WINDOW, Circuit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _attempt(circuit: Circuit, error: Exception | None = None) -> None:
    with circuit.attempt():
        if error:
            raise error


def _fail(circuit: Circuit, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(ProviderUnavailable, match="down"):
            _attempt(circuit, ProviderUnavailable("down"))


def _succeed(circuit: Circuit, times: int = 1) -> None:
    for _ in range(times):
        _attempt(circuit)


def _opened(clock: Clock) -> Circuit:
    circuit = Circuit("openai/gpt-4o-mini", clock)
    _fail(circuit, LEAST_CALLS)
    return circuit


def test_half_of_the_calls_failing_opens_the_circuit() -> None:
    circuit = Circuit("openai/gpt-4o-mini", Clock())
    _succeed(circuit, 5)
    _fail(circuit, 4)
    assert not circuit.open

    _fail(circuit)

    assert circuit.open


def test_a_few_failures_are_no_failure_rate() -> None:
    circuit = Circuit("m", Clock())
    _fail(circuit, LEAST_CALLS - 1)

    assert not circuit.open


def test_only_the_recent_calls_count() -> None:
    circuit = Circuit("m", Clock())
    _succeed(circuit, 100)

    _fail(circuit, WINDOW // 2)

    assert circuit.open


def test_an_open_circuit_refuses_without_a_call_and_without_a_bill() -> None:
    circuit = _opened(Clock())

    with pytest.raises(ProviderUnavailable, match="openai/gpt-4o-mini failed too often") as raised:
        _attempt(circuit, AssertionError("was called"))

    assert not raised.value.maybe_billed


def test_after_the_cool_down_a_successful_probe_closes_it() -> None:
    clock = Clock()
    circuit = _opened(clock)
    clock.now += COOL_DOWN_S

    _succeed(circuit)

    assert not circuit.open
    _fail(circuit, LEAST_CALLS // 2 - 1)
    assert not circuit.open


def test_after_the_cool_down_a_failed_probe_opens_it_for_another() -> None:
    clock = Clock()
    circuit = _opened(clock)
    clock.now += COOL_DOWN_S

    _fail(circuit)

    assert circuit.open
    clock.now += COOL_DOWN_S
    assert not circuit.open


def test_while_a_probe_is_under_way_everyone_else_is_refused() -> None:
    clock = Clock()
    circuit = _opened(clock)
    clock.now += COOL_DOWN_S

    with circuit.attempt():
        assert circuit.open
        with pytest.raises(ProviderUnavailable, match="failed too often"):
            _attempt(circuit)

    assert not circuit.open


@pytest.mark.parametrize("error", [RateLimited("slow down"), BudgetExhausted("gone")])
def test_a_model_that_is_busy_or_too_dear_has_not_failed(error: PhoenixError) -> None:
    circuit = Circuit("m", Clock())
    for _ in range(LEAST_CALLS):
        with pytest.raises(type(error)):
            _attempt(circuit, error)

    assert not circuit.open


def test_the_last_retry_of_a_task_finds_the_cool_down_over() -> None:
    """Its waits are 2, 4 and 8 s, all together never under 14 s."""
    assert COOL_DOWN_S < 14


def test_a_probe_that_never_reached_the_model_leaves_the_next_one_to_probe() -> None:
    clock = Clock()
    circuit = _opened(clock)
    clock.now += COOL_DOWN_S
    with pytest.raises(BudgetExhausted):
        _attempt(circuit, BudgetExhausted("gone"))

    _succeed(circuit)

    assert not circuit.open
