"""One `phoenix serve` for all tests, a headless Chromium to look at it, and a first run started by hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from phoenix_real_estate.samples import samples_dir
from tests.browser.page import Page
from tests.browser.runs import deployment, finished, start
from tests.browser.serving import Phoenix, served
from tests.ports import free_port

CHROMIUM = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--window-size=1400,1300",
)


@pytest.fixture(scope="session")
def phoenix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phoenix]:
    """Its schedule rests, so that no test meets it at the half hour."""
    with served(tmp_path_factory.mktemp("served"), free_port()) as phoenix:
        phoenix.ask(f"/deployments/{deployment(phoenix, 'enrich-every-30-minutes')}/pause_deployment")
        yield phoenix


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Page]:
    """SCREENSHOTS, a folder from the root of the project, keeps the pictures, also those of the light UI."""
    kept = os.environ.get("SCREENSHOTS")
    folder = pytestconfig.rootpath / kept if kept else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    driver, chromium = shutil.which("chromedriver"), shutil.which("chromium")
    if not driver or not chromium:
        pytest.fail("chromium and chromedriver are needed: `make browser` installs them on Debian as root")
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in CHROMIUM:
        options.add_argument(argument)
    with Chrome(options=options, service=Service(driver)) as browser:
        yield Page(browser, folder, in_light=bool(kept))


@pytest.fixture(scope="session")
def run_by_hand(phoenix: Phoenix, page: Page) -> dict[str, Any]:
    """The sample records, enriched by a run that was started from the form."""
    phoenix("load", str(samples_dir()))
    ad_hoc = deployment(phoenix, "enrich-ad-hoc")
    page.open(f"{phoenix.url}/deployments/deployment/{ad_hoc}/run")
    page.shows("models (Optional)", "no model at all", "time_limit_minutes")
    page.picture("form")
    return finished(phoenix, page, start(phoenix, page, ad_hoc))
