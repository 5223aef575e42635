"""What a person sees who has old records done again: the form, what it would cost, how far it is, the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.page import Page
from tests.browser.runs import artifact, deployment, finished, runs, start
from tests.browser.serving import Phoenix
from tests.vendors import VendorServer
from tests.vendors.fixtures import vendors  # noqa: F401
from tests.vendors.server import KEY

QUICK_ANSWERS = 15
"""As many as the five records of the first chunk ask for at most."""
A_LONG_TIME_S = 600.0

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400), pytest.mark.usefixtures("run_by_hand")]


@pytest.fixture
def openai(phoenix: Phoenix, vendors: VendorServer) -> Iterator[VendorServer]:  # noqa: F811
    """A vendor whose key has just been written into `.env`, beside the `phoenix serve` that runs."""
    env = phoenix.folder / ".env"
    env.write_text(f"OPENAI_API_KEY={KEY}\nOPENAI_BASE_URL={vendors.url}/openai/v1\n")
    yield vendors
    env.unlink()


def test_the_form_of_a_backfill_refuses_what_cannot_be_and_says_why(phoenix: Phoenix, page: Page) -> None:
    backfill = deployment(phoenix, "backfill")
    before = runs(phoenix, backfill)
    open_form(phoenix, page)
    page.add("Zips", "8503")
    page.press("Submit", until="'8503' does not match")
    page.picture("backfill-refused")
    assert runs(phoenix, backfill) == before


def test_a_dry_run_tells_what_a_backfill_would_cost_and_does_nothing(
    phoenix: Phoenix, page: Page, openai: VendorServer
) -> None:
    open_form(phoenix, page)
    page.choose("Redo", "all")
    page.choose("Source", "phoenix_mls")
    page.picture("backfill-form")
    run = finished(phoenix, page, start(phoenix, page, deployment(phoenix, "backfill")))

    assert run["state_name"] == "Completed"
    page.open(f"{phoenix.url}/artifacts/artifact/{artifact(phoenix, run)}")
    page.shows("Backfill: dry run", "openai/gpt-3.5-turbo", "Left of it today")
    page.picture("backfill-plan")
    assert openai.calls == []


def test_a_backfill_that_is_cancelled_gives_everything_back_and_is_gone_on_with(
    phoenix: Phoenix, page: Page, openai: VendorServer
) -> None:
    slow_after(openai, QUICK_ANSWERS)
    open_form(phoenix, page)
    page.choose("Redo", "all")
    page.write("Chunk Size", "5")
    page.switch("dry_run", on=False)
    run = start(phoenix, page, deployment(phoenix, "backfill"))
    page.until("the second chunk is being asked", lambda: len(openai.calls) > QUICK_ANSWERS)
    page.until("there is progress", lambda: artifact(phoenix, run, "progress"))
    page.open(f"{phoenix.url}/artifacts/artifact/{artifact(phoenix, run, 'progress')}")
    page.shows("records looked at: ")
    page.picture("backfill-progress")
    assert json.loads(phoenix("budget", "--json"))["calls_under_way"] > 0

    cancel(phoenix, page, run)
    assert json.loads(phoenix("status", "--json"))["raw"]["claimed"] == 0
    assert json.loads(phoenix("budget", "--json"))["calls_under_way"] == 0
    [stopped] = json.loads(phoenix("backfill", "--list", "--json"))
    assert stopped["state"] != "done"

    openai.writes, openai.latency_s = None, 0.0
    open_form(phoenix, page)
    page.write("resume", "latest")
    page.switch("dry_run", on=False)
    run = finished(phoenix, page, start(phoenix, page, deployment(phoenix, "backfill")))
    page.open(f"{phoenix.url}/artifacts/artifact/{artifact(phoenix, run)}")
    page.shows("Completed", "Not looked at yet")
    page.picture("backfill-report")
    [done] = json.loads(phoenix("backfill", "--list", "--json"))
    assert (done["id"], done["state"]) == (stopped["id"], "done")
    assert json.loads(phoenix("status", "--json"))["raw"]["pending"] == 0
    spent_usd = json.loads(phoenix("budget", "--json"))["spent_usd"]
    assert openai.bill_micro_usd <= round(spent_usd * 1_000_000)


def open_form(phoenix: Phoenix, page: Page) -> None:
    page.open(f"{phoenix.url}/deployments/deployment/{deployment(phoenix, 'backfill')}/run")
    page.shows("Redo (Optional)", "dry_run (Optional)")


def cancel(phoenix: Phoenix, page: Page, run: dict[str, Any]) -> None:
    page.open(f"{phoenix.url}/runs/flow-run/{run['id']}")
    page.press("Cancel", until="Cancel Flow Run")
    page.picture("cancel")
    page.press("Confirm", until="Cancelled")
    assert finished(phoenix, page, run)["state_name"] == "Cancelled"


def slow_after(openai: VendorServer, answers: int) -> None:
    """The vendor answers so often at once, and then takes longer than anybody waits."""
    written: list[str] = []

    def write(_system: str, user: str, answer: dict[str, Any]) -> dict[str, Any]:
        written.append(user)
        openai.latency_s = A_LONG_TIME_S if len(written) > answers else 0.0
        return answer

    openai.writes = write
