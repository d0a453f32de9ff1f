"""The sample office: every place where a case can stand, with a history that proves itself."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.bootstrap import Application, initialise, log_signer, open_application
from engine.domain.access import ROLES
from engine.errors import ConflictError
from engine.service import sample
from engine.service.cases import history, show_case
from engine.service.principals import principal_of
from engine.service.sample.cast import script, topics
from engine.service.sample.ways import WAYS
from engine.service.sessions import Given, sign_in
from engine.service.verify import verify
from engine.settings import load_settings
from engine.store import ledger, rows
from tests.postgres import Server

TUESDAY = "2026-03-03T15:00:00+08:00"
DAYS = {
    "just after a long holiday": "2026-10-08T08:00:00+08:00",
    "the middle of a holiday, at night": "2026-02-19T23:30:00+08:00",
    "the first minute of a year": "2026-01-01T00:01:00+08:00",
    "a year without its notice": "2027-06-06T12:00:00+08:00",
}
ZONE = ZoneInfo("Asia/Shanghai")
OPEN = {"registered", "assigned", "in-resolution", "stabilized"}


@dataclass(frozen=True)
class Sample:
    """A filled office, with every case as supervision sees it."""

    application: Application
    cases: list[dict[str, Any]]
    now: datetime

    def pending(self) -> set[str]:
        """Name the kinds of requests that wait for a decision."""
        return {r["kind"] for c in self.cases for r in c["requests"] if r["state"] == "pending"}


def filled(folder: Path, url: str, at: str) -> Sample:
    """Make the sample at a given instant, as `duban demo` does."""
    clock = folder / "clock"
    clock.write_text(at)
    environment = {
        "DUBAN_HOME": str(folder / "home"),
        "DUBAN_DATABASE_URL": url,
        "DUBAN_ENV": "test",
        "DUBAN_CLOCK": f"file:{clock}",
    }
    settings = load_settings(environment, folder)
    initialise(settings, clock=sample.beginning(settings))
    application = open_application(settings)
    sample.fill(application)
    with application.reading("api") as desk:
        who = principal_of(desk, "jiangji")
        codes = [case.code for case in rows.fetch(desk.conn, "case")]
        cases = [dict(show_case(desk, who, code)) for code in codes]
    return Sample(application, cases, datetime.fromisoformat(at))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """Fill one office for all tests that only look at it."""
    folder = tmp_path_factory.mktemp("sample")
    made = filled(folder, f"sqlite:///{folder}/duban.db", TUESDAY)
    yield made
    made.application.close()


def test_every_state_and_every_outcome_is_there(office: Sample) -> None:
    states = Counter(case["state"] for case in office.cases)
    assert set(states) == OPEN | {"closed"}
    assert min(states.values()) >= 3
    outcomes = {case["outcome"] for case in office.cases if case["state"] == "closed"}
    assert outcomes == {"resolved", "partly-resolved", "not-upheld", "referred", "merged", "void"}


def test_every_flag_is_there(office: Sample) -> None:
    assert office.pending() == {"handover", "extension", "suspension", "closure", "disposal"}
    assert {case["declines"] for case in office.cases} == {0, 1, 2}
    assert sum(case["relapses"] for case in office.cases) >= 1
    assert sum(case["reopenings"] for case in office.cases) >= 1
    assert any(case["suspended"] for case in office.cases)
    assert any(case["deputy"] for case in office.cases)


def test_some_cases_are_overdue_by_every_kind_of_clock_and_most_are_not(office: Sample) -> None:
    late = [case for case in office.cases if case["overdue"]]
    assert 5 <= len(late) < len(office.cases) / 2
    kinds = {
        clock["kind"]
        for case in late
        for clock in case["clocks"]
        if clock["limit"] and not clock["stopped_at"] and clock["due_at"] < office.now.isoformat()
    }
    assert kinds >= {"assign", "acknowledge", "resolve", "measure"}
    assert all(case["days_overdue"]["working"] > 0 for case in late)


def test_parts_of_every_sort_are_there(office: Sample) -> None:
    for part in ("claims", "replies", "notes", "files", "requests"):
        assert sum(1 for case in office.cases if case[part]) >= 2, part
    proved = [m for c in office.cases if c["plan"] for m in c["plan"]["measures"] if m["proved"]]
    assert {measure["status"] for measure in proved} == {"done", "in-force"}
    assert any(case["plan"] and case["plan"]["adopted_at"] is None for case in office.cases)
    assert any(case["plan"] and case["plan"]["version"] > 1 for case in office.cases)


def test_a_task_decomposition_table_was_imported(office: Sample) -> None:
    planned = [case for case in office.cases if case["planned"]["measures_text"]]
    assert len(planned) == len(script()["table"]["rows"])
    assert len({case["issue"]["code"] for case in planned}) == 1
    assert {case["planned"]["lead_leader"]["login"] for case in planned} == {"zhangsan", "lisi"}
    assert {case["state"] for case in planned} == {"registered"}


def test_no_case_stands_where_none_can(office: Sample) -> None:
    for case in office.cases:
        led = case["lead_leader"] is not None
        assert led == (case["state"] in {"assigned", "in-resolution", "stabilized"}), case["code"]
        assert (case["outcome"] is not None) == (case["state"] == "closed")
        assert (case["closed_at"] is not None) == (case["state"] == "closed")
        running = [clock for clock in case["clocks"] if not clock["stopped_at"]]
        assert bool(running) == (case["state"] != "closed"), case["code"]
        if case["state"] in {"in-resolution", "stabilized"}:
            assert case["plan"]["adopted_at"]
            assert case["task_force"]["liaison"]


def test_the_log_is_in_order_and_ends_before_now(office: Sample) -> None:
    with office.application.reading("api") as desk:
        instants = [event.at for event in ledger.events_in_order(desk.conn)]
    assert instants == sorted(instants)
    assert office.now - timedelta(days=5) < instants[-1] < office.now


def test_people_acted_in_office_hours_of_working_days(office: Sample) -> None:
    with office.application.reading("api") as desk:
        who, calendar = principal_of(desk, "jiangji"), desk.calendar
        told = [e for case in office.cases for e in history(desk, who, case["code"])]
    when = [datetime.fromisoformat(event["at"]).astimezone(ZONE) for event in told]
    assert all(calendar.works(at.date()) and 8 <= at.hour < 18 for at in when)


def test_a_deputy_acted_in_the_name_of_the_principal(office: Sample) -> None:
    with office.application.reading("api") as desk:
        who = principal_of(desk, "jiangji")
        told = [e for case in office.cases for e in history(desk, who, case["code"])]
    pairs = {
        (e["actor"]["login"], e["on_behalf_of"]["login"])
        for e in told
        if e["actor"] and e["on_behalf_of"]
    }
    assert pairs == {("chuding", "wangwu")}


def test_everybody_can_sign_in_and_every_role_comes_first(office: Sample) -> None:
    assert {person.roles[0] for person in sample.SIGN_INS[: len(ROLES)]} == set(ROLES)
    for person in sample.SIGN_INS:
        assert sign_in(office.application, Given(person.login, person.password))


def test_every_way_is_gone_by_one_case() -> None:
    gone = Counter(matter.way for topic in topics() for matter in topic.matters)
    assert set(gone) == set(WAYS)
    assert set(gone.values()) == {1}


def test_filling_twice_is_refused_and_changes_nothing(office: Sample) -> None:
    signers = [log_signer(office.application.settings).verifier()]
    before = verify(office.application.database, signers)
    with pytest.raises(ConflictError):
        sample.fill(office.application)
    assert verify(office.application.database, signers) == before


def check_whole(made: Sample) -> None:
    """Check that verify finds nothing, and that the same cases are late whatever the day."""
    verifiers = [log_signer(made.application.settings).verifier()]
    found = verify(made.application.database, verifiers)
    assert (found["intact"], found["findings"]) == (True, [])
    late = {case["title"] for case in made.cases if case["overdue"]}
    assert late == {m.title for t in topics() for m in t.matters if m.way in LATE}


def test_it_is_whole(office: Sample) -> None:
    check_whole(office)


@pytest.mark.parametrize("at", DAYS.values(), ids=DAYS)
def test_on_any_day_it_is_whole_and_the_same_cases_are_late(at: str, tmp_path: Path) -> None:
    made = filled(tmp_path, f"sqlite:///{tmp_path}/duban.db", at)
    try:
        check_whole(made)
    finally:
        made.application.close()


LATE = {
    "late-to-assign", "declined-once", "declined-twice", "merge-asked", "unacknowledged", "late",
    "late-measure", "handed-over", "relapsed", "reopened",
}  # fmt: skip
"""The ways that leave a case overdue, on whatever day the sample is made."""


def test_it_is_whole_on_postgresql_too(postgres_server: Server, tmp_path: Path) -> None:
    made = filled(tmp_path, postgres_server.create("sample"), TUESDAY)
    try:
        with made.application.writing("cli") as desk:
            ledger.sequence(desk.conn, wait=True)
        check_whole(made)
    finally:
        made.application.close()
        postgres_server.drop("sample")


def test_overdue_days_of_a_handed_over_case_have_two_bearers(office: Sample) -> None:
    title = next(m.title for t in topics() for m in t.matters if m.way == "handed-over")
    case = next(case for case in office.cases if case["title"] == title)
    with office.application.reading("api") as desk:
        row = rows.fetch_one(desk.conn, "case", code=case["code"])
        leads = [t for t in rows.fetch(desk.conn, "tenure", case_id=row.id) if t.role == "lead"]
    assert [(t.to_at is None) for t in leads] == [False, True]
    assert all(a.to_at == b.from_at for a, b in itertools.pairwise(leads))
    due = datetime.fromisoformat(
        next(c["due_at"] for c in case["clocks"] if c["kind"] == "resolve")
    )
    assert due < leads[1].from_at
