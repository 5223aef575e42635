"""The supervisor's clients, word by word."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

from phoenix_real_estate.embedded import ServerSpec
from phoenix_real_estate.embedded.home import Home
from tests.embedded.processes import eventually

RunHere = Callable[..., AbstractContextManager[threading.Thread]]


def dial(home: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(60)
    assert eventually(lambda: connection.connect_ex(str(Home(home).socket)) == 0)
    return connection


def ask(connection: socket.socket, wanted: ServerSpec) -> dict[str, str | int]:
    connection.sendall(json.dumps({"ensure": asdict(wanted)}).encode() + b"\n")
    return json.loads(connection.makefile("rb").readline())  # type: ignore[no-any-return]
