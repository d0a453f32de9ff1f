"""A small office for tests of the audit: every kind of record, told and written as verbs do it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

from sqlalchemy import Connection, insert

from engine.domain.access import Principal
from engine.domain.events import Delta, Doer, Happening, Kind, insertion
from engine.domain.note import Signer
from engine.domain.records import CASE_PARTS, RECORDS
from engine.service import audit
from engine.store import ledger, rows
from engine.store.tables import table

NOW = datetime(2026, 3, 3, 7, 0, 0, 123456, tzinfo=UTC)
SIGNER = Signer.make("duban.local/test", bytes(range(32)))
KEYS = [SIGNER.verifier()]
WHO = Principal(1, "zhangsan", "张三", None, frozenset({"supervision"}), 1)
SOURCE = (Path(__file__).parents[2] / "workflows" / "key-issue.toml").read_text(encoding="utf-8")
DIGEST = sha256(SOURCE.encode()).hexdigest()
CONTENT = "附件内容".encode()
FIXED: dict[str, dict[str, Any]] = {
    "unit": {"parent_id": None},
    "deputy": {"deputy_id": 2},
    "tenure": {"role": "member"},
    "clock": {"ended_by": "stopped"},
    "request": {"kind": "disposal", "disposal": "refer", "state": "granted"},
    "measure": {"status": "planned"},
    "progress": {"status": "planned"},
    "reply": {"kind": "interim"},
    "file": {"sha256": sha256(CONTENT).hexdigest(), "size": len(CONTENT)},
    "letter": {
        "status": "draft",
        "number": None,
        "colour": "red",
        "issued_by": None,
        "issued_at": None,
    },
    "case": {"workflow": "key-issue", "workflow_version": 2, "state": "registered"},
}
"""Values that the tables insist on; every other column gets one by its type."""


@dataclass(frozen=True)
class Desk:
    """A desk as the audit's verbs need it."""

    conn: Connection
    now: datetime = NOW


def row(record: str, number: int, **given: Any) -> dict[str, Any]:  # noqa: ANN401  # column values
    """Make up a row; its values follow from their types and a number."""
    hints = get_type_hints(RECORDS[record])
    made = {name: _made(hint, name, number) for name, hint in hints.items()}
    return made | FIXED.get(record, {}) | given


def _made(hint: Any, name: str, number: int) -> Any:  # noqa: ANN401  # by type
    kind = next((a for a in get_args(hint) if a is not NoneType), hint)
    if kind is int:
        return 1
    if kind is str:
        return f"{name} 甲 {number}"
    if kind is bool:
        return number % 2 == 0
    if kind is datetime:
        return NOW + timedelta(minutes=number)
    if kind is date:
        return NOW.date() + timedelta(days=number)
    return {"from": number, "rule": ["甲"]} if name == "derivation" else [number, number + 1]


def tell(conn: Connection, kind: Kind, deltas: list[Delta], **said: Any) -> None:  # noqa: ANN401  # parts of the happening
    """Write changes and their event, as every verb does."""
    rows.apply(conn, deltas)
    ledger.append(conn, Happening(kind, NOW, NOW, Doer(1, via="web"), deltas, **said))


def in_case(case: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401  # parts of the happening
    """Say of a happening that it is one of a case."""
    return {"case_id": case, "case_code": f"DB-2026-{case:04d}", **said}


def stepped(case: int, trigger: str, start: str | None, end: str) -> dict[str, Any]:
    """Say of a happening that it is a step."""
    arc = {"trigger": trigger, "from_state": start, "to_state": end}
    return in_case(case, **arc, workflow="key-issue@2", workflow_digest=DIGEST, reason="理由")


def office(conn: Connection) -> None:
    """Tell of units, accounts and everything else that belongs to no case."""
    definition = {"name": "key-issue", "version": 2, "digest": DIGEST, "source": SOURCE}
    conn.execute(insert(table("workflow")), definition | {"published_at": NOW})
    conn.execute(insert(table("blob")), {"sha256": sha256(CONTENT).hexdigest(), "content": CONTENT})
    tell(conn, Kind.UNIT_ADDED, [insertion("unit", row("unit", n, id=n)) for n in (1, 2)])
    people = [insertion("account", row("account", n, id=n)) for n in (1, 2, 3)]
    tell(conn, Kind.ACCOUNT_ADDED, people)
    for record in ("deputy", "notice", "override", "setting"):
        both = [insertion(record, row(record, n, id=n)) for n in (1, 2)]
        tell(conn, Kind.SETTING_CHANGED, both, reason="依据")
    disabled = Delta("account", (3,), {"enabled": False}, {"enabled": False})
    tell(conn, Kind.ACCOUNT_DISABLED, [replace(disabled, new={"enabled": True})])


def case(conn: Connection, number: int) -> None:
    """Tell of a case with parts of every kind, from its registration to its assignment."""
    code = f"DB-2026-{number:04d}"
    issue = row("issue", number, id=number, code=f"ZD-2026-{number:03d}")
    tell(conn, Kind.ISSUE_OPENED, [insertion("issue", issue)])
    made = row("case", number, id=number, code=code, issue_id=number)
    registered = stepped(number, "register", None, "registered")
    tell(conn, Kind.CASE_REGISTERED, [insertion("case", made)], **registered)
    for no, record in enumerate(CASE_PARTS, start=1):
        part = insertion(record, row(record, no, case_id=number, no=no))
        tell(conn, Kind.NOTE_ADDED, [part], **in_case(number))
    step = Delta(
        "case", (number,), {"state": "assigned", "version": 2, "summary": "新摘要"},
        {"state": "registered", "version": 1, "summary": made["summary"]},
    )  # fmt: skip
    tell(conn, Kind.CASE_STEPPED, [step], **stepped(number, "assign", "registered", "assigned"))


def build(conn: Connection, cases: int = 3) -> str:
    """Build the whole office; give its signed checkpoint, which covers all of it."""
    office(conn)
    for number in range(1, cases + 1):
        case(conn, number)
    return audit.checkpoint(Desk(conn), WHO, SIGNER)
