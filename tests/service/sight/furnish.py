"""Furnishes a random office: what is written in its cases, and what people keep for themselves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from tests.service.sight.marks import code, mark
from tests.store.sight import DAY, NOW, Case, Office, filled, rows_of

Row = dict[str, Any]
TODAY = NOW.date()
OPEN_STATES = ("registered", "assigned", "in-resolution", "stabilized")
LETTERS = ("draft", "issued", "signed", "answered", "accepted", "returned")
_STEPS = ("issued", "signed", "answered", "decided")
_DONE = {"draft": 0, "issued": 1, "signed": 2, "answered": 3, "accepted": 4, "returned": 4}
MOST_NOTES = 2
MESSAGES = (
    "remind", "letter.issued", "letter.answered", "letter.returned", "escalation.remind",
)  # fmt: skip


@dataclass
class Full:
    """An office with all that is in it: rows by record, bytes of files, and what is in no log.

    `cursors` are those of lists as somebody who sees everything got them.
    """

    office: Office
    rows: dict[str, list[Row]]
    blobs: dict[str, bytes] = field(default_factory=dict)
    messages: list[Row] = field(default_factory=list)
    views: list[tuple[int, str]] = field(default_factory=list)
    uploads: list[Row] = field(default_factory=list)
    draft: str = ""
    cursors: dict[str, str | None] = field(default_factory=dict)

    def of(self, record: str, case: int) -> list[Row]:
        """Give the rows of a case of one kind."""
        return [row for row in self.rows[record] if row["case_id"] == case]


def furnish(rng: Random, office: Office) -> Full:
    """Imagine all that an office may hold."""
    full = Full(office, rows_of(office))
    for record, found in _issues(full), *_offices(rng, full):
        full.rows[record] = found
    for case, row in zip(office.cases, full.rows["case"], strict=True):
        _stand(rng, full, case, row)
        for write in _PARTS:
            for record, part in write(rng, full, case):
                full.rows.setdefault(record, []).extend(filled(record, [part]))
        _limit(full, row)
    _own(rng, full)
    return full


# --- the office ---------------------------------------------------------------------------------


def _issues(full: Full) -> tuple[str, list[Row]]:
    return "issue", [
        row | {"title": f"某楼盘{mark('issue', row['id'])}",
               "summary": f"某经过{mark('issuesummary', row['id'])}",
               "category": mark("category", row["id"])}
        for row in full.rows["issue"]
    ]  # fmt: skip


def _offices(rng: Random, full: Full) -> Iterator[tuple[str, list[Row]]]:
    """Name deputies of today, and some whose time is over, has not come or was ended."""
    accounts, found = full.office.accounts, list[Row]()
    spans: list[tuple[int, int, int, int, datetime | None]] = [
        (d, p, -1, 1, None) for d, a in accounts.items() for p in sorted(a.principals)
    ]
    for _ in range(rng.randint(0, 4)):
        deputy, principal = rng.sample(list(accounts), 2)
        first, last, ended = rng.choice([(-9, -1, None), (1, 9, None), (-9, 9, NOW - DAY)])
        spans.append((deputy, principal, first, last, ended))
    for no, (deputy, principal, first, last, ended) in enumerate(spans, start=1):
        found.append({
            "id": no, "principal_id": principal, "deputy_id": deputy, "reason": "某故",
            "from_on": TODAY + first * DAY, "to_on": TODAY + last * DAY, "ended_at": ended,
        })  # fmt: skip
    yield "deputy", list(filled("deputy", found))
    units = rng.sample(list(full.office.units), rng.randint(0, len(full.office.units)))
    yield "unit_report", [
        {"id": no, "day_on": TODAY, "unit_id": unit, "text": f"某日况{mark('unitreport', unit)}",
         "by_id": rng.choice(list(accounts)), "at": NOW - timedelta(hours=1)}
        for no, unit in enumerate(units, start=1)
    ]  # fmt: skip


# --- a case -------------------------------------------------------------------------------------


def _stand(rng: Random, full: Full, case: Case, row: Row) -> None:
    """Let a case stand somewhere, led by whoever has a running part in that."""
    running = {p.role: p for p in case.parts if p.ended is None}
    lead, unit = running.get("lead"), running.get("lead-unit")
    row.update(
        title=f"某某小区{mark('title', case.id)}", summary=f"某概况{mark('summary', case.id)}",
        measures_text=f"某办法{mark('measures', case.id)}", next_no=999,
        state="closed" if case.closed_at else rng.choice(OPEN_STATES),
        outcome="resolved" if case.closed_at else None,
        lead_id=lead and lead.account, lead_unit_id=unit and unit.unit,
        declines=rng.choice([0, 0, 1, 2]), due_on=rng.choice([None, TODAY + DAY]),
    )  # fmt: skip
    for measure in full.of("measure", case.id):
        measure.update(
            title=f"某措施{mark('measure', case.id, measure['no'])}",
            evidence=f"某凭据{mark('evidence', case.id, measure['no'])}",
            due_on=TODAY + rng.randint(-9, 9) * DAY, unit_id=rng.choice(list(full.office.units)),
        )  # fmt: skip


Written = Iterator[tuple[str, Row]]


def _part(case: Case, no: int, **more: object) -> Row:
    return {"case_id": case.id, "no": no, **more}


def _clock(case: Case, no: int, kind: str, due: datetime, **more: object) -> tuple[str, Row]:
    return "clock", _part(
        case, no, kind=kind, is_limit=True, started_at=NOW - 60 * DAY, valid_from=NOW - 60 * DAY,
        due_on=due.date(), due_at=due, provisional=False,
        derivation={"rule": "fixed", "why": "case-due", "due": due.date().isoformat()}, **more,
    )  # fmt: skip


def _stages(_rng: Random, full: Full, case: Case) -> Written:
    begun, state = NOW - 300 * DAY, full.rows["case"][case.id - 1]["state"]
    if case.closed_at is None:
        yield "stage", _part(case, 200, state=state, from_at=begun)
        return
    yield "stage", _part(case, 200, state="assigned", from_at=begun, to_at=case.closed_at)
    yield "stage", _part(case, 201, state="closed", from_at=case.closed_at)


def _clocks(rng: Random, full: Full, case: Case) -> Written:
    """Run the clocks of an open case: of its own date, of its measures and of what is offered."""
    if case.closed_at is not None:
        return
    if rng.random() < 0.8:
        yield _clock(case, 210, "resolve", NOW + rng.choice([-13, -2, 1, 40]) * DAY)
    for measure in full.of("measure", case.id):
        due = NOW + (measure["due_on"] - TODAY)
        yield _clock(case, measure["no"] + 160, "measure", due, subject=measure["no"])
    for offer in full.of("request", case.id):
        if offer["state"] == "pending":
            yield _clock(case, offer["no"] + 180, "handover", NOW + DAY, subject=offer["no"])


def _notes(rng: Random, full: Full, case: Case) -> Written:
    for no in range(300, 300 + rng.randint(0, MOST_NOTES)):
        by, at = rng.choice(list(full.office.accounts)), NOW - rng.randint(1, 99) * DAY
        yield "note", _part(case, no, body=f"某记事{mark('note', case.id, no)}", by_id=by, at=at)


def _files(rng: Random, full: Full, case: Case) -> Written:
    for no in range(310, 310 + rng.randint(0, 1)):
        content = mark("content", case.id, no).encode()
        digest = sha256(content).hexdigest()
        full.blobs[digest] = content
        yield "file", _part(
            case, no, name=f"{mark('file', case.id, no)}.txt", sha256=digest, size=len(content),
            media="text/plain", by_id=rng.choice(list(full.office.accounts)), at=NOW - DAY,
        )  # fmt: skip


def _money(rng: Random, full: Full, case: Case) -> Written:
    if rng.random() < 0.4:
        why = f"某差额{mark('reason', case.id)}"
        yield "claim", _part(
            case, 320, kind="wages", people=3, owed_fen=500, paid_fen=400, difference_reason=why,
            at=NOW - DAY,
        )  # fmt: skip
    if rng.random() < 0.4:
        yield "reply", _part(
            case, 330, kind="interim", body=f"某答复{mark('reply', case.id)}", delivered_on=TODAY,
            means="letter", by_id=rng.choice(list(full.office.accounts)), at=NOW - DAY,
        )  # fmt: skip


def _plans(rng: Random, full: Full, case: Case) -> Written:
    measures, accounts = full.of("measure", case.id), list(full.office.accounts)
    kept = [row["no"] for row in measures if not row["dropped"]]
    if kept:
        yield "plan", _part(
            case, 340, version=1, measures=kept, written_by=rng.choice(accounts),
            written_at=NOW - 9 * DAY,
        )  # fmt: skip
    for row in measures:
        no = row["no"] + 290
        if rng.random() < 0.5:
            yield "progress", _part(
                case, no, measure_no=row["no"], status="under-way", done_on=TODAY, files=[],
                note=f"某进展{mark('progress', case.id, no)}", by_id=rng.choice(accounts),
                at=NOW - DAY,
            )  # fmt: skip


def _requests(rng: Random, full: Full, case: Case) -> Written:
    accounts = list(full.office.accounts)
    for no, kind in enumerate(("extension", "suspension", "closure"), start=360):
        if rng.random() < 0.25:
            state = rng.choice(["refused", "withdrawn", "pending"])
            yield "request", _part(
                case, no, kind=kind, state=state, asked_by=rng.choice(accounts),
                asked_at=NOW - 3 * DAY, decided_at=None if state == "pending" else NOW - DAY,
                summary=f"某结论{mark('conclusion', case.id, no)}",
            )  # fmt: skip
    if rng.random() < 0.3:
        yield "request", _part(
            case, 369, kind="disposal", disposal="merge", state="pending",
            asked_by=rng.choice(accounts), asked_at=NOW - 3 * DAY,
            into_id=rng.choice(full.office.cases).id, body=mark("body", case.id, 369),
        )  # fmt: skip


def _letters(rng: Random, full: Full, case: Case) -> Written:
    for no in range(380, 380 + rng.choice([0, 0, 1, 2])):
        status = rng.choice(LETTERS)
        steps = {
            f"{step}_{what}": rng.choice(list(full.office.accounts)) if what == "by" else at
            for step, at in zip(_STEPS[: _DONE[status]], _instants(), strict=False)
            for what in ("at", "by")
        }
        yield "letter", _part(
            case, no, status=status, colour="red", unit_id=rng.choice(list(full.office.units)),
            number=None if status == "draft" else f"〔2026〕第{case.id * 9 + no}号",
            basis=mark("basis", case.id, no), demands=f"某要求{mark('demands', case.id, no)}",
            answer_by=TODAY + DAY, drafted_at=NOW - 9 * DAY,
            answer=mark("answer", case.id, no) if "answered_at" in steps else None,
            verdict=mark("verdict", case.id, no) if "decided_at" in steps else None, **steps,
        )  # fmt: skip
        if status == "issued" and case.closed_at is None:
            yield _clock(case, no + 20, "urge-receipt", NOW + DAY, subject=no)


def _instants() -> Iterator[datetime]:
    return (NOW - days * DAY for days in (8, 6, 4, 2))


_PARTS: tuple[Callable[[Random, Full, Case], Written], ...] = (
    _stages, _clocks, _notes, _files, _money, _plans, _requests, _letters,
)  # fmt: skip


def _limit(full: Full, row: Row) -> None:
    """Repeat in a case the earliest of its running limits."""
    running = [clock for clock in full.rows.get("clock", ()) if clock["case_id"] == row["id"]]
    if running:
        first = min(running, key=lambda clock: (clock["due_at"], clock["no"]))
        row.update(limit_due_at=first["due_at"], limit_kind=first["kind"])


# --- what is in no log --------------------------------------------------------------------------


def _own(rng: Random, full: Full) -> None:
    """Give the people messages, views and uploads of their own, and the office a day's text."""
    full.draft = f"某日报{mark('daily', 0)}" if rng.random() < 0.5 else ""
    for account in full.office.accounts:
        for no in range(rng.randint(0, 3)):
            case = rng.choice(full.office.cases)
            text, kind = f"某催办{mark('message', account, no)}", rng.choice(MESSAGES)
            words = {
                "code": code(case.id), "text": text, "number": text, "day": "2026-04-24",
                "due": "2026-04-24", "workflow": "key-issue@2", "rung": "remind",
                "clock": "resolve", "letter": f"{code(case.id)}-380",
            }  # fmt: skip
            full.messages.append({
                "id": len(full.messages) + 1, "account_id": account, "case_id": case.id,
                "kind": kind, "words": words, "at": NOW - DAY,
                "sent_by": None, "read_at": rng.choice([None, NOW]),
            })  # fmt: skip
        if rng.random() < 0.3:
            moved = [code(one.id) for one in rng.sample(full.office.cases, 2)]
            dates = "、".join(f"{one} 2026-04-24→2026-04-27" for one in moved)
            full.messages.append({
                "id": len(full.messages) + 1, "account_id": account, "case_id": None,
                "kind": "calendar.moved", "at": NOW - DAY, "sent_by": None, "read_at": None,
                "words": {"year": 2026, "count": 2, "codes": dates, "reason": "某通知"},
            })  # fmt: skip
        if rng.random() < 0.5:
            full.views.append((account, mark("view", account)))
        if rng.random() < 0.3:
            full.uploads.append({
                "id": len(full.uploads) + 1, "account_id": account,
                "name": f"{mark('upload', account)}.csv",
            })  # fmt: skip
