"""What the walk does next: on towards closure, whatever is free, or something that is nonsense."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any, TypeVar

from tests.model.judging import Try, chosen, is_party, unmet
from tests.model.matter import FINISHED, Matter, Task
from tests.model.planning import Wanted, promise_kept
from tests.model.rules import OUTCOMES, TRIGGERS, exits
from tests.model.writing import Reported, Said
from tests.people import (
    BUILDING,
    CHEN,
    FENG,
    JUSTICE,
    LABOUR,
    LEADERS,
    OFFICERS,
    PEOPLE,
    SITE,
    SUN,
    TOWN,
    WU,
    ZHENG,
)
from tests.service.walk.acting import Hand
from tests.service.walk.pair import Pair

LOGINS = tuple(person.login for person in PEOPLE)
LEADING = tuple(person.login for person in LEADERS)
UNITS = (BUILDING.name, LABOUR.name, JUSTICE.name, SITE.name)
OFFICER_OF = {
    BUILDING.name: SUN.login, LABOUR.name: WU.login, JUSTICE.name: ZHENG.login,
    SITE.name: FENG.login, TOWN.name: SUN.login,
}  # fmt: skip
REASONS = ("依据会议纪要办理", " 情况有变 ", "补充材料")
BAD_TEXTS: tuple[Any, ...] = ("", "   ", "含\x07铃", "长" * 20_001, None)
DAY = 86_400
WAITS = (0, 1, 60, 3600, DAY // 3, DAY, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 16 * DAY, 40 * DAY)
PDF = b"%PDF-1.7 "
One = TypeVar("One")
Move = Callable[[], object]


def data_for(pair: Pair, matter: Matter, trigger: str, rng: Random) -> dict[str, Any]:
    """Fill a step in as it should be."""
    today, due = pair.world.office.today, matter.due or pair.world.office.today
    others = [code for code, m in pair.world.matters.items() if m is not matter and not m.closed_at]
    unit, *more = rng.sample(UNITS, 3)
    beside = None if rng.random() < 0.4 else more[: rng.randrange(3)]
    first = matter.first_due
    ahead = today + timedelta(days=rng.choice((0, 3, 10, 30, 60)))
    leaders = [login for login in LEADING if login != matter.lead]
    offers: dict[str, dict[str, Any]] = {
        "assign": {
            "lead_leader": rng.choice(leaders),
            "lead_unit": unit if rng.random() < 0.95 else TOWN.name,
            **({} if beside is None else {"supporting_units": beside}),
            "due": str(min(ahead, first) if first and first >= today else first or ahead),
        },
        "hand-over": {"to": rng.choice(leaders)},
        "request-extension": {"due": str(due + timedelta(days=rng.choice((1, 5, 12, 30))))},
        "request-suspension": {"review_on": str(today + timedelta(days=rng.choice((0, 1, 9))))},
        "propose-closure": {"outcome": rng.choice(OUTCOMES), "summary": "措施均已落实"},
        "refer": {"body": "区住建局"},
        "merge": {"into": rng.choice(others) if others else matter.code},
    }
    arc_fields = {"refer", "merge"}
    asked = matter.pending("disposal")
    return {} if trigger in arc_fields and asked else offers.get(trigger, {})


# --- towards closure ------------------------------------------------------------------------------


def forward(pair: Pair, matter: Matter, rng: Random) -> None:
    """Do the next thing that leads towards closure."""
    choices = {
        "registered": _assign,
        "assigned": _towards_start,
        "in-resolution": _towards_stability,
        "stabilized": _towards_closure,
        "closed": _reopen,
    }
    choices[matter.state](pair, matter, rng)


def _step(pair: Pair, matter: Matter, login: str | None, trigger: str, rng: Random) -> None:
    """Take a step, also where it has a reason only because it may have one."""
    data = data_for(pair, matter, trigger, rng)
    why = rng.choice(REASONS)
    Hand(pair, login or CHEN.login, matter.code).step(trigger, data, why)


def _assign(pair: Pair, matter: Matter, rng: Random) -> None:
    if matter.pending("disposal"):
        _step(pair, matter, CHEN.login, "return-closure", rng)
        return
    who = next(p for p in LOGINS if is_party(pair.world.office, matter, p, "assigner"))
    _step(pair, matter, who, "assign", rng)


def _towards_start(pair: Pair, matter: Matter, rng: Random) -> None:
    lead = matter.lead
    if matter.pending("disposal"):
        _step(pair, matter, CHEN.login, "return-closure", rng)
    elif matter.acknowledged_at is None:
        _step(pair, matter, lead, "acknowledge", rng)
    elif not matter.units <= {part.unit for part in matter.holding("member")}:
        good_force(pair, matter, lead or "", rng)
    elif not matter.plans or unmet_plan(matter):
        good_plan(pair, matter, lead or "", rng)
    elif not matter.plans[-1].adopted_by:
        Hand(pair, lead or "", matter.code).adopt()
    else:
        _step(pair, matter, lead, "start", rng)


def unmet_plan(matter: Matter) -> bool:
    """Tell whether a measure lacks its owner or its date."""
    return not matter.plan or any(not (task.owner and task.due) for task in matter.plan)


def _towards_stability(pair: Pair, matter: Matter, rng: Random) -> None:
    lead, today = matter.lead or "", pair.world.office.today
    open_one = next((t for t in matter.plan if t.status not in FINISHED or not t.proved), None)
    unpaid = next((c for c in matter.claims if c.paid is None), None)
    if not matter.files:
        Hand(pair, lead, matter.code).file("证明.pdf", PDF)
    elif not matter.plans:
        good_plan(pair, matter, lead, rng)
    elif not matter.plans[-1].adopted_by:
        Hand(pair, lead, matter.code).adopt()
    elif open_one is not None:
        status = rng.choice(("done", "in-force"))
        files = [rng.choice(matter.files)]
        Hand(pair, lead, matter.code).progress(open_one.id, Reported(status, "已办", today, files))
    elif unpaid is not None:
        Hand(pair, lead, matter.code).change_claim(unpaid.id, unpaid.owed, None)
    elif not matter.replies:
        Hand(pair, lead, matter.code).reply(Said("interim", "正在办理", today, "meeting"))
    else:
        _step(pair, matter, lead, "stabilize", rng)


def _towards_closure(pair: Pair, matter: Matter, rng: Random) -> None:
    lead, office = matter.lead or "", pair.world.office
    apart = next((c for c in matter.claims if c.paid != c.owed and not c.reason), None)
    observe, asked = matter.tick("observe"), matter.pending("closure")
    if asked is not None and asked.rests_on != matter.rests_on():
        _step(pair, matter, CHEN.login, "return-closure", rng)
    elif asked is not None:
        _step(pair, matter, CHEN.login, "close", rng)
    elif observe is not None and observe.due_at >= office.now:
        pair.wait(16 * DAY)
    elif "final" not in matter.replies:
        Hand(pair, lead, matter.code).reply(Said("final", "已办结", office.today, "letter"))
    elif apart is not None:
        Hand(pair, lead, matter.code).change_claim(apart.id, apart.owed, None)
    else:
        _step(pair, matter, lead, "propose-closure", rng)


def _reopen(pair: Pair, matter: Matter, rng: Random) -> None:
    if matter.reopenings < 2:
        _step(pair, matter, CHEN.login, "reopen", rng)


def good_force(pair: Pair, matter: Matter, login: str, rng: Random) -> None:
    """Name an officer of every unit."""
    units = sorted(matter.units)
    spare = [person.login for person in OFFICERS]
    members = []
    for unit in units:
        fits = [p for p in spare if pair.world.office.people[p].unit in
                pair.world.office.below(unit)]  # fmt: skip
        if fits:
            login_of = OFFICER_OF[unit] if OFFICER_OF[unit] in fits else rng.choice(fits)
            members.append((login_of, unit))
            spare.remove(login_of)
    Hand(pair, login, matter.code).task_force(rng.choice(LEADING), members)


def wanted(task: Task) -> Wanted:
    """Give a measure as it is."""
    return Wanted(task.title, task.owner, task.unit, task.start, task.due, task.evidence, task.id)


def good_plan(pair: Pair, matter: Matter, login: str, rng: Random) -> None:
    """Write a plan that keeps what it must keep, and changes the rest at random."""
    today = pair.world.office.today
    t = Try(pair.world, matter, login)
    measures = []
    for task in matter.tasks:
        goes_on = not task.dropped or matter.tick("measure", task.id) is not None
        tick, kept = matter.tick("measure", task.id), promise_kept(t, task)
        late = tick is not None and tick.late(pair.world.office.now)
        if goes_on and (late or rng.random() < 0.7):
            due = kept or today + timedelta(days=rng.choice((0, 2, 10, 40)))
            measures.append(
                Wanted(f"措施{task.id}", rng.choice(LEADING), None, None, due, "照片", task.id)
            )
    for _ in range(rng.randrange(1, 3) if len(measures) < 3 else 0):
        due = today + timedelta(days=rng.choice((0, 2, 10, 40)))
        owner = rng.choice((*LEADING, SUN.login, WU.login))
        unit = rng.choice((BUILDING.name, None))
        measures.append(Wanted("新措施", owner, unit, today, due, None, None))
    Hand(pair, login, matter.code).plan(measures, rng.choice(REASONS))


# --- whatever is free -----------------------------------------------------------------------------


def free(pair: Pair, matter: Matter, rng: Random) -> None:
    """Take a step that somebody may take now, by the model: any trigger alike."""
    ways: dict[str, list[str]] = {}
    for trigger in exits(matter.state):
        for login in LOGINS:
            t = Try(pair.world, matter, login)
            arc = chosen(t, trigger)
            if arc is not None and not unmet(arc, t):
                ways.setdefault(f"{trigger} {arc.to}", []).append(login)
    if ways:
        way = rng.choice(sorted(ways))
        _step(pair, matter, rng.choice(ways[way]), way.split()[0], rng)


# --- nonsense -------------------------------------------------------------------------------------


def nonsense(pair: Pair, matter: Matter, rng: Random) -> None:
    """Try a step of any state, as anybody, with data that may be wrong in any way."""
    any_state = rng.random() < 0.2
    trigger = rng.choice((*TRIGGERS, "fly", "register") if any_state else exits(matter.state))
    data = data_for(pair, matter, trigger, rng)
    if rng.random() < 0.3:
        spoil(data, rng)
    why = rng.choice(BAD_TEXTS if rng.random() < 0.2 else REASONS)
    login = insider(pair, matter, trigger, rng) if rng.random() < 0.8 else rng.choice(LOGINS)
    behind = rng.choice((0,) * 20 + (1, -1))
    Hand(pair, login, matter.code).step(trigger, data, why, behind=behind)


def insider(pair: Pair, matter: Matter, trigger: str, rng: Random) -> str:
    """Choose somebody whose step it is, where there is such a one."""
    fits = [who for who in LOGINS if chosen(Try(pair.world, matter, who), trigger)]
    return rng.choice(fits or LOGINS)


def spoil(data: dict[str, Any], rng: Random) -> None:
    """Make one field wrong, or leave one out, or add one that nobody knows."""
    name = rng.choice([*data, "unknown"])
    bad: Sequence[Any] = (
        *BAD_TEXTS, 7, [], {}, True, ["乙建设办", "无此单位"], "nobody", "chenda", "2026-02-30",
        "1999-12-31", "2026-03-01", "20260401", "DB-2026-0001", "DB-2026-9999", "乙建设办",
        "ZHANGSAN",
    )  # fmt: skip
    if rng.random() < 0.25:
        data.pop(name, None)
    else:
        data[name] = rng.choice(bad)
