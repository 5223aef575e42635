"""How fast calls go through the project, against a bare client on the same server; run with `make bench`.

Each rung of the ladder adds a part, so that the CPU of a call can be told by part. Wall times are compared
within one run: the machine is shared, the ratios are what counts.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
import redis
from prefect.client.schemas.objects import State
from pydantic import SecretStr

from expectations import gate_process
from phoenix_real_estate.budget import BudgetPolicy, CallLabel, Ledger
from phoenix_real_estate.enrich import Enricher
from phoenix_real_estate.llm.loop import run
from phoenix_real_estate.llm.metered import Metered, Tally
from phoenix_real_estate.llm.openai import OpenAI
from phoenix_real_estate.llm.provider import Request
from phoenix_real_estate.llm.routing import Candidate
from phoenix_real_estate.models import Operation, Property
from phoenix_real_estate.normalize import normalize
from phoenix_real_estate.panel import Panel
from phoenix_real_estate.prompts import Prompt, prompt_for
from phoenix_real_estate.report import RunReport
from phoenix_real_estate.settings import Settings, using
from phoenix_real_estate.store import Store
from tests.flows.conftest import nothing_cached, prefect_url, run_flow, store
from tests.flows.records import house, houses

__all__ = ["nothing_cached", "prefect_url", "run_flow", "store"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.filterwarnings("default")]

PROPERTIES = 300
CALLS = PROPERTIES * len(Operation)
MODEL = "gpt-4o-mini"
KEY = SecretStr("sk-benchmark")
ENOUGH = Decimal(1000)
RunFlow = Callable[..., State[RunReport]]
Work = Callable[[], Coroutine[Any, Any, object]]


@dataclass(frozen=True)
class Rung:
    """Wall seconds for all calls, and the CPU seconds of this process and of its gate's."""

    wall_s: float
    cpu_s: float
    gate_s: float = 0.0

    @property
    def calls_a_second(self) -> float:
        return CALLS / self.wall_s

    @property
    def cpu_ms(self) -> float:
        return self.cpu_s / CALLS * 1000

    @property
    def gate_ms(self) -> float:
        return self.gate_s / CALLS * 1000


@dataclass(frozen=True)
class Vendor:
    url: str

    def counts(self) -> dict[str, float]:
        told: dict[str, float] = httpx.get(f"{self.url}/counts").json()
        return told


@contextmanager
def vendor(latency_s: float) -> Iterator[Vendor]:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "tests.benchmarks.model_server", str(latency_s)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            yield Vendor(server.stdout.readline().strip())
        finally:
            server.kill()


def settings_for(settings: Settings, server: Vendor, concurrency: int) -> Settings:
    """All tiers at one model of this server."""
    models = dict.fromkeys(("llm_model_low_value", "llm_model_mid_value", "llm_model_high_value"), MODEL)
    changes = {
        "openai_api_key": KEY,
        "openai_base_url": f"{server.url}/v1",
        "llm_fallback_provider": "openai",
        "daily_llm_budget": ENOUGH,
        "max_concurrency": concurrency,
    }
    return settings.model_copy(update=models | changes)


def measured(work: Work) -> Rung:
    wall, cpu = time.perf_counter(), time.process_time()
    run(work())
    return Rung(time.perf_counter() - wall, time.process_time() - cpu)


async def side_by_side(calls: Sequence[Callable[[], Coroutine[Any, Any, object]]], concurrency: int) -> None:
    slots = asyncio.Semaphore(concurrency)

    async def one(call: Callable[[], Coroutine[Any, Any, object]]) -> None:
        async with slots:
            await call()

    await asyncio.gather(*(one(call) for call in calls))


def prompts_of(properties: Sequence[Property]) -> list[Prompt]:
    prompts = [prompt_for(operation, property) for property in properties for operation in Operation]
    assert all(prompts)
    return [prompt for prompt in prompts if prompt]


def bare_client(server: Vendor, requests: Sequence[Request], concurrency: int) -> Rung:
    """What anyone would write: the vendor's client on aiohttp in a loop, and nothing else."""

    async def work() -> None:
        client = openai.AsyncOpenAI(
            api_key="sk-benchmark",
            base_url=f"{server.url}/v1",
            max_retries=0,
            http_client=openai.DefaultAioHttpClient(),
        )

        def call(request: Request) -> Coroutine[Any, Any, object]:
            messages: Any = [
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.user},
            ]
            schema: Any = {
                "type": "json_schema",
                "json_schema": {
                    "name": request.schema_name,
                    "strict": True,
                    "schema": dict(request.schema),
                },
            }
            return client.chat.completions.create(
                model=request.model, messages=messages, response_format=schema
            )

        await side_by_side([lambda r=request: call(r) for request in requests], concurrency)
        await client.close()

    return measured(work)


def provider_alone(server: Vendor, requests: Sequence[Request], concurrency: int) -> Rung:
    async def work() -> None:
        provider = OpenAI(KEY, f"{server.url}/v1")
        calls = [lambda r=request: provider.complete(r) for request in requests]
        await side_by_side(calls, concurrency)
        await provider.close()

    return measured(work)


