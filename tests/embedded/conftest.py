"""Homes, settings, and supervisors inside and outside of the test's process."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from phoenix_real_estate.embedded.home import Home
from phoenix_real_estate.embedded.supervisor import Supervisor
from phoenix_real_estate.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "phoenix"


@pytest.fixture
def bare(home: Path) -> Settings:
    """Settings without MongoDB and Redis: both are embedded."""
    return Settings(_env_file=None, mongodb_uri=None, redis_url=None, phoenix_home=home)


@pytest.fixture
def given(bare: Settings) -> Settings:
    """Settings with MongoDB and Redis given: nothing is embedded but what is asked for."""
    urls = {"mongodb_uri": "mongodb://db.example/", "redis_url": "redis://cache.example/0"}
    return bare.model_copy(update=urls)


CLIENT = """
import sys
from phoenix_real_estate.embedded import servers
from phoenix_real_estate.settings import Settings
with servers(Settings(_env_file=None, phoenix_home=sys.argv[1])) as running:
    print(running.ports["mongodb"], running.ports["redis"], flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def another_command(home: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts another process that uses the embedded servers of `home` until its input is closed."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", CLIENT, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.communicate()


@pytest.fixture
def supervisor_here(home: Path) -> Callable[..., AbstractContextManager[threading.Thread]]:
    """Runs the supervisor of `home` in a thread of this process."""

    @contextmanager
    def run(**options: object) -> Iterator[threading.Thread]:
        known = Home(home)
        known.prepare()
        lock = known.lock("supervisor")
        assert lock is not None
        supervisor = Supervisor(known, **options)  # type: ignore[arg-type]
        thread = threading.Thread(target=lambda: asyncio.run(supervisor.run()))
        thread.start()
        yield thread
        thread.join(60)
        os.close(lock)
        assert not thread.is_alive()

    return run
