"""Small real servers, and ways to look at processes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from phoenix_real_estate.embedded import ServerSpec, http_get
from phoenix_real_estate.embedded.home import Home
from tests.ports import free_port

WEB_PORT = free_port()


def web_server(name: str = "web", **changes: object) -> ServerSpec:
    """Python's own web server over its folder, as small as a real server gets."""
    argv = (sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", "{dir}", "{port}")
    return ServerSpec(**{"name": name, "argv": argv, "port": WEB_PORT, **http_get("/"), **changes})  # type: ignore[arg-type]


def script(code: str, name: str = "script", **changes: object) -> ServerSpec:
    """A server that is a few lines of Python."""
    return web_server(name, argv=(sys.executable, "-c", code, "{port}"), **changes)


def eventually(claim: Callable[[], bool], seconds: float = 30) -> bool:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if claim():
            return True
        time.sleep(0.05)
    return False


def is_alive(pid: int) -> bool:
    """Whether one of its threads is left: until the last has ended, a killed process keeps its port."""
    try:
        os.kill(pid, 0)
        if not Path("/proc/self").exists():
            return True
        is_zombie = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return not is_zombie or len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    except (ProcessLookupError, FileNotFoundError):
        return False


def pids(home: Path) -> dict[str, int]:
    """The process ids that the locks of this home name: the supervisor's and its servers'."""
    known = Home(home)
    return {name: known.pid(name) for name in known.locks()}


def all_run(home: Path) -> bool:
    return all(is_alive(pid) for pid in pids(home).values())


def none_runs(home: Path) -> bool:
    """No server runs any more; the supervisor itself may be in its very last step."""
    processes = pids(home)
    supervisor = processes.pop("supervisor")
    return not any(is_alive(pid) for pid in processes.values()) and eventually(
        lambda: not is_alive(supervisor), seconds=5
    )
