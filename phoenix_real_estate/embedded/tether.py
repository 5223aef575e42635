"""Becomes another program that the kernel ends together with its parent.

Run by its path, without the package: `python -I -S tether.py PARENT_PID PROGRAM ARGUMENT...`
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, argv: list[str]) -> None:
    """On Linux the program gets SIGTERM when the thread that started it has gone; elsewhere nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the supervisor has gone already")
    os.execv(argv[0], argv)  # noqa: S606 - the programs come from our own specs


if __name__ == "__main__":  # pragma: no cover - it replaces its own process
    main(int(sys.argv[1]), sys.argv[2:])
