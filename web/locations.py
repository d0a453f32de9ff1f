"""Addresses of our own pages; none that a visitor brings is followed unless it is one of ours."""

import re
from urllib.parse import quote, urlsplit

from starlette.requests import Request

_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
HOME = "/"


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
    here = own_path(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    return "/login" if here == HOME else f"/login?next={quote(here, safe='/')}"


def case_at(code: str, part: str = "") -> str:
    """Give the page of a case, or a place on it."""
    return f"/cases/{quote(code, safe='')}{part}"
