"""The runs and artifacts of a served Prefect, asked of its API."""

from __future__ import annotations

from typing import Any

from tests.browser.page import Page
from tests.browser.serving import Phoenix

FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def start(phoenix: Phoenix, page: Page, deployment_id: str) -> dict[str, Any]:
    """Sends the form that is open; gives the run it starts."""
    before = {run["id"] for run in runs(phoenix, deployment_id)}
    page.submit()

    def new_run() -> dict[str, Any] | None:
        return next((run for run in runs(phoenix, deployment_id) if run["id"] not in before), None)

    return page.until("there is a new run", new_run)


def finished(phoenix: Phoenix, page: Page, run: dict[str, Any]) -> dict[str, Any]:
    """The run in its final state."""

    def now() -> dict[str, Any] | None:
        seen = read(phoenix, run)
        return seen if seen["state_type"] in FINAL else None

    return page.until("the run is finished", now)


def read(phoenix: Phoenix, run: dict[str, Any]) -> dict[str, Any]:
    [seen] = phoenix.ask("/flow_runs/filter", flow_runs={"id": {"any_": [run["id"]]}})
    return seen


def runs(phoenix: Phoenix, deployment_id: str) -> list[dict[str, Any]]:
    return phoenix.ask("/flow_runs/filter", deployments={"id": {"any_": [deployment_id]}})


def deployment(phoenix: Phoenix, name: str) -> str:
    found: str = next(one["id"] for one in phoenix.ask("/deployments/filter") if one["name"] == name)
    return found


def artifact(phoenix: Phoenix, run: dict[str, Any], kind: str = "markdown") -> str | None:
    """The newest artifact of its kind that the run has left so far."""
    filters = {"flow_run_id": {"any_": [run["id"]]}, "type": {"any_": [kind]}}
    found = phoenix.ask("/artifacts/filter", artifacts=filters, sort="CREATED_DESC")
    return found[0]["id"] if found else None
