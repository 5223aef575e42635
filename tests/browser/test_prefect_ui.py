"""What a person sees of enrichment in the Prefect UI: forms, the schedule, runs and their reports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.page import Page
from tests.browser.runs import artifact, deployment, finished, make_due, runs
from tests.browser.serving import Phoenix

HOSTILE = "<b>x</b> [link](http://evil.example) `y` # z"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_a_run_is_started_from_the_form_and_its_report_is_read(
    phoenix: Phoenix, page: Page, run_by_hand: dict[str, Any]
) -> None:
    assert run_by_hand["state_name"] == "Completed"
    page.open(f"{phoenix.url}/runs/flow-run/{run_by_hand['id']}")
    page.shows("Completed", "claim", "publish")
    page.picture("run")

    page.open(f"{phoenix.url}/artifacts/artifact/{artifact(phoenix, run_by_hand)}")
    page.shows("Enrichment run: Completed", "26218 N 93rd Ave", "needs review")
    page.picture("report")
    assert json.loads(phoenix("status", "--json"))["raw"]["pending"] == 0


@pytest.fixture(scope="module")
def scheduled_run(phoenix: Phoenix, page: Page, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The schedule's next run, over one record that says odd things; its half hour is cut short."""
    hostile = tmp_path_factory.mktemp("hostile") / "record.json"
    hostile.write_text(json.dumps({"source": HOSTILE, "data": {"APN": "10306005"}}))
    phoenix("load", str(hostile))

    scheduled = deployment(phoenix, "enrich-every-30-minutes")
    phoenix.ask(f"/deployments/{scheduled}/resume_deployment")
    page.open(f"{phoenix.url}/deployments/deployment/{scheduled}")
    page.shows("Every 30 minutes", "Next Run")
    page.picture("schedule")
    [planned, *_] = sorted(runs(phoenix, scheduled), key=lambda run: str(run["expected_start_time"]))
    make_due(phoenix, planned)
    run = finished(phoenix, page, planned)
    phoenix.ask(f"/deployments/{scheduled}/pause_deployment")
    return run


def test_the_schedule_starts_runs_by_itself_and_their_report_opens(
    phoenix: Phoenix, page: Page, scheduled_run: dict[str, Any]
) -> None:
    assert (scheduled_run["auto_scheduled"], scheduled_run["state_name"]) == (True, "Completed")
    page.open(f"{phoenix.url}/runs/flow-run/{scheduled_run['id']}")
    page.press("Artifacts", until="enrichment-run")
    page.follow("artifacts/artifact")
    page.shows("Enrichment run: Completed", "Records claimed")


def test_what_a_record_says_is_shown_as_text_and_never_as_markup(
    phoenix: Phoenix, page: Page, scheduled_run: dict[str, Any]
) -> None:
    page.open(f"{phoenix.url}/artifacts/artifact/{artifact(phoenix, scheduled_run)}")
    page.shows(f"comes from '{HOSTILE}'")
