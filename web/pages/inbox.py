"""The inbox: what one was told, a group for each half day, and what of it one has read."""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response
from typing_extensions import TypedDict

from engine.service.inbox import EntryAnswer, show_entries, show_entry
from engine.service.notices import NOON, NoticeAnswer, read_inbox
from engine.service.paging import PageQuery
from engine.service.shut_told import LOST, NEEDED
from web.forms import number
from web.locations import case_at
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")
PAGE = 50


class Line(TypedDict):
    """An entry with the place where its matter is dealt with; `first` are cases of several."""

    entry: EntryAnswer
    href: str | None
    first: "list[Part]"


class Part(TypedDict):
    """A message of an entry with the place where its matter is dealt with."""

    notice: NoticeAnswer
    href: str | None


class HalfDay(TypedDict):
    """What came within one half day, the newest first."""

    at: str
    half: str
    lines: list[Line]


@ROUTES.get("/inbox", permission="self.read", object="message")
def show(visit: Visiting, request: Request) -> Response:
    """Show one's messages, the newest first; or of one entry, all that it is made of."""
    cursor, chosen = request.query_params.get("cursor") or None, request.query_params.get("entry")
    if chosen is not None:
        return _show_entry(visit, chosen, cursor)
    with visit.reading() as (desk, who):
        found = show_entries(desk, who, PageQuery(PAGE, cursor))
    following = f"/inbox?{urlencode({'cursor': found['next']})}" if found["next"] else None
    return page(
        visit, "pages/inbox.html", found=found, halves=halves(visit, found["items"]),
        newest=found["items"][0]["notice"]["id"] if found["items"] else 0,
        first="/inbox" if cursor else None, following=following,
    )  # fmt: skip


def _show_entry(visit: Visit, chosen: str, cursor: str | None) -> Response:
    """Show every case that one entry is about."""
    with visit.reading() as (desk, who):
        found = show_entry(desk, who, number(chosen), PageQuery(PAGE, cursor))
    own = {"entry": chosen}
    following = found["next"] and f"/inbox?{urlencode({**own, 'cursor': found['next']})}"
    return page(
        visit, "pages/inbox_entry.html", found=found, lines=parts(found["items"]),
        half=next((half_of(visit, one) for one in found["items"]), None),
        first=f"/inbox?{urlencode(own)}" if cursor else None, following=following,
    )  # fmt: skip


@ROUTES.post("/inbox/read", permission="self.read", object="message")
def read(visit: Visiting) -> Response:
    """Note that one has read all up to the newest message that was shown."""
    with visit.writing() as (desk, who):
        read_inbox(desk, who, max(0, number(visit.text("up_to"))))
    return RedirectResponse("/inbox?done=read", 303)


def halves(visit: Visit, items: list[EntryAnswer]) -> list[HalfDay]:
    """Group entries by the half day in which they came."""
    return [
        {"at": at, "half": name, "lines": [_line(entry) for entry in found]}
        for (at, name), found in groupby(items, lambda entry: half_of(visit, entry["notice"]))
    ]


def half_of(visit: Visit, notice: NoticeAnswer) -> tuple[str, str]:
    """Give the day of a message at the office, and the half of it."""
    at = datetime.fromisoformat(notice["at"]).astimezone(visit.application.zone)
    return at.date().isoformat(), "am" if at.hour < NOON else "pm"


def _line(entry: EntryAnswer) -> Line:
    notice, several = entry["notice"], entry["first"]
    href = f"/inbox?entry={notice['id']}" if several else place_of(notice)
    return {"entry": entry, "href": href, "first": parts(several)}


def parts(items: list[NoticeAnswer]) -> list[Part]:
    """Give messages with the places where their matters are dealt with."""
    return [{"notice": notice, "href": place_of(notice)} for notice in items]


def place_of(notice: NoticeAnswer) -> str | None:
    """Give the page on which the matter of a message is dealt with; None for one out of sight."""
    kind, words = notice["kind"], notice["words"]
    for prefix, place in _PLACES.items():
        if words and kind.startswith(prefix):
            return place(words)
    return case_at(notice["case"]) if notice["case"] else None


def _daily(words: Mapping[str, Any]) -> str:
    return f"/reports/daily/{words['day']}"


def _own_unit(words: Mapping[str, Any]) -> str:
    return f"{_daily(words)}/unit"


def _calendar(words: Mapping[str, Any]) -> str:
    return f"/calendar/{words['year']}"


def _workflow(words: Mapping[str, Any]) -> str:
    return f"/workflows/{quote(words['workflow'], safe='')}?version={words['new']}"


def _letter(words: Mapping[str, Any]) -> str:
    return f"/letters/{quote(words['letter'], safe='')}"


def _hand_over(words: Mapping[str, Any]) -> str:
    return case_at(words["code"], "/do/hand-over")


_PLACES = {
    "letter.": _letter, "daily.late": _daily, "daily.": _own_unit, "calendar.": _calendar,
    "workflow.": _workflow,
    NEEDED: _hand_over, LOST: _hand_over,
}  # fmt: skip
"""Where messages lead, by the beginning of their kind; others lead to their case."""
