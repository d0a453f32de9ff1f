"""Each failpoint, once as a crash and once as an error: log and tables agree, a retry is safe."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.failpoints import CRASH_EXIT
from engine.service import imports
from engine.service.imports import ImportOrder
from engine.store import checkpoints, files, ledger, rows
from tests.faults.apart import Apart, Outcome
from tests.faults.town import Town, environment, race, won
from tests.people import HAN, LI, SUN, ZHANG, ZHAO

Ask = Callable[..., Outcome]
TABLE = (
    "重点问题,任务分解,责任领导,牵头单位,协办单位,化解措施,办结时限\n"
    "某小区停工,推动复工,张三(副镇长),乙建设办,丙劳动所,筹资;复工,2026-06-30\n"
    "某小区停工,清偿工资,李四,丙劳动所,,核实;发放,2026-05-31\n"
)
ACTIONS = pytest.mark.parametrize("action", ["crash", "error"])


@pytest.fixture
def asked(apart: Apart, town: Town, database_url: str, tmp_path: Path) -> Ask:
    """Give a way to send one request to a process of its own, as one of the cast."""
    tokens = town.tokens(ZHANG, LI, ZHAO, SUN, HAN)

    def send(login: str, method: str, path: str, failpoints: str = "", **more: Any) -> Outcome:  # noqa: ANN401  # httpx's own
        headers = {"Authorization": f"Bearer {tokens[login]}", **more.pop("headers", {})}
        known = environment(database_url, tmp_path)
        sent = {"method": method, "url": f"/api/v1{path}", "headers": headers, **more}
        return apart.ask(known, failpoints, **sent)

    return send


def broken(outcome: Outcome, action: str) -> bool:
    """Say whether a request broke as it was asked to."""
    if action == "crash":
        return outcome.exit_code == CRASH_EXIT and outcome.status == 0
    return outcome.status == 500 and outcome.answer["type"].endswith(":broken")


@ACTIONS
def test_a_step_that_breaks_before_its_commit_never_was(
    town: Town, asked: Ask, action: str
) -> None:
    case = town.assigned()
    path = f"/cases/{case['code']}/steps"
    order = {"trigger": "decline", "version": case["version"], "reason": "不属于本单位"}
    sent = {"json": order, "headers": {"Idempotency-Key": "k1"}}
    assert broken(asked(ZHANG.login, "POST", path, f"step.before-commit:{action}", **sent), action)
    assert town.show(case["code"]) == case
    assert len(town.events(case["code"])) == 3
    town.check()
    again = asked(ZHANG.login, "POST", path, **sent)
    assert (again.status, again.answer["state"]) == (200, "registered")
    assert len(town.events(case["code"])) == 4
    town.check()


@ACTIONS
def test_a_step_that_breaks_after_its_commit_stays_and_is_not_repeated(
    town: Town, asked: Ask, action: str
) -> None:
    case = town.assigned()
    path = f"/cases/{case['code']}/steps"
    order = {"trigger": "decline", "version": case["version"], "reason": "不属于本单位"}
    sent = {"json": order, "headers": {"Idempotency-Key": "k1"}}
    assert broken(asked(ZHANG.login, "POST", path, f"step.after-commit:{action}", **sent), action)
    assert town.show_past_rights(case["code"]).state == "registered"
    again = asked(ZHANG.login, "POST", path, **sent)
    assert (again.status, again.answer["version"]) == (200, case["version"] + 1)
    assert len(town.events(case["code"])) == 4
    town.check()


@ACTIONS
def test_a_file_whose_bytes_came_but_not_its_event_is_not_there(
    town: Town, asked: Ask, action: str
) -> None:
    code = town.assigned()["code"]
    path, content = f"/cases/{code}/files", b"%PDF-1.4 x"
    sent = {"content": ["凭证.pdf", base64.b64encode(content).decode()]}
    assert broken(asked(SUN.login, "POST", path, f"upload.after-bytes:{action}", **sent), action)
    assert town.show(code)["files"] == []
    town.check()
    made = asked(SUN.login, "POST", path, **sent)
    assert made.status == 201, made.answer
    with town.application.reading("api") as desk:
        assert files.read(desk.conn, made.answer["sha256"]) == content
    town.check()


@ACTIONS
def test_an_import_that_breaks_half_way_imports_nothing(
    town: Town, asked: Ask, action: str
) -> None:
    order = ImportOrder("table.csv", TABLE.encode(), "decomposition")
    shown = town.does(ZHAO, imports.upload, order)
    path = f"/imports/{shown['id']}/confirm"
    sent = {"json": {"sha256": shown["sha256"]}}
    before = town.told()
    assert broken(asked(ZHAO.login, "POST", path, f"import.mid:{action}", **sent), action)
    assert town.told() == before
    town.check()
    made = asked(ZHAO.login, "POST", path, **sent)
    assert (made.status, made.answer["imported"]) == (200, 2), made.answer
    after = town.told()
    assert asked(ZHAO.login, "POST", path, **sent).answer == made.answer
    assert town.told() == after
    town.check()


@ACTIONS
def test_a_checkpoint_that_was_not_handed_out_forks_nothing(
    town: Town, asked: Ask, action: str
) -> None:
    town.assigned()
    path = "/audit/checkpoint"
    first = asked(HAN.login, "GET", path, f"checkpoint.before-publish:{action}")
    assert broken(first, action)
    town.check()
    second = asked(HAN.login, "GET", path)
    assert second.status == 200
    with town.application.reading("cli") as desk:
        newest = checkpoints.newest(desk.conn)
        assert newest is not None
        assert newest.note == second.answer
        assert newest.size == ledger.head(desk.conn)
    town.check()


def test_the_same_table_imported_twice_at_once_is_imported_once(town: Town) -> None:
    order = ImportOrder("table.csv", TABLE.encode(), "decomposition")
    shown = town.does(ZHAO, imports.upload, order)

    def confirm() -> int:
        made = town.does(ZHAO, imports.confirm, shown["id"], shown["sha256"])
        return int(made["imported"])

    outcomes = race([confirm] * 6)
    assert won(outcomes) == [2] * 6
    with town.application.reading("api") as desk:
        assert len(rows.fetch(desk.conn, "case")) == 2
    town.check()
