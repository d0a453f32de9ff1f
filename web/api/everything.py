"""All operations of the API, and the description that is made of them."""

from functools import cache
from typing import Any

from web.api import (
    audit,
    calendar,
    cases,
    daily,
    deputies,
    files,
    imports,
    issues,
    letters,
    me,
    notices,
    parts,
    plans,
    reports,
    workflows,
)
from web.api.description import describe
from web.api.operations import Operation, Operations
from web.routing import PUBLIC, Routes

OPERATIONS = Operations("description")
_NOUNS = (
    me.OPERATIONS,
    issues.OPERATIONS,
    cases.OPERATIONS,
    plans.OPERATIONS,
    parts.OPERATIONS,
    files.OPERATIONS,
    reports.OPERATIONS,
    imports.OPERATIONS, audit.OPERATIONS, calendar.OPERATIONS, workflows.OPERATIONS,
    deputies.OPERATIONS, letters.OPERATIONS, daily.OPERATIONS, notices.OPERATIONS, OPERATIONS,
)  # fmt: skip
ROUTES: tuple[Routes, ...] = _NOUNS


@OPERATIONS.get("/openapi.json", permission=PUBLIC, object="description")
def show_description() -> dict[str, Any]:
    """Describe this API in OpenAPI 3.1."""
    return described()


def operations() -> list[Operation]:
    """Give every operation there is."""
    return [operation for noun in _NOUNS for operation in noun.operations]


@cache
def described() -> dict[str, Any]:
    """Describe every operation, once."""
    return describe(operations())
