"""Tables of the office itself: units, accounts, deputies, calendar, settings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint

from engine.store.tables.columns import Row, instant, json, key, ordered, ref, where


class UnitRow(Row, table=True):
    """Units of the office's tree."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("name"), CheckConstraint("parent_id <> id", name="no_own"))

    id: int = key()
    name: str
    parent_id: int | None = ref("unit", index=True)
    kind: str


class UnitClosureRow(Row, table=True):
    """Every unit with each unit above it and itself, so that a subtree is one lookup."""

    __tablename__ = "unit_closure"

    ancestor_id: int = key(foreign_key="unit.id")
    descendant_id: int = key(foreign_key="unit.id", index=True)


class AccountRow(Row, table=True):
    """Officials' accounts."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("login"),)

    id: int = key()
    login: str
    name: str
    post: str | None
    unit_id: int = ref("unit", index=True)
    roles: list[str] = json()
    enabled: bool
    email: str | None
    robot: str | None
    created_at: datetime = instant()


class DeputyRow(Row, table=True):
    """Who may act for whom, from one day to another."""

    __tablename__ = "deputy"
    __table_args__ = (
        ordered("from_on", "to_on"),
        CheckConstraint("principal_id <> deputy_id", name="somebody_else"),
        where("ix_deputy_deputy_id_open", ["deputy_id"], "ended_at IS NULL"),
    )

    id: int = key()
    principal_id: int = ref("account", index=True)
    deputy_id: int = ref("account")
    from_on: date
    to_on: date
    reason: str
    ended_at: datetime | None = instant()


class NoticeRow(Row, table=True):
    """Years of the working-day calendar; the id is the year."""

    __tablename__ = "notice"

    id: int = key()
    label: str
    source: str
    days: list[Any] = json()
    loaded_at: datetime = instant()


class OverrideRow(Row, table=True):
    """Local exceptions to the calendar."""

    __tablename__ = "override"

    id: int = key()
    day_on: date
    works: bool
    reason: str
    at: datetime = instant()


class SettingRow(Row, table=True):
    """Settings of the office, one row a name."""

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("name"),)

    id: int = key()
    name: str
    value: str
