"""One `phoenix serve` for a PHOENIX_HOME: who holds its place, and where its UI is."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phoenix_real_estate.embedded.home import Home
from phoenix_real_estate.errors import ConfigurationError

STARTING = "it is just starting"


class Place:
    """The place of the one that serves, held by a lock that ends with its process."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.tell(STARTING)

    def tell(self, where: str) -> None:
        """Writes down where its UI is, for the next one who asks."""
        self._file.write_text(f"process {os.getpid()}: {where}", encoding="utf-8")


@contextmanager
def sole(path: Path) -> Iterator[Place]:
    """Takes the place for as long as the context lasts.

    Raises:
        ConfigurationError: somebody else serves already, or PHOENIX_HOME cannot be written.
    """
    home = Home(path)
    home.prepare()
    file = _file(home)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"phoenix serve runs already for {home.path} ({file.read_text(encoding='utf-8')}). Use that "
                "one, or end it first: Ctrl-C there, or phoenix down where its servers are embedded."
            ) from None
        yield Place(file)
    finally:
        os.close(descriptor)


def who_serves(path: Path) -> str | None:
    """Its process and where its UI is; None when nobody serves."""
    file = _file(Home(path))
    if not file.is_file():
        return None
    with file.open() as place:
        try:
            fcntl.flock(place, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return place.read()
    return None


def _file(home: Home) -> Path:
    return home.run / "serve"
