"""Every figure of the dashboard counts what the list behind it lists, and what the rules say."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import update

from engine.domain.access import OPERATOR, Principal
from engine.errors import ForbiddenError
from engine.service.case_lists import CaseQuery, count_cases
from engine.service.dashboard import HolderFigure, dashboard
from engine.service.desk import Desk
from engine.service.operator import READER
from engine.store.database import Database
from engine.store.tables import table
from tests.service import late_office
from tests.service.late_office import LEADERS, NOW, UNITS, ZONE, Matter

AGES = ((0, 3), (4, 10), (11, 20), (21, 10**6))
LEADER = Principal(2, "lisi", "李四", None, frozenset({"leader"}), 3, frozenset({3}))
DUTY = Principal(3, "wangwu", "王五", None, frozenset({"duty"}), 1, frozenset({1}))


def ages(matters: list[Matter]) -> list[int]:
    """Count overdue cases by the working days by which they are late."""
    late = [limit for m in matters if (limit := m.late_at(NOW)) is not None]
    working = [late_office.days(limit, NOW)["working"] for limit in late]
    return [sum(first <= days <= last for days in working) for first, last in AGES]


def longest(matters: list[Matter]) -> int:
    """Give the most working days by which one is late."""
    late = [limit for m in matters if (limit := m.late_at(NOW)) is not None]
    return max((late_office.days(limit, NOW)["working"] for limit in late), default=0)


def check_holders(found: list[HolderFigure], by: dict[str | None, list[Matter]]) -> None:
    """Compare the figures of units or leaders with their open cases."""
    assert {figure["key"] for figure in found} == by.keys()
    for figure in found:
        theirs = by[figure["key"]]
        assert figure["open"] == len(theirs)
        assert figure["buckets"] == ages(theirs)
        assert figure["overdue"] == sum(ages(theirs))
        assert figure["longest"] == longest(theirs)
    overdue = [figure["overdue"] for figure in found]
    assert overdue == sorted(overdue, reverse=True)


def grouped(matters: list[Matter], name: str) -> dict[str | None, list[Matter]]:
    """Group cases by what one of their methods says of now."""
    found: dict[str | None, list[Matter]] = {}
    for matter in matters:
        found.setdefault(getattr(matter, name)(NOW), []).append(matter)
    return found


def test_figures_are_what_the_rules_say(database: Database, rng: Random) -> None:
    for _ in range(3):
        matters = late_office.imagine(rng, 80)
        running = [m for m in matters if m.closed_at is None]
        with database.transaction() as connection:
            trial = connection.begin_nested()
            late_office.put(connection, matters)
            figures = dashboard(Desk(connection, NOW, "en", "web", ZONE), READER)
            trial.rollback()
        assert figures["open"] == len(running)
        assert figures["overdue"] == sum(ages(matters))
        assert [bucket["count"] for bucket in figures["ageing"]] == ages(matters)
        told = {state["state"]: state["count"] for state in figures["states"] if state["count"]}
        assert told == {s: len(some) for s, some in grouped(matters, "state_at").items()}
        late = {state["state"]: state["overdue"] for state in figures["states"]}
        assert all(late[s or ""] == sum(ages(m)) for s, m in grouped(matters, "state_at").items())
        check_holders(figures["units"], grouped(running, "shown_unit_at"))
        check_holders(figures["leaders"], grouped(running, "lead_at"))


@pytest.mark.parametrize("who", [READER, LEADER, DUTY], ids=["reader", "leader", "duty"])
def test_a_figure_and_its_list_never_disagree(
    database: Database, rng: Random, who: Principal
) -> None:
    account = table("account")
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(rng, 80))
        connection.execute(update(account).where(account.c.id == 2).values(unit_id=3))
        for days in (0, 1, 2, 5):
            desk = Desk(connection, NOW + timedelta(days=days), "zh", "web", ZONE)
            figures: Any = dashboard(desk, who)
            lists = {
                "open": CaseQuery(closed=False),
                "overdue": CaseQuery(overdue=True),
                "soon": CaseQuery(soon=True),
                "unacknowledged": CaseQuery(acknowledged=False),
            }
            for name, query in lists.items():
                assert figures[name] == count_cases(desk, who, query), (name, days)
            for state in figures["states"]:
                query = CaseQuery(state=state["state"])
                assert state["count"] == count_cases(desk, who, query)


def test_those_with_most_overdue_cases_are_shown(database: Database, rng: Random) -> None:
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(rng, 80))
        desk = Desk(connection, NOW, "zh", "web", ZONE)
        all_of_them = dashboard(desk, READER)
        two = dashboard(desk, READER, top=2)
    assert two["units"] == all_of_them["units"][:2]
    assert {figure["label"] for figure in all_of_them["units"]} == {*UNITS.values(), "尚未交办"}
    assert {figure["label"] for figure in all_of_them["leaders"]} == {*LEADERS.values(), "尚未交办"}
    assert [b["label"] for b in two["ageing"]] == [
        "3个工作日以内", "4至10个工作日", "11至20个工作日", "20个工作日以上",
    ]  # fmt: skip


def test_an_administrator_is_refused(database: Database) -> None:
    with database.reading() as connection, pytest.raises(ForbiddenError):
        dashboard(Desk(connection, NOW, "zh", "web", ZONE), OPERATOR)
