"""A condition names any number of ids: no database's limit of variables stands in its way."""

import pytest
from sqlalchemy import Connection, not_, select

from engine.store.among import among, among_given
from engine.store.database import Database
from engine.store.driver import Prepared
from engine.store.tables import table
from tests.service.case_office import settle

MANY = 70_000
"""More than PostgreSQL takes as parameters, and twice what SQLite does."""


def test_a_column_is_among_more_ids_than_a_statement_has_variables(database: Database) -> None:
    settle(database)
    with database.reading() as connection:
        every = _ids(connection)
        assert len(every) > 2
        some = every[:2]
        column = table("account").c.id
        asked = [*some, *range(10**9, 10**9 + MANY)]
        assert _ids(connection, among(connection, column, asked)) == some
        assert _ids(connection, not_(among(connection, column, asked))) == every[2:]
        assert _ids(connection, among(connection, column, [])) == []
        assert _ids(connection, not_(among(connection, column, []))) == every


def _ids(connection: Connection, *which: object) -> list[int]:
    column = table("account").c.id
    found = select(column).where(*which).order_by(column)  # type: ignore[arg-type]  # conditions
    return list(connection.scalars(found))


@pytest.mark.parametrize("name", ["id", "login"])
def test_a_statement_spelt_once_takes_any_number_of_values(database: Database, name: str) -> None:
    settle(database)
    column = table("account").c[name]
    asked = Prepared(
        lambda dialect: select(column).where(among_given(dialect, column, "given")).order_by(column)
    )
    with database.reading() as connection:
        every = list(connection.scalars(select(column).order_by(column)))
        strange = [f"no “{n}”, 'none'" for n in range(MANY)] if name == "login" else range(-MANY, 0)
        for some in ([], every[1:2], every):
            found = asked.rows(connection, {"given": [*some, *strange]})
            assert [row[0] for row in found] == some
