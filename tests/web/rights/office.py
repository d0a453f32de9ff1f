"""The office of the cells: built once by the verbs, asked over HTTP, and never changed by that."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.bootstrap import Application, initialise
from engine.domain.access import OPERATOR
from engine.service import (
    accounts,
    case_files,
    cases,
    deputies,
    imports,
    issues,
    letters,
    parts,
    plans,
    sessions,
)  # fmt: skip
from engine.service.accounts import NewAccount, add_account
from engine.service.cases import NewCase, StepOrder
from engine.service.desk import Desk
from engine.service.imports import ImportOrder
from engine.service.principals import principal_of
from engine.service.task_forces import TaskForceOrder, set_task_force
from engine.service.tokens import NewToken, create_token, revoke_token
from engine.service.units import add_unit
from engine.settings import real_now
from engine.store import access, ledger, rows
from engine.store.access import SessionRow
from engine.store.database import open_database
from engine.words import Locale
from tests.people import Person
from tests.web import desk
from tests.web.rights import cast
from tests.web.rights.cast import CODES

OLD, NOW = datetime(2025, 10, 14, 2, tzinfo=UTC), datetime(2026, 3, 3, 7, tzinfo=UTC)
DUE = "2026-04-30"
TABLE = "重点问题,任务分解,责任领导,牵头单位\n某楼盘,复工,某stranger,司法局\n"


class _UndoneError(Exception):
    """Ends a trial."""


class Undoing(Application):
    """An installation in which nothing that is asked of it stays."""

    undoes = False

    @contextmanager
    def writing(self, via: str, locale: Locale | None = None) -> Iterator[Desk]:
        """Open a desk that writes; what it wrote is undone when it is done."""
        if not self.undoes:
            with super().writing(via, locale) as desk:
                yield desk
            return
        with suppress(_UndoneError), super().writing(via, locale) as desk:
            yield desk
            raise _UndoneError


@dataclass
class Office:
    """The office, its people's sessions and tokens, and what its cases are called."""

    application: Undoing
    home: Path
    at: datetime = OLD
    sessions: dict[str, tuple[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    readers: dict[str, str] = field(default_factory=dict)
    bad_tokens: dict[str, str] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)

    def does(self, person: Person, verb: Any, *args: Any) -> Any:  # noqa: ANN401  # any verb
        """Let somebody do something."""
        with self.application.writing("web", "zh") as at:
            return verb(at, principal_of(at, person.login), *args)

    def step(
        self, person: Person, code: str, trigger: str, why: str | None = None, **data: Any  # noqa: ANN401  # fields
    ) -> None:  # fmt: skip
        """Take a step on a case as it is now."""
        order = StepOrder(trigger, self.version(code), why, data)
        self.does(person, cases.take_step, code, order)

    def version(self, code: str) -> int:
        """Give the version of a case."""
        with self.application.reading("cli") as at:
            return int(rows.fetch_one(at.conn, "case", code=code).version)

    def passes(self, at: datetime) -> None:
        """Let time pass."""
        self.at = at
        desk.set_clock(self.home, at)

    def told(self) -> str:
        """Give a digest of all that is kept."""
        with self.application.reading("cli") as at:
            raw = at.conn.connection.driver_connection
            assert raw is not None
            return sha256("\n".join(raw.iterdump()).encode()).hexdigest()


def build(home: Path) -> Office:
    """Build the office."""
    home.mkdir(parents=True)
    desk.set_clock(home, OLD)
    settings = desk.settings_in(home)
    initialise(settings)
    found = Office(Undoing(settings, open_database(settings.database_url, serving=True)), home)
    with found.application.writing("cli") as at:
        for unit in cast.UNITS:
            add_unit(at, OPERATOR, unit.name, unit.parent, unit.kind)
        for one in (*cast.PEOPLE, cast.GONE):
            add_account(
                at, OPERATOR, NewAccount(one.login, one.name, one.unit, one.roles, one.post)
            )
    _old(found)
    found.passes(NOW)
    _main(found)
    _other(found)
    _credentials(found)
    with found.application.writing("cli") as at:
        ledger.sequence(at.conn, wait=True)
    found.application.undoes = True
    return found


def _begin(o: Office, by: Person, title: str, **planned: Any) -> str:  # noqa: ANN401  # fields
    issue = o.does(cast.CLERK, issues.open_issue, issues.NewIssue(title, "district"))["code"]
    code = str(o.does(by, cases.register_case, issue, NewCase("复工", **planned))["code"])
    key = next(key for key, known in CODES.items() if known == code)
    o.names[key] = {"issue": issue}
    return code


def _assign(o: Office, code: str, leader: Person, unit: str, due: str) -> None:
    o.step(cast.CLERK, code, "assign", lead_leader=leader.login, lead_unit=unit,
           supporting_units=["劳动局"], due=due)  # fmt: skip


def _start(o: Office, code: str, due: date) -> None:
    o.step(cast.LEAD, code, "acknowledge")
    members = [(cast.OFFICER.login, "建设局"), (cast.SUPPORT.login, "劳动局")]
    force = TaskForceOrder(o.version(code), cast.OFFICER.login, members)
    o.does(cast.LEAD, set_task_force, code, force)
    measure = plans.MeasureOrder("核清底数", cast.OWNER.login, "劳动局", None, due)
    o.does(cast.LEAD, plans.write_plan, code, plans.PlanOrder(o.version(code), [measure]))
    o.does(cast.LEAD, plans.adopt_plan, code, o.version(code))
    o.step(cast.LEAD, code, "start")


def _prove(o: Office, code: str, key: str) -> None:
    kept = o.does(cast.OFFICER, case_files.add_file, code, "凭证.txt", "核对".encode())
    plan = o.does(cast.CLERK, cases.show_case, code)["plan"]
    measure = plan["measures"][0]["id"]
    today = o.at.date()
    done = plans.ProgressOrder("done", "完毕", today, [kept["id"]])
    o.does(cast.OWNER, plans.record_progress, code, measure, done)
    claim = o.does(cast.OFFICER, parts.record_claim, code, parts.ClaimOrder("wages", 8, 500, 500))
    reply = parts.ReplyOrder("interim", "正在办理", today, "meeting")
    o.does(cast.OFFICER, parts.record_reply, code, reply)
    o.names[key] |= {"file": str(kept["id"]), "measure": str(measure), "claim": str(claim["id"])}


def _letters(o: Office, code: str, key: str) -> None:
    order = letters.LetterOrder("尽快办结", o.at.date() + timedelta(days=20), None)
    for name in ("issued", "draft"):
        o.names[key][name] = o.does(cast.WATCH, letters.draft_letter, code, order)["no"]
    o.does(cast.WATCH, letters.issue_letter, o.names[key]["issued"])


def _old(o: Office) -> None:
    code = _begin(o, cast.DUTY, "某楼盘停工")
    _assign(o, code, cast.LEAD, "建设局", "2025-11-28")
    _start(o, code, date(2025, 11, 3))
    _prove(o, code, "old")
    o.step(cast.LEAD, code, "stabilize")
    o.passes(OLD + timedelta(days=17))
    order = parts.ReplyOrder("final", "办结", o.at.date(), "meeting")
    o.does(cast.OFFICER, parts.record_reply, code, order)
    o.step(cast.LEAD, code, "propose-closure", outcome="resolved", summary="完成")
    o.step(cast.WATCH, code, "close")


def _main(o: Office) -> None:
    code = _begin(o, cast.DUTY, "某小区停工")
    _assign(o, code, cast.FORMER, "民政局", DUE)
    o.step(cast.FORMER, code, "decline", "不属职责")
    _assign(o, code, cast.LEAD, "建设局", DUE)
    _start(o, code, date(2026, 4, 1))
    for principal, one in (("lead", cast.DEPUTY), ("former", cast.STANDIN)):
        today = o.at.date()
        order = deputies.NewDeputy(principal, one.login, today, today + timedelta(days=9), "开会")
        o.does(cast.CLERK, deputies.name_deputy, order)
    _prove(o, code, "main")
    _letters(o, code, "main")
    o.step(cast.LEAD, code, "hand-over", "轮岗", to=cast.SUCCESSOR.login)


def _other(o: Office) -> None:
    _begin(o, cast.CLERK, "某市场积水", lead_leader=cast.STRANGER.login, lead_unit="司法局")
    made = o.does(cast.CLERK, imports.upload, ImportOrder("a.csv", TABLE.encode()))
    own = {"import": str(made["id"]), "sha256": made["sha256"]}
    for key in o.names:
        o.names[key] |= own
    spare = {"file": "1", "measure": "1", "claim": "1", "issued": "", "draft": ""}
    o.names["none"] = {"issue": "ZD-2026-099"}
    for key, named in o.names.items():
        code = CODES.get(key, cast.NONE.code)
        o.names[key] = {**spare, **own, "issued": f"{code}-1", "draft": f"{code}-2", **named}


def _credentials(o: Office) -> None:
    with o.application.writing("web") as at:
        for one in (*cast.PEOPLE, cast.GONE):
            o.sessions[one.login] = _session(at, one)
            o.tokens[one.login] = _token(at, one, "write")
        for one in cast.READERS:
            o.readers[one.login] = _token(at, one, "read")
        o.bad_tokens["feed"] = _token(at, cast.CLERK, "feed")
        made = create_token(at, OPERATOR, NewToken(cast.CLERK.login, "write"))
        revoke_token(at, OPERATOR, made["id"])
        o.bad_tokens["revoked"] = made["token"]
        o.bad_tokens["nonsense"] = "duban_nonsense"
        gone = cast.GONE.login
        accounts.disable_account(at, OPERATOR, gone)
    o.bad_tokens["disabled"] = o.tokens.pop(gone)


def _token(at: Desk, person: Person, scope: str) -> str:
    return str(create_token(at, OPERATOR, NewToken(person.login, scope))["token"])


def _session(at: Desk, person: Person) -> tuple[str, str]:
    """Sign somebody in without a password; give the cookie, and what their forms carry."""
    secret, now = f"session-of-{person.login}", real_now()
    account = principal_of(at, person.login).account_id or 0
    row = SessionRow(account, now, now, b"\xcf" * 32, now + timedelta(hours=1), now,
                     "127.0.0.1", "desktop")  # fmt: skip
    access.keep_session(at.conn, sha256(secret.encode()).digest(), row)
    return secret, sessions.session(at, secret).csrf_token
