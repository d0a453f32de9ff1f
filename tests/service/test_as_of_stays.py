"""What was told as of an instant is the same for ever, whatever is done afterwards.

`DUBAN_TEST_PAST` says how many orders people give in the random histories on each database.
"""

import os
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import orjson

from engine.domain.access import OPERATOR
from engine.service import calendar
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.desk import Desk
from engine.service.operator import READER
from engine.service.reports.asking import GROUPINGS, ReportQuery
from engine.service.reports.catalogue import REPORTS
from engine.store.database import Database
from tests.model.matter import Matter
from tests.people import BUILDING, CHEN, LABOUR, LI, WANG, WEI, ZHANG, ZHAO
from tests.service import people_office
from tests.service.story import START, Act, Story, act, assign
from tests.service.test_walk_workflow import office, walking
from tests.service.walk import acting, around, moves
from tests.service.walk.intrigue import intrigue
from tests.service.walk.pair import Pair, Tally
from tests.service.walk.scribbling import scribble

ORDERS = int(os.environ.get("DUBAN_TEST_PAST", "80"))


def ask(desk: Desk, as_of: datetime | None = None) -> dict[str, bytes]:
    """Ask for every report and the lists, as bytes; how it is grouped goes by the instant."""
    by = (None, *GROUPINGS)[int((as_of or desk.now).timestamp()) // 60 % (len(GROUPINGS) + 1)]
    asked = ReportQuery(as_of=as_of, by=by, limit=200)
    told: dict[str, object] = {
        name: report.page(desk, READER, asked) for name, report in REPORTS.items()
    }
    late = {"unit": True, "leader": False}.get(by or "")
    query = CaseQuery(as_of=as_of, overdue=late, sort="code", limit=200)
    told["list"] = list_cases(desk, READER, query)
    return {name: orjson.dumps(answer) for name, answer in told.items()}


def override(days: int, *, works: bool) -> Act:
    """Make a local exception so many days from today."""
    return lambda story: calendar.override(
        story.desk, OPERATOR, story.desk.today + timedelta(days=days), works=works, reason="调休"
    )


def load(year: int, *off: date) -> Act:
    """Load a year's notice, in which so many days are off, after today alone."""

    def loads(story: Story) -> object:
        today = story.desk.today.isoformat()
        kept = calendar.show_year(story.desk, OPERATOR, year)["days"]
        days = [dict(day) for day in kept if day["date"] <= today]
        days += [{"date": f"{day}", "name": "节日", "isOffDay": True} for day in off]
        notice = orjson.dumps({"year": year, "papers": [], "days": days})
        return calendar.import_year(story.desk, OPERATOR, notice)

    return loads


ACTS: tuple[Act, ...] = (
    lambda story: story.register("复工"),
    lambda story: story.register("欠薪"),
    lambda story: story.register("验收"),
    assign(0, ZHANG, BUILDING.name, date(2026, 5, 6)),
    assign(1, LI, LABOUR.name, date(2026, 4, 29)),
    act(0, ZHANG, "acknowledge"),
    act(1, LI, "decline", "不属于本单位职责范围，请另行交办"),
    act(0, ZHANG, "request-extension", "材料未到，需要延期办理", due="2026-05-20"),
    assign(1, WANG, LABOUR.name, date(2026, 4, 29)),
    act(0, WEI, "grant-extension"),
    act(0, ZHANG, "hand-over", "岗位调整，移交办理", to=LI.login),
    act(0, LI, "accept-handover"),
    override(1, works=False),
    override(3, works=False),
    act(2, ZHAO, "merge", "与另一事项重复，合并办理", into="DB-2026-0002"),
    act(1, WANG, "acknowledge"),
    act(2, CHEN, "merge", "情况属实，同意合并"),
    act(1, WANG, "hand-over", "岗位调整，移交办理", to=ZHANG.login),
    load(2026, date(2026, 5, 12), date(2026, 5, 14)),
    act(0, LI, "decline", "工作尚未开始，退回重新交办"),
    override(6, works=True),
    load(2026, date(2026, 6, 10)),
)


def test_whatever_is_done_later_changes_no_answer_about_before(database: Database) -> None:
    people_office.build(database)
    with database.transaction() as connection:
        story = Story(connection)
        told = {story.now: ask(story.desk)}
        for number, deed in enumerate(ACTS):
            story.now += timedelta(hours=5 if number % 3 else 53, minutes=7 * number)
            told[story.now] = ask(story.desk)
            story.now += timedelta(microseconds=1)
            deed(story)
            told[story.now] = ask(story.desk)
        story.now += timedelta(days=40)
        for at, answers in told.items():
            again = ask(story.desk, at)
            for name, answer in answers.items():
                assert again[name] == answer, (name, at)
    late = [orjson.loads(answers["overdue"])["total"] for answers in told.values()]
    assert max(late) == 3
    assert len(set(late)) == 4


def test_an_instant_before_all_is_empty(database: Database) -> None:
    people_office.build(database)
    with database.transaction() as connection:
        story = Story(connection)
        story.register("复工")
        story.now += timedelta(days=9)
        told = ask(story.desk, START - timedelta(microseconds=1))
    for name, answer in told.items():
        assert orjson.loads(answer)["items"] == [], name


def test_of_notices_loaded_at_one_instant_the_last_counts_from_then(database: Database) -> None:
    people_office.build(database)
    with database.transaction() as connection:
        story = Story(connection)
        load(2026, date(2026, 4, 22))(story)
        load(2026, date(2026, 4, 23))(story)
        story.now += timedelta(days=3)
        load(2026, date(2026, 4, 29))(story)
        first, now = (story.desk.calendar_at(at) for at in (START, story.now))
    assert [first.works(date(2026, 4, day)) for day in (22, 23, 29)] == [True, False, True]
    assert [now.works(date(2026, 4, day)) for day in (22, 23, 29)] == [True, False, False]


# --- random histories -----------------------------------------------------------------------------


class Quick(Pair):
    """The engine and the model, without a look at every table: that is held elsewhere."""

    def tables(self) -> list[Any]:
        """Read nothing."""
        return []


class Past:
    """People who do what they like to some cases, and somebody who keeps every answer."""

    def __init__(self, pair: Pair, rng: Random) -> None:
        self.pair = pair
        self.rng = rng
        self.kept: dict[datetime, dict[str, bytes]] = {}
        for title in ("复工", "清欠", "验收"):
            acting.register(pair, ZHAO.login, title)

    def happen(self, orders: int) -> None:
        """Let so many orders be given, and ask now and then."""
        ways = (
            lambda: moves.forward(*self._one()), lambda: moves.forward(*self._one()),
            lambda: moves.free(*self._one()), lambda: moves.free(*self._one()),
            lambda: scribble(*self._one()), lambda: intrigue(*self._one()),
            lambda: self.pair.wait(self.rng.choice(moves.WAITS)),
            lambda: around.change(self.pair, self.rng), self._load,
        )  # fmt: skip
        while self.pair.tally.steps < orders:
            for _ in range(15):
                self.rng.choice(ways)()
            self._ask()

    def _one(self) -> tuple[Pair, Matter, Random]:
        return self.pair, self.rng.choice(list(self.pair.world.matters.values())), self.rng

    def _load(self) -> None:
        """Load this year's notice anew, with other days off from tomorrow on."""
        today = self.pair.world.office.today
        near = {today + timedelta(days=self.rng.randrange(-20, 20)) for _ in range(4)}
        near.add(date(START.year, 1, 1))
        days = {on: self.rng.random() < 0.3 for on in sorted(near) if on.year == START.year}
        around.load(self.pair, START.year, days)

    def _ask(self) -> None:
        """Keep what is told now; whatever happens later happens after it."""
        self.pair.settle()
        self.kept[self.pair.world.office.now] = ask(self.pair.desk)
        self.pair.wait(1)


def test_no_later_deed_of_anybody_changes_an_answer_about_before(
    office: Database, rng: Random
) -> None:
    tally = Tally()
    with walking(office, tally, Quick) as pair:
        past = Past(pair, rng)
        past.happen(ORDERS)
        pair.wait(1)
        for at, answers in past.kept.items():
            again = ask(pair.desk, at)
            assert {n: orjson.loads(a) for n, a in again.items()} == {
                n: orjson.loads(a) for n, a in answers.items()
            }
            assert again == answers
    print(tally.fired)  # noqa: T201 - shown with a failure
    assert tally.fired.total() > ORDERS / 4


__all__ = ["office"]
