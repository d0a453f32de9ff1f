"""In a real browser nothing runs that somebody wrote: with the policy of our pages, and without."""

from tests.browser.window import Site
from tests.people import CHEN, SHEN, WU, ZHAO
from tests.web.painted import painted
from tests.web.story import Story

HOOK = "window.duban_ran = number => { console.error(`ran ${number}`) }"


def test_nothing_that_was_written_runs_in_a_real_browser(fresh: Site) -> None:
    story = painted(Story(fresh.application))
    case = f"/cases/{story.code}"
    places = {
        ZHAO: [f"{case}?history=all", "/cases", "/", f"/issues/{story.issue}/annex",
               "/reports/ledger", "/cases?q=%22%3E%3Cimg+src%3Dx"],
        CHEN: [f"/letters/{story.letter}", "/supervision", f"{case}/do/grant-extension",
               "/reports/daily/2026-03-03"],
        SHEN: ["/accounts", f"/accounts/{ZHAO.login}", "/units"],
        WU: ["/my", "/inbox", f"{case}/plan"],
    }  # fmt: skip
    for bypassed in (False, True):
        for person, paths in places.items():
            window = fresh.window(person, bypass_csp=bypassed)
            window.page.add_init_script(HOOK)
            for path in paths:
                assert window.open(path) in {200, 422}, path
                window.page.mouse.move(300, 300)
                assert window.page.evaluate("window.duban_ran !== undefined")
                wrong = [fault for fault in window.wrong if "422" not in fault]
                assert wrong == [], (path, bypassed)
                leads_on = window.page.url.startswith(f"{fresh.address}{path.split('?')[0]}")
                assert leads_on, path
