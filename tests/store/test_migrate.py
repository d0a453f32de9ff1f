"""Migrating makes exactly the tables that the code knows, and the code knows all records."""

from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from engine.domain.records import RECORDS, columns, key_columns
from engine.errors import ConflictError
from engine.store import migrations
from engine.store.database import Database, migration_engine
from engine.store.database import database_url as parsed_url
from engine.store.migrations import current, is_current, newest, upgrade
from engine.store.tables import METADATA, table


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_has_a_table_with_the_same_columns(record: str) -> None:
    assert tuple(column.name for column in table(record).columns) == columns(record)
    assert tuple(column.name for column in table(record).primary_key) == key_columns(record)
    optional = {f.name for f in fields(RECORDS[record]) if type(None) in get_args(f.type)}
    assert {column.name for column in table(record).columns if column.nullable} == optional


def test_an_empty_database_gets_the_tables_of_the_code(database: Database) -> None:
    with database.reading() as connection:
        opts = {"compare_type": True, "include_name": _is_of_records}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, METADATA) == []


def test_migrated_constraints_are_those_of_the_code(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    engine = migration_engine(parsed_url(empty_database_url))
    with engine.begin() as connection:
        migrated = _shape(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        for name in ("event", "vault", "log_tile", "checkpoint", "workflow"):
            METADATA.tables[name].drop(connection)
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
        assert _shape(connection) == migrated
    engine.dispose()


def test_the_newest_revision_by_its_file_is_that_of_alembic() -> None:
    folder = Path(migrations.__file__).parent
    assert newest() == ScriptDirectory(str(folder)).get_current_head()


def test_upgrading_twice_changes_nothing(empty_database_url: str) -> None:
    assert upgrade(empty_database_url).before is None
    again = upgrade(empty_database_url)
    assert again.before == again.after == newest()
    assert is_current(empty_database_url)


def test_a_database_of_a_newer_program_is_refused(database: Database, database_url: str) -> None:
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConflictError) as refused:
        upgrade(database_url)
    assert "9999" in refused.value.say("zh")
    assert current(database_url) == "9999"
    assert not is_current(database_url)


def test_the_application_role_may_not_change_the_log(database: Database) -> None:
    if database.is_sqlite:
        return
    with database.reading() as connection:
        asked = text(
            "SELECT has_table_privilege('duban_app', :name, 'DELETE'), "
            "has_table_privilege('duban_app', :name, 'UPDATE'), "
            "has_table_privilege('duban_app', :name, 'INSERT')"
        )
        for name in ("event", "vault", "checkpoint", "log_tile", "workflow"):
            assert tuple(connection.execute(asked, {"name": name}).one()) == (False, False, True)
        assert tuple(connection.execute(asked, {"name": '"case"'}).one()) == (True, True, True)


def _is_of_records(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the index of passages, of which no metadata can tell."""
    return kind != "table" or not (name or "").startswith("passage")


def _shape(connection: Connection) -> dict[str, list[str]]:
    seen = inspect(connection)
    return {
        name: sorted(
            _spelt(item)
            for items in (
                seen.get_check_constraints(name),
                seen.get_unique_constraints(name),
                seen.get_foreign_keys(name),
                seen.get_indexes(name),
                seen.get_columns(name),
            )
            for item in items
        )
        for name in METADATA.tables
    }


def _spelt(value: object) -> str:
    if isinstance(value, dict):
        return str([(name, _spelt(value[name])) for name in sorted(value)])
    return str(value)
