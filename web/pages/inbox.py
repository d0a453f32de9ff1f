"""The inbox: what one was told, a group for each half day, and what of it one has read."""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response
from typing_extensions import TypedDict

from engine.service.notices import NoticeAnswer, read_inbox, show_inbox
from engine.service.paging import PageQuery
from web.forms import number
from web.locations import case_at
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")
PAGE = 50
NOON = 12


class Line(TypedDict):
    """A message with the place where the matter is dealt with."""

    notice: NoticeAnswer
    href: str | None


class HalfDay(TypedDict):
    """What came within one half day, the newest first."""

    at: str
    half: str
    lines: list[Line]


@ROUTES.get("/inbox", permission="self.read", object="message")
def show(visit: Visiting, request: Request) -> Response:
    """Show one's messages, the newest first."""
    cursor = request.query_params.get("cursor") or None
    with visit.reading() as (desk, who):
        found = show_inbox(desk, who, PageQuery(PAGE, cursor))
    following = f"/inbox?{urlencode({'cursor': found['next']})}" if found["next"] else None
    return page(
        visit, "pages/inbox.html", found=found, halves=halves(visit, found["items"]),
        newest=found["items"][0]["id"] if found["items"] else 0,
        first="/inbox" if cursor else None, following=following,
    )  # fmt: skip


@ROUTES.post("/inbox/read", permission="self.read", object="message")
def read(visit: Visiting) -> Response:
    """Note that one has read all up to the newest message that was shown."""
    with visit.writing() as (desk, who):
        read_inbox(desk, who, max(0, number(visit.text("up_to"))))
    return RedirectResponse("/inbox?done=read", 303)


def halves(visit: Visit, items: list[NoticeAnswer]) -> list[HalfDay]:
    """Group messages by the half day in which they came."""

    def half(notice: NoticeAnswer) -> tuple[str, str]:
        at = datetime.fromisoformat(notice["at"]).astimezone(visit.application.zone)
        return at.date().isoformat(), "am" if at.hour < NOON else "pm"

    return [
        {"at": at, "half": name, "lines": [{"notice": n, "href": place_of(n)} for n in found]}
        for (at, name), found in groupby(items, half)
    ]


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


def _letter(words: Mapping[str, Any]) -> str:
    return f"/letters/{quote(words['letter'], safe='')}"


_PLACES = {"letter.": _letter, "daily.late": _daily, "daily.": _own_unit, "calendar.": _calendar}
"""Where messages lead, by the beginning of their kind; others lead to their case."""
