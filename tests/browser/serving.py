"""`phoenix serve` as a user starts it, in a folder of its own, and the command line beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEPLOYMENTS = 5


@dataclass(frozen=True)
class Phoenix:
    """A running `phoenix serve`, and the command line beside it."""

    url: str
    folder: Path

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            [_phoenix(), *arguments],
            cwd=self.folder,
            env=_environment(self.folder),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def ask(self, path: str, **body: Any) -> Any:
        """Of Prefect's API."""
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.url}/api{path}",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
            content = answer.read()
        return json.loads(content) if content else None


@contextmanager
def served(folder: Path, port: int, **settings: str) -> Iterator[Phoenix]:
    """`phoenix serve` until it is interrupted; nothing it started is left."""
    log = folder / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [_phoenix(), "serve", "--port", str(port)],
            cwd=folder,
            env=_environment(folder) | settings,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _until("the schedule is told", lambda: "Ctrl-C ends it" in log.read_text(), log)
        phoenix = Phoenix(f"http://127.0.0.1:{port}", folder)
        _until(
            "the deployments are there", lambda: len(phoenix.ask("/deployments/filter")) == DEPLOYMENTS, log
        )
        yield phoenix
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
    assert "Traceback" not in log.read_text()
    assert not (folder / ".phoenix" / "run" / "supervisor.sock").exists(), "the servers have stopped"


def _phoenix() -> str:
    return str(Path(sys.executable).with_name("phoenix"))


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder)}


def _until(what: str, happened: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain until {what}:\n{log.read_text()}"
        time.sleep(0.5)
