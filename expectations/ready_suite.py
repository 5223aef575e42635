"""A suite of Great Expectations, made ready once and run on any number of tables.

A validation works out anew which metrics every expectation needs and how these hang together: four fifths
of what a batch costs, and the same for every table. Here that is done once. What is computed of a table, and
what an expectation says of it, is computed and said by Great Expectations.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from great_expectations.core import ExpectationSuite
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.validator.metrics_calculator import MetricsCalculator
from great_expectations.validator.validation_graph import ValidationGraph

import expectations.no_findings  # noqa: F401 (its type must be registered before a suite names it)
from expectations.frame import KEY
from phoenix_real_estate.errors import GateError

if TYPE_CHECKING:
    import pandas as pd

_RUNTIME = {"result_format": {"result_format": "COMPLETE", "unexpected_index_column_names": [KEY]}}
_TABLE = "candidates"


class Outcome(NamedTuple):
    """What one expectation says of a table: `configuration` is the expectation's, `result` GX's own."""

    configuration: Any
    success: bool
    result: Mapping[str, Any]


class ReadySuite:
    """A suite whose metrics are known. Tables do not mix: each run has an engine of its own."""

    def __init__(self, text: str, threshold: float) -> None:
        calculator = MetricsCalculator(PandasExecutionEngine(), show_progress_bars=False)
        self._members = [_member(one, calculator, threshold) for one in suite_of(text).expectations]
        self._edges = [edge for member in self._members for edge in member.edges]

    def run(self, frame: pd.DataFrame) -> list[Outcome]:
        """What every expectation says of this table, in the suite's order.

        Raises:
            GateError: an expectation could not run.
        """
        engine = PandasExecutionEngine(batch_data_dict={_TABLE: frame})
        graph = ValidationGraph(execution_engine=engine, edges=self._edges)
        metrics, _ = graph.resolve(_RUNTIME, show_progress_bars=False)
        return [_outcome(member, metrics) for member in self._members]


@lru_cache(maxsize=16)
def ready(text: str, threshold: float) -> ReadySuite:
    """The suite that this JSON text describes, remembered: a process judges by few thresholds."""
    return ReadySuite(text, threshold)


def suite_of(text: str) -> Any:
    """The suite that this JSON text describes.

    Raises:
        GateError: Great Expectations left one of its expectations out.
    """
    told = json.loads(text)
    suite = ExpectationSuite(**told)
    # It logs what it cannot read, and goes on without it.
    if len(suite.expectations) != len(told["expectations"]):
        raise GateError(f"Not all of suite {suite.name} could run; nothing of this batch is published.")
    return suite


class _Member(NamedTuple):
    """An expectation and the metrics it judges by: their ids by name, and how they hang together."""

    expectation: Any
    configuration: Any
    metrics: dict[str, Any]
    runtime: dict[str, Any]
    edges: list[Any]


def _member(expectation: Any, calculator: MetricsCalculator, threshold: float) -> _Member:
    configuration = expectation.configuration
    configuration.process_suite_parameters({"threshold": threshold})
    configuration.kwargs["batch_id"] = _TABLE
    settled = configuration.to_domain_obj()
    needed = settled.get_validation_dependencies(runtime_configuration=_RUNTIME)
    graph = calculator.build_metric_dependency_graph(needed.get_metric_configurations(), _RUNTIME)
    return _Member(
        settled,
        configuration,
        {name: metric.id for name, metric in needed.metric_configurations.items()},
        {"result_format": needed.result_format},
        graph.edges,
    )


def _outcome(member: _Member, metrics: Mapping[Any, Any]) -> Outcome:
    try:
        # A metric that could not be computed is not among them.
        needed = {name: metrics[identity] for name, identity in member.metrics.items()}
        told = member.expectation._validate(metrics=needed, runtime_configuration=member.runtime)
    except Exception as error:
        rule = member.configuration.meta["rule"]
        raise GateError(f"Expectation {rule} could not run; nothing of this batch is published.") from error
    return Outcome(member.configuration, told["success"], told["result"])
