"""Real MongoDB and Redis servers for a machine that has none, over the same wire as the real thing.

    with servers(settings) as running:
        Store.connect(running.settings)

The servers belong to one supervisor process per PHOENIX_HOME. Every command that needs them holds a
connection to it; when the last one has gone, even by SIGKILL, the supervisor stops them and ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from phoenix_real_estate.embedded import client
from phoenix_real_estate.embedded.client import Lost
from phoenix_real_estate.embedded.spec import ServerSpec, http_get, mongodb, redis

if TYPE_CHECKING:
    from phoenix_real_estate.settings import Settings

# The one server has no other to repeat a write on. It keeps the answer to each write that may be repeated for
# half an hour, and looks through all it keeps at every write.
_MONGODB_URI = "mongodb://127.0.0.1:{port}/?retryWrites=false"

__all__ = ["ServerSpec", "Servers", "http_get", "running_ports", "servers", "stop"]


@dataclass(frozen=True)
class Servers:
    """Settings whose `mongodb_uri` and `redis_url` answer, and the port of every server by its name."""

    settings: Settings
    ports: dict[str, int]


@contextmanager
def servers(
    settings: Settings, specs: Sequence[ServerSpec] = (), *, lost: Lost | None = None
) -> Iterator[Servers]:
    """Embedded servers where MONGODB_URI or REDIS_URL is unset, and one for each of `specs`.

    A server that already runs for this PHOENIX_HOME is used as it is. Leaving stops what nobody else
    uses, and returns only when it has stopped. `lost` is called, from a thread of its own, when somebody
    else stops them before.

    Raises:
        ConfigurationError: the optional packages are missing, the folder or a port cannot be had, or a
            server does not start.
    """
    wanted = [*_stand_ins(settings), *specs]
    if not wanted:
        yield Servers(settings, {})
        return
    with client.supervised(settings.phoenix_home, wanted, lost) as ports:
        yield Servers(_filled_in(settings, ports), ports)


def running_ports(home: Path) -> dict[str, int]:
    """The ports of the embedded servers that run for this PHOENIX_HOME, by name; none is started."""
    return client.running_ports(home)


def stop(home: Path) -> bool:
    """Stops every embedded server of this PHOENIX_HOME; False when none was running."""
    return client.stop(home)


def _stand_ins(settings: Settings) -> Iterator[ServerSpec]:
    if settings.mongodb_uri is None:
        yield mongodb()
    if settings.redis_url is None:
        yield redis()


def _filled_in(settings: Settings, ports: dict[str, int]) -> Settings:
    urls = {
        "mongodb_uri": settings.mongodb_uri or _MONGODB_URI.format(port=ports.get("mongodb")),
        "redis_url": settings.redis_url or f"redis://127.0.0.1:{ports.get('redis')}/0",
    }
    return settings.model_copy(update=urls)
