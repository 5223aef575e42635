"""The parent of the embedded servers of one PHOENIX_HOME.

It serves JSON lines on a unix-domain socket. A client asks `{"ensure": <ServerSpec>}` and is answered
`{"name", "port"}` or `{"name", "error"}`, `{"running": true}` with the ports of all that run by name;
`{"leave": true}` says goodbye, `{"stop": true}` ends everything: an empty line tells all who are present.
A client is present while its connection is open. When the last one has gone, the servers are stopped; a
client that was the last to leave sees its connection close only after that.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from phoenix_real_estate.embedded.home import Home
from phoenix_real_estate.embedded.server import Server, start
from phoenix_real_estate.embedded.spec import ServerSpec
from phoenix_real_estate.errors import ConfigurationError

# How long a supervisor waits for the client that started it, which may have been killed meanwhile.
PATIENCE_SECONDS = 10.0


class Supervisor:
    """Runs servers for as long as someone is connected."""

    def __init__(
        self, home: Home, *, patience: float = PATIENCE_SECONDS, farewell: Callable[[], object] = bool
    ) -> None:
        self._home = home
        self._patience = patience
        self._farewell = farewell
        self._servers: dict[str, asyncio.Task[Server]] = {}
        self._present: set[asyncio.StreamWriter] = set()
        self._connections: set[asyncio.StreamWriter] = set()
        self._answers: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Serves until the last client has gone, stops the servers, calls `farewell`, lets the clients go."""
        address = self._home.socket
        address.unlink(missing_ok=True)
        listener = await asyncio.start_unix_server(self._attend, address)
        asyncio.get_running_loop().call_later(self._patience, self._end_if_alone)
        await self._over.wait()
        listener.close()
        address.unlink(missing_ok=True)
        for client in self._present:
            client.write(b"\n")
        await self._stop_servers()
        self._farewell()
        await self._hang_up()

    def end(self) -> None:
        self._over.set()

    def _end_if_alone(self) -> None:
        if not self._present:
            self.end()

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._present.add(writer)
        self._connections.add(writer)
        with suppress(ConnectionError):
            async for line in reader:
                request = json.loads(line)
                if "leave" in request:
                    break
                self._take(request, writer)
        self._present.discard(writer)
        self._end_if_alone()
        if not self._over.is_set():
            self._connections.discard(writer)
            writer.close()

    def _take(self, request: dict[str, dict[str, object]], writer: asyncio.StreamWriter) -> None:
        if "stop" in request:
            self.end()
            return
        if "running" in request:
            writer.write(json.dumps(self._running()).encode() + b"\n")
            return
        answer = asyncio.create_task(self._answer(request["ensure"], writer))
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)

    def _running(self) -> dict[str, int]:
        """The ports of the servers that run, by name; not of those that are just starting."""
        started = {name: one for name, one in self._servers.items() if one.done() and not _has_ended(one)}
        return {name: one.result().port for name, one in started.items()}

    async def _answer(self, wanted: dict[str, object], writer: asyncio.StreamWriter) -> None:
        spec = ServerSpec(**wanted)  # type: ignore[arg-type]
        answer: dict[str, str | int] = {"name": spec.name}
        try:
            answer["port"] = (await self._ensure(spec)).port
        except ConfigurationError as problem:
            answer["error"] = str(problem)
        with suppress(ConnectionError):
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()

    async def _ensure(self, spec: ServerSpec) -> Server:
        """The running server of this name, a new one when there is none or it has died."""
        starting = self._servers.get(spec.name)
        if starting is None or _has_ended(starting):
            starting = self._servers[spec.name] = asyncio.create_task(start(spec, self._home))
        server = await starting
        if spec.port_is_fixed and server.port != spec.port:
            raise ConfigurationError(
                f"{spec.name} already runs on port {server.port}, not on {spec.port}. "
                "Stop it first: phoenix down."
            )
        return server

    async def _stop_servers(self) -> None:
        for starting in self._servers.values():
            starting.cancel()
        started = await asyncio.gather(*self._servers.values(), return_exceptions=True)
        await asyncio.gather(*(server.stop() for server in started if isinstance(server, Server)))

    async def _hang_up(self) -> None:
        await asyncio.gather(*self._answers, return_exceptions=True)
        for connection in self._connections:
            connection.close()
        await asyncio.gather(*(c.wait_closed() for c in self._connections), return_exceptions=True)


def _has_ended(server: asyncio.Task[Server]) -> bool:
    if not server.done():
        return False
    return server.cancelled() or server.exception() is not None or not server.result().is_running


async def main(home: Path, leave: Callable[[int], object] = os._exit) -> None:
    """A supervisor in a process of its own.

    It leaves without closing its connections: the kernel does, so a client that waits for that knows that
    nothing is left running.
    """
    os.umask(0o077)
    supervisor = Supervisor(Home(home), farewell=lambda: leave(0))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, supervisor.end)
    await supervisor.run()


if __name__ == "__main__":  # pragma: no cover - runs in a process of its own
    asyncio.run(main(Path(sys.argv[1])))
