"""What an address asks of the list of cases: a view, and filters that narrow it."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from engine.service.case_lists import CaseQuery
from engine.service.office import wrong

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
FILTERS = ("q", "state", "unit", "leader", "issue", "due", "origin", "sort")
DUE = ("overdue", "soon", "month")
"""What can be asked of limits: that they have passed, are near, or fall in this month."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A view and its filters, as they were typed; empty ones ask for nothing."""

    view: str
    filters: Mapping[str, str]
    cursor: str | None

    @property
    def given(self) -> dict[str, str]:
        """The filters that ask for something."""
        return {name: text for name, text in self.filters.items() if text}

    def at(self, path: str = "/cases", **other: str) -> str:
        """Give the address of the same list with some of it changed."""
        return f"{path}?{urlencode({'view': self.view, **self.given, **other})}"

    def without(self, name: str) -> str:
        """Give the address of the same list with one filter less."""
        return replace(self, filters={**self.filters, name: ""}).at()

    def query(self, today: date, limit: int) -> CaseQuery:
        """Give what is asked for. Raises InvalidError for a wrong view or span of limits."""
        if self.view not in VIEWS:
            raise wrong("view", "field-choice", known="、".join(VIEWS))
        given: dict[str, Any] = {n: t for n, t in self.given.items() if n != "due"}
        due = self.filters["due"]
        if due:
            given |= _due(due, today)
        return CaseQuery(**{**VIEWS[self.view], **given, "limit": limit, "cursor": self.cursor})


def asked_of(params: QueryParams) -> Asked:
    """Read an address: whoever searches without a view looks among all cases."""
    filters = {name: params.get(name, "").strip() for name in FILTERS}
    usual = "all" if any(text for name, text in filters.items() if name != "sort") else "open"
    return Asked(params.get("view") or usual, filters, params.get("cursor") or None)


def _due(word: str, today: date) -> dict[str, Any]:
    last = calendar.monthrange(today.year, today.month)[1]
    spans: dict[str, dict[str, Any]] = {
        "overdue": {"overdue": True},
        "soon": {"soon": True},
        "month": {"until": today.replace(day=last)},
    }
    if word not in spans:
        raise wrong("due", "field-choice", known="、".join(spans))
    return spans[word]
