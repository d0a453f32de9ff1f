"""Let the database itself refuse to change or remove what the log holds.

Written once, never edited: what comes later is a further revision.

SQLite's `INSERT OR REPLACE` removes a row without its delete trigger unless `recursive_triggers` is
on, so an existing key is refused before insertion as well.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

_KEYS = {
    "event": ("stream", "seq"),
    "vault": ("stream", "seq", "field"),
    "log_tile": ("level", "start"),
    "checkpoint": ("size",),
    "workflow": ("name", "version"),
}
_KEPT = {
    "event": ("stream", "seq", "kind", "at", "recorded_at", "body", "leaf_hash"),
    "vault": ("stream", "seq", "field"),
}
_CHANGEABLE = {"event": ("log_index",), "vault": ("value", "salt")}
_REFUSE = """
CREATE FUNCTION duban_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log is append-only: % of %', TG_OP, TG_TABLE_NAME; END $$
"""


def upgrade() -> None:
    """Make the triggers."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(_REFUSE)
    for table in _KEYS:
        for statement in _postgresql(table) if postgresql else _sqlite(table):
            op.execute(statement)


def _changed(table: str, differs: str) -> str:
    """Say when an update is refused: a kept column differs, or a changeable one may not change.

    A log index is given once; a value of the vault may only become null.
    """
    kept = [f"NEW.{name} {differs} OLD.{name}" for name in _KEPT.get(table, ())]
    if table == "event":
        kept.append("OLD.log_index IS NOT NULL")
    if table == "vault":
        kept += [
            f"(NEW.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})"
            for name in _CHANGEABLE[table]
        ]
    return " OR ".join(kept)


def _sqlite(table: str) -> list[str]:
    same = " AND ".join(f"{name} = NEW.{name}" for name in _KEYS[table])
    found = f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608  # names of this file
    changed = _changed(table, "IS NOT")
    refuse = f"BEGIN SELECT RAISE(ABORT, 'the log is append-only: {table}'); END"
    return [
        f"CREATE TRIGGER {table}_keep BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_fix BEFORE UPDATE ON {table} "
        + (f"WHEN {changed} " if changed else "")
        + refuse,
        f"CREATE TRIGGER {table}_once BEFORE INSERT ON {table} WHEN EXISTS ({found}) {refuse}",
    ]


def _postgresql(table: str) -> list[str]:
    changed = _changed(table, "IS DISTINCT FROM")
    run = "EXECUTE FUNCTION duban_append_only()"
    return [
        f"CREATE TRIGGER {table}_keep BEFORE DELETE ON {table} FOR EACH ROW {run}",
        f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}",
        f"CREATE TRIGGER {table}_fix BEFORE UPDATE ON {table} FOR EACH ROW "
        + (f"WHEN ({changed}) " if changed else "")
        + run,
        *(
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}"
            for name in ("keep", "whole", "fix")
        ),
    ]
