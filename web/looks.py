"""Which language and theme a visitor sees: as the account, the cookie or the browser asks."""

import re

from starlette.requests import Request

from engine.service.preferences import THEMES
from engine.settings import Settings
from engine.words import LOCALES, Locale
from web.security.cookies import LOOK, cookie_of

_LONGEST = 1000
_RANGE = re.compile(r"([a-zA-Z]{1,8}|\*)(?:-[a-zA-Z0-9-]*)?(?:;q=([01](?:\.[0-9]{0,3})?))?")


def look_of(request: Request, settings: Settings) -> tuple[Locale, str]:
    """Give language and theme of a visitor of whom nothing is known but the request."""
    kept = (cookie_of(request, LOOK, settings) or "").partition(".")
    asked = request.headers.get("accept-language", "")
    locale = _known(kept[0]) or accepted(asked) or settings.locale
    return locale, kept[2] if kept[2] in THEMES else "auto"


def accepted(header: str) -> Locale | None:
    """Give the language that an `Accept-Language` likes best; None where it knows neither."""
    best: tuple[float, Locale] | None = None
    for item in header[:_LONGEST].split(","):
        found = _RANGE.fullmatch(item.replace(" ", ""))
        name = _known(found[1].lower()) if found else None
        weight = float(found[2] or 1) if found else 0
        if name and weight and (best is None or weight > best[0]):
            best = (weight, name)
    return best and best[1]


def device_of(request: Request) -> str:
    """Name the kind of device, so that an official recognises their own sessions."""
    agent = request.headers.get("user-agent", "")[:_LONGEST]
    return "phone" if "Mobile" in agent or "Android" in agent else "desktop"


def _known(name: str) -> Locale | None:
    return next((locale for locale in LOCALES if locale == name), None)
