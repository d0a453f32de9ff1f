"""What an address asks of the list of cases: a view, and filters that narrow it."""

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from engine.domain.duedates import end_of_day
from engine.service.case_lists import CaseQuery
from engine.service.office import wrong
from engine.service.views import KEPT
from engine.words import listed

VIEWS: Mapping[str, Mapping[str, Any]] = {
    "open": {"closed": False},
    "overdue": {"overdue": True},
    "soon": {"soon": True},
    "mine": {"mine": True, "closed": False},
    "unacknowledged": {"state": "assigned", "acknowledged": False},
    "approval": {"pending": True},
    "observed": {"state": "stabilized"},
    "closed": {"closed": True, "sort": "-registered_at"},
    "all": {},
}
"""Views that bookmarks name: each a few filters."""
COUNTED = ("open", "overdue", "soon", "mine", "unacknowledged", "approval", "observed")
"""Views beside whose names stands how many cases they hold."""
ALWAYS = ("overdue", "soon")
"""Those of them that are counted for whoever does not read every case: each has its index."""
FILTERS = (
    "q", "state", "unit", "leader", "issue", "due", "origin", "late", "opened", "rested", "as_of",
    "sort",
)  # fmt: skip
ROWS = (20, 50)
"""How many cases a page of the list may hold: usually the first, at `rows` in the address more."""
DUE = ("overdue", "soon", "month")
"""What can be asked of limits: that they have passed, are near, or fall in this month."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A view and its filters, as they were typed; empty ones ask for nothing."""

    view: str
    filters: Mapping[str, str]
    cursor: str | None
    rows: int = ROWS[0]

    @property
    def given(self) -> dict[str, str]:
        """The filters that ask for something."""
        return {name: text for name, text in self.filters.items() if text}

    def at(self, path: str = "/cases", **other: str) -> str:
        """Give the address of the same list with some of it changed."""
        long = {} if self.rows == ROWS[0] else {"rows": str(self.rows)}
        return f"{path}?{urlencode({'view': self.view, **self.given, **long, **other})}"

    def without(self, name: str) -> str:
        """Give the address of the same list with one filter less."""
        return replace(self, filters={**self.filters, name: ""}).at()

    def query(self, today: date, zone: ZoneInfo, limit: int | None = None) -> CaseQuery:
        """Give what is asked for. Raises InvalidError for what cannot be read."""
        if self.view not in VIEWS:
            raise wrong("view", "field-choice", known="、".join(VIEWS))
        given: dict[str, Any] = {n: t for n, t in self.given.items() if n not in READ}
        for name in READ.keys() & self.given.keys():
            given |= READ[name](self.given[name], today, zone)
        return CaseQuery(
            **{**VIEWS[self.view], **given, "limit": limit or self.rows, "cursor": self.cursor}
        )


def asked_of(params: QueryParams) -> Asked:
    """Read an address: whoever searches without a view looks among all cases."""
    filters = {name: params.get(name, "").strip() for name in FILTERS}
    usual = "all" if any(text for name, text in filters.items() if name != "sort") else "open"
    rows = ROWS[1] if params.get("rows") == str(ROWS[1]) else ROWS[0]
    return Asked(params.get("view") or usual, filters, params.get("cursor") or None, rows)


def kept_of(asked: Asked) -> dict[str, str]:
    """Give what of an address a view of one's own keeps."""
    every = {"view": asked.view, **asked.given}
    return {name: every[name] for name in KEPT if every.get(name)}


def address_of(filters: Mapping[str, str]) -> str:
    """Give the address of the list as a view of one's own shows it."""
    return f"/cases?{urlencode(filters)}"


def _due(word: str, today: date, _zone: ZoneInfo) -> dict[str, Any]:
    last = calendar.monthrange(today.year, today.month)[1]
    spans: dict[str, dict[str, Any]] = {
        "overdue": {"overdue": True},
        "soon": {"soon": True},
        "month": {"until": today.replace(day=last)},
    }
    if word not in spans:
        raise wrong("due", "field-choice", known=listed(spans))
    return spans[word]


def _late(word: str, _today: date, _zone: ZoneInfo) -> dict[str, Any]:
    return {"late": int(word) if word.isascii() and word.isdigit() and len(word) == 1 else -1}


def _as_of(word: str, today: date, zone: ZoneInfo) -> dict[str, Any]:
    """Read a day as its end; today is now."""
    on = _day("as_of", word)
    return {} if on == today else {"as_of": end_of_day(on, zone)}


def _day(field: str, word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise wrong(field, "field-date") from error


READ: Mapping[str, Callable[[str, date, ZoneInfo], dict[str, Any]]] = {
    "due": _due,
    "late": _late,
    "opened": lambda word, _today, _zone: {"opened": _day("opened", word)},
    "rested": lambda word, _today, _zone: {"rested": _day("rested", word)},
    "as_of": _as_of,
}
"""How filters are read that are not handed on as they are typed."""
