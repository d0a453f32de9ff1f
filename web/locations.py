"""Addresses of our own pages; none that a visitor brings is followed unless it is one of ours."""

import re
from urllib.parse import quote, urlsplit

from starlette.requests import Request

from web.routing import SAFE

_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
HOME = "/"
_SENT_TO = frozenset({
    "anew", "begin", "chase", "confirm", "draft", "drop", "edit", "end-session", "notes",
    "link", "password", "provider", "read", "unlink",
})  # fmt: skip
"""Last parts of addresses that only take forms; the page stands at what is before them."""


def own_path(wanted: str) -> str:
    """Give an address if it is a path on this very site, else the front page.

    One slash and then neither a slash nor a backslash; printable ASCII without backslashes: what
    browsers would read as another host, or drop before reading, does not pass.
    """
    if not _OWN_PATH.fullmatch(wanted):
        return HOME
    parts = urlsplit(wanted)
    return HOME if parts.scheme or parts.netloc else wanted


def sign_in_at(request: Request) -> str:
    """Give the sign-in page that leads back to what was asked for."""
    here = shown_at(request)
    return "/login" if here == HOME else f"/login?next={quote(here, safe='/')}"


def shown_at(request: Request) -> str:
    """Give the address at which what is shown can be opened again, also after a form was sent."""
    if request.method in SAFE:
        return own_path(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    place, _, last = request.url.path.rpartition("/")
    return own_path(place if last in _SENT_TO else request.url.path)


def case_at(code: str, part: str = "") -> str:
    """Give the page of a case, or a place on it."""
    return f"/cases/{quote(code, safe='')}{part}"


def letter_at(no: str, part: str = "") -> str:
    """Give the page of an urging letter, or a place on it."""
    return f"/letters/{quote(no, safe='')}{part}"
