"""Verbs on how an account likes to see things."""

from dataclasses import replace

from engine.domain.access import Principal, require
from engine.service.office import Desk, wrong
from engine.store import preferences
from engine.store.preferences import Preference
from engine.words import LOCALES, listed

THEMES = ("auto", "light", "dark")

__all__ = ["THEMES", "Preference", "checked", "prefer", "preference"]


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
    new, before = checked(locale, theme), preference(desk, who)
    wanted = replace(before, locale=new.locale or before.locale, theme=new.theme or before.theme)
    if who.account_id is not None and wanted != before:
        preferences.keep_preference(desk.conn, who.account_id, wanted)
    return wanted


def checked(locale: str | None, theme: str | None) -> Preference:
    """Take a wish if it is one that there is. Raises InvalidError."""
    for field, value, known in (("locale", locale, LOCALES), ("theme", theme, THEMES)):
        if value is not None and value not in known:
            raise wrong(field, "preference-unknown", value=value[:20], known=listed(known))
    return Preference(locale, theme)
