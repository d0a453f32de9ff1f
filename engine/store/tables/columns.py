"""Column types and small makers that all tables share."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

import orjson
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    Index,
    MetaData,
    Text,
    TypeDecorator,
    text,
)
from sqlmodel import Field, SQLModel

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


_UTC = "+00:00"


class Row(SQLModel):
    """The base of all tables. A row validates nothing: forms are pydantic models of their own."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)
    model_config = {"defer_build": True}  # so that no command waits for validators


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC to the microsecond; order and equality are exact.

    SQLite keeps text of fixed width, PostgreSQL `timestamptz`. A naive value raises ValueError:
    it would silently be read as some other time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Give what reads a value: in one stride, for a report reads half a million instants."""
        del coltype
        return _from_text if dialect.name == "sqlite" else _in_utc


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + _UTC)


def _in_utc(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value in one spelling (sorted keys, no spaces): equal values are equal text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401
        """Spell a value."""
        del dialect
        return None if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401
        """Read a value."""
        del dialect
        return None if value is None else orjson.loads(value)


def key(**more: Any) -> Any:  # noqa: ANN401  # what sqlmodel.Field takes and gives
    """Make a key column whose values the program gives, never the database."""
    return Field(primary_key=True, sa_column_kwargs={"autoincrement": False}, **more)


def ref(table: str, **more: Any) -> Any:  # noqa: ANN401  # what sqlmodel.Field takes and gives
    """Make a column that names a row of another table by its id."""
    return Field(foreign_key=f"{table}.id", **more)


def instant(**more: Any) -> Any:  # noqa: ANN401  # what sqlmodel.Field takes and gives
    """Make a column of aware instants."""
    return Field(sa_type=Instant, **more)


def json(**more: Any) -> Any:  # noqa: ANN401  # what sqlmodel.Field takes and gives
    """Make a column of JSON values."""
    return Field(sa_type=Json, **more)


def closed(column: str, *values: str) -> CheckConstraint:
    """Allow only these values (or null, where the column allows it)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_closed")


def ordered(first: str, then: str) -> CheckConstraint:
    """Let the second day or instant not lie before the first."""
    return CheckConstraint(f"{first} <= {then}", name=f"{then}_after_{first}")


def at_least(column: str, least: int = 0) -> CheckConstraint:
    """Set the smallest value of a count or an amount."""
    return CheckConstraint(f"{column} >= {least}", name=f"{column}_least")


def together(first: str, second: str) -> CheckConstraint:
    """Let two columns be null together or not at all."""
    return CheckConstraint(f"({first} IS NULL) = ({second} IS NULL)", name=f"{first}_with_{second}")


def where(name: str, columns: Sequence[str], condition: str, *, unique: bool = False) -> Index:
    """Index only the rows that fulfil a condition."""
    return Index(
        name, *columns, unique=unique,
        sqlite_where=text(condition), postgresql_where=text(condition),
    )  # fmt: skip
