"""`phoenix serve` from its start to its end, as a process of its own."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deployments.serving import sole, who_serves
from phoenix_real_estate.errors import ConfigurationError
from phoenix_real_estate.settings import Settings
from tests.deployments.command_line import SCRIPT, script
from tests.ports import free_port

PORT = free_port()


@pytest.fixture
def ours(settings: Settings) -> dict[str, str]:
    """The environment of a process whose Prefect server alone is embedded."""
    return {
        "MONGODB_URI": str(settings.mongodb_uri),
        "MONGODB_DATABASE": settings.mongodb_database,
        "REDIS_URL": str(settings.redis_url),
        "PHOENIX_HOME": str(settings.phoenix_home),
    }


@contextmanager
def serving(environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`phoenix serve`, from the moment it is ready; started as a script does it, deaf to Ctrl-C."""
    command = f'trap "" INT; exec {SCRIPT} serve --port {PORT}'
    inherited = {"PATH": os.environ["PATH"], "HOME": str(Path.cwd())}
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["sh", "-c", command], env=inherited | environment, stdout=output, stderr=output
        )
    try:
        give_up = time.monotonic() + 120
        while "Ctrl-C ends it" not in log.read_text():
            assert time.monotonic() < give_up, log.read_text()
            assert process.poll() is None, log.read_text()
            time.sleep(0.2)
        yield process
    finally:
        process.kill()
        process.wait()


def test_serve_is_there_once_and_ends_in_order_when_its_servers_are_stopped(
    ours: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "serve.log"
    with serving(ours, log) as first:
        second = script("serve", "--port", str(PORT), **ours)
        assert second.code == 1
        assert second.complaint == (
            f"phoenix serve runs already for {ours['PHOENIX_HOME']} "
            f"(process {first.pid}: http://127.0.0.1:{PORT}). "
            "Use that one, or end it first: Ctrl-C there, or phoenix down where its servers are embedded."
        )
        stopped = script("down", **ours)
        assert (stopped.code, stopped.err) == (
            0,
            f"Stopped, and with it phoenix serve (process {first.pid}: http://127.0.0.1:{PORT}).\n",
        )
        assert first.wait(60) == 0
    told = log.read_text()
    assert "The embedded servers were stopped (phoenix down), and serving with them.\n" in told
    assert "Traceback" not in told
    assert script("down", **ours).err == "Nothing was running.\n"


def test_down_says_what_it_does_not_end(ours: dict[str, str], settings: Settings) -> None:
    with sole(settings.phoenix_home):
        told = script("down", **ours).err
    assert told.startswith("Nothing embedded was running. phoenix serve (process ")
    assert told.endswith("uses servers of yours: Ctrl-C ends it.\n")


def test_the_place_is_free_again_when_its_holder_has_gone(tmp_path: Path) -> None:
    assert who_serves(tmp_path) is None
    with sole(tmp_path) as place:
        assert who_serves(tmp_path) == f"process {os.getpid()}: it is just starting"
        place.tell("http://127.0.0.1:4200")
        with pytest.raises(ConfigurationError, match=r"http://127\.0\.0\.1:4200"), sole(tmp_path):
            pytest.fail("there are two")
    assert who_serves(tmp_path) is None
    with sole(tmp_path):
        assert who_serves(tmp_path)
