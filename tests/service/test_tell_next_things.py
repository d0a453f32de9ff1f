"""What waits for somebody is theirs to do; what they only watch stands in another list."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from engine.domain.access import OPERATOR, Principal
from engine.domain.records import Request, Stage, Tenure, columns
from engine.errors import ForbiddenError
from engine.service import letters
from engine.service.cases import show_case
from engine.service.desk import Desk
from engine.service.letters import LetterOrder
from engine.service.next_things import next_things
from engine.store.database import Database
from tests.people import (
    BUILDING,
    CHEN,
    JIANG,
    LABOUR,
    LI,
    PEOPLE,
    SHEN,
    SUN,
    WANG,
    WEI,
    ZHANG,
    ZHAO,
    Person,
)
from tests.service import late_office, people_office
from tests.service.case_office import CaseOffice
from tests.service.late_office import ZONE, Matter, grid
from tests.service.story import Act, Story, act, assign

DUE = date(2026, 5, 29)
WHY = "情况特殊，现说明理由如上"
REGISTER: Act = lambda story: story.register("复工")  # noqa: E731  # acts are functions
COURSE: tuple[tuple[Act, dict[str, str]], ...] = (
    (REGISTER, {ZHAO.login: "assign"}),
    (assign(0, ZHANG, BUILDING.name, DUE), {ZHANG.login: "acknowledge"}),
    (act(0, ZHANG, "acknowledge"), {ZHANG.login: "start"}),
    (
        act(0, ZHANG, "request-extension", WHY, due="2026-06-10"),
        {ZHANG.login: "start", WEI.login: "grant-extension"},
    ),
    (act(0, WEI, "refuse-extension", WHY), {ZHANG.login: "start"}),
    (
        act(0, ZHANG, "hand-over", WHY, to=LI.login),
        {ZHANG.login: "start", LI.login: "accept-handover"},
    ),
    (act(0, LI, "accept-handover"), {LI.login: "start"}),
    (act(0, LI, "decline", WHY), {ZHAO.login: "assign"}),
    (assign(0, WANG, LABOUR.name, DUE), {WANG.login: "acknowledge"}),
    (act(0, WANG, "decline", WHY), {CHEN.login: "assign"}),
    (act(0, ZHAO, "void", WHY), {CHEN.login: "assign"}),
    (act(0, CHEN, "void", WHY), {}),
)
"""What happens to a case, and for whom it waits after that, with which step."""
ALIKE = {ZHAO.login: "qianqi", CHEN.login: "chuliang"}
"""Others who hold the same role."""


def waits(story: Story, person: Person) -> dict[str, str | None]:
    """Tell what waits for somebody: the step, or none, by case."""
    answer = next_things(story.desk, story.who(person))
    acts = {thing["case"]["code"]: thing["trigger"] for thing in answer["act"]}
    watched = {item["code"] for item in answer["watch"]}
    assert answer["act_total"] == len(acts)
    assert answer["watch_total"] == len(watched)
    assert not watched & acts.keys()
    return acts


def test_a_case_waits_for_whoever_has_the_next_step(database: Database) -> None:
    people_office.build(database)
    officials = [person for person in PEOPLE if person != SHEN]
    with database.transaction() as connection:
        story = Story(connection)
        for number, (deed, expected) in enumerate(COURSE):
            story.now += timedelta(hours=1)
            deed(story)
            found = {person.login: waits(story, person) for person in officials}
            wanted = expected | {ALIKE[who]: step for who, step in expected.items() if who in ALIKE}
            theirs = {who: next(iter(acts.values())) for who, acts in found.items() if acts}
            assert theirs == wanted, number
            for person in officials:
                for code, trigger in found[person.login].items():
                    shown: Any = show_case(story.desk, story.who(person), code)
                    mine = {step["trigger"] for step in shown["steps"] if step["mine"]}
                    assert trigger in mine


def test_what_is_due_first_comes_first_and_lateness_is_told(database: Database) -> None:
    people_office.build(database)
    with database.transaction() as connection:
        story = Story(connection)
        for title in ("复工", "欠薪", "验收"):
            story.register(title)
            story.now += timedelta(days=2)
        first = next_things(story.desk, story.who(ZHAO), most=2)
    assert [thing["case"]["code"] for thing in first["act"]] == story.codes[:2]
    assert [thing["overdue"] for thing in first["act"]] == [True, True]
    assert first["act_total"] == 3
    assert first["act"][0]["title"] == "Assign"


def test_a_part_is_watched_where_nothing_waits(database: Database) -> None:
    people_office.build(database)
    with database.transaction() as connection:
        story = Story(connection)
        story.register("复工")
        assign(0, ZHANG, BUILDING.name, DUE)(story)
        sun = next_things(story.desk, story.who(SUN))
        wang = next_things(story.desk, story.who(WANG))
        story.now += timedelta(days=9)
        chen = next_things(story.desk, story.who(CHEN))
    assert [item["code"] for item in sun["watch"]] == story.codes
    assert (sun["act"], wang["act"], wang["watch"]) == ([], [], [])
    assert [item["code"] for item in chen["watch"]] == story.codes


def test_a_deputy_is_told_what_waits_for_the_principal(database: Database) -> None:
    people_office.build(database)
    with database.transaction() as connection:
        story = Story(connection)
        story.register("复工")
        assign(0, ZHANG, BUILDING.name, DUE)(story)
        assert waits(story, JIANG) == {}
        story.deputise(ZHANG, JIANG)
        assert waits(story, JIANG) == {story.codes[0]: "acknowledge"}


@pytest.mark.parametrize(
    ("step", "asked", "waiting"),
    [(9, [], []), (11, [], ["propose-closure"]), (11, ["closure"], [])],
)
def test_an_observation_that_is_over_waits_for_the_proposal_of_closure(
    database: Database, step: int, asked: list[str], waiting: list[str]
) -> None:
    observe = replace(late_office.limit(date(2024, 9, 25)), kind="observe", is_limit=False)
    observe = replace(observe, no=3, valid_from=grid(0), due_at=grid(10))
    blank: dict[str, Any] = dict.fromkeys(columns("request"))
    blank |= {"case_id": 1, "no": 4, "state": "pending", "asked_by": 1, "asked_at": grid(10)}
    matter = Matter(1, 1, 0, None)
    matter.stages = [Stage(1, 1, "stabilized", grid(0), None)]
    matter.tenures = [Tenure(1, 2, "lead", 1, None, grid(0), None, "assign")]
    matter.clocks = [observe]
    matter.requests = [Request(**blank | {"kind": kind}) for kind in asked]
    zhang = Principal(1, "zhangsan", "张三", None, frozenset({"leader"}), 1, frozenset({1}))
    with database.transaction() as connection:
        late_office.put(connection, [matter])
        told = next_things(Desk(connection, grid(step), "zh", "web", ZONE), zhang)
    assert [thing["trigger"] for thing in told["act"]] == waiting
    assert [thing["overdue"] for thing in told["act"]] == [False] * len(waiting)
    assert told["act_total"] + told["watch_total"] == 1


def test_nothing_waits_for_an_administrator(database: Database) -> None:
    people_office.build(database)
    with database.transaction() as connection:
        story = Story(connection)
        with pytest.raises(ForbiddenError):
            next_things(story.desk, OPERATOR)


def test_a_letter_waits_beside_what_else_is_to_be_done_in_its_case(
    case_office: CaseOffice,
) -> None:
    code = case_office.started()
    before = case_office.does(ZHANG, next_things)["act_total"]
    order = LetterOrder("落实", case_office.at.date() + timedelta(days=6))
    nos = [case_office.does(CHEN, letters.draft_letter, code, order)["no"] for _ in range(2)]
    for no in nos:
        case_office.does(CHEN, letters.issue_letter, no)
    told = case_office.does(ZHANG, next_things)
    assert sorted(str(one["letter"]) for one in told["act"] if one["letter"]) == nos
    assert told["act_total"] == len(told["act"]) == before + 2
