"""What changes around the cases: deputies, the calendar, and what people are."""

import json
from datetime import date, timedelta
from random import Random

from engine.domain.access import OPERATOR
from engine.service import accounts, calendar, deputies
from tests.model import ticking
from tests.model.office import Standing
from tests.service.walk.moves import LEADING, LOGINS
from tests.service.walk.pair import Pair


def deputise(pair: Pair, principal: str, deputy: str, days: int) -> None:
    """Let the office name a deputy from today on, where that can be."""
    office = pair.world.office
    last = office.today + timedelta(days=days)
    standing = Standing(principal, deputy, office.today, last)
    taken = any(
        s.principal == principal and s.first <= last and s.last >= office.today
        for s in office.deputies
    )
    fit = office.people[deputy].roles & {"leader", "unit", "office", "duty"}
    unfit = office.people[deputy].roles & {"admin", "auditor", "supervision", "head"}
    if taken or not office.people[principal].leads or principal == deputy or unfit or not fit:
        return
    order = deputies.NewDeputy(principal, deputy, standing.first, last, "外出学习")
    deputies.name_deputy(pair.desk, pair.who("zhaoliu"), order)
    office.deputies.append(standing)


def override(pair: Pair, on: date, *, works: bool) -> None:
    """Make a local exception in the calendar; running clocks follow at once."""
    office = pair.world.office
    calendar.override(pair.desk, OPERATOR, on, works=works, reason="调休")
    office.days.local[on] = works
    _recount(pair)


def _recount(pair: Pair) -> None:
    for matter in pair.world.matters.values():
        if ticking.recount(pair.world.office, matter):
            matter.version += 1
            matter.events += 1


def load(pair: Pair, year: int, listed: dict[date, bool]) -> None:
    """Load a year's notice in the place of the one before; running clocks follow at once.

    What is past and today stays as it was listed: it has counted, and no notice changes it.
    """
    today = pair.world.office.today
    before = pair.world.office.days.notices.get(year, {})
    listed = {on: works for on, works in listed.items() if on > today} | {
        on: works for on, works in before.items() if on <= today
    }
    days = [{"date": f"{on}", "name": "节日", "isOffDay": not w} for on, w in listed.items()]
    notice = json.dumps({"year": year, "papers": [], "days": days}).encode()
    calendar.import_year(pair.desk, OPERATOR, notice)
    pair.world.office.days.load(year, listed)
    _recount(pair)


def change_roles(pair: Pair, login: str, add: set[str], remove: set[str]) -> None:
    """Change what somebody is, where nothing stands against it."""
    office, official = pair.world.office, pair.world.office.people[login]
    left = (official.roles | add) - remove
    leads = any(matter.lead == login for matter in pair.world.matters.values())
    if not left or left == official.roles or (leads and "leader" in remove):
        return
    accounts.change_roles(pair.desk, OPERATOR, login, add=sorted(add), remove=sorted(remove))
    assert office.people[login] is official
    official.roles = left


def change(pair: Pair, rng: Random) -> None:
    """Change one thing."""
    pair.touched()
    way = rng.randrange(4)
    if way == 0:
        deputise(pair, rng.choice(LEADING), rng.choice(LOGINS), rng.choice((0, 3, 20)))
    elif way == 1:
        on = pair.world.office.today + timedelta(days=rng.randrange(1, 6))
        override(pair, on, works=rng.random() < 0.5)
    elif way == 2:
        change_roles(pair, rng.choice(LEADING), {"unit"}, {"leader"})
    else:
        add = {rng.choice(("leader", "supervision", "unit"))}
        remove = {rng.choice(("supervision", "unit", "auditor"))} - add
        change_roles(pair, rng.choice(LEADING), add, remove)
