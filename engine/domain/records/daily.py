"""The records of the daily report 日报: what units reported, what was handed in, who is on duty."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.records.columns import FreeText


@dataclass(frozen=True, slots=True)
class Daily:
    """The report of one day; its id is the day as a number, 20260423.

    `text` and `figures` are kept as they were handed in and never change afterwards. `late` says
    that it was handed in after `due_at`.
    """

    id: int
    day_on: date
    due_at: datetime
    text: FreeText
    figures: dict[str, Any]
    late: bool
    handed_in_by: int
    handed_in_at: datetime


@dataclass(frozen=True, slots=True)
class UnitReport:
    """What a unit reported for the report of a day; the newest of a unit and a day counts."""

    id: int
    day_on: date
    unit_id: int
    text: FreeText
    by_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is on duty 值班 on a day, and who stands in; the newest for a day counts."""

    id: int
    day_on: date
    account_id: int
    stands_in_id: int | None
    at: datetime
