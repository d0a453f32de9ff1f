"""Who writes or exports faster than an office does waits, whichever process is asked; nobody else.

Each test asks two processes' worth of web in turn: two applications, each with pools, pace and
memory of its own, which have nothing in common but the database.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from engine.bootstrap import Application, open_application
from engine.domain.access import OPERATOR
from engine.errors import BusyError, ThrottledError
from engine.service import quotas, tries
from engine.service.principals import principal_of
from engine.service.tokens import NewToken, create_token
from engine.settings import real_now
from engine.store.database import Database
from engine.store.tables import table
from tests.people import CHEN, CHU, ZHAO, Person
from tests.web import desk
from tests.web.desk import Browser

MOST = {"DUBAN_WRITES_A_MINUTE": "4", "DUBAN_EXPORTS_AN_HOUR": "3"}
EVERY_EXPORT = (
    "/cases/export?format=csv", "/reports/overdue?format=xlsx",
    "/api/v1/reports/overdue?format=csv", "/cases/export?format=xlsx",
    "/reports/ledger?format=docx", "/api/v1/reports/workload?format=xlsx",
)  # fmt: skip
NO_EXPORT = (
    "/cases", "/reports", "/reports/overdue", "/api/v1/reports/overdue", "/api/v1/cases",
    "/cases/export?format=exe", "/runs",
)  # fmt: skip


class Clock:
    """The one clock that no setting moves."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = real_now()
        patch.setattr(quotas, "real_now", lambda: self.now)

    def passes(self, **much: float) -> None:
        """Let real time pass."""
        self.now += timedelta(**much)


