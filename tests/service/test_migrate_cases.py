import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection

from engine.domain.access import OPERATOR, Principal
from engine.domain.events import Delta, Doer, Happening, Kind
from engine.domain.loader import load
from engine.errors import (
    ConflictError,
    DefinitionError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from engine.failpoints import FailpointError, arm, read_failpoints
from engine.service import cases
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.dashboard import dashboard
from engine.service.desk import Desk
from engine.service.hooks import NewHook, add_hook
from engine.service.ladder import preview
from engine.service.migrate import MigrationOrder, migrate_cases, preview_migration
from engine.service.next_things import next_things
from engine.service.operator import READER
from engine.service.principals import principal_of
from engine.service.publishing import publish_workflow
from engine.service.reports.asking import ReportQuery
from engine.service.reports.overdue import overdue
from engine.service.verify import examine
from engine.service.workflows import workflow_of
from engine.store import jobs, ledger, rows
from engine.words import Locale
from tests.people import CHEN, LI, SHEN, SUN, WEI, ZHANG, ZHAO
from tests.service.case_office import CaseOffice
from tests.service.people_office import ZONE
from tests.service.versions import STATE, publish, version
from workflows.needs import VOCABULARY

UP = MigrationOrder("key-issue", 2, 3, "按新版流程办理")
QUICKER = ("days = 3\n", "days = 2\n")
"""Clocks that would be shorter if they started anew."""


@pytest.fixture
def office(case_office: CaseOffice) -> CaseOffice:
    """Give the office by a shorter name."""
    return case_office


def operates(office: CaseOffice, verb: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401  # of the verb
    with office.database.transaction() as conn:
        return verb(Desk(conn, office.at, "en", "cli", ZONE), OPERATOR, *given)


def everywhere(office: CaseOffice) -> list[str]:
    """Give an open case in every state, with a pause and with what waits for a decision."""
    codes = [office.registered(), office.acknowledged(), office.started(), office.proposed()]
    office.step(ZHANG, codes[1], "request-extension", "材料未到", due="2026-05-28")
    office.step(ZHANG, codes[2], "request-suspension", "等待鉴定结论", review_on="2026-05-01")
    office.step(WEI, codes[2], "grant-suspension")
    return codes


def answers(office: CaseOffice, as_of: Any = None, locale: Locale = "zh") -> bytes:  # noqa: ANN401  # an instant
    with office.database.reading() as conn:
        desk = Desk(conn, office.at, locale, "cli", ZONE)
        listed = list_cases(desk, READER, CaseQuery(as_of=as_of, sort="code", limit=200))
        items = [{k: v for k, v in item.items() if k != "version"} for item in listed["items"]]
        report = overdue(desk, READER, ReportQuery(as_of=as_of, by="stage", limit=200))
        return orjson.dumps([items, report["items"], report["groups"]])


def standing(shown: Any) -> Any:  # noqa: ANN401  # an answer
    kept = ("state", "due", "overdue", "days_overdue", "suspended", "clocks", "requests", "plan")
    return {name: shown[name] for name in kept}


def test_running_cases_go_over_as_they_stand(office: CaseOffice) -> None:
    codes, closed = everywhere(office), office.closed()
    publish(office.database, version(3, QUICKER))
    before = [office.show(code) for code in codes]
    dry = operates(office, preview_migration, UP)
    assert [office.show(code) for code in codes] == before
    assert (dry["total"], dry["blocked"], dry["closed"], dry["done"]) == (4, 0, 1, False)
    done = operates(office, migrate_cases, UP)
    assert done == {**dry, "done": True}
    for code, was in zip(codes, before, strict=True):
        now = office.show(code)
        assert standing(now) == standing(was)
        assert now["workflow"] == {"name": "key-issue", "version": 3}
        assert now["version"] == was["version"] + 1
        event = office.history(code)[-1]
        assert (event["kind"], event["actor"], event["reason"]) == (
            "case.migrated", None, "按新版流程办理",
        )  # fmt: skip
        assert event["before"]["case"]["workflow_version"] == 2
        assert event["after"]["case"]["workflow_version"] == 3
    assert office.show(closed)["workflow"]["version"] == 2
    office.assert_intact()
    assert operates(office, migrate_cases, UP)["total"] == 0


def test_what_waited_is_decided_and_what_stood_still_goes_on_afterwards(office: CaseOffice) -> None:
    registered, extended, suspended, proposed = everywhere(office)
    publish(office.database, version(3, QUICKER))
    resolve = office.clocks(suspended, "resolve")[-1]["due_at"]
    operates(office, migrate_cases, UP)
    assert office.step(WEI, extended, "grant-extension")["due"] == "2026-05-28"
    assert office.step(CHEN, proposed, "close")["state"] == "closed"
    office.passes(days=3)
    assert office.step(ZHANG, suspended, "resume")["suspended"] is False
    assert office.clocks(suspended, "resolve")[-1]["due_at"] > resolve
    assert office.step(CHEN, proposed, "reopen", "群众反映属实")["workflow"]["version"] == 3
    assert office.show(registered)["workflow"]["version"] == 3
    office.assert_intact()


def test_one_case_that_cannot_go_over_keeps_all(office: CaseOffice) -> None:
    codes = everywhere(office)
    publish(office.database, version(3, STATE))
    dry = operates(office, preview_migration, UP)
    blocked = [fate for fate in dry["cases"] if not fate["moves"]]
    assert [fate["code"] for fate in blocked] == [codes[3]]
    assert [one["obstacle"] for one in blocked[0]["obstacles"]] == ["state-gone"]
    with pytest.raises(ConflictError, match=codes[3]):
        operates(office, migrate_cases, UP)
    assert {office.show(code)["workflow"]["version"] for code in codes} == {2}


def test_a_dry_run_tells_what_each_case_keeps_gains_and_loses(office: CaseOffice) -> None:
    code = office.acknowledged()
    office.step(ZHANG, code, "hand-over", "岗位调整", to="lisi")
    changed = ('trigger = "refuse-extension"', 'trigger = "deny-extension"')
    stops = ('"refuse-extension", "stabilize"', '"deny-extension", "stabilize"')
    publish(office.database, version(3, stops, changed))
    (fate,) = operates(office, preview_migration, UP)["cases"]
    assert (fate["code"], fate["state"], fate["waiting"]) == (code, "assigned", ["handover"])
    assert (fate["gains"], fate["loses"]) == (["deny-extension"], ["refuse-extension"])
    running = [c for c in office.show(code)["clocks"] if c["stopped_at"] is None]
    assert [(c["kind"], c["due_at"]) for c in fate["clocks"]] == [
        (c["kind"], c["due_at"]) for c in running
    ]


def test_no_answer_about_before_changes(office: CaseOffice) -> None:
    everywhere(office)
    office.passes(days=60)
    publish(office.database, version(3, QUICKER))
    instants = [office.at - timedelta(days=day) for day in range(0, 80, 9)]
    before = [answers(office, at) for at in instants]
    operates(office, migrate_cases, UP)
    assert [answers(office, at) for at in instants] == before
    office.passes(seconds=1)
    assert [answers(office, at) for at in instants] == before
    assert len(set(before)) > 3


def test_new_cases_take_the_newest_version_and_old_ones_stay_known(office: CaseOffice) -> None:
    old = office.stabilized()
    publish(office.database, version(3, STATE))
    new = office.registered()
    assert office.show(new)["workflow"]["version"] == 3
    assert office.show(old)["workflow"]["version"] == 2
    with office.database.reading() as conn:
        desk = Desk(conn, office.at, "en", "cli", ZONE)
        figures = dashboard(desk, READER)
        found = list_cases(desk, READER, CaseQuery(state="stabilized"))
        assert preview(desk, office.at + timedelta(days=40)) != []
    assert {s["state"]: s["count"] for s in figures["states"]}["stabilized"] == 1
    assert figures["open"] == 2
    assert [item["code"] for item in found["items"]] == [old]


def test_it_is_the_administrators_and_asks_for_two_versions_that_there_are(
    office: CaseOffice,
) -> None:
    code = office.assigned()
    publish(office.database, version(3, QUICKER))
    for person in (ZHAO, CHEN, WEI, ZHANG):
        with pytest.raises(ForbiddenError):
            office.does(person, migrate_cases, UP)
    with pytest.raises(NotFoundError):
        operates(office, preview_migration, MigrationOrder("key-issue", 2, 4))
    with pytest.raises(NotFoundError):
        operates(office, preview_migration, MigrationOrder("key-issues", 2, 3))
    with pytest.raises(InvalidError):
        operates(office, migrate_cases, MigrationOrder("key-issue", 3, 3))
    with pytest.raises(InvalidError):
        operates(office, migrate_cases, MigrationOrder("key-issue", 2, 3, " "))
    assert office.show(code)["workflow"]["version"] == 2
    office.does(SHEN, migrate_cases, UP)
    assert office.history(code)[-1]["actor"]["login"] == SHEN.login
    with pytest.raises(ConflictError, match="looser"):
        operates(office, migrate_cases, MigrationOrder("key-issue", 3, 2))
    office.assert_intact()


def forged(office: CaseOffice, kind: Kind, new: dict[str, Any], **said: Any) -> set[str]:  # noqa: ANN401  # parts of the happening
    """Append an event that no verb would write; name what is found."""
    with office.database.transaction() as conn:
        case = rows.fetch_one(conn, "case", id=1)
        deltas = [Delta("case", (1,), new, {name: getattr(case, name) for name in new})]
        happening = Happening(
            kind, office.at, office.at, Doer(None), deltas, case_id=1, case_code=case.code, **said
        )
        ledger.change(conn, happening)
        ledger.sequence(conn, wait=True)
        return {finding.kind for finding in examine(conn, []).findings.listed}


def test_another_version_without_a_migration_is_found(office: CaseOffice) -> None:
    office.assigned()
    publish(office.database, version(3))
    assert forged(office, Kind.NOTE_ADDED, {"workflow_version": 3}) == {"version-astray"}


def test_a_migration_to_a_version_that_is_not_there_is_found(office: CaseOffice) -> None:
    office.assigned()
    said = {"workflow": "key-issue@9", "workflow_digest": "0" * 64}
    assert forged(office, Kind.CASE_MIGRATED, {"workflow_version": 9}, **said) == {
        "step-definition"
    }


def test_a_step_by_a_version_that_is_not_the_cases_own_is_found(office: CaseOffice) -> None:
    code = office.assigned()
    publish(office.database, version(3))
    with office.database.reading() as conn:
        row = rows.fetch_one(conn, "case", id=1)
        digest = workflow_of(conn, "key-issue", 3).digest
    assert (row.code, row.state) == (code, "assigned")
    said = {
        "workflow": "key-issue@3", "workflow_digest": digest, "trigger": "acknowledge",
        "from_state": "assigned", "to_state": "assigned",
    }  # fmt: skip
    assert forged(office, Kind.CASE_STEPPED, {"version": 3}, **said) == {"step-version"}


def test_a_fault_half_way_leaves_every_case_where_it_was(office: CaseOffice) -> None:
    codes = everywhere(office)
    publish(office.database, version(3, QUICKER))
    before = [(office.show(code), office.history(code)) for code in codes]
    arm(read_failpoints("migrate.step:error"))
    try:
        with pytest.raises(FailpointError):
            operates(office, migrate_cases, UP)
    finally:
        arm(())
    assert [(office.show(code), office.history(code)) for code in codes] == before
    office.assert_intact()
    assert operates(office, migrate_cases, UP)["total"] == len(codes)


def test_webhooks_hear_of_each_case(office: CaseOffice) -> None:
    office.assigned()
    office.registered()
    publish(office.database, version(3))
    with office.database.transaction() as conn:
        desk = Desk(conn, office.at, "en", "cli", ZONE)
        order = NewHook("https://records.example/duban", ("case.migrated",))
        add_hook(desk, principal_of(desk, SHEN.login), order)
        migrate_cases(desk, OPERATOR, UP)
        heard = [job.payload for job in jobs.waiting(conn) if job.kind == "webhook"]
        told = [ledger.event(conn, one["stream"], one["seq"]) for one in heard]
    assert sorted(event.stream for event in told if event) == [1, 2]
    assert {event.kind for event in told if event} == {"case.migrated"}


# --- whatever goes over can be worked on ----------------------------------------------------------

TRIES = int(os.environ.get("DUBAN_TEST_MIGRATIONS", "3"))
"""So many other versions to which all cases can go over are made up at random."""
FEW = 10
LOOKERS = (ZHAO, ZHANG, LI, SUN, CHEN, WEI)
NAMES = (
    STATE,
    ("in-resolution", "under-way"),
    ("registered", "entered"),
    ("assigned", "handed-down"),
    ("[clock.plan]", "[clock.scheme]"),
    ("[clock.urge]", "[clock.reply]"),
    ("[clock.handover]", "[clock.succession]"),
    ("[clock.closure]", "[clock.verdict]"),
    ("[clock.extension]", "[clock.more-time]"),
    ("[clock.suspension]", "[clock.pause]"),
    ("[clock.acknowledge]", "[clock.receipt]"),
    ("[clock.assign]", "[clock.appoint]"),
    ('"acknowledge"', '"confirm"'),
    ('"start"', '"begin"'),
    ('"decline"', '"send-back"'),
    ('"resume"', '"go-on"'),
    ('"relapse"', '"flare-up"'),
    ('"return-closure"', '"send-on"'),
    ('name = "remind"', 'name = "warn"'),
    ('name = "head"', 'name = "group-head"'),
    QUICKER,
    ("carries_over = true", "carries_over = false"),
    ("days = 15", "days = 45"),
    ("max_declines = 2 ", "max_declines = 1 "),
    ('pauses_on = ["grant-suspension"]\nresumes_on = ["resume", "stabilize"]\n', ""),
)
"""What other versions call, count or leave out otherwise; some of it would be unsound."""


def other_version(rng: random.Random) -> str | None:
    """Make another version up; None where it is no sound one."""
    changes = rng.sample(NAMES, rng.randint(1, 4))
    text = version(3, *sorted(changes, key=lambda change: -len(change[0])))  # long ones hold others
    try:
        load(text, "other.toml", VOCABULARY)
    except DefinitionError:
        return None
    return text


class UndoneError(Exception):
    """Ends a trial, of which nothing stays."""


def test_whatever_goes_over_can_be_looked_at_and_worked_on(
    office: CaseOffice, rng: random.Random
) -> None:
    codes = everywhere(office)
    codes.append(office.planned())
    office.step(ZHANG, codes[4], "hand-over", "岗位调整", to="lisi")
    office.passes(days=9)
    fates: Counter[bool] = Counter()
    while fates[True] < TRIES:
        text = other_version(rng)
        if text is not None:
            with pytest.raises(UndoneError):
                try_version(office, text, fates)
    assert fates[False] or TRIES < FEW


def try_version(office: CaseOffice, text: str, fates: Counter[bool]) -> None:
    """Look at everything before the migration and after it, and take every step that is allowed."""
    with office.database.transaction() as conn:
        desk = Desk(conn, office.at, "en", "cli", ZONE)
        publish_workflow(desk, OPERATOR, "other.toml", text)
        goes = not preview_migration(desk, OPERATOR, UP)["blocked"]
        fates[goes] += 1
        if goes:
            look(desk)
            before = due_dates(conn)
            migrate_cases(desk, OPERATOR, UP)
            assert due_dates(conn) == before
            look(desk)
            step_on(desk)
            look(desk)
        raise UndoneError


def due_dates(conn: Connection) -> list[tuple[Any, ...]]:
    clocks = rows.fetch(conn, "clock")
    return [(c.case_id, c.no, c.kind, c.due_at, c.paused_at, c.ended_at) for c in clocks]


def look(desk: Desk) -> None:
    """Ask for all that looks up names of a workflow."""
    preview(desk, desk.now + timedelta(days=90))
    dashboard(desk, READER)
    list_cases(desk, READER, CaseQuery(limit=200))
    overdue(desk, READER, ReportQuery(by="stage", limit=200))
    for person in LOOKERS:
        next_things(desk, principal_of(desk, person.login))


def step_on(desk: Desk) -> None:
    """Take one step that is allowed and takes nothing besides a reason, in each case."""
    for case in rows.fetch(desk.conn, "case"):
        for person in LOOKERS:
            step_as(desk, principal_of(desk, person.login), case.code)


def step_as(desk: Desk, who: Principal, code: str) -> None:
    try:
        shown: Any = cases.show_case(desk, who, code)
    except NotFoundError:
        return
    for step in shown["steps"]:
        if step["allowed"] and not any(one["required"] for one in step["fields"]):
            order = cases.StepOrder(step["trigger"], shown["version"], "依新版流程办理", {})
            cases.take_step(desk, who, code, order)
            return


def test_an_administrator_is_told_how_many_go_over_and_of_no_case(office: CaseOffice) -> None:
    codes = everywhere(office)
    publish(office.database, version(3, STATE))
    whole = operates(office, preview_migration, UP)
    assert len(whole["cases"]) == len(codes)
    dry = office.does(SHEN, preview_migration, UP)
    assert dry == {**whole, "cases": []}
    assert [(one["obstacle"], one["count"]) for one in dry["obstacles"]] == [("state-gone", 1)]
    with pytest.raises(ConflictError) as refusal:
        office.does(SHEN, migrate_cases, UP)
    told = repr(dry) + refusal.value.say("en") + refusal.value.say("zh")
    assert not [code for code in codes if code in told]
