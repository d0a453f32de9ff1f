"""Cases with a proposal that waits for supervision: to close, refer, merge or void."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.service import case_files, cases, parts
from engine.service.cases import NewCase
from tests.people import ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.story import Story

BEGUN = date(2026, 3, 3)


@dataclass(frozen=True)
class Proposal:
    """What somebody proposes, and the words by which supervision knows it on its page."""

    by: Person
    trigger: str
    reason: str
    said: Mapping[str, Any]
    asked: str
    told: tuple[str, ...]
    answers: tuple[str, str]
    after: str


PROPOSALS: Mapping[str, Proposal] = {
    "close": Proposal(
        ZHANG, "propose-closure", "各方已确认", {"outcome": "resolved", "summary": "工资全部发放"},
        "张三（副镇长）申请办结",
        ("已化解", "工资全部发放", "核对表.txt", "全部发到", "1项措施完成1项"),
        ("办结", "退回办结申请"), "已办结：已化解",
    ),
    "refer": Proposal(
        ZHAO, "refer", "属区级职权", {"body": "区住房建设局"}, "赵六（主任）提请转办",
        ("区住房建设局", "勘查.txt"), ("批准转办", "退回提请"), "已办结：已转办",
    ),
    "merge": Proposal(
        ZHAO, "merge", "与前一件是同一问题", {"into": "DB-2026-0001"}, "赵六（主任）提请合并",
        ("欠付工资", "丙劳动所", "3月31日", "勘查.txt"), ("批准合并", "退回提请"), "已办结：已合并",
    ),
    "void": Proposal(
        ZHAO, "void", "登记有误", {}, "赵六（主任）提请作废", ("勘查.txt",),
        ("批准作废", "退回提请"), "已办结：已作废",
    ),
}  # fmt: skip


@dataclass
class Proposed:
    """The proposals of one office, each on a case of its own."""

    story: Story
    codes: dict[str, str] = field(default_factory=dict)

    def propose(self, *kinds: str) -> "Proposed":
        """Let each be proposed."""
        for kind in kinds:
            self.codes[kind] = self._observed() if kind == "close" else self._registered(kind)
            self.propose_again(kind)
        return self

    def propose_again(self, kind: str) -> None:
        """Let it be proposed, of a case that is there."""
        one = PROPOSALS[kind]
        self.told(kind).step(one.by, one.trigger, one.reason, **one.said)

    def told(self, kind: str) -> Story:
        """Give the case that one is about."""
        return Story(self.story.application, self.story.issue, self.codes[kind])

    def _registered(self, kind: str) -> str:
        order = NewCase(f"{kind}的一件")
        code: str = self.story.do(ZHAO, cases.register_case, self.story.issue, order)["code"]
        self.story.do(ZHAO, case_files.add_file, code, "勘查.txt", "勘查".encode())
        return code

    def _observed(self) -> str:
        """Take the case of the story through its observation, with a final reply."""
        story = self.story
        story.step(ZHANG, "stabilize")
        desk.later(story.application.settings.home, desk.START, days=17)
        reply = parts.ReplyOrder("final", "全部发到", BEGUN, "notice")
        story.do(ZHANG, parts.record_reply, story.code, reply)
        return story.code