def with_ledger(
    server: Vendor, prompts: Sequence[Prompt], requests: Sequence[Request], ledger: Ledger, concurrency: int
) -> Rung:
    candidate = Candidate("openai", MODEL, "LLM_MODEL_LOW_VALUE")

    async def work() -> None:
        provider = OpenAI(KEY, f"{server.url}/v1")
        metered = Metered(ledger, {"openai": provider}, concurrency)

        def call(prompt: Prompt, request: Request) -> Coroutine[Any, Any, object]:
            label = CallLabel(
                operation=prompt.operation,
                provider="openai",
                model=MODEL,
                property_id="benchmark",
            )
            return metered.complete(candidate, request, label, prompt.read, Tally())

        pairs = zip(prompts, requests, strict=True)
        await side_by_side([lambda p=p, r=r: call(p, r) for p, r in pairs], concurrency)
        await provider.close()

    return measured(work)


def whole_enrichment(settings: Settings, properties: Sequence[Property], ledger: Ledger) -> Rung:
    async def work() -> None:
        panel = Panel.build(settings, ledger)
        enricher = Enricher(panel)
        await asyncio.gather(*(enricher.enrich(one, last_resort=False) for one in properties))
        await panel.close()

    return measured(work)


def gate_cpu_s() -> float:
    """CPU seconds of the process the gate works in; 0 where the system does not tell (it is not Linux)."""
    stat = Path(f"/proc/{gate_process.gate().pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(") ")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def warm_up(run_flow: RunFlow, settings: Settings, store: Store) -> None:
    """Imports are paid once per process, not per call."""
    store.raw.add([house(PROPERTIES)])
    run_flow(settings)


def whole_flow(run_flow: RunFlow, settings: Settings, store: Store, slice_size: int = 1) -> Rung:
    store.database.drop_collection("raw_properties")
    store.raw.add(houses(PROPERTIES))
    wall, cpu, gate = time.perf_counter(), time.process_time(), gate_cpu_s()
    report = run_flow(settings, slice_size=slice_size).result()
    rung = Rung(time.perf_counter() - wall, time.process_time() - cpu, gate_cpu_s() - gate)
    assert sum(report.counts.values()) == PROPERTIES, report.one_line
    return rung


@pytest.mark.usefixtures("redis_client")
def test_the_ladder_from_a_bare_client_to_the_flow(
    run_flow: RunFlow, store: Store, settings: Settings
) -> None:
    """Concurrency 100 at 200 ms: 500 calls a second at most."""
    concurrency, latency = 100, 0.2
    properties = [normalize(record) for record in houses(PROPERTIES)]
    prompts = prompts_of(properties)
    requests = [prompt.request(MODEL) for prompt in prompts]
    ledger = Ledger(store.database, BudgetPolicy(daily_limit_micro_usd=int(ENOUGH * 1_000_000)))
    with vendor(latency) as server, using(settings):
        there = settings_for(settings, server, concurrency)
        warm_up(run_flow, there, store)
        bare_client(server, requests[:concurrency], concurrency)
        uncached = there.model_copy(update={"enable_caching": False})
        rungs = {
            "bare AsyncOpenAI on aiohttp": bare_client(server, requests, concurrency),
            "our provider": provider_alone(server, requests, concurrency),
            "+ ledger": with_ledger(server, prompts, requests, ledger, concurrency),
            "+ prompts, routing": whole_enrichment(uncached, properties, ledger),
            "+ answer cache": whole_enrichment(there, properties, ledger),
        }
        for size in (1, 5, 25):
            nothing_remembered(settings)
            rungs[f"+ Prefect (slices of {size}), gate"] = whole_flow(run_flow, there, store, size)
    bare = rungs["bare AsyncOpenAI on aiohttp"]
    print(f"\n{CALLS} calls, concurrency {concurrency}, {latency * 1000:.0f} ms (at most 500 a second)")
    for name, rung in rungs.items():
        share = rung.calls_a_second / bare.calls_a_second
        print(
            f"{name:34} {rung.calls_a_second:5.0f} calls/s = {share:.2f} x bare, "
            f"{rung.cpu_ms:5.2f} ms CPU a call"
            + (f" + {rung.gate_ms:.2f} in the gate's" if rung.gate_s else "")
        )


def test_the_flow_against_the_ideal(run_flow: RunFlow, store: Store, settings: Settings) -> None:
    """Concurrency 32 at 500 ms: the calls alone would take 14.1 seconds."""
    concurrency, latency = 32, 0.5
    ideal = CALLS * latency / concurrency
    with vendor(latency) as server:
        there = settings_for(settings, server, concurrency)
        warm_up(run_flow, there, store)
        server.counts()
        flow = whole_flow(run_flow, there, store)
        counts = server.counts()
    assert counts["calls"] == CALLS
    print(
        f"\n{PROPERTIES} properties, concurrency {concurrency}, {latency * 1000:.0f} ms: "
        f"ideal {ideal:.1f} s, first call to last answer {counts['seconds'] / ideal:.2f} x, "
        f"whole flow run {flow.wall_s / ideal:.2f} x"
    )


def nothing_remembered(settings: Settings) -> None:
    with redis.Redis.from_url(str(settings.redis_url)) as client:
        client.flushall()
