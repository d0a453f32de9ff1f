"""What is kept of cases and of the office is what the tables hold, whatever happened meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest

from engine.domain.events import Delta
from engine.errors import ForbiddenError
from engine.service import accounts, cases, plans
from engine.service.cases import StepOrder
from engine.service.desk import Desk
from engine.service.principals import principal_of
from engine.service.verify import verify
from engine.store import cases as stored
from engine.store import kept, rows
from engine.store.migrations import upgrade
from tests.faults.town import Answer, Town, plan
from tests.people import CHEN, LI, SHEN, SUN, WEI, ZHANG, ZHAO, Person


def read_afresh(town: Town, person: Person, code: str, patch: pytest.MonkeyPatch) -> Answer:
    """Show a case to somebody with nothing kept of it."""
    with patch.context() as cold:
        cold.setattr(stored, "_FACTS", kept.Kept(1))
        cold.setattr(kept, "_OFFICES", kept.Kept(1))
        with town.application.reading("api", "en") as desk:
            return dict(cases.show_case(desk, principal_of(desk, person.login), code))


class _TakenBackError(Exception):
    """Ends a transaction that shall leave nothing."""


@contextmanager
def taken_back(town: Town) -> Iterator[Desk]:
    """Open a desk whose transaction is undone at its end."""
    with suppress(_TakenBackError), town.application.writing("api", "en") as desk:
        yield desk
        raise _TakenBackError


def test_a_step_answers_what_the_tables_say(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case = town.closable()
    code = case["code"]
    assert read_afresh(town, ZHANG, code, monkeypatch) == case
    steps = [
        (CHEN, "return-closure", "证据不足", {}),
        (ZHANG, "relapse", "复发", {}),
        (ZHANG, "request-extension", "等资金", {"due": "2026-06-01"}),
        (WEI, "grant-extension", None, {}),
        (ZHANG, "request-suspension", "等判决", {"review_on": "2026-05-01"}),
        (WEI, "grant-suspension", None, {}),
        (WEI, "resume", None, {}),
        (ZHANG, "hand-over", "出差", {"to": LI.login}),
        (LI, "accept-handover", None, {}),
    ]
    for person, trigger, reason, data in steps:
        case = town.step(person, code, trigger, case["version"], reason, **data)
        assert read_afresh(town, person, code, monkeypatch) == case, trigger
    town.check()


def test_nothing_is_kept_of_a_step_that_was_taken_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = town.assigned()
    code, order = case["code"], StepOrder("decline", case["version"], "不属于本单位")
    with taken_back(town) as desk:
        answer = cases.take_step(desk, principal_of(desk, ZHANG.login), code, order)
        assert answer["state"] == "registered"
    assert town.show(code) == read_afresh(town, ZHANG, code, monkeypatch) == case
    other = town.step(ZHANG, code, "hand-over", case["version"], "出差", to=LI.login)
    assert other["version"] == case["version"] + 1
    assert other == read_afresh(town, ZHANG, code, monkeypatch)
    town.check()


def test_a_change_of_the_office_that_was_taken_back_is_forgotten(town: Town) -> None:
    with taken_back(town) as desk:
        accounts.disable_account(desk, principal_of(desk, SHEN.login), SUN.login)
        with pytest.raises(ForbiddenError):
            principal_of(desk, SUN.login)
    with town.application.reading("api") as desk:
        assert principal_of(desk, SUN.login).login == SUN.login
    town.does(SHEN, accounts.disable_account, SUN.login)
    with town.application.reading("api") as desk, pytest.raises(ForbiddenError):
        principal_of(desk, SUN.login)


def test_rows_that_no_event_tells_of_yet_are_read_from_the_tables(town: Town) -> None:
    with taken_back(town) as desk:
        who = principal_of(desk, SUN.login)
        change = Delta("account", (who.account_id or 0,), {"enabled": False}, {"enabled": True})
        rows.apply(desk.conn, [change])
        with pytest.raises(ForbiddenError):
            principal_of(desk, SUN.login)
    with town.application.reading("api") as desk:
        assert principal_of(desk, SUN.login) == who


def test_two_offices_in_one_process_share_nothing(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: Random
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = Town(_sqlite(folder), folder)
    other.settle()
    both = [town, other]
    codes = [one.assigned()["code"] for one in both]
    assert codes[0] == codes[1]
    for _ in range(6):
        one = rng.choice(both)
        case = one.show(codes[0])
        one.does(SUN, plans.write_plan, codes[0], plan(case, f"措施{case['version']}"))
        for each in both:
            assert each.show(codes[0]) == read_afresh(each, ZHANG, codes[0], monkeypatch)
    other.check()
    other.close()
    town.check()


def _sqlite(folder: Path) -> str:
    url = f"sqlite:///{folder}/duban.db"
    upgrade(url)
    return url


def test_what_was_changed_behind_the_log_is_found_though_kept(town: Town) -> None:
    case = town.assigned()
    town.show(case["code"])
    with town.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE clock SET provisional = NOT provisional WHERE no > 0")
    found = verify(town.database, [], [], "en")
    assert {finding["table"] for finding in found["findings"]} == {"clock"}
    with town.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE \"case\" SET summary = '改'")
    with town.application.reading("api", "en") as desk:
        shown = cases.show_case(desk, principal_of(desk, ZHAO.login), case["code"])
        assert dict(shown)["summary"] == "改"
