"""Hands at a window: with a mouse, with a finger, or with nothing but a keyboard.

The keyboard looks around: wherever it stops, the focus must be seen, and every page of a new kind
is gone through once from the first stop to the last, forwards and backwards.
"""

import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from playwright.sync_api import FileChooser, Locator

from tests.browser.window import Window

Given = Mapping[str, str | list[str]]

_MOST_STOPS = 400
_PATIENCE = 100
"""Tenths of a second to wait for a dialogue; it is listened for from the beginning, as asking to be
told of it comes too late at times."""
_BACK = 4
"""How often Shift and Tab are pressed at the end of a page."""
_WHERE = (Path(__file__).parent / "focus.js").read_text(encoding="utf-8")
"""Tells where the focus is, and what is wrong with how it is seen there."""
_STOPS = (Path(__file__).parent / "stops.js").read_text(encoding="utf-8")
"""Lists what of a page ought to be a stop, in its order."""


def _spelt(words: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(words)}\s*$")


class Hands:
    """A hand with a mouse."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.page = window.page

    def open(self, path: str) -> None:
        """Open a page by its address."""
        self.window.open(path)
        self.arrived()

    def press(self, words: str, place: str = "main") -> None:
        """Press a button or follow a link by its words, and wait for what comes."""
        found = self.page.locator(f"{place} :is(button, a)").filter(has_text=_spelt(words)).first
        self.come_to(found)
        with self.page.expect_navigation():
            self.activate(found)
        self.arrived()

    def go(self, words: str) -> None:
        """Follow a word of the menu."""
        word = re.compile(rf"^\s*{re.escape(words)}")
        found = self.page.locator("nav.topnav a").filter(has_text=word).first
        self.come_to(found, in_main=False)
        with self.page.expect_navigation():
            self.activate(found)
        self.arrived()

    def fill(self, given: Given) -> None:
        """Fill in fields by their name."""
        for name, value in given.items():
            control = self.page.locator(f'main [name="{name}"]')
            kind = control.first.evaluate("one => one.type")
            if kind in {"radio", "checkbox"}:
                for one in value if isinstance(value, list) else [value]:
                    self.choose(self.page.locator(f'main [name="{name}"][value="{one}"]'))
            elif kind == "select-one":
                self.select(control, str(value))
            else:
                self.write(control, str(value))

    def arrived(self) -> None:
        """Look at a page that was come to."""

    # --- what differs from hand to hand -----------------------------------------------------------

    def come_to(self, found: Locator, *, in_main: bool = True) -> None:
        """Come to something, before it is pressed or written into."""

    def activate(self, found: Locator) -> None:
        """Press something."""
        found.click()

    def choose(self, found: Locator) -> None:
        """Tick a box, or choose one of several."""
        found.check()

    def select(self, found: Locator, value: str) -> None:
        """Choose from a list."""
        found.select_option(value)

    def write(self, found: Locator, value: str) -> None:
        """Write into a field."""
        found.fill(value)

    def attach(self, field: str, name: str, content: str) -> None:
        """Choose a file."""
        file = {"name": name, "mimeType": "text/plain", "buffer": content.encode()}
        self.page.set_input_files(f"main #{field}", file)  # type: ignore[arg-type]  # is what it takes


class Finger(Hands):
    """A finger on a touch screen."""

    def activate(self, found: Locator) -> None:
        """Tap something."""
        found.tap()

    def choose(self, found: Locator) -> None:
        """Tap a box that is not ticked."""
        if not found.is_checked():
            found.tap()


class Keyboard(Hands):
    """Nothing but a keyboard: Tab, Enter, Space, the arrows, and what is typed."""

    def __init__(self, window: Window, known: set[str]) -> None:
        super().__init__(window)
        self._known = known
        self._may_skip = False
        self._dialogues: list[FileChooser] = []
        self.page.on("filechooser", lambda asked: self._dialogues.append(asked))  # noqa: PLW0108  # a builtin cannot be told apart

    def arrived(self) -> None:
        """Find the focus where it belongs; go through a page of a kind that is new."""
        if self.page.locator(".error-summary").count():
            assert self._is_at(".error-summary"), "a refusal does not take the focus"
            self._may_skip = False
            return
        path = re.sub(r"\d+", "0", re.split("[?#]", self.page.url)[0])
        kind = f"{path} {self.window.width}"
        if kind not in self._known:
            self._known.add(kind)
            self._go_through()
        self._may_skip = True

    def activate(self, found: Locator) -> None:
        """Press Enter where the focus is."""
        assert self.page.evaluate(_WHERE, found.element_handle())["here"]
        self.page.keyboard.press("Enter")

    def choose(self, found: Locator) -> None:
        """Come to a box or a group and press Space, and the arrow until the right one is chosen."""
        if found.is_checked():
            return
        self.come_to(found)
        if found.get_attribute("type") == "checkbox":
            self.page.keyboard.press("Space")
        for _ in range(20):
            if found.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        assert found.is_checked(), "the arrows do not come to it"

    def select(self, found: Locator, value: str) -> None:
        """Come to a list and go down, or up, to what is wanted."""
        self.come_to(found)
        for key in ("ArrowDown", "ArrowUp"):
            for _ in range(found.locator("option").count()):
                if found.input_value() == value:
                    return
                self.page.keyboard.press(key)
        assert found.input_value() == value

    def write(self, found: Locator, value: str) -> None:
        """Come to a field and type; a date goes part by part."""
        self.come_to(found)
        if found.get_attribute("type") == "date":
            self._write_date(found, value)
            return
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(value)

    def _write_date(self, found: Locator, value: str) -> None:
        """Type a date in the order in which this browser shows its parts."""
        year, month, day = value.split("-")
        for parts in ((year, month, day), (month, day, year), (day, month, year)):
            for _ in parts:
                self.page.keyboard.press("ArrowLeft")
            for part in parts:
                self.page.keyboard.type(part)
                if part is year:
                    self.page.keyboard.press("ArrowRight")
            if found.input_value() == value:
                return
        raise AssertionError(f"{value} cannot be typed")

    def attach(self, field: str, name: str, content: str) -> None:
        """Come to the field, open the system's dialogue, and choose there."""
        control = self.page.locator(f"main #{field}")
        self.come_to(control)
        self.page.keyboard.press("Space")
        for _ in range(_PATIENCE):
            if self._dialogues:
                break
            self.page.wait_for_timeout(100)
        file = {"name": name, "mimeType": "text/plain", "buffer": content.encode()}
        self._dialogues.pop().set_files(file)  # type: ignore[arg-type]  # is what it takes

    # --- coming there -----------------------------------------------------------------------------

    def come_to(self, found: Locator, *, in_main: bool = True) -> None:
        """Press Tab until there; on a page just come to, skip to its main part first."""
        if self._may_skip and in_main:
            self._skip()
        self._may_skip = False
        wanted = found.element_handle()
        for _ in range(self.page.evaluate(_STOPS, wanted)):
            self.page.keyboard.press("Tab")
        times_at_the_start = 0
        for _ in range(_MOST_STOPS):
            stop = self.page.evaluate(_WHERE, wanted)
            self._note(stop)
            if stop["here"]:
                return
            times_at_the_start += stop["outside"]
            assert times_at_the_start <= 2, f"no Tab comes to {found} on {self.page.url}"
            self.page.keyboard.press("Tab")
        raise AssertionError(f"a trap before {found} on {self.page.url}")

    def _skip(self) -> None:
        """Go to the main part, where an address has not led there already."""
        if "#" in self.page.url:
            return
        if not self._is_at(".skip"):
            self.page.keyboard.press("Tab")
        assert self._is_at(".skip"), f"the first stop of {self.page.url} is no skip link"
        self._note(self.page.evaluate(_WHERE))
        self.page.keyboard.press("Enter")
        assert self._is_at("main"), f"the skip link of {self.page.url} leads nowhere"

    def _go_through(self) -> None:
        """Press Tab from the first stop to the last: all are come to, in their order, none twice.

        Then go back a few by Shift and Tab: the way back is the way there.
        """
        wanted = [name for name, _ in groupby(self.page.evaluate(_STOPS))]
        self._begin()
        passed = [self.page.evaluate(_WHERE)["name"]]
        while not self._is_round("Tab", passed):
            assert len(passed) <= len(wanted), f"{self.page.url}: a trap at {passed[-1]}"
        assert passed == wanted, f"{self.page.url}: {passed} for {wanted}"
        back = list[str]()
        for _ in range(_BACK):
            self._is_round("Shift+Tab", back)
        back = [name for name in back if name != wanted[0]]
        assert back == passed[: -len(back) - 1 : -1], f"{self.page.url}: back by {back}"
        self._begin()

    def _begin(self) -> None:
        """Press Tab until at the first stop."""
        for _ in range(_MOST_STOPS):
            if self._is_at(".skip"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: no Tab comes to the skip link")

    def _is_round(self, key: str, passed: list[str]) -> bool:
        """Go on by one stop; tell whether that is where one began."""
        self.page.keyboard.press(key)
        stop = self.page.evaluate(_WHERE)
        self._note(stop)
        if stop["outside"] or (len(passed) > 1 and stop["name"] == passed[0]):
            return True
        if not passed or passed[-1] != stop["name"]:
            passed.append(stop["name"])
        return False

    def _is_at(self, selector: str) -> bool:
        return bool(self.page.evaluate("at => document.activeElement.matches(at)", selector))

    def _note(self, stop: dict[str, str]) -> None:
        if stop["fault"]:
            self.window.wrong.append(f"{self.page.url}: {stop['fault']}: {stop['name']}")
