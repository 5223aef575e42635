"""A process of our own at the other end of a pipe: it ends when the pipe closes, however its parent dies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import NamedTuple

GONE = (EOFError, OSError)
"""What a pipe raises whose other end is no more."""
GARBAGE = 50_000
"""Objects after which a child looks for garbage: a batch makes hundreds of thousands of small ones."""


class Child(NamedTuple):
    """A process and the pipe to it."""

    process: subprocess.Popen[bytes]
    pipe: Connection

    def end(self) -> int:
        """Closes the pipe and waits for the process; its exit code."""
        self.pipe.close()
        return self.process.wait()


def start(command: Callable[[int], list[str]]) -> Child:
    """Starts the command for the file descriptor of the child's end of the pipe."""
    pipe, theirs = Pipe()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command(theirs.fileno()),
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            # Ctrl-C is for the run: it decides what becomes of the batch.
            start_new_session=True,
        )
    return Child(process, pipe)


def command_of(module: str) -> Callable[[int], list[str]]:
    """The command that has a module of ours serve on a descriptor."""
    return lambda descriptor: [sys.executable, "-c", f"from {module} import serve_on; serve_on({descriptor})"]
