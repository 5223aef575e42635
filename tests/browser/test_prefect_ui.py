"""What a person sees of enrichment in the Prefect UI: forms, the schedule, runs and their reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.page import Page
from tests.browser.runs import FINAL, artifact, deployment, runs
from tests.browser.serving import Phoenix, served
from tests.ports import free_port

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
def minutely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phoenix]:
    """Scheduled every minute, over one record that says odd things."""
    folder = tmp_path_factory.mktemp("minutely")
    (folder / "hostile.json").write_text(json.dumps({"source": HOSTILE, "data": {"APN": "10306005"}}))
    with served(folder, free_port(), PROCESSING_INTERVAL_MINUTES="1") as phoenix:
        phoenix("load", str(folder / "hostile.json"))
        yield phoenix


@pytest.fixture(scope="module")
def scheduled_run(minutely: Phoenix, page: Page) -> dict[str, Any]:
    """The run of the schedule that has met the record; one that came before it has found none."""
    scheduled = deployment(minutely, "enrich-every-1-minutes")

    def with_the_record() -> dict[str, Any] | None:
        ended = (run for run in runs(minutely, scheduled) if run["state_type"] in FINAL)
        return next((run for run in ended if "dead letter" in (run["state"]["message"] or "")), None)

    return page.until("a scheduled run has met the record", with_the_record)


def test_the_schedule_starts_runs_by_itself_and_their_report_opens(
    minutely: Phoenix, page: Page, scheduled_run: dict[str, Any]
) -> None:
    assert (scheduled_run["auto_scheduled"], scheduled_run["state_name"]) == (True, "Completed")
    page.open(f"{minutely.url}/runs/flow-run/{scheduled_run['id']}")
    page.press("Artifacts", until="enrichment-run")
    page.follow("artifacts/artifact")
    page.shows("Enrichment run: Completed", "Records claimed")


def test_what_a_record_says_is_shown_as_text_and_never_as_markup(
    minutely: Phoenix, page: Page, scheduled_run: dict[str, Any]
) -> None:
    page.open(f"{minutely.url}/artifacts/artifact/{artifact(minutely, scheduled_run)}")
    page.shows(f"comes from '{HOSTILE}'")
