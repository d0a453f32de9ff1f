"""A site as its people look at it: windows of every width, and what is wrong in them."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from engine.bootstrap import Application
from tests.people import Person
from tests.web import desk

AXE = "/axe.min.js"
"""Where the accessibility checker is had from: from the site, as its policy lets no other in."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESK, PHONE = 1440, 390
"""Widths in CSS pixels."""


FETCH = f"""() => window.axe ? null : new Promise((done, failed) => {{
    const tag = document.createElement("script");
    Object.assign(tag, {{src: "{AXE}", onload: done, onerror: failed}});
    document.head.append(tag);
}}).then(() => document.head.lastChild.remove())"""
CHECK = f"""() => axe.run({{runOnly: {RULES}, resultTypes: ["violations"], selectors: false}}).then(
    found => found.violations.map(one => [one.id, one.nodes.slice(0, 3).map(node => node.html)]))"""


class Chromium:
    """A browser that keeps its windows: the first page in a new one costs as much as ten others.

    Each site has an address of its own, and cookies are taken away, so a window that is used again
    knows nothing of the site before.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[Page]] = {}

    def take(self, width: int, scheme: Literal["light", "dark"], given: dict[str, Any]) -> Page:
        """Give a window that nobody uses, of this width and with these qualities."""
        free = self._free.setdefault(str(sorted(given.items())), [])
        page = free.pop() if free else self._browser.new_context(**given).new_page()
        page.context.set_default_timeout(10_000)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="null", color_scheme=scheme)
        return page

    def give_back(self, page: Page, given: dict[str, Any]) -> None:
        """Keep a window that is used no more."""
        page.context.clear_cookies()
        page.goto("about:blank")
        self._free[str(sorted(given.items()))].append(page)


class Site:
    """One served office."""

    def __init__(self, application: Application, chromium: Chromium, address: str) -> None:
        self.application = application
        self.address = address
        self._chromium = chromium
        self._taken: list[tuple[Window, dict[str, Any]]] = []

    def window(
        self,
        person: Person | None = None,
        width: int = DESK,
        color_scheme: Literal["light", "dark"] = "light",
        **more: Any,  # noqa: ANN401  # of a browser context
    ) -> "Window":
        """Open a window, with somebody signed in."""
        given = {"locale": "zh-CN", "java_script_enabled": True, **more}
        window = Window(self._chromium.take(width, color_scheme, given), self.address, width)
        self._taken.append((window, given))
        self.seat(window, person)
        return window

    def seat(self, window: "Window", person: Person | None) -> None:
        """Let somebody sit down at a window, in place of whoever was there."""
        context = window.page.context
        context.clear_cookies()
        if person is not None:
            secret = desk.enter(self.application, person).client.cookies["duban"]
            context.add_cookies([{"name": "duban", "value": secret, "url": self.address}])

    def faults(
        self, places: Iterable[tuple[Person | None, str]], window: "Window", language: str
    ) -> list[str]:
        """Tell everything that is wrong on pages, each looked at by somebody, at one window."""
        told, seated = list[str](), None
        for person, place in places:
            if person is not seated:
                self.seat(window, person)
                seated = person
            status = window.open(place)
            found = [*window.barriers(), *window.wrong]
            found += ["moves sideways"] if window.is_too_wide() else []
            found += [f"status {status}"] if status != HTTPStatus.OK else []
            found += ["language"] if window.page.get_attribute("html", "lang") != language else []
            told += [f"{place} as {person and person.login}: {fault}" for fault in found]
            window.wrong.clear()
        return told

    def close(self) -> None:
        """Give every window back."""
        for window, given in self._taken:
            window.leave()
            self._chromium.give_back(window.page, given)


class Window:
    """One window, which notes what goes wrong in it."""

    def __init__(self, page: Page, address: str, width: int) -> None:
        self.page = page
        self.width = width
        self.wrong: list[str] = []
        self._address = address
        self._hears = {
            "console": self._heard, "pageerror": self._broke, "requestfailed": self._failed,
            "dialog": self._asked,
        }  # fmt: skip
        for event, hear in self._hears.items():
            page.on(event, hear)  # type: ignore[call-overload]  # playwright names each by itself

    def leave(self) -> None:
        """Hear no more of what goes wrong in it."""
        for event, hear in self._hears.items():
            self.page.remove_listener(event, hear)

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
        self.page.evaluate(FETCH)
        found = self.page.evaluate(CHECK)
        return [f"{rule}: {[html[:120] for html in nodes]}" for rule, nodes in found]

    def is_too_wide(self) -> bool:
        """Tell whether the page would have to be moved sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth")) > self.width

    def _heard(self, message: Any) -> None:  # noqa: ANN401  # of playwright
        if message.type in {"error", "warning"}:
            self.wrong.append(f"{message.type}: {message.text}")

    def _broke(self, error: Any) -> None:  # noqa: ANN401  # of playwright
        self.wrong.append(f"script: {error}")

    def _failed(self, request: Any) -> None:  # noqa: ANN401  # of playwright
        """Note what could not be had; what was left behind by going on is no failure."""
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"failed: {request.url} {request.failure}")

    def _asked(self, dialog: Any) -> None:  # noqa: ANN401  # of playwright
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()
