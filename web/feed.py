"""The calendar feed, for calendars that can send nothing but an address."""

from hashlib import sha256
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from engine.output import ics
from engine.service.desk import Desk
from engine.service.feed import DueDate, due_dates
from engine.service.preferences import preference
from engine.service.tokens import bearer
from web.routing import PUBLIC, Routes
from web.visit import Visit, Visiting
from web.wording import say_in

if TYPE_CHECKING:
    from engine.words import Locale

ROUTES = Routes("outside")
PATH = "/api/v1/cases.ics"
MEDIA = "text/calendar; charset=utf-8"
_UNCHANGED = 304


@ROUTES.get(PATH, permission=PUBLIC, object="case")
@ROUTES.get("/cases.ics", permission=PUBLIC, object="case")
def feed(request: Request, visit: Visiting) -> Response:
    """Give the due dates of what waits for the token's owner."""
    token = request.query_params.get("token", "")
    with visit.application.reading("api", visit.locale) as desk:
        who = bearer(desk, token, feed=True)
        liked = preference(desk, who).locale
        locale = cast("Locale", liked or visit.application.settings.locale)
        dates = due_dates(_spoken(desk, locale), who)
    content = _written(visit, dates, locale)
    headers = {
        "ETag": f'"{sha256(content).hexdigest()}"',
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'inline; filename="cases.ics"',
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=_UNCHANGED, headers=headers)
    return Response(content, headers=headers, media_type=MEDIA)


def _spoken(desk: Desk, locale: "Locale") -> Desk:
    return Desk(desk.conn, desk.now, locale, desk.via, desk.zone)


def _written(visit: Visit, dates: list[DueDate], locale: "Locale") -> bytes:
    base = visit.application.settings.public_url.rstrip("/")
    host = urlsplit(base).hostname or "duban"
    events = (
        ics.all_day(
            "-".join(str(part) for part in (one.code, one.kind, one.subject) if part) + f"@{host}",
            one.on,
            say_in(locale, "feed-due", what=one.what, title=one.title, code=one.code),
            f"{base}/cases/{one.code}",
            one.since,
        )
        for one in dates
    )
    return ics.written(ics.calendar(say_in(locale, "feed-name"), locale), events)
