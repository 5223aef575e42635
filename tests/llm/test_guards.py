"""What stands before a call, over a real Redis and without one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
import redis

from phoenix_real_estate.errors import RateLimited
from phoenix_real_estate.llm import guards as guards_module
from phoenix_real_estate.llm import tokens
from phoenix_real_estate.llm.guards import Guards
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.rate_limits import RateLimits
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.llm.shared import Shared
from phoenix_real_estate.llm.waits import Waits
from phoenix_real_estate.settings import Settings
from tests.llm.asking import QUESTION

MINI = Candidate("openai", "gpt-4o-mini", "LLM_MODEL_HIGH_VALUE")
CLAUDE = Candidate("anthropic", "claude-haiku-4-5", "ANTHROPIC_MODEL")
LLAMA = Candidate("ollama", "llama3.2", "LLM_MODEL_LOW_VALUE")
SIZE = tokens.estimate(QUESTION) + QUESTION.max_output_tokens


class Sleeper:
    """Sleeps no second; gives up, as a process that closes its models does, after so many sleeps."""

    def __init__(self, gives_up_after: int = 0) -> None:
        self.slept: list[float] = []
        self.waits = Waits(self)
        self._gives_up_after = gives_up_after

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) > self._gives_up_after:
            self.waits.end()


def with_guards(settings: Settings, story: Callable[[Guards, Guards], Coroutine[Any, Any, Any]]) -> Any:
    """The story of two processes' guards."""

    async def told() -> Any:
        one, other = Guards(settings), Guards(settings)
        try:
            return await story(one, other)
        finally:
            await one.close()
            await other.close()

    return run(told())


async def admitted(guards: Guards, candidate: Candidate = MINI, **changes: Any) -> bool:
    """Whether the request fits at once."""
    try:
        await guards.admitted(candidate, replace(QUESTION, **changes), Sleeper().waits)
    except RateLimited:
        return False
    return True


def test_without_a_setting_nothing_is_limited_and_redis_is_not_asked(
    settings: Settings, redis_client: redis.Redis
) -> None:
    async def story(one: Guards, _: Guards) -> list[bool]:
        return [await admitted(one) for _ in range(50)]

    assert with_guards(settings, story) == [True] * 50
    assert redis_client.dbsize() == 0


@pytest.mark.usefixtures("redis_client")
def test_the_requests_of_a_minute_are_counted_over_all_processes(settings: Settings) -> None:
    limited = settings.model_copy(update={"openai_requests_per_minute": 3})

    async def story(one: Guards, other: Guards) -> list[bool]:
        return [await admitted(guards) for guards in (one, other, one, other, one)]

    assert with_guards(limited, story) == [True, True, True, False, False]


@pytest.mark.usefixtures("redis_client")
def test_a_provider_has_its_own_limit(settings: Settings) -> None:
    limited = settings.model_copy(
        update={"openai_requests_per_minute": 1, "anthropic_requests_per_minute": 2}
    )

    async def story(one: Guards, _: Guards) -> list[bool]:
        return [await admitted(one, candidate) for candidate in (MINI, MINI, CLAUDE, CLAUDE, CLAUDE, LLAMA)]

    assert with_guards(limited, story) == [True, False, True, True, False, True]


@pytest.mark.usefixtures("redis_client")
def test_the_tokens_of_a_minute_are_those_sent_and_those_allowed_back(settings: Settings) -> None:
    limited = settings.model_copy(update={"openai_tokens_per_minute": 2 * SIZE})

    async def story(one: Guards, other: Guards) -> list[bool]:
        return [await admitted(one), await admitted(other), await admitted(one)]

    assert with_guards(limited, story) == [True, True, False]


@pytest.mark.usefixtures("redis_client")
def test_a_request_larger_than_a_whole_minute_fits_into_an_empty_one(settings: Settings) -> None:
    limited = settings.model_copy(update={"openai_tokens_per_minute": SIZE - 1})

    async def story(one: Guards, _: Guards) -> list[bool]:
        return [await admitted(one), await admitted(one)]

    assert with_guards(limited, story) == [True, False]


