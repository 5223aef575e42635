"""What a person sees who decides in the Prefect UI: the waiting run, its form, and what comes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.page import Page
from tests.browser.runs import deployment, finished
from tests.browser.serving import Phoenix

HOUSE = "26218 N 93rd Ave, Peoria, AZ 85383"
FALSE = "This home in Peoria has 7 bedrooms and a private pool."

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.usefixtures("run_by_hand")]


def test_a_property_in_review_is_read_in_the_form_edited_corrected_and_published(
    phoenix: Phoenix, page: Page
) -> None:
    [waiting] = json.loads(phoenix("review", "list", "--json"))

    page.open(f"{phoenix.url}/deployments/deployment/{deployment(phoenix, 'review')}/run")
    page.shows("How many, one after the other")
    page.submit()
    run = page.until("the review waits", lambda: suspended(phoenix))
    assert run["name"] == f"review {HOUSE}"

    resume(phoenix, page, run)
    page.shows(HOUSE, "Why a person is asked", "phoenix_mls says private", "What is known")
    page.picture("review")
    page.scroll_to("Description")
    page.picture("review-texts")
    page.choose("Decision", "edit and approve")
    page.write("Reviewer", "Ann")
    page.write("Description", FALSE)
    page.send("Resume Flow Run")
    run = page.until("the answer comes back", lambda: suspended(phoenix, after=run))

    resume(phoenix, page, run)
    page.shows("Your last answer was not accepted", "7 bedrooms")
    page.picture("review-refused")
    page.write("Description", waiting["enrichment"]["description"])
    page.write("Reason", "the county's record is older than the pool")
    page.send("Resume Flow Run")
    assert finished(phoenix, page, run)["state_name"] == "Completed"
    assert json.loads(phoenix("review", "list", "--json")) == []

    published = [json.loads(line) for line in phoenix("export", "-").splitlines()]
    [house] = [one for one in published if one["property_id"] == waiting["property_id"]]
    assert house["metadata"]["review"]["by"] == "Ann"
    [decision] = [json.loads(line) for line in phoenix("review", "export", "-").splitlines()]
    assert decision["reason"] == "the county's record is older than the pool"


def resume(phoenix: Phoenix, page: Page, run: dict[str, Any]) -> None:
    """Opens the run's page and its form."""
    page.open(f"{phoenix.url}/runs/flow-run/{run['id']}")
    page.press("Resume", until="Resume Flow Run")
    page.shows("Reviewer (Optional)")


def suspended(phoenix: Phoenix, *, after: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """The run that waits for a person, in a later state than the one seen before."""
    runs = phoenix.ask("/flow_runs/filter", flow_runs={"state": {"name": {"any_": ["Suspended"]}}})
    return next((run for run in runs if after is None or run["state_id"] != after["state_id"]), None)
