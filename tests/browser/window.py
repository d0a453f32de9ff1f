"""A site as its people look at it: windows of every width, and what is wrong in them."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from engine.bootstrap import Application
from tests.people import Person
from tests.web import desk

AXE = Path(__file__).parents[1] / "data" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESK, PHONE = 1440, 390
"""Widths in CSS pixels."""


@cache
def axe_source() -> str:
    """Read the accessibility checker."""
    return AXE.read_text(encoding="utf-8")


class Site:
    """One served office."""

    def __init__(self, application: Application, chromium: Browser, address: str) -> None:
        self.application = application
        self.address = address
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []

    def window(
        self,
        person: Person | None = None,
        width: int = DESK,
        **more: Any,  # noqa: ANN401  # of a browser context
    ) -> "Window":
        """Open a window, with somebody signed in."""
        given = {"viewport": {"width": width, "height": 900}, "locale": "zh-CN", **more}
        context = self._chromium.new_context(**given)
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        if person is not None:
            secret = desk.enter(self.application, person).client.cookies["duban"]
            context.add_cookies([{"name": "duban", "value": secret, "url": self.address}])
        return Window(context.new_page(), self.address, width)

    def close(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()


class Window:
    """One window, which notes what goes wrong in it."""

    def __init__(self, page: Page, address: str, width: int) -> None:
        self.page = page
        self.width = width
        self.wrong: list[str] = []
        self._address = address
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("dialog", self._asked)

    def open(self, path: str) -> int:
        """Open a page; give its status."""
        answer = self.page.goto(self._address + path)
        return answer.status if answer else 0

    def fill(self, given: Mapping[str, str | list[str]]) -> None:
        """Fill in fields by their name, as hands do."""
        for name, value in given.items():
            control = self.page.locator(f'main [name="{name}"]')
            kind = control.first.evaluate("one => one.type")
            if kind in {"radio", "checkbox"}:
                for one in value if isinstance(value, list) else [value]:
                    self.page.check(f'main [name="{name}"][value="{one}"]')
            elif kind == "select-one":
                control.select_option(str(value))
            else:
                control.fill(str(value))

    def press(self, words: str) -> None:
        """Press a button or follow a link by its words, and wait for what comes."""
        spelt = re.compile(rf"^\s*{re.escape(words)}\s*$")
        found = self.page.locator("main :is(button, a)").filter(has_text=spelt)
        with self.page.expect_navigation():
            found.first.click()

    def words(self) -> str:
        """Give what can be read in the main part of the page."""
        return self.page.inner_text("main")

    def barriers(self) -> list[str]:
        """Give the accessibility rules that the page breaks."""
        self.page.evaluate(axe_source())
        found = self.page.evaluate(f"axe.run({{runOnly: {RULES}}})")
        return [
            f"{broken['id']}: {[node['html'][:120] for node in broken['nodes']][:3]}"
            for broken in found["violations"]
        ]

    def is_too_wide(self) -> bool:
        """Tell whether the page would have to be moved sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth")) > self.width

    def _heard(self, message: Any) -> None:  # noqa: ANN401  # of playwright
        if message.type in {"error", "warning"}:
            self.wrong.append(f"{message.type}: {message.text}")

    def _failed(self, request: Any) -> None:  # noqa: ANN401  # of playwright
        """Note what could not be had; what was left behind by going on is no failure."""
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"failed: {request.url} {request.failure}")

    def _asked(self, dialog: Any) -> None:  # noqa: ANN401  # of playwright
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()
