"""Letters in the simulated year: supervision urges, the lead leader signs for them and answers."""

from datetime import timedelta
from random import Random
from typing import Any

from engine.service import letters
from engine.service.cases import show_case
from engine.service.letters import LetterOrder
from tests.model import urging
from tests.model.matter import Matter
from tests.people import CHEN
from tests.service.walk.pair import Pair


def urge(pair: Pair, matter: Matter, rng: Random) -> None:
    """Do the next thing about the newest letter of a case, or issue one."""
    if matter.lead is None or matter.closed_at is not None:
        return
    office, lead = pair.world.office, matter.lead
    no, (status, _) = max(matter.urges.items(), default=(0, ("accepted", office.today)))
    name = f"{matter.code}-{no}"
    if status == "issued":
        _do(pair, matter, lead, letters.sign_letter, name)
        urging.sign(office, matter, no)
    elif status in {"signed", "returned"}:
        _do(pair, matter, lead, letters.answer_letter, name, "已办理")
        urging.answer(office, matter, no)
    elif status == "answered":
        accepted = rng.random() < 0.6
        _judge(pair, matter, name, accepted=accepted)
        urging.judge(office, matter, no, accepted=accepted)
    else:
        _issue(pair, matter, rng)
    shown: Any = show_case(pair.desk, pair.who(CHEN.login), matter.code)
    pair.agree(matter.code, CHEN.login, shown)


def _issue(pair: Pair, matter: Matter, rng: Random) -> None:
    until = pair.world.office.today + timedelta(days=rng.randrange(1, 12))
    order = LetterOrder("落实措施", until)
    told = _do(pair, matter, CHEN.login, letters.draft_letter, matter.code, order)
    _do(pair, matter, CHEN.login, letters.issue_letter, told["no"])
    urging.issue(pair.world.office, matter, int(told["no"].rpartition("-")[2]), until)


def _judge(pair: Pair, matter: Matter, name: str, *, accepted: bool) -> None:
    letters.judge_letter(pair.desk, pair.who(CHEN.login), name, "属实", accepted=accepted)
    _counted(matter)


def _do(pair: Pair, matter: Matter, login: str, verb: Any, *order: Any) -> Any:  # noqa: ANN401  # of the verb
    told = verb(pair.desk, pair.who(login), *order)
    _counted(matter)
    return told


def _counted(matter: Matter) -> None:
    matter.version += 1
    matter.events += 1