class Workers:
    """Two processes' worth of web on one database, asked in turn."""

    def __init__(self, first: Application, second: Application) -> None:
        self.applications = (first, second)
        self._number = count(1)

    def enter(self, person: Person) -> Iterator[Browser]:
        """Give browsers of one session of somebody, each at another of the two."""
        browsers = [desk.enter(one, person) for one in self.applications]
        return cycle(browsers)

    def programs(self, person: Person) -> Iterator[Any]:
        """Give clients with one token of somebody, each at another of the two."""
        with self.applications[0].writing("cli") as at:
            token = create_token(at, OPERATOR, NewToken(person.login, "write"))["token"]
        clients = [desk.client_of(desk.app_of(one)) for one in self.applications]
        for client in clients:
            client.headers["Authorization"] = f"Bearer {token}"
        return cycle(clients)

    def issue(self) -> dict[str, str]:
        """Give a new issue to open."""
        return {"title": f"某小区停工{next(self._number)}", "origin": "district"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """Give one office on SQLite for all tests of this file."""
    first = desk.new_office(tmp_path_factory.mktemp("hurry"), **MOST)
    yield from served(first)


@pytest.fixture
def workers(kept: Workers) -> Workers:
    """Give that office; nobody has written or exported anything of late."""
    with kept.applications[0].writing("cli") as at:
        at.conn.execute(delete(table("attempt")))
    for one in kept.applications:
        desk.app_of(one).state.door.pace._tries.clear()  # noqa: SLF001  # no process forgets it sooner
    return kept


@pytest.fixture
def several(database_url: str, tmp_path: Path) -> Iterator[Workers]:
    """Give an office on each database."""
    yield from served(desk.office_on(database_url, tmp_path / "office", **MOST))


def served(first: Application) -> Iterator[Workers]:
    """Open an office a second time, and close both."""
    second = open_application(first.settings)
    yield Workers(first, second)
    second.close()
    first.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give a clock of quotas that moves when told to."""
    return Clock(monkeypatch)


def opened(asked: Iterator[Any], workers: Workers) -> Any:  # noqa: ANN401  # httpx's answer
    """Open an issue through the API, at the next process."""
    return next(asked).post("/api/v1/issues", json=workers.issue())


def noted(asked: Iterator[Browser], theme: str = "dark") -> Any:  # noqa: ANN401  # httpx's answer
    """Write something through a page, at the next process."""
    browser = next(asked)
    form = browser.form("/account", "/preferences")
    return browser.post(form.action, {**form.values, "theme": [theme]})


# --- writes -------------------------------------------------------------------------------------


def test_writes_and_exports_of_all_surfaces_and_processes_are_one_count(
    several: Workers, clock: Clock
) -> None:
    workers = several
    programs, browsers = workers.programs(ZHAO), workers.enter(ZHAO)
    told = [opened(programs, workers), noted(browsers), opened(programs, workers), noted(browsers)]
    assert [one.status_code for one in told] == [201, 303, 201, 303]
    clock.passes(seconds=20)
    for refused in (opened(programs, workers), opened(programs, workers)):
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "40")
        assert refused.headers["content-type"] == "application/problem+json"
        problem = refused.json()
        assert (problem["code"], problem["status"]) == ("throttled", 429)
        assert problem["detail"] == "一分钟内提交超过4次，请在40秒后再试。"
    for page in (noted(browsers), noted(browsers)):
        assert (page.status_code, page.headers["retry-after"]) == (429, "40")
        assert "请在40秒后再试。" in page.text
    assert noted(workers.enter(CHEN)).status_code == 303
    assert next(browsers).get("/account").status_code == 200
    clock.passes(seconds=40)
    assert opened(programs, workers).status_code == 201
    exports_of_all_are_one_count(workers, clock)


def test_what_is_refused_has_written_nothing(workers: Workers, clock: Clock) -> None:
    programs = workers.programs(ZHAO)
    before = next(programs).get("/api/v1/issues").json()["total"]
    told = [opened(programs, workers).status_code for _ in range(9)]
    assert told == [201] * 4 + [429] * 5
    clock.passes(minutes=5)
    assert next(programs).get("/api/v1/issues").json()["total"] == before + 4


def test_what_comes_to_nothing_counts_for_nothing_until_it_is_hammered(workers: Workers) -> None:
    """Ten tries are heard for each write, by each process alone; then it says when to go on."""
    programs = workers.programs(ZHAO)
    told = [next(programs).post("/api/v1/issues", json={}).status_code for _ in range(80)]
    assert set(told) == {422}
    for refused in (next(programs).post("/api/v1/issues", json={}) for _ in range(2)):
        assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
        assert 1 <= int(refused.headers["retry-after"]) <= 60


def test_a_clock_that_is_put_back_keeps_nobody_waiting(workers: Workers, clock: Clock) -> None:
    programs = workers.programs(ZHAO)
    assert {opened(programs, workers).status_code for _ in range(4)} == {201}
    clock.passes(days=-1)
    assert opened(programs, workers).status_code == 201


def test_no_stranger_uses_up_what_is_somebody_s(workers: Workers) -> None:
    first = workers.applications[0]
    stranger = desk.browser(first)
    sent = {"login": ZHAO.login, "password": "not the password"}
    for _ in range(tries.FREE_TRIES + 3):
        form = stranger.form("/login", "/login")
        stranger.post("/login", form.filled(sent), headers={"X-Forwarded-For": "203.0.113.9"})
    liar = desk.client_of(desk.app_of(first))
    for _ in range(9):
        liar.post("/api/v1/issues", json=workers.issue(), headers={"Authorization": "Bearer no"})
    programs = workers.programs(ZHAO)
    assert [opened(programs, workers).status_code for _ in range(4)] == [201] * 4


def test_who_writes_as_people_do_costs_the_database_nothing(kept: Workers, clock: Clock) -> None:
    """A tenth is noted by each process alone; whoever writes more is counted by all, whole."""
    application = kept.applications[0]
    counts = [quotas.Writes(40) for _ in range(3)]

    def written(by: quotas.Writes) -> int:
        with application.writing("api") as at:
            by.count(at, principal_of(at, CHU.login))
            told = select(table("attempt").c.failures).where(
                table("attempt").c.key.like("writes:%")
            )
            return at.conn.execute(told).scalar() or 0

    with application.writing("cli") as at:
        at.conn.execute(delete(table("attempt")))
    assert [written(counts[n % 2]) for n in range(8)] == [0] * 8
    assert [written(counts[n % 2]) for n in range(32)] == [5, *range(10, 41)]
    for by in counts[:2]:
        with pytest.raises(ThrottledError):
            written(by)
    assert [written(counts[2]) for _ in range(4)] == [40] * 4
    for _ in range(2):
        with pytest.raises(ThrottledError):
            written(counts[2])
    clock.passes(seconds=60)
    assert [written(one) for one in counts] == [40] * 3, "of a new minute the first are noted alone"


# --- exports ------------------------------------------------------------------------------------


def exports_of_all_are_one_count(workers: Workers, clock: Clock) -> None:
    """Export on each surface, at either process, and hold that the fourth is refused on all."""
    programs, browsers = workers.programs(CHEN), workers.enter(CHEN)

    def ask(address: str) -> Any:  # noqa: ANN401  # httpx's answer
        return next(programs if address.startswith("/api/") else browsers).get(address)

    assert [ask(address).status_code for address in EVERY_EXPORT[:3]] == [200] * 3
    clock.passes(minutes=17.5)
    for address in EVERY_EXPORT:
        refused = ask(address)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "2550"), address
        assert "一小时内已导出3次，请在43分钟后再导出。" in refused.text
    assert {ask(address).status_code for address in NO_EXPORT} <= {200, 422}
    clock.passes(minutes=42.5)
    assert ask(EVERY_EXPORT[0]).status_code == 200


def test_a_list_that_is_written_behind_the_page_is_an_export_too(
    workers: Workers, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []
    monkeypatch.setattr("web.pages.runs.run_apart", lambda *told: begun.append(told))
    monkeypatch.setattr("engine.service.long_runs._is_silent", lambda *_: True)
    browsers = workers.enter(CHEN)
    for expected in (303, 303, 303, 429, 429):
        browser = next(browsers)
        sent = {"_csrf": browser.form("/account", "/preferences").values["_csrf"],
                "ask": ["/cases/export?format=xlsx"]}  # fmt: skip
        assert browser.post("/runs", sent).status_code == expected
        clock.passes(minutes=1)
    assert len(begun) == 3
    assert next(browsers).get("/cases/export?format=csv").status_code == 429


def test_an_export_goes_out_uncounted_where_nothing_can_be_written(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = next(workers.enter(CHEN))

    def busy(_: Database) -> Any:  # noqa: ANN401  # never given
        raise BusyError("database-busy")

    monkeypatch.setattr(Database, "transaction", busy)
    with caplog.at_level(logging.WARNING, "duban"):
        assert [browser.get("/cases/export?format=csv").status_code for _ in range(5)] == [200] * 5
    assert len([one for one in caplog.records if "not counted" in one.message]) == 5


def test_the_message_is_in_the_language_of_who_waits(workers: Workers, clock: Clock) -> None:
    programs = workers.programs(CHEN)
    for _ in range(3):
        assert next(programs).get(EVERY_EXPORT[2]).status_code == 200
    clock.passes(minutes=59.5)
    refused = next(programs).get(EVERY_EXPORT[2], headers={"Accept-Language": "en"})
    assert refused.json()["detail"] == (
        "You have exported 3 lists within an hour. Export the next one in 1 min."
    )
