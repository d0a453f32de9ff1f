"""The records of the office itself: units, accounts, deputies, calendar, settings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.records.columns import FreeText


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the office's tree."""

    id: int
    name: str
    parent_id: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Account:
    """An official's account. One without a credential cannot sign in.

    `email` and `robot` (the address of a chat robot) are where notices go besides the inbox.
    """

    id: int
    login: FreeText
    name: FreeText
    post: FreeText | None
    unit_id: int
    roles: list[str]
    enabled: bool
    email: FreeText | None
    robot: FreeText | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Deputy:
    """`deputy_id` may act for `principal_id` from one day to another, both included."""

    id: int
    principal_id: int
    deputy_id: int
    from_on: date
    to_on: date
    reason: FreeText
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A year of the working-day calendar as its State Council notice gives it; `id` is the year."""

    id: int
    label: str
    source: str
    days: list[Any]
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """A local exception to the calendar; the newest for a day counts."""

    id: int
    day_on: date
    works: bool
    reason: FreeText
    at: datetime


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the office that changes what people see or must do."""

    id: int
    name: str
    value: str