def test_without_redis_each_process_keeps_to_the_limit_by_itself(settings: Settings) -> None:
    away = settings.model_copy(update={"openai_requests_per_minute": 1, "redis_url": "redis://127.0.0.1:9/0"})

    async def story(one: Guards, other: Guards) -> list[bool]:
        return [await admitted(one), await admitted(one), await admitted(other)]

    assert with_guards(away, story) == [True, False, True]


@pytest.mark.usefixtures("redis_client")
def test_who_does_not_fit_waits_until_it_does(settings: Settings, redis_client: redis.Redis) -> None:
    limited = settings.model_copy(update={"openai_requests_per_minute": 1})

    class MinuteEnds(Sleeper):
        async def __call__(self, seconds: float) -> None:
            self.slept.append(seconds)
            if len(self.slept) == 3:
                redis_client.flushall()

    sleeper = MinuteEnds()

    async def story(one: Guards, _: Guards) -> None:
        await admitted(one)
        await one.admitted(MINI, QUESTION, sleeper.waits)

    with_guards(limited, story)

    assert sleeper.slept == [guards_module.LOOK_S] * 3


@pytest.mark.usefixtures("redis_client")
def test_who_waits_when_the_process_closes_its_models_is_told_which_setting_it_was(
    settings: Settings,
) -> None:
    limited = settings.model_copy(update={"openai_requests_per_minute": 1})

    async def story(one: Guards, _: Guards) -> None:
        await admitted(one)
        await one.admitted(MINI, QUESTION, Sleeper(gives_up_after=1).waits)

    with pytest.raises(RateLimited, match="OPENAI_REQUESTS_PER_MINUTE or OPENAI_TOKENS_PER_MINUTE"):
        with_guards(limited, story)


def test_a_model_has_one_circuit_and_another_address_another(settings: Settings) -> None:
    gateway = settings.model_copy(update={"openai_base_url": "http://gateway:8080/v1"})

    def name(settings: Settings | None, candidate: Candidate) -> str:
        guards = Guards(settings)
        assert guards.circuit(candidate) is guards.circuit(candidate)
        return guards.circuit(candidate).name

    assert name(settings, MINI) == "openai/gpt-4o-mini@openai"
    assert name(None, MINI) == "openai/gpt-4o-mini@openai"
    assert name(gateway, MINI) == "openai/gpt-4o-mini@http://gateway:8080/v1"
    assert name(gateway, CLAUDE) == "anthropic/claude-haiku-4-5@anthropic"


def test_a_model_on_ones_own_machine_fails_for_that_machine_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def name(host: str) -> str:
        return Guards(settings.model_copy(update={"ollama_host": host})).circuit(LLAMA).name

    monkeypatch.setattr(guards_module.platform, "node", lambda: "worker-1")

    assert name("http://127.0.0.1:11434") == "ollama/llama3.2@worker-1 http://127.0.0.1:11434"
    assert name("localhost:11434") == "ollama/llama3.2@worker-1 localhost:11434"
    assert name("http://bob:s3cret@gpu:11434") == "ollama/llama3.2@http://gpu:11434"


def test_who_waits_for_requests_uses_up_no_tokens(settings: Settings, redis_client: redis.Redis) -> None:
    limited = settings.model_copy(
        update={"openai_requests_per_minute": 1, "openai_tokens_per_minute": 10 * SIZE}
    )

    async def story(_one: Guards, _other: Guards) -> list[bool]:
        shared = Shared(limited.redis_url, "rate limits")
        limits = RateLimits(limited, shared)
        admitted = [await limits.admit("openai", SIZE) for _ in range(20)]
        await shared.close()
        return admitted

    assert with_guards(limited, story) == [True] + [False] * 19
    counted = [int(redis_client.get(key) or 0) for key in redis_client.keys("phoenix:rates*tokens*")]
    assert sum(counted) == SIZE


def test_a_window_that_fills_between_the_look_and_the_count_refuses(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fits(*_: object) -> bool:
        return True

    limited = settings.model_copy(update={"openai_requests_per_minute": 1})
    monkeypatch.setattr("phoenix_real_estate.llm.rate_limits._fits", fits)

    async def story(one: Guards, other: Guards) -> list[bool]:
        return [await admitted(one), await admitted(other)]

    assert with_guards(limited, story) == [True, False]
