"""`python -m tests.tutorials.pictures`: take the pictures of the tutorials, all or of some roles.

Chromium follows each tutorial in an office of its own, whose clock stands still. Pictures are kept
with few colours, so that all of them together stay small.
"""

import base64
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser.conftest import FLAGS, free_port, served
from tests.browser.window import PHONE
from tests.tutorials import office
from tests.tutorials.script import FOLDER, PHONES, Deed, Tutorial, follow, squeezed, tutorials

WIDE, HIGH, TALLEST = 1080, 760, 1100
COLOURS = 64
_PALETTE = (Path(__file__).parent / "palette.js").read_text(encoding="utf-8")


class Photographer:
    """Follows a tutorial in a browser and takes its pictures."""

    def __init__(self, page: Page, address: str, locale: str) -> None:
        self._page = page
        self._address = address
        self._folder = FOLDER / "pictures" / locale

    def do(self, deed: Deed) -> None:
        """Do one thing."""
        getattr(self, f"_{deed.verb}")(deed)

    def seen(self) -> str:
        """Give the words of the page that is open."""
        return self._page.text_content("body") or ""

    def _as(self, deed: Deed) -> None:
        self._page.context.clear_cookies()
        self._page.goto(f"{self._address}/login")
        self._page.fill('[name="login"]', deed.what)
        self._page.fill('[name="password"]', office.PASSWORDS[deed.what])

    def _menu(self, deed: Deed) -> None:
        self._go(self._named("header nav a", deed.what))

    def _press(self, deed: Deed) -> None:
        self._go(self._named("main a, main button, footer a", deed.what))

    def _fill(self, deed: Deed) -> None:
        control = self._page.locator(f'main [name="{deed.what}"]')
        kind = control.first.evaluate("one => one.type")
        if kind in {"radio", "checkbox"}:
            self._page.check(f'main [name="{deed.what}"][value="{deed.value}"]')
        elif kind == "select-one":
            control.select_option(deed.value)
        else:
            control.fill(deed.value)

    def _file(self, deed: Deed) -> None:
        file = {"name": deed.value, "mimeType": "text/plain", "buffer": deed.value.encode()}
        control = self._page.locator(f'main [name="{deed.what}"]')
        control.set_input_files(file)  # type: ignore[arg-type]  # is what it takes

    def _picture(self, deed: Deed) -> None:
        name, _, part = deed.what.partition(" ")
        self._page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        if part:
            box = self._page.locator(part).first.bounding_box()
            assert box is not None
            clip = {**box, "height": min(box["height"], TALLEST)}
            taken = self._page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
        else:
            taken = self._page.screenshot()
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{name}.png").write_bytes(small(self._page.context.browser, taken))

    def _named(self, where: str, words: str) -> Locator:
        """Find something by its words, or by their beginning."""
        found, wanted = self._page.locator(where), squeezed(words)
        told = [squeezed(one) for one in found.evaluate_all("all => all.map(x => x.textContent)")]
        for fits in (str.__eq__, str.startswith):
            for number, one in enumerate(told):
                if fits(one, wanted):
                    return found.nth(number)
        raise AssertionError(f"nothing on {self._page.url} says {words}")

    def _go(self, found: Locator) -> None:
        with self._page.expect_navigation():
            found.click()


def small(browser: Browser | None, taken: bytes) -> bytes:
    """Keep a picture with few colours."""
    assert browser is not None
    page = browser.new_page()
    source = f"data:image/png;base64,{base64.b64encode(taken).decode()}"
    made = page.evaluate(_PALETTE, [source, COLOURS])
    page.close()
    wide, high, dots = made["width"], made["height"], base64.b64decode(made["dots"])
    rows = b"".join(b"\0" + dots[at * wide : (at + 1) * wide] for at in range(high))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(part for colour in made["colours"] for part in colour)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


@contextmanager
def window(browser: Browser, tutorial: Tutorial) -> Iterator[Page]:
    """Open a window as the role of a tutorial has one."""
    on_phone = tutorial.role in PHONES
    context = browser.new_context(
        locale={"zh": "zh-CN", "en": "en-GB"}[tutorial.locale],
        viewport={"width": PHONE if on_phone else WIDE, "height": HIGH},
        device_scale_factor=2 if on_phone else 1, reduced_motion="reduce",
    )  # fmt: skip
    yield context.new_page()
    context.close()


def take(browser: Browser, tutorial: Tutorial) -> list[str]:
    """Follow a tutorial and take its pictures; tell what it quotes and no page shows."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="duban-pictures-") as home:
        address = f"http://127.0.0.1:{port}"
        application = office.copy_of(Path(home) / "office", DUBAN_PUBLIC_URL=address)
        with served(application, port), window(browser, tutorial) as page:
            missing = follow(tutorial, Photographer(page, address, tutorial.locale))
        application.close()
    return missing


def main(roles: list[str]) -> None:
    """Take the pictures of these roles, or of all."""
    with sync_playwright() as playwright:
        found = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        for tutorial in tutorials():
            if not roles or tutorial.role in roles:
                missing = take(browser, tutorial)
                print(tutorial.path.name, *missing)  # noqa: T201  # a command says what it did
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
