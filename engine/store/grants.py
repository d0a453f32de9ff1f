"""PostgreSQL's application role: it may not update or delete what the log holds.

The owner of the tables migrates; the serving processes run as a user who is in this role.
"""

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from engine.store.tables import METADATA
from engine.store.tables.passages import PASSAGES

ROLE = "duban_app"
_INSUFFICIENT_PRIVILEGE = "42501"
_APPEND_ONLY = {
    "event": "UPDATE (log_index)",
    "vault": "UPDATE (value, salt)",
    "log_tile": None,
    "checkpoint": None,
    "workflow": None,
}


def grant_application(connection: Connection) -> bool:
    """Make the role where it is missing and give it its rights.

    False where this user may not create roles; nothing is changed then.
    """
    try:
        with connection.begin_nested():
            for statement in script(connection):
                connection.execute(text(statement))
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) == _INSUFFICIENT_PRIVILEGE:
            return False
        raise
    return True


def script(connection: Connection) -> list[str]:
    """Write the statements, for an operator who has to run them as somebody else."""
    known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    exists = connection.execute(known, {"role": ROLE}).first() is not None
    lines = [] if exists else [f"CREATE ROLE {ROLE} NOLOGIN"]
    lines += [
        f"GRANT USAGE ON SCHEMA public TO {ROLE}",
        f"GRANT SELECT ON alembic_version TO {ROLE}",
    ]
    for table in (*METADATA.sorted_tables, PASSAGES):
        lines += [f'REVOKE ALL ON "{table.name}" FROM {ROLE}']
        lines += [f'GRANT {right} ON "{table.name}" TO {ROLE}' for right in _rights(table.name)]
    return lines


def _rights(table: str) -> list[str]:
    if table not in _APPEND_ONLY:
        return ["SELECT, INSERT, UPDATE, DELETE"]
    return ["SELECT, INSERT", *filter(None, [_APPEND_ONLY[table]])]
