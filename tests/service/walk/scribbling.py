"""Parts of a case written by anybody, with content that may be wrong in any way."""

from datetime import timedelta
from random import Random

from tests.model.matter import Matter, Owed
from tests.model.planning import Wanted
from tests.model.writing import WRITERS, Reported, Said, may_write
from tests.service.walk import moves
from tests.service.walk.acting import Hand
from tests.service.walk.moves import LEADING, LOGINS, PDF, REASONS, UNITS
from tests.service.walk.pair import Pair

WORDS = ("已到场", " 两端空格 ", "已到场", "", "  ", "含\x07铃")


def scribble(pair: Pair, matter: Matter, rng: Random) -> None:
    """Write any part as somebody who may, or as anybody."""
    part = rng.choice(tuple(WRITERS))
    office = pair.world.office
    fits = [who for who in LOGINS if may_write(office, matter, who, part, None)]
    login = rng.choice(fits) if fits and rng.random() < 0.8 else rng.choice(LOGINS)
    {
        "task-force": _force,
        "plan": _plan,
        "plan.adopt": lambda hand, _: hand.adopt(),
        "progress": _progress,
        "claim": _claim,
        "reply": _reply,
        "note": lambda hand, rng: hand.note(rng.choice(WORDS)),
        "file": _file,
    }[part](Hand(pair, login, matter.code), rng)


def _force(hand: Hand, rng: Random) -> None:
    if rng.random() < 0.5:
        moves.good_force(hand.pair, hand.matter, hand.login, rng)
        return
    units = [*sorted(hand.matter.units), "丁司法所", "无此单位"]
    some = rng.sample(LOGINS, rng.randrange(3)) + rng.choices(LOGINS, k=rng.randrange(2))
    members = [(who, rng.choice(units)) for who in some]
    hand.task_force(rng.choice((*LOGINS, "nobody")), members)


def _plan(hand: Hand, rng: Random) -> None:
    if rng.random() < 0.5:
        moves.good_plan(hand.pair, hand.matter, hand.login, rng)
        return
    today = hand.pair.world.office.today
    days = [None, *(today + timedelta(days=n) for n in (-40, -1, 0, 3, 30))]
    known = [task.id for task in hand.matter.tasks]
    measures = [
        Wanted(
            rng.choice(("修缮", "修缮", "", "长" * 501)),
            rng.choice((*LEADING, *LOGINS, None, "nobody")),
            rng.choice((*UNITS, None, "无此单位")),
            rng.choice(days),
            rng.choice(days),
            rng.choice((None, "照片")),
            rng.choice((None, *known, 999)),
        )
        for _ in range(rng.randrange(3))
    ]
    if rng.random() < 0.4:
        measures = [moves.wanted(task) for task in hand.matter.plan[: rng.randrange(3)]]
    why, behind = rng.choice((*REASONS, None)), rng.choice((0, 0, 0, 1))
    hand.plan(measures, why, behind)


def _progress(hand: Hand, rng: Random) -> None:
    measure = rng.choice([*(task.id for task in hand.matter.tasks), 999])
    status = rng.choice(("under-way", "in-force", "done", "done", "planned"))
    on = hand.pair.world.office.today - timedelta(days=rng.choice((0, 0, 0, 3, -1)))
    files = rng.choice(([], hand.matter.files[:1], hand.matter.files[:1] * 2, [999]))
    note = rng.choice(WORDS)
    hand.progress(measure, Reported(status, note, on, files))


def _claim(hand: Hand, rng: Random) -> None:
    if hand.matter.claims and rng.random() < 0.7:
        claim = rng.choice(hand.matter.claims)
        number = rng.choice((claim.id, claim.id, claim.id, 999))
        paid = rng.choice((claim.owed, claim.owed, 5, None))
        hand.change_claim(number, paid, rng.choice((None, "已协商")))
        return
    kind = rng.choice(("wages", "housing", "gifts"))
    paid = rng.choice((None, 100, 70, -1))
    hand.claim(Owed(0, kind, rng.choice((0, 3, 12)), 100, paid))


def _reply(hand: Hand, rng: Random) -> None:
    kind, means = rng.choice(("interim", "final", "none")), rng.choice(("letter", "phone", "fax"))
    on = hand.pair.world.office.today - timedelta(days=rng.choice((0, 0, 5, -1)))
    hand.reply(Said(kind, rng.choice(WORDS), on, means))


def _file(hand: Hand, rng: Random) -> None:
    content = rng.choice((PDF, PDF, b"", b"\x00\x01", PDF + rng.randbytes(4)))
    hand.file(rng.choice(("证明.pdf", "")), content)
