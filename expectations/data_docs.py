"""Great Expectations' own pages of a batch: what was decided, not decided again."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)
from great_expectations.validator.validation_statistics import calc_validation_statistics

from expectations.ready_suite import Outcome, suite_of

_SITE = "data_docs"
_BATCH = "candidates"
_SITE_ENTRIES = ("index.html", "static", "expectations", "validations")


def write_data_docs(folder: Path, told: Mapping[str, Sequence[Outcome]]) -> None:
    """The site of one batch, by the suites' JSON texts. It replaces the one in the same folder."""
    context, run = _context(folder), RunIdentifier(run_time=datetime.now(UTC))
    for text, outcomes in told.items():
        suite = context.suites.add(suite_of(text))
        key = ValidationResultIdentifier(ExpectationSuiteIdentifier(suite.name), run, _BATCH)
        context.validation_results_store.set(key, _results(suite.name, outcomes, run))
    folder.mkdir(parents=True, exist_ok=True)
    for entry in map(folder.joinpath, _SITE_ENTRIES):
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink(missing_ok=True)
    context.build_data_docs(site_names=[_SITE])


def _results(name: str, outcomes: Sequence[Outcome], run: RunIdentifier) -> Any:
    results = [
        ExpectationValidationResult(
            success=one.success, result=dict(one.result), expectation_config=one.configuration
        )
        for one in outcomes
    ]
    statistics = calc_validation_statistics(results)
    return ExpectationSuiteValidationResult(
        suite_name=name,
        success=statistics.success,
        results=results,
        statistics=statistics._asdict(),
        meta={"run_id": run, "great_expectations_version": gx.__version__},
    )


def _context(folder: Path) -> Any:
    return gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            data_docs_sites={_SITE: _site(folder)},
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
        ),
    )


def _site(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(folder.resolve()),
        },
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
