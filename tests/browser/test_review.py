"""What a person sees who decides in the Prefect UI: the waiting run, its form, and what comes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from phoenix_real_estate.samples import samples_dir
from tests.browser.conftest import Phoenix
from tests.browser.test_prefect_ui import Page, ask, deployment

HOUSE = "26218 N 93rd Ave, Peoria, AZ 85383"
FALSE = "This home in Peoria has 7 bedrooms and a private pool."

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_a_property_in_review_is_read_in_the_form_edited_corrected_and_published(
    phoenix: Phoenix, browser: Chrome, screenshots: Path
) -> None:
    phoenix("load", str(samples_dir()))
    phoenix("enrich", "--models", "composer")
    [waiting] = json.loads(phoenix("review", "list", "--json"))
    form = Form(browser, screenshots)

    form.open(f"{phoenix.url}/deployments/deployment/{deployment(phoenix, 'review')}/run")
    form.shows("How many, one after the other")
    form.submit("Submit")
    run = form.until("the review waits", lambda: suspended(phoenix))
    assert run["name"] == f"review {HOUSE}"

    form.resume(f"{phoenix.url}/runs/flow-run/{run['id']}")
    form.shows(HOUSE, "Why a person is asked", "phoenix_mls says private", "What is known")
    form.picture("review")
    form.scroll_to("Description")
    form.picture("review-texts")
    form.choose("edit and approve")
    form.write("Reviewer", "Ann")
    form.write("Description", FALSE)
    form.send()
    run = form.until("the answer comes back", lambda: suspended(phoenix, after=run))

    form.resume(f"{phoenix.url}/runs/flow-run/{run['id']}")
    form.shows("Your last answer was not accepted", "7 bedrooms")
    form.picture("review-refused")
    form.write("Description", waiting["enrichment"]["description"])
    form.write("Reason", "the county's record is older than the pool")
    form.send()
    form.until("the review is done", lambda: json.loads(phoenix("review", "list", "--json")) == [])
    form.open(f"{phoenix.url}/runs/flow-run/{run['id']}")
    form.shows("Completed")

    published = [json.loads(line) for line in phoenix("export", "-").splitlines()]
    [house] = [one for one in published if one["property_id"] == waiting["property_id"]]
    assert house["metadata"]["review"]["by"] == "Ann"
    [decision] = [json.loads(line) for line in phoenix("review", "export", "-").splitlines()]
    assert decision["reason"] == "the county's record is older than the pool"


class Form(Page):
    """The form of a run that waits."""

    def resume(self, url: str) -> None:
        """Opens the run's page and its form."""
        self.open(url)
        self.until("the button is there", lambda: self._button("Resume"))
        self._button("Resume")[0].click()
        self.shows("Resume Flow Run", "Reviewer (Optional)")

    def choose(self, decision: str) -> None:
        [box] = [one for one in self._all("//select[option]") if decision in one.text]
        Select(box).select_by_visible_text(decision)

    def write(self, field: str, text: str) -> None:
        [box] = self._all(f"//*[contains(@class,'p-label')][.//*[text()='{field} (Optional)']]//textarea")[:1]
        self._browser.execute_script("arguments[0].select()", box)
        box.send_keys(text)

    def scroll_to(self, field: str) -> None:
        [label] = self._all(f"//*[text()='{field} (Optional)']")[:1]
        self._browser.execute_script("arguments[0].scrollIntoView()", label)

    def send(self) -> None:
        self._button("Submit")[-1].click()
        self.until("the form is gone", lambda: "Resume Flow Run" not in self._text())

    def _button(self, name: str) -> list[WebElement]:
        return self._all(f"//button[normalize-space()='{name}']")

    def _all(self, path: str) -> list[WebElement]:
        return self._browser.find_elements(By.XPATH, path)


def suspended(phoenix: Phoenix, *, after: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """The run that waits for a person, in a later state than the one seen before."""
    runs = ask(phoenix, "/flow_runs/filter", flow_runs={"state": {"name": {"any_": ["Suspended"]}}})
    return next((run for run in runs if after is None or run["state_id"] != after["state_id"]), None)
