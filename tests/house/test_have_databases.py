"""The databases that tests are handed."""

from sqlalchemy import text

from engine.store.database import Database
from engine.store.migrations import current, is_current


def test_a_database_is_migrated_and_without_rows(database: Database) -> None:
    assert is_current(database.url.render_as_string(hide_password=False))
    with database.reading() as connection:
        assert connection.execute(text('SELECT count(*) FROM "case"')).scalar_one() == 0


def test_an_empty_database_has_no_tables(empty_database_url: str) -> None:
    assert current(empty_database_url) is None


def test_each_kind_is_really_that_kind(database: Database, database_kind: str) -> None:
    asked = "sqlite_version()" if database_kind == "sqlite" else "version()"
    with database.reading() as connection:
        told = str(connection.execute(text(f"SELECT {asked}")).scalar_one())
    assert told.startswith("3." if database_kind == "sqlite" else "PostgreSQL")
