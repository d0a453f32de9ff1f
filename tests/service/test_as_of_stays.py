"""What was overdue at an instant is the same for ever, whatever is done afterwards."""

from datetime import date, datetime, timedelta

import orjson

from engine.domain.access import OPERATOR
from engine.service import calendar
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.operator import READER
from engine.service.reports.asking import GROUPINGS, ReportQuery
from engine.service.reports.catalogue import REPORTS
from engine.store.database import Database
from tests.people import BUILDING, CHEN, LABOUR, LI, WANG, WEI, ZHANG, ZHAO
from tests.service import people_office
from tests.service.story import START, Act, Story, act, assign


def ask(story: Story, as_of: datetime | None = None) -> dict[str, bytes]:
    """Ask for every report and the list, as bytes; how it is grouped goes by the instant."""
    by = (None, *GROUPINGS)[int((as_of or story.now).timestamp()) // 60 % (len(GROUPINGS) + 1)]
    asked = ReportQuery(as_of=as_of, by=by, limit=200)
    told: dict[str, object] = {
        name: report.page(story.desk, READER, asked) for name, report in REPORTS.items()
    }
    query = CaseQuery(as_of=as_of, sort="code", limit=200)
    told["list"] = list_cases(story.desk, READER, query)
    return {name: orjson.dumps(answer) for name, answer in told.items()}


def override(days: int, *, works: bool) -> Act:
    """Make a local exception so many days from today."""
    return lambda story: calendar.override(
        story.desk, OPERATOR, story.desk.today + timedelta(days=days), works=works, reason="调休"
    )


def load(year: int, *off: date) -> Act:
    """Load a year's notice, in which so many days are off."""
    days = [{"date": f"{day}", "name": "节日", "isOffDay": True} for day in off]
    notice = orjson.dumps({"year": year, "papers": [], "days": days})
    return lambda story: calendar.import_year(story.desk, OPERATOR, notice)


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
    override(-3, works=False),
    act(2, ZHAO, "merge", "与另一事项重复，合并办理", into="DB-2026-0002"),
    act(1, WANG, "acknowledge"),
    act(2, CHEN, "merge", "情况属实，同意合并"),
    act(1, WANG, "hand-over", "岗位调整，移交办理", to=ZHANG.login),
    load(2026, date(2026, 4, 27), date(2026, 4, 30)),
    act(0, LI, "decline", "工作尚未开始，退回重新交办"),
    override(-6, works=True),
    load(2026, date(2026, 4, 28)),
)


def test_whatever_is_done_later_changes_no_answer_about_before(database: Database) -> None:
    people_office.build(database)
    with database.transaction() as connection:
        story = Story(connection)
        told = {story.now: ask(story)}
        for number, deed in enumerate(ACTS):
            story.now += timedelta(hours=5 if number % 3 else 53, minutes=7 * number)
            told[story.now] = ask(story)
            story.now += timedelta(microseconds=1)
            deed(story)
            told[story.now] = ask(story)
        story.now += timedelta(days=40)
        for at, answers in told.items():
            again = ask(story, at)
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
        told = ask(story, START - timedelta(microseconds=1))
    for name, answer in told.items():
        assert orjson.loads(answer)["items"] == [], name
