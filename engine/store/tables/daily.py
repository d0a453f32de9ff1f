"""Tables of the daily report: units' reports, what was handed in, the duty roster."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint

from engine.store.tables.columns import Row, at_least, instant, json, key, ref


class DailyRow(Row, table=True):
    """Daily reports as handed in, one a day."""

    __tablename__ = "daily"
    __table_args__ = (UniqueConstraint("day_on"),)

    id: int = key()
    day_on: date
    due_at: datetime = instant()
    text: str
    figures: dict[str, Any] = json()
    late: bool
    handed_in_by: int = ref("account")
    handed_in_at: datetime = instant()
    archived: str | None


class DailyDraftRow(Row, table=True):
    """The text that is being written for a day's report; none of it is logged before hand-in."""

    __tablename__ = "daily_draft"
    __table_args__ = (at_least("version", 1),)

    day_on: date = key()
    text: str
    version: int
    saved_by: int = ref("account")
    saved_at: datetime = instant()


class UnitReportRow(Row, table=True):
    """What units reported for a day."""

    __tablename__ = "unit_report"
    __table_args__ = (Index("ix_unit_report_day_on_unit_id", "day_on", "unit_id"),)

    id: int = key()
    day_on: date
    unit_id: int = ref("unit")
    text: str
    by_id: int = ref("account")
    at: datetime = instant()


class UnitChaseRow(Row, table=True):
    """Units that were asked to report, each time."""

    __tablename__ = "unit_chase"
    __table_args__ = (Index("ix_unit_chase_day_on", "day_on"),)

    id: int = key()
    day_on: date
    unit_id: int = ref("unit")
    anew: bool
    by_id: int | None = ref("account")
    at: datetime = instant()


class ShiftRow(Row, table=True):
    """Who is on duty on which day."""

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_day_on", "day_on"),)

    id: int = key()
    day_on: date
    account_id: int = ref("account")
    stands_in_id: int | None = ref("account")
    at: datetime = instant()
