"""Great Expectations run over one table: which expectations failed, and on which rows.

Importing Great Expectations takes seconds, so it is imported when the first batch is judged. It keeps its
current project in a global, so one validation runs at a time; the work is CPU-bound and loses nothing.
"""

from __future__ import annotations

import json
import shutil
import threading
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from expectations.frame import KEY
from phoenix_real_estate.errors import GateError
from phoenix_real_estate.models import Severity

if TYPE_CHECKING:
    import pandas as pd

SUITES = ("facts", "enrichment")
_SITE = "data_docs"
_SITE_ENTRIES = ("index.html", "static", "expectations", "validations")
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
    _great_expectations()


def _validate(
    frame: pd.DataFrame, threshold: float, docs: Path | None, suites: Sequence[str]
) -> tuple[Failure, ...]:
    context = _context(docs)
    asset = context.data_sources.add_pandas("batch").add_dataframe_asset("candidates")
    batch = asset.add_batch_definition_whole_dataframe("all")
    failures = [failure for name in suites for failure in _judge(context, batch, name, frame, threshold)]
    if docs:
        _build(context, docs)
    return tuple(failures)


def _judge(context: Any, batch: Any, name: str, frame: pd.DataFrame, threshold: float) -> Iterator[Failure]:
    gx = _great_expectations()
    suite = context.suites.add(gx.ExpectationSuite(**json.loads(_suite(name))))
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=name, data=batch, suite=suite)
    )
    result = definition.run(
        batch_parameters={"dataframe": frame},
        expectation_parameters={"threshold": threshold},
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [KEY]},
    )
    for each in in_suite_order(result.results, suite):
        yield from failures_of(each, len(frame))


def in_suite_order(results: Sequence[Any], suite: Any) -> list[Any]:
    """The results as the suite lists its expectations; GX gives them in an order of its own.

    Raises:
        GateError: not every expectation has a result.
    """
    order = [expectation.meta["rule"] for expectation in suite.expectations]
    rules = [one.expectation_config.meta["rule"] for one in results]
    if sorted(rules) != sorted(order):
        raise GateError(f"Not all of suite {suite.name} could run; nothing of this batch is published.")
    return sorted(results, key=lambda one: order.index(one.expectation_config.meta["rule"]))


def failures_of(result: Any, rows: int) -> Iterator[Failure]:
    """The rows that did not meet one expectation.

    Raises:
        GateError: the expectation raised, saw other than all rows, or failed without naming a row.
    """
    config = result.expectation_config
    rule = config.meta["rule"]
    unexpected = result.result.get("unexpected_index_list")
    if _raised(result.exception_info) or result.result.get("element_count") != rows:
        raise GateError(f"Expectation {rule} could not run; nothing of this batch is published.")
    if not result.success and not unexpected:
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


def _raised(info: dict[str, Any]) -> bool:
    """Whether anything was raised: GX tells it flat, or by the id of the metric that raised."""
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(each["raised_exception"] for each in info.values())


def _context(docs: Path | None) -> Any:
    gx = _great_expectations()
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    return gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            data_docs_sites={_SITE: _site(docs)} if docs else {},
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
        ),
    )


def _site(docs: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(docs.resolve()),
        },
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }


def _build(context: Any, docs: Path) -> None:
    """The site of this batch. It replaces the one in the same folder, so that a folder never grows."""
    docs.mkdir(parents=True, exist_ok=True)
    for entry in map(docs.joinpath, _SITE_ENTRIES):
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink(missing_ok=True)
    context.build_data_docs(site_names=[_SITE])


@cache
def _great_expectations() -> Any:
    import great_expectations

    import expectations.no_findings  # noqa: F401 (its type must be registered before a suite names it)

    return great_expectations


@cache
def _suite(name: str) -> str:
    return (files("expectations") / "suites" / f"{name}.json").read_text("utf-8")
