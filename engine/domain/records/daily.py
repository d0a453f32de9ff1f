"""The records of the daily report 日报: what units reported, what was handed in, who is on duty."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.records.columns import FreeText


@dataclass(frozen=True, slots=True)
class Daily:
    """The report of one day; its id is the day as a number, 20260423.

    `text`, `figures` and `archived` are kept as they were handed in and never change: `archived` is
    the whole report as it was answered then, in JSON. `late` says that it was handed in after
    `due_at`.
    """

    id: int
    day_on: date
    due_at: datetime
    text: FreeText
    figures: dict[str, Any]
    late: bool
    handed_in_by: int
    handed_in_at: datetime
    archived: FreeText | None


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
class UnitChase:
    """A unit was asked to report for a day, or (`anew`) to report once more; by whom, if anybody.

    Without anybody it was the timer.
    """

    id: int
    day_on: date
    unit_id: int
    anew: bool
    by_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is on duty 值班 on a day, and who stands in; the newest for a day counts."""

    id: int
    day_on: date
    account_id: int
    stands_in_id: int | None
    at: datetime
