"""Verbs on how an account likes to see things."""

from dataclasses import replace

from engine.domain.access import Principal, require
from engine.service.office import Desk, wrong
from engine.store import preferences
from engine.store.preferences import Preference
from engine.words import LOCALES

THEMES = ("auto", "light", "dark")

__all__ = ["THEMES", "Preference", "prefer", "preference"]


def preference(desk: Desk, who: Principal) -> Preference:
    """Give what the caller prefers; nothing is preferred until it is said."""
    require(who, "self.read")
    if who.account_id is None:
        return Preference()
    return preferences.preference(desk.conn, who.account_id)


def prefer(
    desk: Desk, who: Principal, *, locale: str | None = None, theme: str | None = None
) -> Preference:
    """Change language, theme or both; what is not given stays. Raises InvalidError."""
    if locale is not None and locale not in LOCALES:
        raise wrong("locale", "preference-unknown", value=locale[:20], known=", ".join(LOCALES))
    if theme is not None and theme not in THEMES:
        raise wrong("theme", "preference-unknown", value=theme[:20], known=", ".join(THEMES))
    before = preference(desk, who)
    wanted = replace(before, locale=locale or before.locale, theme=theme or before.theme)
    if who.account_id is not None and wanted != before:
        preferences.keep_preference(desk.conn, who.account_id, wanted)
    return wanted
