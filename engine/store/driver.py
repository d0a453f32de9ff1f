"""The short way to the database: statements spelt once, run on the driver's own connection.

SQLAlchemy spells a statement and converts values; between a statement that is spelt and its rows it
does a hundred microseconds of bookkeeping that a step needs thirty times. What a step runs goes
this way; what runs now and then, or is different every time, goes the ordinary one. Both share one
transaction, and failures are the same exceptions on either.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Never

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from engine.errors import StaleError

_TOGETHER = "duban-together"
Convert = Callable[[Any], Any]
Values = Mapping[str, Any]
_DIALECTS: dict[str, Dialect] = {
    "sqlite": SQLiteDialect_pysqlite(paramstyle="qmark"),
    "postgresql": PGDialect_psycopg(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}


class Prepared:
    """A statement in the spelling of each database. `reads` are the types of what it gives.

    Where the databases need different statements, `statement` builds the one for a dialect.
    """

    def __init__(
        self,
        statement: Executable | Callable[[str], Executable],
        reads: Sequence[TypeEngine[Any]] = (),
    ) -> None:
        self._spelt = {
            name: _Spelt(statement(name) if callable(statement) else statement, d, reads)
            for name, d in _DIALECTS.items()
        }

    def run(self, connection: Connection, values: Values) -> None:
        """Run it, whatever it gives."""
        spelt = self._spelt[connection.dialect.name]
        _execute(connection, spelt, spelt.bind(values))

    def change(self, connection: Connection, values: Values) -> None:
        """Run it where it must touch one row.

        Raises StaleError where there is none such: at once or, inside `together`, at its end.
        """
        spelt = self._spelt[connection.dialect.name]
        cursor = _execute(connection, spelt, spelt.bind(values))
        waiting = connection.info.get(_TOGETHER)
        if waiting is None:
            _hold_one(cursor)
        else:
            waiting.append(cursor)

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """Run it; give its rows."""
        return self.send(connection, values)()

    def send(self, connection: Connection, values: Values) -> Callable[[], list[tuple[Any, ...]]]:
        """Run it; give how to read its rows: inside `together` others can be sent before."""
        spelt = self._spelt[connection.dialect.name]
        cursor = _execute(connection, spelt, spelt.bind(values))

        def read() -> list[tuple[Any, ...]]:
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return [spelt.read(row) for row in found] if spelt.reads else found

        return read

    def first(self, connection: Connection, values: Values) -> tuple[Any, ...] | None:
        """Run it; give its first row, None where it has none."""
        found = self.rows(connection, values)
        return found[0] if found else None


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Send statements off without waiting for the answer to each, where the database can.

    Inside only prepared statements may run; reading the rows of one waits for all before it. What
    fails is raised at the end of the block at the latest.
    """
    if connection.dialect.name == "sqlite" or _TOGETHER in connection.info:
        yield
        return
    waiting: list[Any] = []
    connection.info[_TOGETHER] = waiting
    try:
        with _raw(connection).pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        for cursor in waiting:
            _hold_one(cursor)  # what failed may have failed for want of that row
        _raise(connection, "", error)
    finally:
        del connection.info[_TOGETHER]
    for cursor in waiting:
        _hold_one(cursor)


def _hold_one(cursor: Any) -> None:  # noqa: ANN401  # the driver's
    """Raise StaleError where a statement found no row; -1 says that it never ran."""
    if cursor.rowcount == 0:
        raise StaleError("stale")


class _Spelt:
    """A statement's text on one database, with how its values are written and read."""

    def __init__(
        self, statement: Executable, dialect: Dialect, reads: Sequence[TypeEngine[Any]]
    ) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # all we run can be
        if "POSTCOMPILE" in compiled.string:  # a list is spelt member by member
            whole = {"render_postcompile": True}
            compiled = statement.compile(dialect=dialect, compile_kwargs=whole)  # type: ignore[attr-defined]
        kinds = {name: bind.type for bind, name in compiled.bind_names.items()}
        order = compiled.positiontup if compiled.positional else compiled.params
        self._writes = [(name, _writer(kinds.get(name), dialect)) for name in order]
        self._fixed = {name: v for name, v in compiled.params.items() if v is not None}
        self.text: str = compiled.string
        self._named = not compiled.positional
        readers = [kind.dialect_impl(dialect).result_processor(dialect, None) for kind in reads]
        self.reads: list[tuple[int, Convert]] = [(n, c) for n, c in enumerate(readers) if c]

    def bind(self, values: Values) -> Any:  # noqa: ANN401  # what the driver takes
        if self._fixed:
            values = {**self._fixed, **values}
        if self._named:
            return {
                n: values[n] if write is None else write(values[n]) for n, write in self._writes
            }
        return [values[n] if write is None else write(values[n]) for n, write in self._writes]

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        read = list(row)
        for place, convert in self.reads:
            read[place] = convert(read[place])
        return tuple(read)


def _writer(kind: TypeEngine[Any] | None, dialect: Dialect) -> Convert | None:
    return None if kind is None else kind.dialect_impl(dialect).bind_processor(dialect)


def _raw(connection: Connection) -> Any:  # noqa: ANN401  # the driver's
    return connection.connection.driver_connection


def _execute(connection: Connection, spelt: _Spelt, values: object) -> Any:  # noqa: ANN401  # a cursor
    try:
        return _raw(connection).execute(spelt.text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        _raise(connection, spelt.text, error)


def _raise(connection: Connection, text: str, error: Exception) -> Never:
    """Raise the exception that the ordinary way would raise."""
    dialect, kind = connection.dialect, connection.dialect.loaded_dbapi.Error
    lost = dialect.is_disconnect(error, _raw(connection), None)  # type: ignore[arg-type]  # only looked at
    if lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        text, None, error, kind, hide_parameters=True, connection_invalidated=lost,
        dialect=dialect,
    ) from error  # fmt: skip
