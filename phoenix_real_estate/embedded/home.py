"""Where things are in a PHOENIX_HOME, and the locks that say who is alive."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import tempfile
from pathlib import Path

from phoenix_real_estate.errors import ConfigurationError

# A unix-domain socket's path may have 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_PATH = 100


class Home:
    """The folder of one embedded stack: a folder per server, `logs`, and `run` for locks and the socket."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self.run = self.path / "run"
        self.logs = self.path / "logs"

    def prepare(self) -> None:
        """Makes the folders.

        Raises:
            ConfigurationError: PHOENIX_HOME cannot be created or written.
        """
        try:
            self.run.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.logs.mkdir(exist_ok=True)
            if not os.access(self.run, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as problem:
            raise ConfigurationError(
                f"PHOENIX_HOME {self.path} cannot be written ({problem.strerror}). "
                "Set PHOENIX_HOME to a folder of yours."
            ) from None

    @property
    def socket(self) -> Path:
        inside = self.run / "supervisor.sock"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
            return inside
        short = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return Path(tempfile.gettempdir(), f"phoenix-{os.getuid()}-{short}.sock")

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def last_log_line(self, name: str) -> str:
        """The last words of a server, for an error message."""
        try:
            lines = self.log(name).read_text(errors="replace").split("\n")
        except FileNotFoundError:
            lines = []
        return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "no output")

    def lock(self, name: str) -> int | None:
        """A file descriptor that holds the lock until every copy of it is closed; None when it is taken.

        A child that inherits the descriptor holds the lock for as long as it lives, so a taken lock proves
        that the process whose id `pid` gives is still the one that was started.
        """
        descriptor = os.open(self._lock_file(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def write_pid(self, name: str, pid: int) -> None:
        """Who holds the lock; 0 while that is not known yet."""
        self._lock_file(name).write_text(str(pid))

    def pid(self, name: str) -> int:
        return int(self._lock_file(name).read_text() or 0)

    def locks(self) -> list[str]:
        return sorted(path.stem for path in self.run.glob("*.lock"))

    def _lock_file(self, name: str) -> Path:
        return self.run / f"{name}.lock"
