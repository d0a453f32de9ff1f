"""All tables, one noun a file. A table of records is named as `engine.domain.records` names it."""

from sqlalchemy import Table

from engine.store.tables import (
    access,
    checks,
    daily,
    jobs,
    log,
    long_runs,
    matters,
    office,
    parts,
    passages,
)
from engine.store.tables.columns import Row

METADATA = Row.metadata
_MODULES = (office, matters, parts, daily, access, jobs, checks, long_runs, log, passages)


def table(name: str) -> Table:
    """Give a table by name, as Core statements need it. Raises KeyError for another name."""
    return METADATA.tables[name]


__all__ = ["METADATA", "table"]
