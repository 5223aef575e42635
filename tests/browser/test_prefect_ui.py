"""What a person sees in the Prefect UI: the form, a run started from it, its tasks, its report."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import TimeoutException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from phoenix_real_estate.samples import samples_dir
from tests.browser.conftest import Phoenix, served

HOSTILE = "<b>x</b> [link](http://evil.example) `y` # z"

PRESS_AGAIN_S = 5
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_a_run_is_started_from_the_form_and_its_report_is_read(
    phoenix: Phoenix, browser: Chrome, screenshots: Path
) -> None:
    phoenix("load", str(samples_dir()))
    page = Page(browser, screenshots)

    run = run_from_the_form(phoenix, page)
    assert run["state_name"] == "Completed"
    page.open(f"{phoenix.url}/runs/flow-run/{run['id']}")
    page.shows("Completed", "claim", "publish")
    page.picture("run")

    page.open(f"{phoenix.url}/artifacts/artifact/{report_artifact(phoenix, run['id'])}")
    page.shows("Enrichment run: Completed", "26218 N 93rd Ave", "needs review")
    page.picture("report")
    assert json.loads(phoenix("status", "--json"))["raw"]["pending"] == 0


def test_what_a_record_says_is_shown_as_text_and_never_as_markup(
    phoenix: Phoenix, browser: Chrome, tmp_path: Path
) -> None:
    hostile = tmp_path / "hostile.json"
    hostile.write_text(json.dumps({"source": HOSTILE, "data": {"APN": "10306005"}}))
    phoenix("load", str(hostile))
    page = Page(browser, tmp_path)

    run = run_from_the_form(phoenix, page)
    page.open(f"{phoenix.url}/artifacts/artifact/{report_artifact(phoenix, run['id'])}")
    page.shows(f"comes from '{HOSTILE}'")


def test_the_schedule_starts_runs_by_itself(browser: Chrome, tmp_path: Path) -> None:
    with served(tmp_path, PROCESSING_INTERVAL_MINUTES="1") as phoenix:
        phoenix("load", str(samples_dir()))
        scheduled = deployment(phoenix, "enrich-every-1-minutes")
        page = Page(browser, tmp_path)
        # A run that was scheduled before the records came is finished, too, and has found none.
        page.until("nothing waits any more", lambda: waiting(phoenix) == 0)
        page.until("a scheduled run is finished", lambda: finished_runs(phoenix, scheduled))


def waiting(phoenix: Phoenix) -> int:
    """Records that no run has brought to rest yet."""
    raw = json.loads(phoenix("status", "--json"))["raw"]
    return int(raw["pending"] + raw["claimed"])


def run_from_the_form(phoenix: Phoenix, page: Page) -> dict[str, Any]:
    """Fills in the form of the ad-hoc deployment and waits for the run it starts."""
    ad_hoc = deployment(phoenix, "enrich-ad-hoc")
    before = {run["id"] for run in finished_runs(phoenix, ad_hoc)}
    page.open(f"{phoenix.url}/deployments/deployment/{ad_hoc}/run")
    page.shows("models (Optional)", "no model at all", "time_limit_minutes")
    page.picture("form")
    page.submit("Submit")

    def new_run() -> dict[str, Any] | None:
        return next((run for run in finished_runs(phoenix, ad_hoc) if run["id"] not in before), None)

    finished: dict[str, Any] = page.until("the run is finished", new_run)
    return finished


class Page:
    """The browser's page, read as a person reads it."""

    def __init__(self, browser: Chrome, screenshots: Path) -> None:
        self._browser = browser
        self._screenshots = screenshots

    def open(self, url: str) -> None:
        self._browser.get(url)

    def shows(self, *words: str) -> None:
        for expected in words:
            self.until(f"the page shows {expected!r}", lambda word=expected: word in self._text())

    def submit(self, button: str) -> None:
        """Presses the button until the page gives way to the next: a press that comes too early is lost."""
        form = self._browser.current_url

        def sent() -> bool:
            if self._browser.current_url == form:
                self._browser.find_element(By.XPATH, f"//button[normalize-space()='{button}']").click()
                time.sleep(PRESS_AGAIN_S)
            return self._browser.current_url != form

        self.until("the form is sent", sent)

    def picture(self, name: str) -> None:
        assert self._browser.save_screenshot(str(self._screenshots / f"{name}.png"))

    def until(self, what: str, happened: Any) -> Any:
        try:
            return WebDriverWait(self._browser, 120).until(lambda _: happened())
        except TimeoutException:
            raise AssertionError(f"waited in vain until {what}; the page says:\n{self._text()}") from None

    def _text(self) -> str:
        return self._browser.find_element(By.TAG_NAME, "body").text


def deployment(phoenix: Phoenix, name: str) -> str:
    found = ask(phoenix, "/deployments/filter")
    return next(one["id"] for one in found if one["name"] == name)


def finished_runs(phoenix: Phoenix, deployment_id: str) -> list[dict[str, Any]]:
    runs = ask(phoenix, "/flow_runs/filter", deployments={"id": {"any_": [deployment_id]}})
    return [run for run in runs if run["state_type"] in FINAL]


def report_artifact(phoenix: Phoenix, flow_run_id: str) -> str:
    found = ask(phoenix, "/artifacts/filter", artifacts={"flow_run_id": {"any_": [flow_run_id]}})
    return next(one["id"] for one in found if one["type"] == "markdown")


def ask(phoenix: Phoenix, path: str, **body: Any) -> list[dict[str, Any]]:
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{phoenix.url}/api{path}",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
        found: list[dict[str, Any]] = json.load(answer)
    return found
