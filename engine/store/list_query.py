"""What is asked of a list of cases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select

from engine.store.search import Said
from engine.store.spans import Age


@dataclass(frozen=True)
class ListQuery:
    """Which cases are listed: as of when, seen by whom, narrowed by what. Filters are ids.

    `past` is False only for the present instant. `seen` is the condition that a caller may know of
    a case, `in_full` that it may read all of it. `parts` are accounts and units one of which has a
    running part. `soon` is the instant up to which a limit counts as near, `until` the one up to
    which limits are asked for. `pending` are cases in which a request waits for a decision.
    """

    at: datetime
    past: bool
    seen: ColumnElement[bool]
    in_full: ColumnElement[bool]
    sort: str = "limit"
    down: bool = False
    state: str | None = None
    closed: bool | None = None
    overdue: bool | None = None
    unit_id: int | None = None
    lead_id: int | None = None
    issue_id: int | None = None
    said: Said | None = None
    parts: tuple[frozenset[int], frozenset[int]] | None = None
    soon: datetime | None = None
    acknowledged: bool | None = None
    due_kinds: Sequence[str] = ()
    closed_states: Sequence[str] = ()
    only: Collection[int] | Select[Any] | None = None
    codes: Sequence[str] | None = None
    origin: str | None = None
    until: datetime | None = None
    pending: bool = False
    age: Age | None = None
    opened: tuple[datetime, datetime] | None = None
    rested: tuple[datetime, datetime] | None = None
    besides: Select[Any] | None = None
