"""Imports and exports that take long: begun from a page, done in a process apart, told as they go.

Each official has one at a time, an office few: they share the machine with all who wait for pages.
What an import writes is one transaction, so that one which broke off wrote nothing. What an export
made is kept for a day, for whoever asked for it, and only while they may see what they saw then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.output.paper import ENDINGS, MEDIA
from engine.service.case_lists import CaseQuery
from engine.service.desk import Desk
from engine.service.imports import digest_of, find_upload
from engine.service.office import clean, instant
from engine.service.reports.asking import ReportQuery
from engine.service.reports.catalogue import REPORTS
from engine.settings import real_now
from engine.store import counters, files, imports, long_runs
from engine.store.long_runs import Ended, Run

APART = "engine.cli.running"
"""The module that does one, in a process apart."""
LONG_BYTES = 128 * 1024
"""A table from this size on is imported behind the page: some thousand rows."""
LONG_ROWS = 5_000
"""A list of more rows is written behind the page: what takes more than a second or so."""
MOST_SECONDS = 1_800
"""How long one may take in all."""
SILENCE = timedelta(seconds=60)
"""How long one may not be heard of before its process counts as gone."""
KEPT = timedelta(days=1)
"""How long is kept what one made."""
MOST_AT_ONCE = 2
SHOWN = 10
LONGEST_NAME = 200
ENDED = "end"
"""The phase of work that came to its end."""
State = Literal["running", "done", "failed", "gone"]
ListQuery = CaseQuery | ReportQuery


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is to be written: the cases or a report by its name, asked for how, as which file."""

    what: str
    query: ListQuery
    ending: str
    name: str
    facts: Sequence[tuple[str, str]] = ()


class LongRunAnswer(TypedDict):
    """A piece of work: how far it is, or what came of it.

    `done` are rows of the phase, of `total`; 0 where nobody knows yet. `upload` is the number of
    the import, `name` that of the file. `why` says why nothing came of it.
    """

    id: int
    kind: str
    state: State
    phase: str
    done: int
    total: int
    started_at: str
    ended_at: str | None
    upload: int | None
    name: str
    size: int
    kept_until: str | None
    why: str | None


def begin_import(desk: Desk, who: Principal, upload_id: int, digest: str) -> int:
    """Note that an upload of one's own is to be imported; give the number of the work.

    Raises ForbiddenError; NotFoundError; ConflictError for other bytes, for one that was imported,
    or while other work of this official goes on.
    """
    require(who, "import")
    upload = find_upload(desk, who, upload_id, lock=True)
    if digest.strip().lower() != digest_of(upload):
        raise ConflictError("import-other-bytes")
    if upload.answer is not None:
        raise ConflictError("import-settled")
    order = {"upload": upload.id, "sha256": digest_of(upload), "name": upload.name}
    return _begin(desk, who, "import", order)


def is_long(desk: Desk, who: Principal, upload_id: int) -> bool:
    """Tell whether an upload of one's own is worth a process apart.

    Raises ForbiddenError, NotFoundError.
    """
    require(who, "import")
    return find_upload(desk, who, upload_id).size >= LONG_BYTES


def begin_export(desk: Desk, who: Principal, order: ExportOrder) -> int:
    """Note that a list is to be written as a file; give the number of the work.

    Raises ForbiddenError, InvalidError, and ConflictError while other work of this official goes
    on.
    """
    require(who, "case.read" if order.what == "cases" else "report.read")
    known = order.what == "cases" or order.what in REPORTS
    if not known or order.ending not in ENDINGS:
        raise InvalidError("run-unknown")
    return _begin(desk, who, "export", {
        "what": order.what, "query": packed(order.query), "ending": order.ending,
        "name": clean(order.name)[:LONGEST_NAME], "facts": [list(fact) for fact in order.facts],
        "sees": _sees(who),
    })  # fmt: skip


def show_run(desk: Desk, who: Principal, number: int) -> LongRunAnswer:
    """Show work of one's own. Raises NotFoundError where there is none such."""
    return _answer(desk, _own(desk, who, number))


def list_runs(desk: Desk, who: Principal) -> list[LongRunAnswer]:
    """List one's own newest work, the newest first."""
    if who.account_id is None:
        return []
    return [_answer(desk, run) for run in long_runs.newest(desk.conn, who.account_id, SHOWN)]


def run_of_upload(desk: Desk, who: Principal, upload_id: int) -> LongRunAnswer | None:
    """Give the newest work on an upload of one's own; None where there was none."""
    if who.account_id is None:
        return None
    newest = long_runs.newest(desk.conn, who.account_id, SHOWN)
    found = (run for run in newest if run.kind == "import" and run.order["upload"] == upload_id)
    return next((_answer(desk, run) for run in found), None)


