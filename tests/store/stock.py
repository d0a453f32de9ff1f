"""Small rows for tests of the store, told as changes."""

from datetime import UTC, datetime
from typing import Any

from engine.domain.events import Delta, Doer, Happening, Kind, insertion
from engine.domain.records import RECORDS, columns

NOW = datetime(2026, 3, 3, 7, 0, 0, 123456, tzinfo=UTC)
_COMMON: dict[str, Any] = {
    "state": "registered",
    "version": 1,
    "next_no": 1,
    "declines": 0,
    "relapses": 0,
    "reopenings": 0,
    "imported": False,
    "planned_supporting": [],
    "workflow": "key-issue",
    "workflow_version": 2,
}


def new(record: str, **values: Any) -> Delta:  # noqa: ANN401  # column values
    """Tell of a new row; columns that are not given are null."""
    assert record in RECORDS
    return insertion(record, dict.fromkeys(columns(record)) | values)


def office() -> list[Delta]:
    """Tell of two units, two accounts, an issue and its case."""
    person = {"roles": ["leader"], "enabled": True, "created_at": NOW, "unit_id": 1}
    return [
        new("unit", id=1, name="甲办", kind="office"),
        new("unit", id=2, name="乙局", kind="office", parent_id=1),
        new("account", id=1, login="zhangsan", name="张三", **person),
        new("account", id=2, login="lisi", name="李四", **person),
        new("issue", id=1, code="ZD-2026-001", title="某小区", origin="superior", created_at=NOW),
        new("case", id=1, code="DB-2026-0001", issue_id=1, title="t", registered_at=NOW, **_COMMON),
    ]


def lead(no: int, account_id: int) -> Delta:
    """Tell of an open lead tenure."""
    return new(
        "tenure", case_id=1, no=no, role="lead", account_id=account_id, from_at=NOW, basis="assign"
    )


def note(stream: int | None, body: str = "已入户") -> Happening:
    """Tell of a note that was added to a case."""
    row = new("note", case_id=stream or 0, no=1, body=body, by_id=1, at=NOW)
    return Happening(Kind.NOTE_ADDED, NOW, NOW, Doer(1), [row], case_id=stream)
