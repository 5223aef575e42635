"""The truth bench: what the gate says of every line, as a confusion table by class.

A defect counts as found when its line is rejected or sent to review; a clean line should be published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from expectations.grade import grade_lines
from tests.truth.lines import Line

FOUND, REJECTED_CLEAN, REVIEWED_CLEAN = 0.95, 0.02, 0.05
"""What must hold: the least share of defects found in each class, the most of clean lines rejected and reviewed."""


class Graded(NamedTuple):
    """A line with its verdict as `phoenix grade` tells it."""

    line: Line
    told: dict[str, Any]

    @property
    def verdict(self) -> str:
        return str(self.told["verdict"])


def graded(bench: Iterable[Line]) -> list[Graded]:
    """Every line with its verdict, all judged as one stream."""
    known = list(bench)
    verdicts = grade_lines(one.text for one in known)
    return [Graded(line, told) for line, told in zip(known, verdicts, strict=True)]


def table(results: Iterable[Graded]) -> str:
    """The confusion table: a row a class, with its share of defects found or of clean lines published."""
    rows = [f"{'class':<30}{'lines':>6}{'publish':>9}{'review':>8}{'reject':>8}{'right':>9}"]
    for kind, counts in _by_kind(results).items():
        lines, published = sum(counts.values()), counts["publish"]
        right = published if kind.startswith("clean") else lines - published
        rows.append(
            f"{kind:<30}{lines:>6}{published:>9}{counts['review']:>8}{counts['reject']:>8}{right / lines:>9.1%}"
        )
    return "\n".join(rows)


def shortfalls(results: list[Graded]) -> list[str]:
    """What does not hold, in words; empty when everything does."""
    return [*_missed(results), *_wronged(results)]


def _missed(results: list[Graded]) -> Iterator[str]:
    for kind, counts in _by_kind(one for one in results if not one.line.is_clean).items():
        found = 1 - counts["publish"] / sum(counts.values())
        if found < FOUND:
            yield f"{kind}: {found:.1%} found, {FOUND:.0%} asked"


def _wronged(results: list[Graded]) -> Iterator[str]:
    verdicts = Counter(one.verdict for one in results if one.line.is_clean)
    for verdict, most in (("reject", REJECTED_CLEAN), ("review", REVIEWED_CLEAN)):
        share = verdicts[verdict] / max(1, verdicts.total())
        if share > most:
            yield f"clean lines: {share:.1%} {verdict}, {most:.0%} allowed"


def _by_kind(results: Iterable[Graded]) -> dict[str, Counter[str]]:
    by_kind: dict[str, Counter[str]] = {}
    for one in results:
        by_kind.setdefault(one.line.kind, Counter())[one.verdict] += 1
    return by_kind