def made_file(desk: Desk, who: Principal, number: int) -> tuple[str, str, bytes]:
    """Give the file that an export of one's own made: its name, media type and bytes.

    Raises NotFoundError where there is none, or it is not kept any more; ForbiddenError where one
    sees other cases by now than those in it.
    """
    run = _own(desk, who, number)
    content = files.read(desk.conn, run.sha256) if run.sha256 else None
    if content is None or _is_old(desk, run):
        raise NotFoundError("run-no-file")
    if run.order["sees"] != _sees(who):
        raise ForbiddenError("run-sees-otherwise")
    name, ending = run.order["name"], run.order["ending"]
    return f"{name}{ending}", MEDIA[ending], content


def has_old(desk: Desk) -> bool:
    """Tell whether something is kept that ended long enough ago."""
    return long_runs.has_ended(desk.conn, desk.now - KEPT)


def forget_old(desk: Desk) -> int:
    """Forget what ended long enough ago, with the files that it made; tell how many."""
    return long_runs.forget(desk.conn, desk.now - KEPT)


def packed(query: ListQuery) -> dict[str, Any]:
    """Write a question in plain values, of what differs from the usual."""
    usual = type(query)()
    asked = {name: getattr(query, name) for name in type(query).__slots__}
    return {n: _plain(v) for n, v in asked.items() if v != getattr(usual, n)}


def unpacked(kind: type[Any], given: Mapping[str, Any]) -> Any:  # noqa: ANN401  # a question of that kind
    """Read a question that `packed` wrote."""
    return kind(**{name: _read(name, value) for name, value in given.items()})


_INSTANTS, _DAYS = frozenset({"as_of"}), frozenset({"until", "opened", "rested"})


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _read(name: str, value: Any) -> Any:  # noqa: ANN401  # a value of JSON
    if name in _INSTANTS:
        return datetime.fromisoformat(value)
    if name in _DAYS:
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def _begin(desk: Desk, who: Principal, kind: str, order: Mapping[str, Any]) -> int:
    """Begin work where nothing of the caller's goes on, and not too much of all the office."""
    if who.account_id is None:
        raise ForbiddenError("run-needs-account")
    counters.take(desk.conn, "long-run-turn")  # on PostgreSQL one after the other from here
    real = real_now()
    going = long_runs.under_way(desk.conn)
    for run in [run for run in going if _is_silent(run, real)]:
        long_runs.end(desk.conn, run.id, Ended(desk.now, run.phase, run.done))
        going.remove(run)
    if any(run.account_id == who.account_id for run in going):
        raise ConflictError("run-goes-on")
    if len(going) >= MOST_AT_ONCE:
        raise ConflictError("run-many", count=len(going))
    forget_old(desk)
    number = counters.take(desk.conn, "long-run")
    told = {**order, "via": desk.via, "locale": desk.locale}
    long_runs.begin(desk.conn, Run(
        number, who.account_id, kind, told, 1, desk.now, real, "begin", 0, 0, None, None, None,
    ))  # fmt: skip
    return number


def _own(desk: Desk, who: Principal, number: int) -> Run:
    found = long_runs.find(desk.conn, number, who.account_id) if who.account_id else None
    if found is None:
        raise NotFoundError("not-found")
    return found


def _sees(who: Principal) -> list[Any]:
    """Say by what it is decided which cases somebody sees."""
    return [sorted(who.roles), who.unit_id, sorted(who.units), sorted(who.stands_in_for)]


def _is_silent(run: Run, real: datetime) -> bool:
    return run.beat_at < real - SILENCE


def _is_old(desk: Desk, run: Run) -> bool:
    return run.ended_at is None or run.ended_at < desk.now - KEPT


def _state(run: Run) -> State:
    if run.running is not None:
        return "gone" if _is_silent(run, real_now()) else "running"
    if run.failed is not None:
        return "failed"
    return "done" if run.phase == ENDED else "gone"


def _imported(desk: Desk, run: Run) -> int | None:
    """Count what an import wrote, once that is committed: then it is done, whatever was told."""
    if run.kind != "import":
        return None
    upload = imports.upload(desk.conn, run.order["upload"], run.account_id)
    if upload is None or upload.answer is None:
        return None
    return int(upload.answer["result"]["imported"])


def _answer(desk: Desk, run: Run) -> LongRunAnswer:
    until = run.ended_at + KEPT if run.ended_at and run.sha256 else None
    written = _imported(desk, run)
    return {
        "id": run.id,
        "kind": run.kind,
        "state": _state(run) if written is None else "done",
        "phase": run.phase,
        "done": run.done if written is None else written,
        "total": max(run.total, run.done) if run.total else 0,
        "started_at": instant(run.started_at, desk.zone),
        "ended_at": instant(run.ended_at, desk.zone) if run.ended_at else None,
        "upload": run.order.get("upload"),
        "name": str(run.order["name"]) + str(run.order.get("ending", "")),
        "size": long_runs.size_of(desk.conn, run.sha256) if run.sha256 else 0,
        "kept_until": instant(until, desk.zone) if until else None,
        "why": run.failed[desk.locale] if run.failed else None,
    }
