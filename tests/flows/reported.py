"""What a run of the main flow reports: its result, and how its task runs ended."""

from __future__ import annotations

from collections.abc import Callable

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State

from phoenix_real_estate.report import RunReport

RunFlow = Callable[..., State[RunReport]]


def report_of(state: State[RunReport]) -> RunReport:
    result = state.result(raise_on_failure=False)
    assert isinstance(result, RunReport), result
    return result


def task_states(report: RunReport, name: str) -> list[str]:
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs(
            flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[report.flow_run_id])),
        )
    return sorted(run.state_name or "" for run in runs if run.task_key.startswith(name))
