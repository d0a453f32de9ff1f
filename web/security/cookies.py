"""The cookies: the session, the secrets of a sign-in, and how a visitor likes to see things.

Each is bound to this very host by the prefix `__Host-` (RFC 6265bis section 4.1.3), which browsers
take over https only; the sample office and tests on loopback do without it.
"""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from engine.settings import Settings

SESSION = "duban"
BEFORE_SIGN_IN = "duban-sign-in"
ERRAND = "duban-provider"
LOOK = "duban-look"
_LOOK_SECONDS = 365 * 24 * 3600
_SECRET_BYTES = 32


def is_bare(settings: Settings) -> bool:
    """Tell whether cookies go without prefix and `Secure`: only on this machine, never for real."""
    parts = urlsplit(settings.public_url)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return settings.env != "production" and parts.scheme == "http" and local


def name_of(cookie: str, settings: Settings) -> str:
    """Give the full name of one of our cookies."""
    return cookie if is_bare(settings) else f"__Host-{cookie}"


def cookie_of(request: Request, cookie: str, settings: Settings) -> str | None:
    """Read one of our cookies."""
    return request.cookies.get(name_of(cookie, settings)) or None


def give_cookie(
    response: Response, cookie: str, value: str, settings: Settings, *, seconds: int | None = None
) -> None:
    """Set a cookie that no script reads; without `seconds` it ends with the browser."""
    response.set_cookie(
        name_of(cookie, settings), value, max_age=seconds, path="/", httponly=True,
        secure=not is_bare(settings), samesite="lax",
    )  # fmt: skip


def take_cookie(response: Response, cookie: str, settings: Settings) -> None:
    """Take a cookie back."""
    response.delete_cookie(
        name_of(cookie, settings), path="/", httponly=True,
        secure=not is_bare(settings), samesite="lax",
    )  # fmt: skip


def keep_look(response: Response, locale: str, theme: str, settings: Settings) -> None:
    """Remember language and theme for somebody who has not signed in."""
    give_cookie(response, LOOK, f"{locale}.{theme}", settings, seconds=_LOOK_SECONDS)


def new_secret() -> str:
    """Make the secret of a sign-in page."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def token_before_sign_in(secret: str) -> str:
    """Give what a form carries as `_csrf` before there is a session."""
    return hmac.digest(secret.encode(errors="replace"), b"duban sign-in form", hashlib.sha256).hex()


def is_own_form(secret: str, token: str) -> bool:
    """Tell, in constant time, whether a form came from a page that carried this secret."""
    return hmac.compare_digest(
        token_before_sign_in(secret).encode(), token.encode(errors="replace")
    )
