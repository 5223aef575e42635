"""Great Expectations run over one table: which expectations failed, and on which rows.

Importing Great Expectations takes seconds, so it is imported when the first batch is judged. Building Data
Docs puts a current project in a global, and warnings are filtered for the whole process, so one validation
runs at a time; the work is CPU-bound and loses nothing.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from expectations.frame import KEY
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.models import Severity

if TYPE_CHECKING:
    import pandas as pd

    from expectations.ready_suite import Outcome

SUITES = ("facts", "enrichment")
_ONE_AT_A_TIME = threading.Lock()


class Failure(NamedTuple):
    """One expectation that one row did not meet. `value` is what stood there."""

    key: str
    rule: str
    field: str
    severity: Severity
    findings: str
    description: str
    value: object


def validate(
    frame: pd.DataFrame, *, threshold: float, docs: Path | None = None, suites: Sequence[str] = SUITES
) -> tuple[Failure, ...]:
    """The failures of every row under every suite, in the suites' order.

    Raises:
        GateError: an expectation could not run, or its result does not tell every row.
    """
    # Great Expectations and pandas deprecate parts of each other and of the standard library
    # (sre_constants at import): nothing an operator could act on.
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        return _validate(frame, threshold, docs, suites)


def prepare() -> None:
    """Imports Great Expectations, which takes seconds, ahead of the first batch."""
    from expectations import ready_suite  # noqa: F401


def _validate(
    frame: pd.DataFrame, threshold: float, docs: Path | None, suites: Sequence[str]
) -> tuple[Failure, ...]:
    from expectations.ready_suite import ready

    told = {text: ready(text, threshold).run(frame) for text in map(_suite, suites)}
    if docs:
        from expectations.data_docs import write_data_docs

        write_data_docs(docs, told)
    outcomes = (one for of_suite in told.values() for one in of_suite)
    return tuple(failure for one in outcomes for failure in failures_of(one, len(frame)))


def failures_of(outcome: Outcome, rows: int) -> Iterator[Failure]:
    """The rows that did not meet one expectation.

    Raises:
        GateError: the expectation saw other than all rows, or failed without naming a row.
    """
    config, result = outcome.configuration, outcome.result
    rule = config.meta["rule"]
    unexpected = result.get("unexpected_index_list")
    if result.get("element_count") != rows:
        raise GateError(f"Expectation {rule} could not run; nothing of this batch is published.")
    if not outcome.success and not unexpected:
        raise GateError(f"Expectation {rule} failed without naming rows; nothing of this batch is published.")
    for row in unexpected or ():
        yield Failure(
            row[KEY],
            rule,
            config.meta["field"],
            Severity(config.severity),
            config.meta.get("findings", ""),
            config.description,
            row.get(config.kwargs["column"]),
        )


@cache
def _suite(name: str) -> str:
    return (files("expectations") / "suites" / f"{name}.json").read_text("utf-8")
