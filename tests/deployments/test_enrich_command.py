"""`phoenix enrich` in a process of its own, beside a Prefect server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from deployments.prefect_server import prefect_server
from phoenix_real_estate.embedded import Servers, servers
from phoenix_real_estate.samples import samples_dir
from phoenix_real_estate.settings import Settings
from phoenix_real_estate.store import Store
from tests.deployments.command_line import SCRIPT, Ran, Run, as_file, phoenix, script, store
from tests.flows.records import houses
from tests.vendors import VendorServer
from tests.vendors.fixtures import vendors
from tests.vendors.server import KEY

__all__ = ["phoenix", "store", "vendors"]

LEASE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def _prefect(embedded_servers: Servers) -> Iterator[None]:
    """Keeps one Prefect server running for the commands of this module."""
    with servers(embedded_servers.settings, [prefect_server()]):
        yield


@pytest.fixture
def ours(_prefect: None, embedded_servers: Servers, settings: Settings) -> dict[str, str]:
    """The environment of a process that works on the test's database."""
    return {
        "MONGODB_URI": str(settings.mongodb_uri),
        "MONGODB_DATABASE": settings.mongodb_database,
        "REDIS_URL": str(settings.redis_url),
        "PHOENIX_HOME": str(embedded_servers.settings.phoenix_home),
    }


@pytest.fixture
def enrich(ours: dict[str, str]) -> Run:
    """Runs `phoenix enrich` in a process of its own, on the test's database."""

    def run(*words: str, **environment: str) -> Ran:
        return script("enrich", *words, **ours | environment)

    return run


def of(vendors: VendorServer, key: str) -> dict[str, str]:
    return {"OPENAI_API_KEY": key, "OPENAI_BASE_URL": f"{vendors.url}/openai/v1"}


def statuses(counts: dict[str, int]) -> Sequence[str]:
    return [status for status, count in counts.items() if count]


def test_enrich_tells_programs_what_became_of_every_record(phoenix: Run, enrich: Run, store: Store) -> None:
    phoenix("load", samples_dir(), as_file("odd.jsonl", {"_id": "odd", "source": "mars", "data": {"a": 1}}))
    claimed = store.raw.counts()["pending"]
    done = enrich("--models", "composer", "--json")
    assert (done.code, done.err) == (0, "")
    report = json.loads(done.out)
    assert report["ended"] == "Completed"
    assert sum(report["counts"].values()) == claimed
    assert report["spent_in_run_micro_usd"] == 0
    assert statuses(store.raw.counts()) == ["processed", "needs_review", "dead_letter"]
    [odd] = [letter for letter in store.dead_letters.find() if letter.raw_id == "odd"]
    assert odd.message == "record odd comes from 'mars'; known sources are maricopa_api, phoenix_mls."
    assert store.processed.counts()["published"] > 0


def test_without_redis_enrich_goes_on_and_says_so(enrich: Run, store: Store) -> None:
    store.raw.add(houses(2))
    done = enrich("--models", "composer", "--limit", "1", REDIS_URL="redis://127.0.0.1:1/0")
    assert (done.code, done.err) == (0, "")
    assert "note: Redis (REDIS_URL) does not answer" in done.out
    assert "published     4000 N 55th Ave, Phoenix, AZ 85031" in done.out
    assert store.raw.counts()["pending"] == 1


def test_a_refused_key_is_one_line_that_does_not_show_it_and_every_record_waits(
    enrich: Run, store: Store, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    failed = enrich(**of(vendors, "sk-wrong-98765"))
    assert failed.code == 1
    assert failed.complaint == "OpenAI refused the key (HTTP 401). Correct OPENAI_API_KEY."
    assert "98765" not in failed.out
    assert statuses(store.raw.counts()) == ["pending"]
    assert all(record.attempts == 1 for record in store.raw.claim(2, lease=LEASE))


def test_a_model_without_a_price_is_one_line_and_nothing_is_called(
    enrich: Run, store: Store, vendors: VendorServer
) -> None:
    store.raw.add(houses(2))
    failed = enrich("--json", **of(vendors, KEY), LLM_MODEL_HIGH_VALUE="gpt-none-such")
    assert failed.code == 1
    assert failed.complaint == (
        "No price is known for openai's model gpt-none-such, named by LLM_MODEL_HIGH_VALUE, "
        "so its cost cannot be bounded. Name a model with a known price, or set "
        'LLM_PRICES={"gpt-none-such": {"input": 0.15, "output": 0.60}} with yours in USD per million tokens.'
    )
    assert (failed.out, vendors.calls) == ("", [])
    assert statuses(store.raw.counts()) == ["pending"]


def test_ctrl_c_gives_back_what_was_claimed_and_says_so(
    ours: dict[str, str], store: Store, vendors: VendorServer
) -> None:
    store.raw.add(houses(3))
    vendors.latency_s = 5.0
    environment = {"PATH": os.environ["PATH"], "HOME": str(Path.cwd()), **ours, **of(vendors, KEY)}
    with subprocess.Popen(
        [SCRIPT, "enrich"], env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        give_up = time.monotonic() + 120
        while not vendors.calls:
            assert time.monotonic() < give_up, "waited in vain for the first call"
            time.sleep(0.1)
        # A terminal tells all processes of the command.
        os.killpg(running.pid, signal.SIGINT)
        _, told = running.communicate(timeout=100)
    assert (running.returncode, told) == (
        130,
        "Interrupted. Waiting for the calls under way: they are paid for ...\n"
        "What was finished is published; what was claimed is pending again.\n",
    )
    assert statuses(store.raw.counts()) == ["pending"]
