"""Turns a template and plain values into a page; knows nothing of requests or answers.

One environment: everything is escaped, a missing value fails the page, templates are read from
the package. What each template needs is listed in `templates/README.md`.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import cast
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from engine.words import Locale
from web import wording
from web.once import once

TAG_LENGTH = 12  # hex digits of a static file's hash in its address: enough to tell versions apart

# What the shell of every page reads, when a page has nothing to say about it.
SHELL: Mapping[str, object] = {
    "viewer": None,
    "places": (),
    "can": frozenset(),
    "csrf": "",
    "theme": "auto",
    "office": "",
    "nav_count": None,
    "unread": 0,
    "here": "/",
    "flash": None,
    "words": {},
    "today": None,
    "zone": "Asia/Shanghai",
}


class PackageTemplates(BaseLoader):
    """Reads templates from the installed package, zipped or not."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, None]:
        """Give a template's text. Raises TemplateNotFound, also for a name that climbs out."""
        del environment
        parts = template.split("/")
        file = resources.files("web").joinpath("templates", *parts)
        if any(part in {"", ".", ".."} for part in parts) or not file.is_file():
            raise TemplateNotFound(template)
        return file.read_text(encoding="utf-8"), template, None


@cache
def asset(name: str) -> str:
    """Give the address of a static file, tagged with its content: it may be kept for ever."""
    content = resources.files("web").joinpath("static", *name.split("/")).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:TAG_LENGTH]}"


@cache
def environment() -> Environment:
    """Build the one Jinja environment of the process."""
    env = Environment(
        loader=PackageTemplates(),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
    )
    env.filters.update(wording.FILTERS)
    env.globals.update(
        t=wording.t,
        told=wording.told,
        rich=wording.rich,
        asset=asset,
        nil=wording.nil,
        once=once,
        labelled=wording.labelled,
    )
    return env


def _day(value: object) -> date | None:
    return value if isinstance(value, date) or value is None else date.fromisoformat(str(value))


def render(name: str, locale: Locale, /, **context: object) -> str:
    """Render `templates/<name>` in one language, with the context that its README lists.

    Raises TemplateNotFound for an unknown name and UndefinedError where a value is missing.
    """
    full = {**SHELL, **context, "locale": locale}
    voice = wording.Voice(
        locale=locale,
        today=_day(full["today"]),
        zone=ZoneInfo(str(full["zone"])),
        words=cast("wording.Words", full["words"]),
    )
    token = wording.VOICE.set(voice)
    try:
        return environment().get_template(name).render(full)
    finally:
        wording.VOICE.reset(token)
