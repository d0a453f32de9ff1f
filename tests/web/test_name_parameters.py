"""Whatever a page reads from its address has a word: the one that stands on the page for it."""

import re
from collections.abc import Iterator
from html import unescape
from inspect import signature
from typing import Any

import pytest
from starlette.datastructures import QueryParams

from engine.domain.access import ACTS
from engine.errors import FieldFault
from engine.words import message
from tests.people import CHEN, HAN, JIANG, SHEN, SUN, WEI, WU, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.rights.routes import BY_OTHER_MEANS
from tests.web.story import Story
from web.app import declarations
from web.parameters import EVERYWHERE, OF_PAGES, called, said_of, word_of
from web.routing import OF_A_CASE
from web.wording import web_catalogue

READERS = (ZHAO, CHEN, WU, ZHANG, SHEN, SUN, WEI, JIANG, HAN)
NAMES = {
    "code": "DB-2026-0001", "trigger": "stabilize", "number": "1", "measure": "1", "id": "1",
    "no": "DB-2026-0001-1", "date": "2026-03-03", "year": "2026", "login": "wushi",
    "name": "key-issue", "key": "unknown", "file": "1", "unit": "1",
}  # fmt: skip
"""What stands in the places of addresses."""
ASKED = "as_of=2026-03-02&entry=1&all=1"
"""What lets pages read the parameters that they read beside others."""


def pages() -> list[str]:
    """Give the address of every page that is handed its request: no other reads its address."""
    opened = (one for one in declarations() if (one.surface, one.method) == ("page", "GET"))
    found = (one for one in opened if "request" in signature(one.endpoint).parameters)
    return sorted({one.path for one in found} - {path.partition(" ")[2] for path in BY_OTHER_MEANS})


def readers_of(path: str) -> Iterator[Person]:
    """Give somebody of each role who may open a page."""
    (one,) = {d.permission for d in declarations() if (d.method, d.path) == ("GET", path)}
    may = ACTS.get(one, ()) if one not in OF_A_CASE else ()
    return (who for who in READERS if not may or set(who.roles) & set(may) or set(may) == {"*"})


class Heard:
    """Notes which parameters pages ask their addresses for."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.names: set[str] = set()
        for way in ("get", "getlist", "__getitem__", "__contains__"):
            patch.setattr(QueryParams, way, self._hearing(getattr(QueryParams, way)), raising=True)

    def _hearing(self, really: Any) -> Any:  # noqa: ANN401  # a method
        def hear(params: QueryParams, name: str, *more: Any) -> Any:  # noqa: ANN401
            self.names.add(name)
            return really(params, name, *more)

        return hear


def test_every_parameter_of_every_page_has_a_word(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsers = {who.login: desk.enter(story.application, who) for who in READERS}
    heard, read = Heard(monkeypatch), dict[str, set[str]]()
    for path in pages():
        place = re.sub(r"{(\w+)[^}]*}", lambda found: NAMES[found[1]], path)
        heard.names.clear()
        for who in readers_of(path):
            if browsers[who.login].get(f"{place}?{ASKED}").status_code != 403:
                break
        read[path] = set(heard.names)
    wordless = {(p, n) for p, names in read.items() for n in names if word_of(p, n) is None}
    assert wordless == set()
    assert sum(map(len, read.values())) > 2 * len(read)
    assert {"as_of", "bucket", "format"} <= read["/reports/overdue"]
    assert {"a", "b", "case", "cursor", "seq", "urge"} <= read["/supervision"]
    assert {"from", "days", "unit"} <= read["/calendar/{year}"]
    assert {"entry", "cursor"} <= read["/inbox"]


CONTROL = re.compile(
    r'<label(?: class="[^"]*")? for="([^"]+)">(.*?)</label>.*?<(?:input|select)[^>]*id="\1"[^>]*'
    r'name="(\w+)"',
    re.DOTALL,
)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_it_is_the_word_at_the_control(story: Story, locale: str) -> None:
    """A control of a form that looks something up is labelled as its parameter is called."""
    seen = set[tuple[str, str]]()
    for who, path, place in (
        (CHEN, "/reports/overdue", "/reports/overdue"),
        (ZHAO, "/cases", "/cases?more=1"),
        (ZHAO, "/calendar/{year}", "/calendar/2026"),
        (CHEN, "/supervision", f"/supervision?case={story.code}"),
    ):
        browser = desk.enter(story.application, who)
        browser.client.cookies.set("duban_locale", locale)
        page = browser.get(place, headers={"Accept-Language": locale})
        assert page.status_code == 200
        assert f'lang="{"zh-CN" if locale == "zh" else "en"}"' in page.text
        main = page.text[page.text.index("<main") : page.text.index("</main>")]
        for form in re.findall(r'<form[^>]*method="get".*?</form>', main, re.DOTALL):
            for _, label, name in CONTROL.findall(form):
                told = unescape(re.sub(r"<[^>]+>", "", label)).strip()
                assert told == called(path, name, "zh" if locale == "zh" else "en"), (path, name)
                seen.add((path, name))
    assert len(seen) > 15


def test_every_word_is_in_both_catalogues_and_an_unknown_name_is_not_told() -> None:
    words = {w for of in (EVERYWHERE, *OF_PAGES.values()) for w in of.values()}
    assert words <= web_catalogue().keys()
    odd = FieldFault("xyz", message("field-date"))
    assert (
        said_of("/roster", odd, "<b>", "zh") == "网址中写有“<b>”，不能用：须为日期，如 2026-04-23。"
    )
    assert "xyz" not in said_of("/roster", odd, "v", "en")
