"""Courses of events by which somebody might hope to win time or to pass unseen."""

from datetime import timedelta
from random import Random

from tests.model.matter import Matter, Owed
from tests.model.writing import Reported, Said
from tests.people import CHEN, WEI, ZHAO
from tests.service.walk import moves
from tests.service.walk.acting import Hand
from tests.service.walk.around import change_roles
from tests.service.walk.moves import DAY, REASONS
from tests.service.walk.pair import Pair


def intrigue(pair: Pair, matter: Matter, rng: Random) -> None:
    """Try one that fits the state."""
    ways = {
        "registered": (_promise_later, _merge_into_nothing),
        "assigned": (
            _decline_after_work,
            _decline_to_win_time,
            _merge_into_nothing,
            _change_what_is_proposed,
            _offer_to_an_unfit_one,
        ),
        "in-resolution": (
            _be_overtaken,
            _finish_without_proof,
            _leave_unpaid,
            _offer_to_an_unfit_one,
        ),
        "stabilized": (_change_after_the_proposal, _leave_unpaid),
        "closed": (_return_too_late,),
    }
    rng.choice(ways[matter.state])(pair, matter, rng)


def _lead(pair: Pair, matter: Matter) -> Hand:
    return Hand(pair, matter.lead or ZHAO.login, matter.code)


def _promise_later(pair: Pair, matter: Matter, rng: Random) -> None:
    """Assign with a later date than the first one."""
    data = moves.data_for(pair, matter, "assign", rng)
    first = matter.first_due or pair.world.office.today
    later = max(first, pair.world.office.today) + timedelta(days=1)
    hand = Hand(pair, ZHAO.login if matter.declines < 2 else CHEN.login, matter.code)
    hand.step("assign", data | {"due": str(later)})


def _decline_to_win_time(pair: Pair, matter: Matter, rng: Random) -> None:
    """Decline, to be given a later date."""
    _lead(pair, matter).step("decline", {}, REASONS[0])
    if matter.state == "registered":
        _promise_later(pair, matter, rng)


def _offer_to_an_unfit_one(pair: Pair, matter: Matter, rng: Random) -> None:
    """Hand over to somebody who is no leader any more when the offer is answered."""
    busy = {other.lead for other in pair.world.matters.values()}
    free = [p for p in moves.LEADING if p not in busy and pair.world.office.people[p].leads]
    if not free:
        return
    to = rng.choice(free)
    _lead(pair, matter).step("hand-over", {"to": to}, REASONS[0])
    pair.touched()
    change_roles(pair, to, {"unit"}, {"leader"})
    Hand(pair, to, matter.code).step("accept-handover", {})
    Hand(pair, to, matter.code).step("refuse-handover", {}, REASONS[0])
    pair.touched()
    change_roles(pair, to, {"leader"}, {"unit"})


def _merge_into_nothing(pair: Pair, matter: Matter, rng: Random) -> None:
    """Merge into a case that is gone by the time that supervision approves."""
    others = [m for m in pair.world.matters.values() if m is not matter]
    fits = [m for m in others if m.state in {"registered", "assigned"}]
    if not fits:
        return
    other = rng.choice(fits)
    office, team = Hand(pair, ZHAO.login, matter.code), Hand(pair, CHEN.login, matter.code)
    office.step("merge", {"into": other.code}, REASONS[0])
    Hand(pair, ZHAO.login, other.code).step("void", {}, REASONS[0])
    Hand(pair, CHEN.login, other.code).step("void", {})
    team.step("merge", {})
    team.step("return-closure", {}, REASONS[0])


def _change_what_is_proposed(pair: Pair, matter: Matter, rng: Random) -> None:
    """Hand the case over while its referral waits for approval."""
    Hand(pair, ZHAO.login, matter.code).step("refer", {"body": "区住建局"}, REASONS[0])
    leaders = [login for login in moves.LEADING if login != matter.lead]
    to = rng.choice(leaders)
    _lead(pair, matter).step("hand-over", {"to": to}, REASONS[0])
    Hand(pair, to, matter.code).step("accept-handover", {})
    Hand(pair, CHEN.login, matter.code).step("refer", {})


