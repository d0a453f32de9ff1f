"""Stretches of the way that many cases of the sample went alike."""

from engine.service.sample.cast import holder_of
from engine.service.sample.scene import Scene, Story

OFFICE, SUPERVISION = holder_of("office"), holder_of("supervision")
OBSERVED = 17
"""Working days after which an observation of 15 days is over, whatever holidays there are."""


def assigned(s: Scene, by: str = OFFICE) -> Story:
    """Register the case and assign it on the same day."""
    yield s.register(0, by)
    yield s.assign(0)


def acknowledged(s: Scene) -> Story:
    """Let the lead leader acknowledge the next day."""
    yield from assigned(s)
    yield s.step(1, s.leader, "acknowledge")


def started(s: Scene) -> Story:
    """Form the task force, adopt a plan and start."""
    yield from acknowledged(s)
    yield s.task_force(2)
    if s.matter.claim:
        yield s.claim(2)
    yield s.plan(2)
    yield s.adopt(3)
    yield s.step(3, s.leader, "start")
    yield s.note(3, s.leader, "每周五下午专班例会，联络员会后更新进展。")


def working(s: Scene) -> Story:
    """Finish the first measure with its evidence, and answer those affected meanwhile."""
    yield from started(s)
    yield s.progress(6, 0, "under-way", "已进场，按周推进。")
    yield s.reply(8, "interim", "问题已受理并明确责任领导和牵头单位，进展将按周公布。", "notice")
    yield s.progress(11, 0, "done", "已完成，现场记录和公示材料已归档。")


def stabilized(s: Scene, day: int) -> Story:
    """Finish everything and report the issue stabilized on a day."""
    yield from working(s)
    yield s.progress(day - 1, 1, "in-force", "已落实，转入日常管理。")
    if s.matter.claim:
        explained = "其余款项经双方书面确认分期支付，下一期次年到账。"
        yield s.paid(day - 1, None if _is_settled(s) else explained)
    yield s.step(day, s.leader, "stabilize")


def _is_settled(s: Scene) -> bool:
    claim = s.matter.claim or {}
    return bool(claim["owed"] == claim["paid"])


def proposed(s: Scene, day: int, outcome: str) -> Story:
    """Answer for good and propose closure when the observation is over."""
    yield from stabilized(s, day)
    yield s.reply(day + OBSERVED - 1, "final", "各项措施已落实，观察期内未再发生，特此答复。")
    summary = "措施全部落实并有佐证，观察期满，已书面答复。"
    yield s.step(day + OBSERVED, s.leader, "propose-closure", outcome=outcome, summary=summary)


def closed(s: Scene, day: int, outcome: str) -> Story:
    """Let supervision close it."""
    yield from proposed(s, day, outcome)
    yield s.step(day + OBSERVED + 2, SUPERVISION, "close")


def before_due(s: Scene) -> int:
    """Give the day of the case that lies two working days before its date."""
    return s.matter.began + s.matter.due - 2
