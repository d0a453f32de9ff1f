"""Addresses of our own pages; none that a visitor brings is followed unless it is one of ours."""

import re
from urllib.parse import quote, urlencode, urlsplit

from starlette.requests import Request
from starlette.routing import Route

from web.routing import SAFE

_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
HOME = "/"
OVER = "session-over"
"""The word of what the sign-in page says to whom a session ended."""
_BACK_FROM_PROVIDER = "/provider"
"""What the provider sends a browser to is no page to open; the one before it is."""


def own_path(wanted: str) -> str:
    """Give an address if it is a path on this very site, else the front page.

    One slash and then neither a slash nor a backslash; printable ASCII without backslashes: what
    browsers would read as another host, or drop before reading, does not pass.
    """
    if not _OWN_PATH.fullmatch(wanted):
        return HOME
    parts = urlsplit(wanted)
    return HOME if parts.scheme or parts.netloc else wanted


def sign_in_at(request: Request, *, over: bool = False) -> str:
    """Give the sign-in page that leads back to what was asked for; `over` says why one is there."""
    return _sign_in_to(shown_at(request), over=over)


def sign_in_from(request: Request, *, over: bool = False) -> str:
    """Give the sign-in page that leads back to the page which asked for a part of itself."""
    parts = urlsplit(request.headers.get("hx-current-url", ""))
    here = own_path(parts.path + (f"?{parts.query}" if parts.query else ""))
    return _sign_in_to(here, over=over)


def _sign_in_to(here: str, *, over: bool) -> str:
    asked = {} if here == HOME else {"next": here}
    if over:
        asked["done"] = OVER
    return f"/login?{urlencode(asked, safe='/', quote_via=quote)}" if asked else "/login"


def shown_at(request: Request) -> str:
    """Give the address at which what is shown can be opened again, also after a form was sent."""
    if request.method in SAFE:
        return own_path(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    return _nearest(request, request.url.path.removesuffix(_BACK_FROM_PROVIDER))


def changed_at(request: Request) -> str:
    """Give the address at which something else can be asked for than what was refused."""
    if request.method not in SAFE:
        return shown_at(request)
    path = request.url.path
    return _nearest(request, path if request.url.query else path.rpartition("/")[0])


def _nearest(request: Request, path: str) -> str:
    """Give the nearest address upwards that shows something."""
    while path and not _opens(request, path):
        path = path.rpartition("/")[0]
    return own_path(path)


def _opens(request: Request, path: str) -> bool:
    """Tell whether an address shows something."""
    routes = (route for route in request.app.routes if isinstance(route, Route))
    return any("GET" in (route.methods or ()) and route.path_regex.match(path) for route in routes)


def case_at(code: str, part: str = "") -> str:
    """Give the page of a case, or a place on it."""
    return f"/cases/{quote(code, safe='')}{part}"


def letter_at(no: str, part: str = "") -> str:
    """Give the page of an urging letter, or a place on it."""
    return f"/letters/{quote(no, safe='')}{part}"
