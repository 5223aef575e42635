"""The browser's page, read and filled in as a person does it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

PRESS_AGAIN_S = 5
PATIENCE_S = 120

Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Page:
    """Whatever is looked at or pressed is waited for: the UI brings its pages up piece by piece."""

    browser: Chrome
    screenshots: Path
    in_light: bool  # pictures of the light UI, too

    def open(self, url: str) -> None:
        self.browser.get(url)

    def shows(self, *words: str) -> None:
        for expected in words:
            self.until(f"the page shows {expected!r}", lambda word=expected: word in self.text)

    @property
    def text(self) -> str:
        return self.browser.find_element(By.TAG_NAME, "body").text

    def press(self, name: str, *, until: str) -> None:
        """Presses the last button or tab of this name, again where a press was lost."""

        def pressed() -> bool:
            if until not in self.text:
                self._all(f"//*[self::button or self::li][normalize-space()='{name}']")[-1].click()
                _wait_for(lambda: until in self.text)
            return until in self.text

        self.until(f"{name!r} leads to {until!r}", pressed)

    def follow(self, address: str) -> None:
        """Follows the first link that leads there."""
        self._click(
            self.until(
                f"there is a link to {address}", lambda: self._all(f"//a[contains(@href,'{address}')]")[0]
            )
        )

    def submit(self, button: str = "Submit") -> None:
        """Presses the button until the page gives way to the next: a press that comes too early is lost."""
        form = self.browser.current_url

        def sent() -> bool:
            if self.browser.current_url == form:
                self._all(f"//button[normalize-space()='{button}']")[-1].click()
                _wait_for(lambda: self.browser.current_url != form)
            return self.browser.current_url != form

        self.until("the form is sent", sent)

    def send(self, form: str) -> None:
        """Sends a form that lies over the page."""
        self._click(self._all("//button[normalize-space()='Submit']")[-1])
        self.until("the form is gone", lambda: form not in self.text)

    def choose(self, field: str, option: str) -> None:
        Select(self._field(field, "select")).select_by_visible_text(option)

    def write(self, field: str, text: str) -> None:
        box = self._field(field, "*[self::textarea or self::input]")
        self.browser.execute_script("arguments[0].select()", box)
        box.send_keys(text)

    def add(self, field: str, text: str) -> None:
        """Writes the first item of a list."""
        self._click(self._field(field, "button[normalize-space()='Add item']"))
        self.write(field, text)

    def switch(self, field: str, *, on: bool) -> None:
        self._turn(self._field(field, "*[@role='switch']"), on=on)

    def scroll_to(self, field: str) -> None:
        self.browser.execute_script("arguments[0].scrollIntoView()", self._field(field, ""))

    def picture(self, name: str) -> None:
        self._picture(name)
        if self.in_light:
            self._dress("dark", "light")
            self._picture(f"{name}-light")
            self._dress("light", "dark")

    def until(self, what: str, happened: Callable[[], Seen | None]) -> Seen:
        """What has happened by then; a page that is just being drawn anew is looked at again."""
        try:
            return WebDriverWait(self.browser, PATIENCE_S, ignored_exceptions=NOT_YET).until(
                lambda _: happened()
            )
        except TimeoutException:
            raise AssertionError(f"waited in vain until {what}; the page says:\n{self.text}") from None

    def _field(self, field: str, inside: str) -> WebElement:
        return self.until(
            f"there is the field {field}", lambda: next(iter(self._all(_place_of(field, inside))), None)
        )

    def _turn(self, switch: WebElement, *, on: bool) -> None:
        """Again where a click was lost."""

        def turned() -> bool:
            return (switch.get_attribute("aria-checked") == "true") == on

        def clicked() -> bool:
            if not turned():
                self._click(switch)
                _wait_for(turned)
            return turned()

        self.until(f"the switch is {on}", clicked)

    def _click(self, element: WebElement) -> None:
        """Also where something lies over it."""
        self.browser.execute_script("arguments[0].click()", element)

    def _all(self, path: str) -> list[WebElement]:
        return self.browser.find_elements(By.XPATH, path)

    def _picture(self, name: str) -> None:
        assert self.browser.save_screenshot(str(self.screenshots / f"{name}.png"))

    def _dress(self, before: str, after: str) -> None:
        script = "document.documentElement.classList.replace(arguments[0], arguments[1])"
        self.browser.execute_script(script, before, after)


# What Selenium says of a page that is not complete, or no longer the one that was looked at.
NOT_YET = (IndexError, StaleElementReferenceException)


def _place_of(field: str, inside: str) -> str:
    label = f"//*[normalize-space(text())='{field} (Optional)']"
    frame = "ancestor::*[contains(concat(' ', @class, ' '), ' p-label ')][1]"
    return f"{label}/{frame}//{inside}" if inside else f"{label}/{frame}"


def _wait_for(happened: Callable[[], bool]) -> None:
    """Until it has happened, or a press counts as lost."""
    lost = time.monotonic() + PRESS_AGAIN_S
    while not happened() and time.monotonic() < lost:
        time.sleep(0.2)
