"""The books of the seeds, told at the end however the tests went. SEED=n is one seed alone."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.chaos.storm import Books
from tests.vendors.fixtures import vendors

__all__ = ["vendors"]

SEEDS = 20
BOOKS = pytest.StashKey[list[Books]]()
LINES = pytest.StashKey[list[str]]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        one = os.environ.get("SEED")
        metafunc.parametrize("seed", [int(one)] if one else range(1, SEEDS + 1))


@pytest.fixture
def all_books(request: pytest.FixtureRequest) -> list[Books]:
    """Of all seeds so far."""
    return request.config.stash.setdefault(BOOKS, [])


@pytest.fixture
def lines(request: pytest.FixtureRequest) -> list[str]:
    """What else is told at the end."""
    return request.config.stash.setdefault(LINES, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    books, lines = config.stash.get(BOOKS, []), config.stash.get(LINES, [])
    if books or lines:
        terminalreporter.section("chaos")
    for line in (*map(str, books), *lines, *(_in_total(books) if books else ())):
        terminalreporter.write_line(line)


def _in_total(books: list[Books]) -> Iterator[str]:
    kinds = (
        ("calls", "calls"),
        ("faults", "faults"),
        ("killed", "processes killed"),
        ("expired", "leases ran out"),
    )
    happened = ", ".join(f"{sum(getattr(one, name) for one in books)} {told}" for name, told in kinds)
    yield f"all {len(books)} seeds: {happened}"
    yield f"  overspend against the vendors' bill: {sum(one.overspent for one in books)} micro-USD"
    yield f"  most that was spent and reserved at any moment: {max(one.highest_share for one in books):.2%}"
    yield f"  reservations stranded after the lease: {sum(one.stranded for one in books)}"
    yield f"  usable share of the budget: {min(one.usable for one in books):.2%} or more"
    yield f"  invoice - ledger: {sum(abs(one.invoiced - one.spent) for one in books)} micro-USD"
    yield f"  cached answers that were paid again: {sum(one.paid_twice for one in books)}"
