"""In a real browser no uploaded file runs, opened or put into a page: it is saved.

The policy of our pages is switched off for it, so that what holds is how the file is handed out.
`DUBAN_TEST_UPLOADS=all` takes every file that is kept; otherwise a few, drawn anew each time.
"""

import os
import random
from collections import Counter

import pytest
from playwright.sync_api import Error

from tests.browser.window import Site, Window
from tests.people import WU
from tests.web import desk
from tests.web.hostile import Upload, uploads
from tests.web.story import Story
from tests.web.test_keep_hostile_uploads import send

FEW = 4
HOOK = "window.duban_ran = number => { console.error(`ran ${number}`) }"
EMBED = """addresses => Promise.all(addresses.flatMap(address =>
    [["script", "src"], ["img", "src"], ["iframe", "src"], ["embed", "src"], ["object", "data"],
     ["link", "href"], ["video", "src"]].map(([tag, where]) => new Promise(done => {
        const one = document.createElement(tag);
        if (tag === "link") { one.rel = "stylesheet"; }
        for (const event of ["load", "error", "loadedmetadata"]) {
            one.addEventListener(event, () => done(tag + " " + event));
        }
        if (tag !== "script" && tag !== "link") { setTimeout(() => done(tag), 1000); }
        one[where] = address;
        document.body.append(one);
    }))
))"""


def kept(site: Site, rng: random.Random) -> list[tuple[Upload, str]]:
    """Upload what would run if anybody let it; give what was kept, with its address."""
    story, browser = Story(site.application), desk.enter(site.application, WU)
    place = f"/cases/{story.code}/files"
    csrf, found = browser.form(place).values["_csrf"][0], list[tuple[Upload, str]]()
    every = [one for one in uploads() if one.claims in {"text/html", "image/svg+xml"}]
    rng.shuffle(every)
    for one in every:
        if send(browser, place, csrf, one).status_code == 303:
            found.append((one, f"{place}/{story.case()['files'][-1]['id']}"))
        if len(found) == FEW and os.environ.get("DUBAN_TEST_UPLOADS") != "all":
            break
    return found


def ran(window: Window) -> list[str]:
    """Give what ran."""
    return [heard for heard in window.wrong if "ran " in heard or "dialog" in heard]


def test_no_uploaded_file_runs_opened_or_embedded(site: Site, rng: random.Random) -> None:
    window = site.window(WU, bypass_csp=True, accept_downloads=True)
    window.page.add_init_script(HOOK)
    window.open("/my")
    window.page.add_script_tag(content="duban_ran(7)")
    assert ran(window) == ["error: ran 7"]
    files = kept(site, rng)
    assert len(files) >= FEW
    for one, address in files:
        starting = pytest.raises(Error, match="Download is starting")
        with window.page.expect_download() as saving, starting:
            window.open(address)
        assert saving.value.suggested_filename.isprintable(), one.what
        assert not saving.value.suggested_filename.endswith(("html", "svg")), one.what
    told = Counter(window.page.evaluate(EMBED, [address for _, address in files]))
    print(f"files={len(files)} {dict(told)}")  # noqa: T201
    assert told["script error"] == told["link error"] == len(files)
    assert ran(window) == ["error: ran 7"]
