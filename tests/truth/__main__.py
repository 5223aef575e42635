"""`make bench-truth`: the confusion tables of our own set and of the sets by other hands, and what the gate costs."""

from __future__ import annotations

import sys

from tests.truth.bench import graded, shortfalls, table
from tests.truth.cost import measured
from tests.truth.lines import lines
from tests.truth.others import SETS, lines_of


def main() -> int:
    """Prints the tables and what does not hold; 1 when anything does not."""
    ours = graded(lines())
    missed = shortfalls(ours)
    _print("Our own set", table(ours))
    for name in SETS:
        _print(f"Written apart: the {name} set", table(graded(lines_of(name))))
    print(measured())
    print("\n".join(missed) or "Everything holds.")
    return 1 if missed else 0


def _print(title: str, text: str) -> None:
    print(f"{title}\n\n{text}\n")


if __name__ == "__main__":
    sys.exit(main())
