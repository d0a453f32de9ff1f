"""No page has to be moved sideways, from the narrowest phone to the widest desk."""

import os
from collections import defaultdict

import pytest

from tests.browser import test_look_at_pages as looked_at
from tests.browser import test_urge as urging
from tests.browser.window import Site
from tests.people import Person
from tests.web import desk

FULL = os.environ.get("DUBAN_SWEEP") == "full"
WIDTHS = (320, 360, 390, 768, 1024, 1440, 1920) if FULL else (320, 768, 1920)
LOCALES = ("en-GB", "zh-CN") if FULL else ("en-GB",)
"""English words are long and do not break; `DUBAN_SWEEP=full` takes all widths, and Chinese too."""
WIDER = """width => {
    const page = document.documentElement;
    return page.scrollWidth > Math.max(page.clientWidth, width) ? page.scrollWidth : 0;
}"""


def swept(site: Site, places: list[tuple[Person | None, str]], locale: str) -> list[str]:
    """Open each page once and make the window wider step by step; tell where that did not do."""
    by_person = defaultdict(list)
    for person, place in places:
        by_person[person].append(place)
    found = []
    window = site.window(None, WIDTHS[0], locale=locale)
    for person, theirs in by_person.items():
        site.seat(window, person)
        for place in theirs:
            window.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
            window.open(place)
            for width in WIDTHS:
                window.page.set_viewport_size({"width": width, "height": 900})
                needed = window.page.evaluate(WIDER, width)
                found += [f"{place} needs {needed} of {width}"] if needed else []
    return found


@pytest.mark.parametrize("locale", LOCALES)
def test_no_page_moves_sideways_at_any_width(site: Site, locale: str) -> None:
    desk.set_clock(site.application.settings.home, desk.START.replace(month=4, day=8))
    assert swept(site, looked_at.PLACES, locale) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_letter_moves_sideways_at_any_width(site: Site, locale: str) -> None:
    assert swept(site, list(urging.places(urging.urge(site))), locale) == []