def _decline_after_work(pair: Pair, matter: Matter, rng: Random) -> None:
    """Decline when work has begun."""
    for _ in range(5):
        adopted = matter.plans and matter.plans[-1].adopted_by
        if matter.state == "assigned" and not adopted:
            moves.forward(pair, matter, rng)
    for task in matter.plan[:1]:
        what = Reported("under-way", "已动工", pair.world.office.today, [])
        _lead(pair, matter).progress(task.id, what)
    _lead(pair, matter).step("decline", {}, REASONS[0])


def _be_overtaken(pair: Pair, matter: Matter, rng: Random) -> None:
    """Have an extension granted that a suspension made needless."""
    lead, head = _lead(pair, matter), Hand(pair, WEI.login, matter.code)
    due = (matter.due or pair.world.office.today) + timedelta(days=1)
    review = pair.world.office.today + timedelta(days=9)
    lead.step("request-extension", {"due": str(due)}, REASONS[0])
    lead.step("request-suspension", {"review_on": str(review)}, REASONS[0])
    head.step("grant-suspension", {})
    pair.wait(rng.choice((0, 1, 2, 9)) * DAY)
    lead.step("resume", {})
    head.step("grant-extension", {})


def _finish_without_proof(pair: Pair, matter: Matter, rng: Random) -> None:
    """Report everything done, with or without evidence."""
    for task in matter.plan:
        files = rng.choice(([], matter.files[:1]))
        what = Reported("done", "已办", pair.world.office.today, files)
        _lead(pair, matter).progress(task.id, what)
    _lead(pair, matter).step("stabilize", {})


def _leave_unpaid(pair: Pair, matter: Matter, rng: Random) -> None:
    """Record what is owed and go on as if it was paid."""
    _lead(pair, matter).claim(Owed(0, "wages", 3, 100, rng.choice((None, 40))))
    moves.forward(pair, matter, rng)
    data = {"outcome": "resolved", "summary": "已办"}
    _lead(pair, matter).step("stabilize", {})
    _lead(pair, matter).step("propose-closure", data)


def _change_after_the_proposal(pair: Pair, matter: Matter, rng: Random) -> None:
    """Change what a proposal rests on, and have it approved."""
    for _ in range(4):
        if matter.state == "stabilized" and matter.pending("closure") is None:
            moves.forward(pair, matter, rng)
    lead, today = _lead(pair, matter), pair.world.office.today
    if matter.claims:
        lead.change_claim(matter.claims[0].id, matter.claims[0].owed, rng.choice((None, "分期")))
    else:
        lead.reply(Said("final", "更正", today, "letter"))
    lead.step("propose-closure", {"outcome": "resolved", "summary": "再提"})
    Hand(pair, CHEN.login, matter.code).step("close", {})


def _return_too_late(pair: Pair, matter: Matter, rng: Random) -> None:
    """Reopen a case, now and then after the window."""
    if rng.random() < 0.3:
        pair.wait(100 * DAY)
    Hand(pair, WEI.login, matter.code).step("reopen", {}, REASONS[0])


def wait_to_the_edge(pair: Pair, rng: Random) -> None:
    """Wait until the last instant of a limit or of somebody's sight, or the one after it.

    Whoever had a part looks then.
    """
    office, matters = pair.world.office, list(pair.world.matters.values())
    edges = [(tick.due_at, matter) for matter in matters for tick in matter.running]
    edges += [(m.closed_at + timedelta(days=90), m) for m in matters if m.closed_at]
    last = office.now + timedelta(days=120)
    ahead = [(at, matter) for at, matter in edges if office.now < at <= last]
    if not ahead:
        return
    at, matter = rng.choice(ahead)
    office.now = at - timedelta(seconds=rng.randrange(2))
    parts = sorted({part.who for part in matter.parts if part.who}) or [ZHAO.login]
    for _ in range(2):
        Hand(pair, rng.choice(parts), matter.code).look()
        pair.wait(1)
