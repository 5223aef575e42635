"""One server process: started on a port of its own, watched until ready, stopped with all it started."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from phoenix_real_estate.embedded import tether
from phoenix_real_estate.embedded.home import Home
from phoenix_real_estate.embedded.spec import ServerSpec
from phoenix_real_estate.errors import ConfigurationError

POLL_SECONDS = 0.02
# Late enough for the signal to reach the main thread before a connection wakes another one.
KNOCK_SECONDS = 0.05
PROBE_SECONDS = 5.0

# What a process needs from its surroundings; keys and settings of the user's shell stay out.
INHERITED = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME"),
)


@dataclass(frozen=True)
class Server:
    """A running server process."""

    spec: ServerSpec
    port: int
    process: subprocess.Popen[bytes]

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    async def stop(self) -> None:
        """SIGTERM, SIGKILL after the spec's patience, and nothing of its process group remains.

        A Python server may sleep through a SIGTERM: when the kernel hands it to a thread that is just
        starting another one, the main thread, which has to act on it, is not woken. Hence the second one.
        """
        for _ in range(2):
            if self.is_running:
                _signal(self.process.pid, signal.SIGTERM)
                await self._ending(self.spec.stop_timeout / 2)
        _signal(self.process.pid, signal.SIGKILL)
        self.process.wait()

    async def _ending(self, patience: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self.is_running:
                    await asyncio.sleep(KNOCK_SECONDS)
                    self._knock()

    def _knock(self) -> None:
        """SecantusDB would take 2 s to stop: its accept loop sees the signal when the next client comes."""
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=POLL_SECONDS).close()


async def start(spec: ServerSpec, home: Home) -> Server:
    """The server, once it is ready.

    Raises:
        ConfigurationError: no port can be had, the program cannot be run, or it is not ready in time.
    """
    lock = await _lock(spec, home)
    try:
        with _free_port(spec) as port:
            server = Server(spec, port, _launch(spec, port, home, lock))
            home.write_pid(spec.name, server.process.pid)
            await _until_ready(server, home)
            return server
    finally:
        os.close(lock)


def end_left_over(name: str, home: Home, patience: float) -> None:
    """Ends the process that holds the lock of this name: its supervisor could not stop it any more."""
    for ending in (signal.SIGTERM, signal.SIGKILL):
        _signal(home.pid(name), ending)
        give_up = time.monotonic() + patience
        while time.monotonic() < give_up:
            if (lock := home.lock(name)) is not None:
                os.close(lock)
                return
            time.sleep(POLL_SECONDS)


async def _lock(spec: ServerSpec, home: Home) -> int:
    lock = home.lock(spec.name)
    if lock is None:
        await asyncio.to_thread(end_left_over, spec.name, home, spec.stop_timeout)
        lock = home.lock(spec.name)
    if lock is None:
        raise ConfigurationError(
            f"A {spec.name} server of an earlier run (process {home.pid(spec.name)}) still uses {home.path} "
            "and does not end. End it, then run this again."
        )
    home.write_pid(spec.name, 0)
    return lock


@contextmanager
def _free_port(spec: ServerSpec) -> Iterator[int]:
    """A port that is free and stays ours until the server listens.

    The UDP port of the same number is held meanwhile: it tells other supervisors of this machine, who would
    otherwise take the same port in the moment before the server has it, and then believe in a neighbour's
    server that answers there.
    """
    for port in spec.candidate_ports:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flag, socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                flag.bind(("127.0.0.1", port))
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            trial.close()
            yield port
            return
    ports = spec.candidate_ports
    numbers = f"port {ports[0]} is" if spec.port_is_fixed else f"ports {ports[0]} to {ports[-1]} are"
    raise ConfigurationError(
        f"{spec.name} cannot start: {numbers} in use on 127.0.0.1. Free it or choose another."
    )


def _launch(spec: ServerSpec, port: int, home: Home, lock: int) -> subprocess.Popen[bytes]:
    folder = home.path / spec.name

    def fill(text: str) -> str:
        return text.replace("{port}", str(port)).replace("{dir}", str(folder))

    argv = [sys.executable, "-I", "-S", str(Path(tether.__file__)), str(os.getpid()), *map(fill, spec.argv)]
    env = minimal_environment() | {name: fill(value) for name, value in spec.env.items()}
    try:
        folder.mkdir(exist_ok=True)
        with _fresh_log(home, spec.name).open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - the programs come from our own specs
                argv,
                env=env,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=[lock],
            )
    except OSError as problem:
        raise ConfigurationError(
            f"{spec.name} cannot start in PHOENIX_HOME {home.path}: {problem}. Check the folder."
        ) from None


def minimal_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def _fresh_log(home: Home, name: str) -> Path:
    """An empty log; the one of the run before is kept beside it."""
    log = home.log(name)
    with suppress(FileNotFoundError):
        log.replace(log.with_suffix(".log.1"))
    return log


async def _until_ready(server: Server, home: Home) -> None:
    failure = "was interrupted while starting"
    try:
        failure = await _failure(server)
    finally:
        if failure:
            await server.stop()
    if failure:
        name = server.spec.name
        raise ConfigurationError(f"{name} {failure}: {home.last_log_line(name)}. See {home.log(name)}.")


async def _failure(server: Server) -> str:
    """Empty once the server is ready."""
    patience = server.spec.start_timeout
    try:
        async with asyncio.timeout(patience):
            while server.is_running:
                # Not wait_for: Python 3.11's may swallow the end of the patience around it, and wait on.
                with suppress(OSError, ValueError, TimeoutError):
                    async with asyncio.timeout(PROBE_SECONDS):
                        if await _is_ready(server):
                            return ""
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        return f"was not ready after {patience:g} s"
    return "ended while starting"


async def _is_ready(server: Server) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        if not server.spec.ask:
            return True
        writer.write(server.spec.ask.encode())
        return server.spec.answer.encode() in await reader.readline()
    finally:
        writer.close()


def _signal(group: int, number: signal.Signals) -> None:
    """Every server leads a session of its own, so its process id is also its group's."""
    if group:
        with suppress(ProcessLookupError):
            os.killpg(group, number)
