"""The two front pages: the office's figures, and what waits for oneself."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from engine.domain.access import ACTS, Principal
from engine.service import cases
from engine.service.case_answers import DaysAnswer
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.case_marks import tell_marks
from engine.service.case_waits import first_lack, pauses_of
from engine.service.dashboard import dashboard, has_figures
from engine.service.desk import Desk
from engine.service.letter_lists import letters_to_supervise
from engine.service.next_things import ThingAnswer, next_things
from engine.service.reports.week_before import ageing_week_before
from engine.service.today import changes_today, closed_this_month, daily_today
from engine.service.workflows import list_workflows
from web.pages.asked import suspension
from web.pages.case_shown import fix_of
from web.pages.case_told import mark_of
from web.pages.daily import minutes_left
from web.pages.fallible import apart, part
from web.pages.left import with_days_left
from web.pages.part import full
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting
from web.words_of import words_of

ROUTES = Routes("page")
WORST = 5
_ASKED = 10
"""How many cards say what their steps lack; each costs half a millisecond."""


@ROUTES.get("/", permission="self.read", object="dashboard")
def show(visit: Visiting) -> Response:
    """Show the figures of what the reader may see, and the cases that need most attention."""
    with visit.reading() as (desk, who):
        if not who.has(*ACTS["case.read"]):
            return page(visit, "pages/home_plain.html", whose="admin")
        if not has_figures(who):
            return page(visit, "pages/home_plain.html", whose="duty")
        figures = dashboard(desk, who)
        worst = list_cases(desk, who, CaseQuery(overdue=True, limit=WORST))
        words = words_of(list_workflows(desk, who), visit.locale)
        reports = who.has(*ACTS["report.read"])
        daily = part(visit, lambda: daily_today(desk, who))
        changes = part(visit, lambda: changes_today(desk, who))
        before = part(visit, lambda: ageing_week_before(desk, who) if reports else None)
        closed = part(visit, lambda: closed_this_month(desk, who))
        stuck = part(visit, lambda: _stuck(desk, who, worst["items"]))
    shown: dict[str, Any] = {"figures": figures, "worst": worst["items"], "changes": changes}
    left = minutes_left(visit, daily["due_at"]) if isinstance(daily, dict) else 0
    former = visit.today - timedelta(days=1)
    return page(
        visit, "pages/home.html", words=words, left=left, former=former, mark=mark_of,
        closed=closed, daily=daily, before=before, stuck=stuck, **shown,
    )  # fmt: skip


def _stuck(desk: Desk, who: Principal, items: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Tell of cases by their codes what must happen next, who must do it, and what that lacks."""
    marks = tell_marks(desk, items)
    return {
        code: {**mark, "lack": mark["trigger"] and _lack(desk, who, code, mark["trigger"])}
        for code, mark in marks.items()
        if mark["next"]
    }


@ROUTES.get("/my", permission="case.read", object="case")
def show_mine(visit: Visiting) -> Response:
    """Show what waits for the reader, and apart from it what the reader only watches."""
    with visit.reading() as (desk, who):
        found = next_things(desk, who)
        act = [_card(desk, who, n, thing) for n, thing in enumerate(found["act"])]
        watch = [with_days_left(desk, item) for item in found["watch"]]
        words = words_of(list_workflows(desk, who), visit.locale)
        urging = part(visit, lambda: letters_to_supervise(desk, who))
        resting = part(visit, lambda: _stopped(visit, desk, who, [*act, *watch]))
    urges, no_letters = apart(urging, {"issue": 0, "judge": 0})
    stopped, no_stopped = apart(resting, [])
    shown = {"found": found, "act": act, "watch": watch, "urges": urges, "stopped": stopped}
    lost = {"no_letters": no_letters, "no_stopped": no_stopped}
    return page(visit, "pages/my.html", words=words, **shown, **lost)


def _stopped(
    visit: Visit, desk: Desk, who: Principal, items: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """List the reader's own cases whose time stands still, with the day of their review."""
    found = {one["code"]: one for one in (item.get("case", item) for item in items)}
    own = [c for c, one in found.items() if one.get("suspended") and _leads(who, one)]
    told = []
    for code in own:
        case = full(cases.show_case(desk, who, code))
        flow = case["workflow"]
        resumes = pauses_of(desk, who, flow["name"], flow["version"])["resumes"]
        told.append({"case": case, "stopped": suspension(case, resumes, visit.today)})
    return [one for one in told if one["stopped"]]


def _leads(who: Principal, item: Mapping[str, Any]) -> bool:
    lead = item.get("lead_leader")
    return lead is not None and lead["login"] == who.login


def _late(desk: Desk, thing: ThingAnswer) -> DaysAnswer:
    """Count the days that have passed since something was due."""
    due = datetime.fromisoformat(thing["due_at"]).astimezone(desk.zone).date()
    if not thing["overdue"] or due >= desk.today:
        return {"calendar": 0, "working": 0}
    working = desk.calendar.working_days_between(due, desk.today)
    return {"calendar": (desk.today - due).days, "working": working}


def _card(desk: Desk, who: Principal, number: int, thing: ThingAnswer) -> dict[str, Any]:
    """Give a card what its step still lacks, and where this reader supplies it.

    Only the first cards are asked: the others lead to their cases, where all that is told.
    """
    trigger = thing["trigger"] if number < _ASKED else None
    lack = None if trigger is None else _lack(desk, who, thing["case"]["code"], trigger)
    item = with_days_left(desk, thing["case"])
    days = _late(desk, thing)
    return {**thing, "case": item, "days": days, "lack": lack, "trigger": trigger}


def _lack(desk: Desk, who: Principal, code: str, trigger: str) -> dict[str, Any] | None:
    found = first_lack(desk, who, code, trigger)
    if found is None:
        return None
    fix = fix_of(found["lack"]["need"], found["writes"], planned=found["planned"])
    return {**found["lack"], "fix": fix}
