"""Any number of ids in a condition: as one value, since a statement takes only so many."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, any_, func, literal, select


def among(
    connection: Connection, column: ColumnElement[Any], ids: Iterable[int]
) -> ColumnElement[bool]:
    """Say that a column is one of some ids, however many there are."""
    if connection.dialect.name == "sqlite":
        each = func.json_each(json.dumps(list(ids))).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(literal(list(ids), ARRAY(BigInteger)))
