"""`phoenix serve` as a user starts it, and a headless Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.ports import free_port

CHROMIUM = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--window-size=1400,1300",
)


@dataclass(frozen=True)
class Phoenix:
    """A running `phoenix serve`, and the command line beside it."""

    url: str
    home: Path

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            [_phoenix(), *arguments], env=_environment(self.home), capture_output=True, text=True, check=True
        )
        return done.stdout


@contextmanager
def served(home: Path, **settings: str) -> Iterator[Phoenix]:
    """`phoenix serve` until it is interrupted; nothing it started is left."""
    log, port = home / "serve.log", free_port()
    with log.open("w") as output:
        process = subprocess.Popen(
            [_phoenix(), "serve", "--port", str(port)],
            env=_environment(home) | settings,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _until("the schedule is told", lambda: "Ctrl-C ends it" in log.read_text(), log)
        yield Phoenix(f"http://127.0.0.1:{port}", home)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
    assert "Traceback" not in log.read_text()
    assert not (home / "run" / "supervisor.sock").exists(), "the servers have stopped"


@pytest.fixture(scope="module")
def phoenix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phoenix]:
    with served(tmp_path_factory.mktemp("served")) as phoenix:
        yield phoenix


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    driver, chromium = shutil.which("chromedriver"), shutil.which("chromium")
    if not driver or not chromium:
        pytest.fail("chromium and chromedriver are needed: `make browser` installs them on Debian as root")
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in CHROMIUM:
        options.add_argument(argument)
    with Chrome(options=options, service=Service(driver)) as chrome:
        yield chrome


@pytest.fixture
def screenshots(tmp_path: Path, pytestconfig: pytest.Config) -> Path:
    """Where the pictures go: SCREENSHOTS, from the root of the project, keeps them."""
    folder = pytestconfig.rootpath / (os.environ.get("SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _phoenix() -> str:
    return str(Path(sys.executable).with_name("phoenix"))


def _environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PHOENIX_HOME": str(home)}


def _until(what: str, happened: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain until {what}:\n{log.read_text()}"
        time.sleep(0.5)
