"""An office in which every text that people may write is one that would run if it could."""

from datetime import date
from itertools import count, cycle
from typing import TYPE_CHECKING

from engine.domain.access import OPERATOR
from engine.service import case_files, cases, deputies, issues, letters, parts, plans
from engine.service.account_upkeep import AccountChange, change_account
from engine.service.cases import NewCase
from engine.service.issues import NewIssue
from engine.service.task_forces import TaskForceOrder, set_task_force
from engine.service.units import UnitChange, change_unit
from tests.people import BUILDING, CHEN, LABOUR, LI, PEOPLE, SUN, UNITS, WU, ZHANG, ZHAO
from tests.web.payloads import PAYLOADS
from tests.web.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 3, 3)


class Brush:
    """Gives the next payload, so that all of them come to stand somewhere."""

    def __init__(self) -> None:
        self._next: Iterator[str] = cycle(PAYLOADS)
        self._number = count(1)

    def __call__(self, longest: int = 300) -> str:
        """Give a text with a number of its own."""
        return f"{next(self._next)}#{next(self._number)}"[:longest]

    def word(self) -> str:
        """Give one without what a name of a file may not have."""
        return self(90).replace("/", "⁄").replace("\\", "＼")


def painted(story: Story) -> Story:
    """Paint a story's office: names, posts, units, and a case from end to end."""
    brush = Brush()
    story.begin(brush(), brush())
    _issue(story, brush)
    story.assign()
    _plan(story, brush)
    for first in range(0, len(PAYLOADS), 10):
        text = "\n".join(PAYLOADS[first : first + 10])
        story.do(WU, parts.add_note, story.code, text)
    _prove(story, brush)
    _letters(story, brush)
    story.step(ZHANG, "request-extension", brush(), due="2026-04-30")
    _people(story, brush)
    return story


def _issue(story: Story, brush: Brush) -> None:
    """Fill every field of issues and cases that one can write."""
    order = NewIssue(brush(), "district", document_no=brush(90), category=brush(50),
                     summary=brush())  # fmt: skip
    code = story.do(ZHAO, issues.open_issue, order)["code"]
    case = NewCase(brush(), measures_text=brush(), summary=brush(), lead_unit=LABOUR.name)
    story.do(ZHAO, cases.register_case, code, case)


def _plan(story: Story, brush: Brush) -> None:
    story.step(ZHANG, "acknowledge")
    version = story.case()["version"]
    members = [(WU.login, LABOUR.name), (SUN.login, BUILDING.name)]
    story.do(ZHANG, set_task_force, story.code, TaskForceOrder(version, WU.login, members))
    measure = plans.MeasureOrder(brush(), WU.login, LABOUR.name, None, date(2026, 3, 20), brush())
    story.do(ZHANG, plans.write_plan, story.code, plans.PlanOrder(version + 1, [measure]))
    story.do(ZHANG, plans.adopt_plan, story.code, version + 2)
    story.step(ZHANG, "start")


def _prove(story: Story, brush: Brush) -> None:
    name = f"{brush.word()}.txt"
    file = story.do(WU, case_files.add_file, story.code, name, brush().encode())
    measure = (story.case()["plan"] or {"measures": []})["measures"][0]["id"]
    done = plans.ProgressOrder("under-way", brush(), TODAY, [file["id"]])
    story.do(WU, plans.record_progress, story.code, measure, done)
    claim = story.do(WU, parts.record_claim, story.code, parts.ClaimOrder("wages", 2, 500, 400))
    story.do(WU, parts.change_claim, story.code, claim["id"],
             parts.ClaimChange(difference_reason=brush()))  # fmt: skip
    for kind in ("interim", "final"):
        reply = parts.ReplyOrder(kind, brush(), TODAY, "letter")
        story.do(WU, parts.record_reply, story.code, reply)


def _letters(story: Story, brush: Brush) -> None:
    order = letters.LetterOrder(brush(), date(2026, 3, 10), brush())
    no = story.letter = story.do(CHEN, letters.draft_letter, story.code, order)["no"]
    story.do(CHEN, letters.issue_letter, no)
    story.do(WU, letters.sign_letter, no)
    story.do(WU, letters.answer_letter, no, brush())


def _people(story: Story, brush: Brush) -> None:
    order = deputies.NewDeputy(ZHANG.login, LI.login, TODAY, date(2026, 3, 9), brush(200))
    with story.application.writing("cli") as desk:
        deputies.name_deputy(desk, OPERATOR, order)
        for person in PEOPLE:
            change = AccountChange(name=brush(100), post=brush(100))
            change_account(desk, OPERATOR, person.login, change)
        for unit in UNITS:
            change_unit(desk, OPERATOR, unit.name, UnitChange(name=brush(100), kind=brush(40)))
