"""Writes a furnished office into its tables, each change told in the log as the engine tells it."""

from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import insert

from engine.domain.access import OPERATOR
from engine.domain.events import Doer, Happening, Kind, insertion
from engine.domain.records import CASE_PARTS
from engine.service.desk import Desk
from engine.service.office import tell
from engine.store import days, files, imports, ledger, people, rows, views
from engine.store.days import SavedDraft
from engine.store.imports import Upload
from engine.store.tables import table
from tests.service.sight.furnish import Full
from tests.store.sight import DAY, NOW

TABLE = "重点问题,任务分解\n某楼盘{n},某任务\n"
_OFFICE = ("unit", "account", "deputy", "unit_report")
_BEGAN = datetime(2026, 4, 22, 16, tzinfo=UTC)
"""The first instant of the day, as the office counts it."""


def lay(desk: Desk, full: Full) -> None:
    """Write an office; its own rows first, then each case with one event and one for its drafts."""
    conn = desk.conn
    for record in _OFFICE:
        rows.bulk_insert(conn, record, full.rows[record])
        if record == "unit":
            for unit, above in full.office.units.items():
                people.link_unit(conn, unit, above)
    tell(desk, OPERATOR, Kind.ISSUE_OPENED, [insertion("issue", row) for row in full.rows["issue"]])
    rows.bulk_insert(conn, "case", full.rows["case"])
    for row in full.rows["case"]:
        _case(desk, full, row["id"], row["code"])
    for digest, content in full.blobs.items():
        files.keep(conn, digest, content)
    _own(desk, full)


def _case(desk: Desk, full: Full, case: int, code: str) -> None:
    parts = [
        insertion(record, row)
        for record in CASE_PARTS
        if record in full.rows and record != "letter"
        for row in full.of(record, case)
    ]
    row = next(row for row in full.rows["case"] if row["id"] == case)
    told = [insertion("case", row), *parts]
    letters = [insertion("letter", row) for row in full.rows.get("letter", ())
               if row["case_id"] == case]  # fmt: skip
    for kind, deltas in ((Kind.CASE_REGISTERED, told), (Kind.LETTER_DRAFTED, letters)):
        happening = Happening(
            kind, NOW - DAY / 9, _BEGAN + DAY / 9, Doer(None, via="cli"), deltas, case_id=case,
            case_code=code, trigger="register" if kind == Kind.CASE_REGISTERED else None,
            to_state=row["state"], workflow="key-issue@2",
        )  # fmt: skip
        if deltas:
            fresh = [delta for delta in deltas if delta.record != "case"]
            rows.apply(desk.conn, fresh)
            ledger.append(desk.conn, happening)


def _own(desk: Desk, full: Full) -> None:
    """Write what is in no log."""
    conn = desk.conn
    if full.messages:
        conn.execute(insert(table("message")), full.messages)
    for account, name in full.views:
        views.keep(conn, account, name, {"state": "assigned"})
    for row in full.uploads:
        content = TABLE.format(n=row["id"]).encode()
        digest = sha256(content).hexdigest()
        files.keep(conn, digest, content)
        imports.keep_upload(conn, Upload(
            row["id"], row["account_id"], "decomposition", digest, row["name"], len(content),
            {"kind": None, "sheet": None, "mapping": {}, "create_missing": False}, "previewed",
            NOW, None,
        ))  # fmt: skip
    if full.draft:
        saved = SavedDraft(full.draft, 1, next(iter(full.office.accounts)), NOW)
        days.save_draft(conn, NOW.date(), saved)
