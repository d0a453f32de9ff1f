"""Tells a form that was sent from our own page from one that another site made a browser send."""

from starlette.requests import Request

from engine.errors import ForbiddenError
from engine.settings import Settings

_OURS = frozenset({"same-origin", "none"})


def require_own_origin(request: Request, settings: Settings) -> None:
    """Refuse a write that a page of ours did not send. Raises ForbiddenError.

    Fetch Metadata decides where the browser sends it; else the `Origin` must be the public address.
    """
    site = request.headers.get("sec-fetch-site")
    told = request.headers.get("origin")
    if (site not in _OURS) if site is not None else (told != settings.origin):
        raise ForbiddenError("form-foreign")
