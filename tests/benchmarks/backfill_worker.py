"""A backfill in a process of its own, to be killed. Settings and the Prefect server are the environment's.

Prints a line per chunk: the records looked at, all of them, and this process's memory in MB.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from flows.backfill import Pace, backfill
from flows.progress import listening

PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def main(resume: str) -> None:
    with listening(tell):
        state = backfill(resume=resume, how=Pace(models="composer"), dry_run=False, return_state=True)
    print(json.dumps({"ended": state.name, "report": state.result().one_line}), flush=True)


def tell(done: int, of: int) -> None:
    print(json.dumps({"done": done, "of": of, "mb": memory_mb()}), flush=True)


def memory_mb() -> float:
    """What is resident now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_MB


if __name__ == "__main__":
    main(*sys.argv[1:])
