"""What single things show, and to whom: cases, histories, letters, files, and one's own."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from engine.service import (
    case_files,
    daily,
    daily_units,
    digest,
    hooks,
    imports,
    letter_life,
    letter_paper,
    letters,
    notices,
    timers,
    views,
)
from engine.service import cases as verbs
from engine.service.case_waits import case_waits
from engine.service.letter_view import letter_no
from engine.store import messages, rows
from tests.service.sight.asking import Reader, Told, is_there, of
from tests.service.sight.lists import SUMMARY
from tests.service.sight.marks import Mark, cases, code, marks
from tests.store.sight import DAY

NOTHING: frozenset[Any] = frozenset()
TOLD_IN_A_CASE = {
    "note", "file", "reply", "progress", "reason", "conclusion", "body", "summary", "measures",
    "title", "basis", "demands", "answer", "verdict",
}  # fmt: skip


def of_cases(reader: Reader) -> Iterator[Told]:
    """Give what each case shows, whole, in summary or not at all, with its history and files."""
    desk, who, sight = reader.desk, reader.who, reader.sight
    for case in sight.full.office.cases:
        name, read = code(case.id), case.id in sight.read
        shown = verbs.show_case(desk, who, name) if case.id in sight.known else None
        yield "case is there", is_there(partial(verbs.show_case, desk, who, name)), bool(shown)
        if shown:
            yield "case in summary", set(shown) == SUMMARY, not read
            yield "case writes of no other", _other(reader, shown), NOTHING
            named = cases(shown) - {case.id} - sight.known - sight.merging()
            yield "case names no other", named, NOTHING
        if read:
            yield "case writes all", _whole(shown), _texts(reader, case.id)
        for what in (verbs.history, case_waits):
            yield "history and waits", is_there(partial(what, desk, who, name)), read
        if read:
            told = verbs.history(desk, who, name)
            yield "history writes of no other", _other(reader, told), NOTHING
            yield "history names no other", cases(told) - {case.id}, NOTHING
        event = hooks.body_of(desk, case.id, 1)
        yield "event for webhooks", (cases(event), marks(event)), ({case.id}, NOTHING)
        for row in sight.full.of("file", case.id) if "file" in sight.full.rows else ():
            ask = partial(case_files.read_file, desk, who, name, row["no"])
            yield "file is there", is_there(ask), read
            if read:
                yield "file", marks(ask()[2]), {Mark("content", case.id, row["no"])}
            for other in sight.read - {case.id}:
                ask = partial(case_files.read_file, desk, who, code(other), row["no"])
                held = is_there(ask) and Mark("content", case.id, row["no"]) in marks(ask()[2])
                yield "file of another case", held, False


def _whole(shown: Any) -> frozenset[Mark]:  # noqa: ANN401  # the answer of a case
    return frozenset(mark for mark in marks(shown) if mark.kind in TOLD_IN_A_CASE)


def _texts(reader: Reader, case: int) -> frozenset[Mark]:
    """Give the texts that are written in a case, of letters those that the reader may see."""
    full, found = reader.sight.full, set[Mark]()
    for record in ("case", "note", "file", "reply", "progress", "claim", "request", "letter"):
        key = "id" if record == "case" else "case_id"
        mine = [row for row in full.rows.get(record, ()) if row[key] == case]
        found |= marks([row for row in mine if record != "progress" or _is_planned(full, row)])
    return frozenset(m for m in found if m.kind in TOLD_IN_A_CASE and reader.sight.may(m))


def _is_planned(full: Any, row: Any) -> bool:  # noqa: ANN401  # a furnished office, a report
    """Tell whether a report is on a measure that the newest plan has."""
    plans = full.of("plan", row["case_id"]) if "plan" in full.rows else []
    return any(row["measure_no"] in plan["measures"] for plan in plans)


def of_letters(reader: Reader) -> Iterator[Told]:
    """Give which letters can be opened, told as a life and put on paper, by either name."""
    desk, who, sight = reader.desk, reader.who, reader.sight
    for row in sight.full.rows.get("letter", ()):
        no = letter_no(code(row["case_id"]), row["no"])
        may = (row["case_id"], row["no"]) in sight.letters and sight.works
        for name in (no, row["number"] or no):
            for what in (letters.show_letter, letter_life.letter_life, letter_paper.write_letter):
                ask = partial(what, desk, who, name)
                yield "letter is there", is_there(ask), may
                if may:
                    yield "letter writes of no other", _other(reader, ask()), NOTHING


def of_ones_own(reader: Reader) -> Iterator[Told]:
    """Give what the inbox, its digest, views and imports show: one's own, of what one reads."""
    desk, who, sight = reader.desk, reader.who, reader.sight
    inbox, mine = notices.show_inbox(desk, who), sight.messages()
    yield "inbox", [item["id"] for item in inbox["items"]], [row["id"] for row in mine]
    yield "number of the unread", inbox["unread"], sum(row["read_at"] is None for row in mine)
    yield "inbox writes of no other", _other(reader, inbox), NOTHING
    yield "inbox names no other", cases(inbox) - sight.read, NOTHING
    told = {m for m in marks(inbox) if m.kind == "message"}
    should = {m for row in mine for m in marks(row) if sight.may(m)}
    yield "inbox writes all", told, should
    account = rows.fetch_one(desk.conn, "account", id=who.account_id)
    held = messages.inbox(desk.conn, account.id, None, 50)
    text = digest.digest_of(desk, account, held, "http://127.0.0.1")
    yield "digest writes of no other", _other(reader, text), NOTHING
    yield "digest names no other", cases(text) - sight.read, NOTHING
    kept = [view.name for view in of(lambda: views.list_views(desk, who)) or ()]
    own = [name for account, name in sight.full.views if account == who.account_id]
    yield "views", kept, own if sight.works else []
    for row in sight.full.uploads:
        ask = partial(imports.show_upload, desk, who, row["id"])
        may = sight.has("office") and row["account_id"] == who.account_id
        yield "import is there", is_there(ask), may
    rungs = of(lambda: timers.preview_rungs(desk, who, desk.now + 30 * DAY))
    yield "foreseen rungs show no other", cases(rungs) - sight.read, NOTHING


def of_the_day(reader: Reader) -> Iterator[Told]:
    """Give who reads the report of the day, and what a unit reported for it."""
    desk, who, sight = reader.desk, reader.who, reader.sight
    shown = of(lambda: daily.show_daily(desk, who, desk.today))
    yield "daily report", shown is not None, sight.has(*sight_of_days())
    yield "daily report writes of no other", _other(reader, shown), NOTHING
    yield "daily report names no other", cases(shown) - sight.known, NOTHING
    own = of(lambda: daily_units.show_own(desk, who, desk.today))
    yield "own report of a unit", own is not None, sight.has("unit")
    yield "own report writes of no other", _other(reader, own), NOTHING


def sight_of_days() -> tuple[str, ...]:
    """Name the roles that read daily reports."""
    return ("office", "supervision", "head", "auditor", "duty")


def _other(reader: Reader, found: Any) -> frozenset[Mark]:  # noqa: ANN401  # any answer
    """Give the texts in an answer that are none of the reader's."""
    return frozenset(mark for mark in marks(found) if not reader.sight.may(mark))


FACES = (of_cases, of_letters, of_ones_own, of_the_day)
