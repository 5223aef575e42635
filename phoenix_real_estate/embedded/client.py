"""A process that uses embedded servers: it finds or starts their supervisor and stays connected to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from phoenix_real_estate.embedded.home import Home
from phoenix_real_estate.embedded.server import end_left_over, minimal_environment
from phoenix_real_estate.embedded.spec import ServerSpec
from phoenix_real_estate.errors import ConfigurationError

SUPERVISOR = "supervisor"
SUPERVISOR_MODULE = "phoenix_real_estate.embedded.supervisor"
RETRY_SECONDS = 0.03
# Longer than a supervisor that is just stopping its servers needs to make room for a new one.
PATIENCE_SECONDS = 60.0
LEFT_OVER_PATIENCE_SECONDS = 10.0


Lost = Callable[[], None]
"""Called, from a thread of its own, when somebody else has stopped the servers."""


@contextmanager
def supervised(path: Path, specs: Sequence[ServerSpec], lost: Lost | None = None) -> Iterator[dict[str, int]]:
    """The ports of these servers by name; they run until the context is left, or until `phoenix down`."""
    home = Home(path)
    home.prepare()
    supervisor = _Supervisor(home)
    while True:
        with _present(supervisor.dial()) as connection:
            try:
                ports = _ensure(connection, specs)
            except ConnectionError:  # it was just ending: another one takes over
                continue
            with _watched(connection, lost):
                yield ports
            return


def stop(path: Path) -> bool:
    """Ends the supervisor of this home with all its servers, and what a killed one left behind."""
    home = Home(path)
    if not home.run.is_dir():
        return False
    with suppress(OSError), _dial(home) as connection:
        _say(connection, "stop")
        return True
    return _end_left_overs(home)


def running_ports(path: Path) -> dict[str, int]:
    """The ports of the embedded servers that run for this home, by name."""
    home = Home(path)
    with suppress(OSError), _dial(home) as connection:
        connection.settimeout(PATIENCE_SECONDS)
        connection.sendall(json.dumps({"running": True}).encode() + b"\n")
        with connection.makefile("rb") as answers:
            ports: dict[str, int] = json.loads(answers.readline() or "{}")
            return ports
    return {}


class _Supervisor:
    """The supervisor of a home, started when there is none."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._give_up = time.monotonic() + PATIENCE_SECONDS
        self._started: subprocess.Popen[bytes] | None = None

    def dial(self) -> socket.socket:
        while time.monotonic() < self._give_up:
            with suppress(OSError):
                return _dial(self._home)
            self._start()
            time.sleep(RETRY_SECONDS)
        raise self._unreachable()

    def _start(self) -> None:
        """Whoever gets the lock hands it to the process it starts: there is never a second one."""
        lock = self._home.lock(SUPERVISOR)
        if lock is None:
            return
        try:
            if self._started is not None and self._started.poll():
                raise self._unreachable()
            self._home.write_pid(SUPERVISOR, 0)
            self._started = _launch(self._home, lock)
        finally:
            os.close(lock)

    def _unreachable(self) -> ConfigurationError:
        return ConfigurationError(
            f"The embedded servers of {self._home.path} cannot be started: "
            f"{self._home.last_log_line(SUPERVISOR)}. See {self._home.log(SUPERVISOR)}."
        )


def _dial(home: Home) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(home.socket))
    except OSError:
        connection.close()
        raise
    return connection


@contextmanager
def _present(connection: socket.socket) -> Iterator[socket.socket]:
    """Present while the context lasts; the last one to leave waits until the servers have stopped."""
    with connection:
        try:
            yield connection
        finally:
            with suppress(OSError):
                _say(connection, "leave")


@contextmanager
def _watched(connection: socket.socket, lost: Lost | None) -> Iterator[None]:
    if lost is None:
        yield
        return
    leaving = threading.Event()

    def watch(lost: Lost = lost) -> None:
        # Nothing more is said until the supervisor ends: an empty line, then it hangs up.
        with suppress(OSError):
            connection.recv(1)
        if not leaving.is_set():
            lost()

    connection.settimeout(None)
    threading.Thread(target=watch, name="phoenix-servers-lost", daemon=True).start()
    try:
        yield
    finally:
        leaving.set()


def _say(connection: socket.socket, word: str) -> None:
    """Says it and waits until the supervisor hangs up."""
    connection.settimeout(PATIENCE_SECONDS)
    connection.sendall(json.dumps({word: True}).encode() + b"\n")
    with connection.makefile("rb") as rest:
        rest.read()


def _ensure(connection: socket.socket, specs: Sequence[ServerSpec]) -> dict[str, int]:
    connection.settimeout(PATIENCE_SECONDS + max(spec.start_timeout + spec.stop_timeout for spec in specs))
    for spec in specs:
        connection.sendall(json.dumps({"ensure": asdict(spec)}).encode() + b"\n")
    with connection.makefile("rb") as answers:
        return dict(_port(answers.readline()) for _ in specs)


def _port(line: bytes) -> tuple[str, int]:
    if not line.strip():
        raise ConnectionResetError
    answer = json.loads(line)
    if "error" in answer:
        raise ConfigurationError(answer["error"])
    return answer["name"], answer["port"]


def _launch(home: Home, lock: int) -> subprocess.Popen[bytes]:
    with home.log(SUPERVISOR).open("wb") as log:
        child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", SUPERVISOR_MODULE, str(home.path)],
            env=minimal_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[lock],
        )
    home.write_pid(SUPERVISOR, child.pid)
    # It may outlive this client; when it does not, it leaves no zombie.
    threading.Thread(target=child.wait, daemon=True).start()
    return child


def _end_left_overs(home: Home) -> bool:
    ended = False
    for name in home.locks():
        lock = home.lock(name)
        if lock is not None:
            os.close(lock)
            continue
        end_left_over(name, home, LEFT_OVER_PATIENCE_SECONDS)
        ended = True
    return ended
