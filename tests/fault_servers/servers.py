"""aimock (npm) and llmock (PyPI): servers that speak the vendors' formats and misbehave on demand."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

# Where `make test-fault-servers` installs them.
HOME = Path(__file__).resolve().parents[2] / ".venv" / "fault-servers"
READY_S = 30.0


@dataclass(frozen=True)
class FaultServer:
    """One of them, listening; `control` is what its own address for tests begins with.

    `places` are the vendors that it serves elsewhere than at its root.
    """

    url: str
    control: str
    places: Mapping[str, str] = field(default_factory=dict)

    def url_of(self, vendor: str) -> str:
        return self.url + self.places.get(vendor, "")

    def post(self, path: str, **body: Any) -> None:
        httpx.post(f"{self.url}{self.control}{path}", json=body).raise_for_status()

    def get(self, path: str) -> Any:
        return httpx.get(f"{self.url}{self.control}{path}").raise_for_status().json()


@contextmanager
def aimock(folder: Path, answer: str, finish: str | None = None) -> Iterator[FaultServer]:
    """aimock, whose models answer everything with this text."""
    if not shutil.which("node"):
        pytest.skip("node is not installed: aimock runs on Node.js 20 or newer")
    response = {"content": answer} | ({"finishReason": finish} if finish else {})
    (folder / "fixtures.json").write_text(json.dumps({"fixtures": [{"match": {}, "response": response}]}))
    binary = _installed(HOME / "node_modules" / ".bin" / "llmock")
    port = _free_port()
    arguments = ["--port", str(port), "--fixtures", str(folder / "fixtures.json"), "--log-level", "silent"]
    with _running([str(binary), *arguments], port):
        yield FaultServer(f"http://127.0.0.1:{port}", "/__aimock")


@contextmanager
def llmock() -> Iterator[FaultServer]:
    """llmock, whose models make up what fits the schema they are asked for."""
    binary = _installed(HOME / "llmock" / "bin" / "llmock")
    port = _free_port()
    with _running([str(binary), "serve", "--host", "127.0.0.1", "--port", str(port)], port):
        yield FaultServer(f"http://127.0.0.1:{port}", "/_llmock", {"anthropic": "/anthropic"})


def _installed(binary: Path) -> Path:
    if not binary.exists():
        pytest.skip(f"{binary.name} is not installed: `make test-fault-servers` installs it")
    return binary


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with subprocess.Popen(command, env=environment, **quiet) as server:  # type: ignore[call-overload]
        try:
            _wait_until_it_listens(server, port)
            yield
        finally:
            server.kill()


def _wait_until_it_listens(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + READY_S
    while server.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the fault server did not start (exit code {server.poll()})")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
